//! ATSHashIndexV3: what an archive-time-stamp-v3 covers (EN 319 122-1 clause 5.5.2).
//!
//! ```text
//! ATSHashIndexV3 ::= SEQUENCE {
//!     hashIndAlgorithm            AlgorithmIdentifier,
//!     certificatesHashIndex       SEQUENCE OF OCTET STRING,
//!     crlsHashIndex               SEQUENCE OF OCTET STRING,
//!     unsignedAttrValuesHashIndex SEQUENCE OF OCTET STRING }
//! ```

use der::Tag;
use seal::{Digest, DigestAlgorithm};

use super::{SignedData, Signer, digest_identifier};
use crate::{
    algorithm::{AlgorithmIdentifier, digest_algorithm},
    asn1::{Element, Part, tag},
};

/// The most hashes that are read in each part of an index.
const MAXIMUM_HASHES: usize = 256;

/// An index that was read.
#[derive(Clone, Debug)]
pub(crate) struct HashIndex<'a> {
    /// `None` for an algorithm that proves nothing here.
    pub(crate) algorithm: Option<DigestAlgorithm>,
    certificates: Vec<&'a [u8]>,
    revocation_choices: Vec<&'a [u8]>,
    unsigned_values: Vec<&'a [u8]>,
    raw: &'a [u8],
}

impl<'a> HashIndex<'a> {
    pub(crate) fn read(element: Element<'a>) -> der::Result<Self> {
        if element.tag != tag::SEQUENCE {
            return Err(Tag::Sequence.value_error().into());
        }
        let mut fields = element.elements()?;
        let algorithm = AlgorithmIdentifier::read(fields.expect(tag::SEQUENCE)?)?;
        let certificates = hashes(fields.expect(tag::SEQUENCE)?)?;
        let revocation_choices = hashes(fields.expect(tag::SEQUENCE)?)?;
        let unsigned_values = hashes(fields.expect(tag::SEQUENCE)?)?;
        fields.finish()?;
        let algorithm = digest_algorithm(&algorithm);
        let raw = element.raw;
        Ok(Self { algorithm, certificates, revocation_choices, unsigned_values, raw })
    }

    /// Whether everything that the index names stands in the container. More may stand there: it
    /// came later.
    pub(crate) fn is_satisfied(&self, read: &SignedData<'_>, signer: &Signer<'_>) -> bool {
        let certificates = &read.certificate_choices;
        let choices = &read.revocation_choices;
        let values: Vec<Vec<u8>> = unsigned_values(signer).collect();
        let here = |indexed: &[&[u8]], present: Vec<Option<Digest>>| {
            indexed
                .iter()
                .all(|hash| present.iter().flatten().any(|digest| digest.as_bytes() == *hash))
        };
        here(&self.certificates, certificates.iter().map(|one| self.hash(one)).collect())
            && here(&self.revocation_choices, choices.iter().map(|one| self.hash(one)).collect())
            && here(&self.unsigned_values, values.iter().map(|one| self.hash(one)).collect())
    }

    /// Whether the index names this RevocationInfoChoice.
    pub(crate) fn covers_revocation_choice(&self, raw: &[u8]) -> bool {
        let hash = self.hash(raw);
        hash.is_some_and(|hash| self.revocation_choices.contains(&hash.as_bytes()))
    }

    /// Whether the index names this value of an unsigned attribute.
    pub(crate) fn covers_unsigned_value(&self, oid: &[u8], value: &[u8]) -> bool {
        let hash = self.hash(&typed_value(oid, value));
        hash.is_some_and(|hash| self.unsigned_values.contains(&hash.as_bytes()))
    }

    fn hash(&self, bytes: &[u8]) -> Option<Digest> {
        self.algorithm.map(|algorithm| Digest::of(algorithm, bytes))
    }

    /// The message that the time-stamp over this index covers.
    pub(crate) fn message(
        &self,
        read: &SignedData<'_>,
        signer: &Signer<'_>,
        content: &Digest,
    ) -> Vec<u8> {
        message(read, signer, content, self.raw)
    }
}

/// The index of everything that stands in the container.
pub(crate) fn hash_index(
    read: &SignedData<'_>,
    signer: &Signer<'_>,
    algorithm: DigestAlgorithm,
) -> Vec<u8> {
    let hashed = |bytes: &[u8]| {
        let digest = Digest::of(algorithm, bytes);
        Part::Element(tag::OCTET_STRING, &[Part::Raw(digest.as_bytes())]).to_vec()
    };
    let certificates: Vec<u8> =
        read.certificate_choices.iter().flat_map(|one| hashed(one)).collect();
    let choices: Vec<u8> = read.revocation_choices.iter().flat_map(|one| hashed(one)).collect();
    let values: Vec<u8> = unsigned_values(signer).flat_map(|one| hashed(&one)).collect();
    let fields = [
        Part::Raw(&digest_identifier(algorithm)),
        Part::Element(tag::SEQUENCE, &[Part::Raw(&certificates)]),
        Part::Element(tag::SEQUENCE, &[Part::Raw(&choices)]),
        Part::Element(tag::SEQUENCE, &[Part::Raw(&values)]),
    ];
    Part::Element(tag::SEQUENCE, &fields).to_vec()
}

/// What an archive-time-stamp-v3 covers (clause 5.5.3): eContentType, the digest of the content
/// by the time-stamp's algorithm, the fields of the SignerInfo, and the index; each as it stands
/// there, with tag and length, but for the digest.
pub(crate) fn message(
    read: &SignedData<'_>,
    signer: &Signer<'_>,
    content: &Digest,
    hash_index: &[u8],
) -> Vec<u8> {
    let content_type = [Part::Raw(read.content_type)];
    Part::Parts(&[
        Part::Element(tag::OBJECT_IDENTIFIER, &content_type),
        Part::Raw(content.as_bytes()),
        Part::Raw(signer.fields),
        Part::Raw(hash_index),
    ])
    .to_vec()
}

/// attrType and one value, one after the other, for each value of each unsigned attribute.
fn unsigned_values<'a>(signer: &'a Signer<'_>) -> impl Iterator<Item = Vec<u8>> + 'a {
    signer.all_unsigned_values().map(|(oid, value)| typed_value(oid, value.raw))
}

fn typed_value(oid: &[u8], value: &[u8]) -> Vec<u8> {
    let oid = [Part::Raw(oid)];
    Part::Parts(&[Part::Element(tag::OBJECT_IDENTIFIER, &oid), Part::Raw(value)]).to_vec()
}

fn hashes(sequence: Element<'_>) -> der::Result<Vec<&[u8]>> {
    let mut hashes = Vec::new();
    for hash in sequence.elements()? {
        let hash = hash?;
        if hash.tag != tag::OCTET_STRING || hashes.len() == MAXIMUM_HASHES {
            return Err(Tag::OctetString.value_error().into());
        }
        hashes.push(hash.contents);
    }
    Ok(hashes)
}
