//! What an archive-time-stamp-v2 covers (TS 101 733 V1.8.3 clause 6.4.1, EN 319 122-1 annex A.2.4).
//! It is read and not written: archive-time-stamp-v3 has replaced it.
//!
//! encapContentInfo, the content where it stands outside, certificates and crls, each with tag and
//! length as it stands there, and every field of the SignerInfo. Of its unsigned attributes the
//! time-stamp covers those that were there: not itself, and no archive-time-stamp that is younger.

use super::{SignedData, Signer, hash_index::Covered};
use crate::{
    SignedContent,
    asn1::{Part, tag},
};

/// The message, and what of the container it covers; `None` when the content stands outside and
/// only hashes of it are known. `later` are the values of the time-stamp itself and of those that
/// are younger.
pub(crate) fn message<'a>(
    read: &SignedData<'a>,
    signer: &Signer<'a>,
    content: SignedContent<'_>,
    later: &[&[u8]],
) -> Option<(Vec<u8>, Covered<'a>)> {
    let outside = match (&read.content, content) {
        (Some(_), _) => &[][..],
        (None, SignedContent::Bytes(bytes)) => bytes,
        (None, SignedContent::Hashed(_) | SignedContent::Attached) => return None,
    };
    let is_later = |value: &[u8]| later.iter().any(|one| std::ptr::eq(*one, value));
    // An Attribute is one time-stamp's whole or nothing: it has one value (clause 6.4.1).
    let attributes = signer.unsigned_attributes().iter();
    let earlier = attributes.filter(|one| !one.values.iter().any(|value| is_later(value.raw)));
    let there: Vec<Part<'_>> = earlier.clone().map(|one| Part::Raw(one.raw)).collect();
    let unsigned = Part::Element(tag::context(1), &there);
    let [encapsulated, certificates, revocation] = read.archived;
    let message = Part::Parts(&[
        Part::Raw(encapsulated),
        Part::Raw(outside),
        Part::Raw(certificates),
        Part::Raw(revocation),
        Part::Raw(signer.fields),
        if there.is_empty() { Part::Raw(&[]) } else { unsigned },
    ])
    .to_vec();
    let covered = Covered {
        revocation_choices: read.revocation_choices.clone(),
        unsigned_values: earlier.flat_map(|one| one.values.iter().map(|value| value.raw)).collect(),
    };
    Some((message, covered))
}
