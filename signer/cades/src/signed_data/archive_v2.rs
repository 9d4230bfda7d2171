//! What an archive-time-stamp-v2 covers (TS 101 733 V1.8.3 clause 6.4.1, EN 319 122-1 annex A.2.4).
//! It is read and not written: archive-time-stamp-v3 has replaced it.
//!
//! encapContentInfo, the content where it stands outside, certificates and crls, each with tag and
//! length as it stands there, and every field of the SignerInfo. Of its unsigned attributes the
//! time-stamp covers those that were there: not itself, and no archive-time-stamp that is younger.

use super::{SignedData, Signer, hash_index::Covered};
use crate::{
    HashAlgorithm, HashValue, SignedContent,
    asn1::{header, tag},
};

/// The hash of the message, and what of the container it covers; `None` when the content stands
/// outside and only hashes of it are known, or costs more than it may. `later` are the values of
/// the time-stamp itself and of those that are younger. The content may be long: it is hashed where
/// it stands, and once for all time-stamps.
pub(crate) fn imprint<'a>(
    read: &SignedData<'a>,
    signer: &Signer<'a>,
    content: SignedContent<'_>,
    algorithm: HashAlgorithm,
    later: &[&[u8]],
) -> Option<(HashValue, Covered<'a>)> {
    let mut hash = read.begun_hash(content, algorithm)?;
    let [_, certificates, revocation] = read.archived;
    for part in [certificates, revocation, signer.fields] {
        read.charge_hash(part).ok()?;
        hash.update(part);
    }
    let is_later = |value: &[u8]| later.iter().any(|one| std::ptr::eq(*one, value));
    // An Attribute is one time-stamp's whole or nothing: it has one value (clause 6.4.1).
    let attributes = signer.unsigned_attributes().iter();
    let earlier = attributes.filter(|one| !one.values.iter().any(|value| is_later(value.raw)));
    let length = earlier.clone().map(|one| one.raw.len()).sum();
    if length > 0 {
        hash.update(&header(tag::context(1), length));
    }
    for attribute in earlier.clone() {
        read.charge_hash(attribute.raw).ok()?;
        hash.update(attribute.raw);
    }
    let covered = Covered {
        revocation_choices: read.revocation_choices.clone(),
        unsigned_values: earlier.flat_map(|one| one.values.iter().map(|value| value.raw)).collect(),
    };
    Some((hash.finish(), covered))
}
