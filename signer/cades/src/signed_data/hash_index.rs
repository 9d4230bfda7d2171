//! What an archive-time-stamp-v3 covers: the index of it in its token, ATSHashIndexV3 (EN 319 122-1
//! clause 5.5.2), and the older forms, which are read only.
//!
//! ```text
//! ATSHashIndexV3 ::= SEQUENCE {
//!     hashIndAlgorithm            AlgorithmIdentifier,
//!     certificatesHashIndex       SEQUENCE OF OCTET STRING,
//!     crlsHashIndex               SEQUENCE OF OCTET STRING,
//!     unsignedAttrValuesHashIndex SEQUENCE OF OCTET STRING }
//! ```
//!
//! The older ones (TS 101 733 clause 6.4.2, ats-hash-index and ats-hash-index-v2) leave out the
//! algorithm when it is SHA-256, and their last part has the hashes of whole Attributes.

use std::{borrow::Cow, collections::HashSet};

use der::Tag;
use seal::{Digest, DigestAlgorithm};

use super::{SignedData, Signer, digest_identifier};
use crate::{
    HashAlgorithm, HashValue,
    algorithm::AlgorithmIdentifier,
    asn1::{Element, Part, identifiers, tag},
};

/// The most hashes that are read in each part of an index.
const MAXIMUM_HASHES: usize = 1024;

/// An index that was read.
#[derive(Clone, Debug)]
pub(crate) struct HashIndex<'a> {
    /// `None` for an algorithm that cannot be computed here.
    pub(crate) algorithm: Option<HashAlgorithm>,
    form: Form,
    certificates: Vec<Cow<'a, [u8]>>,
    revocation_choices: Vec<Cow<'a, [u8]>>,
    unsigned: Vec<Cow<'a, [u8]>>,
    raw: &'a [u8],
}

/// What the last part of an index has the hashes of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// attrType and one value, for each value.
    Values,
    /// Attributes.
    Attributes,
}

/// What a time-stamp covers of a container: it existed then. Told apart by where it stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Covered<'a> {
    /// Of the RevocationInfoChoices.
    pub(crate) revocation_choices: Vec<&'a [u8]>,
    /// Of the values of unsigned attributes.
    pub(crate) unsigned_values: Vec<&'a [u8]>,
}

impl Covered<'_> {
    /// Whether this very RevocationInfoChoice is covered.
    pub(crate) fn holds_revocation_choice(&self, raw: &[u8]) -> bool {
        self.revocation_choices.iter().any(|one| std::ptr::eq(*one, raw))
    }

    /// Whether this very value of an unsigned attribute is covered.
    pub(crate) fn holds_unsigned_value(&self, raw: &[u8]) -> bool {
        self.unsigned_values.iter().any(|one| std::ptr::eq(*one, raw))
    }
}

/// The hashes of what an index may name, by one algorithm.
struct Present<'a> {
    algorithm: HashAlgorithm,
    certificates: Vec<HashValue>,
    revocation_choices: Vec<(HashValue, &'a [u8])>,
    values: Vec<(HashValue, &'a [u8])>,
    attributes: Vec<(HashValue, Vec<&'a [u8]>)>,
}

/// The hashes of what stands in a container for one signer. Each is made once for each algorithm,
/// however many indices are held against it.
#[derive(Default)]
pub(crate) struct PresentHashes<'a>(Vec<Present<'a>>);

impl<'a> HashIndex<'a> {
    /// Reads the value of the attribute `oid`; `None` for an attribute that is no index.
    pub(crate) fn read(oid: &[u8], element: Element<'a>) -> Option<der::Result<Self>> {
        let form = match oid {
            identifiers::ATS_HASH_INDEX_V3 => Form::Values,
            identifiers::ATS_HASH_INDEX | identifiers::ATS_HASH_INDEX_V2 => Form::Attributes,
            _ => return None,
        };
        Some(Self::read_form(form, element))
    }

    fn read_form(form: Form, element: Element<'a>) -> der::Result<Self> {
        if element.tag != tag::SEQUENCE {
            return Err(Tag::Sequence.value_error().into());
        }
        let mut fields = element.elements()?;
        let first = fields.expect(tag::SEQUENCE)?;
        // What begins with an identifier is the algorithm; a part begins with a hash or is empty.
        let names_algorithm = first.contents.first() == Some(&tag::OBJECT_IDENTIFIER);
        let (algorithm, certificates) = match form {
            Form::Attributes if !names_algorithm => (Some(HashAlgorithm::Sha256), first),
            Form::Attributes | Form::Values => {
                let algorithm = AlgorithmIdentifier::read(first)?;
                (HashAlgorithm::named(algorithm.oid), fields.expect(tag::SEQUENCE)?)
            }
        };
        let certificates = hashes(certificates)?;
        let revocation_choices = hashes(fields.expect(tag::SEQUENCE)?)?;
        let unsigned = hashes(fields.expect(tag::SEQUENCE)?)?;
        fields.finish()?;
        let raw = element.raw;
        Ok(Self { algorithm, form, certificates, revocation_choices, unsigned, raw })
    }

    /// What of the container the index names, if everything that it names stands there. More may
    /// stand there: it came later.
    pub(crate) fn covered<'c>(
        &self,
        present: &mut PresentHashes<'c>,
        read: &SignedData<'c>,
        signer: &Signer<'c>,
    ) -> Option<Covered<'c>> {
        let present = present.by(self.algorithm?, read, signer);
        let mut certificates = names(&self.certificates);
        for hash in &present.certificates {
            certificates.take_there(hash);
        }
        let mut choices = names(&self.revocation_choices);
        let mut unsigned = names(&self.unsigned);
        let mut covered = Covered::default();
        for (hash, raw) in &present.revocation_choices {
            if choices.take_there(hash) {
                covered.revocation_choices.push(raw);
            }
        }
        match self.form {
            Form::Values => {
                for (hash, raw) in &present.values {
                    if unsigned.take_there(hash) {
                        covered.unsigned_values.push(raw);
                    }
                }
            }
            Form::Attributes => {
                for (hash, values) in &present.attributes {
                    if unsigned.take_there(hash) {
                        covered.unsigned_values.extend(values);
                    }
                }
            }
        }
        let is_satisfied =
            certificates.is_satisfied() && choices.is_satisfied() && unsigned.is_satisfied();
        is_satisfied.then_some(covered)
    }

    /// The message that the time-stamp over this index covers.
    pub(crate) fn message(
        &self,
        read: &SignedData<'_>,
        signer: &Signer<'_>,
        content: &[u8],
    ) -> Vec<u8> {
        message(read, signer, content, self.raw)
    }
}

impl<'a> PresentHashes<'a> {
    /// For how many algorithms hashes were made.
    #[cfg(test)]
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    fn by(
        &mut self,
        algorithm: HashAlgorithm,
        read: &SignedData<'a>,
        signer: &Signer<'a>,
    ) -> &Present<'a> {
        let known = self.0.iter().position(|one| one.algorithm == algorithm);
        let place = known.unwrap_or_else(|| {
            self.0.push(Present::of(algorithm, read, signer));
            self.0.len() - 1
        });
        &self.0[place]
    }
}

impl<'a> Present<'a> {
    fn of(algorithm: HashAlgorithm, read: &SignedData<'a>, signer: &Signer<'a>) -> Self {
        let hashed = |raw: &&'a [u8]| (algorithm.hash(raw), *raw);
        let values = signer.all_unsigned_values();
        Self {
            algorithm,
            certificates: read.certificate_choices.iter().map(|raw| algorithm.hash(raw)).collect(),
            revocation_choices: read.revocation_choices.iter().map(hashed).collect(),
            values: values
                .map(|(oid, value)| (algorithm.hash(&typed_value(oid, value.raw)), value.raw))
                .collect(),
            attributes: signer
                .unsigned_attributes()
                .iter()
                .map(|one| {
                    (algorithm.hash(one.raw), one.values.iter().map(|value| value.raw).collect())
                })
                .collect(),
        }
    }
}

/// The hashes that a part of an index names, and those of them that were found.
struct Names<'a> {
    named: HashSet<&'a [u8]>,
    found: HashSet<Vec<u8>>,
}

fn names<'a>(hashes: &'a [Cow<'_, [u8]>]) -> Names<'a> {
    Names { named: hashes.iter().map(|hash| &hash[..]).collect(), found: HashSet::new() }
}

impl Names<'_> {
    fn take_there(&mut self, hash: &HashValue) -> bool {
        let named = self.named.contains(hash.as_bytes());
        if named {
            self.found.insert(hash.as_bytes().to_vec());
        }
        named
    }

    fn is_satisfied(&self) -> bool {
        self.found.len() == self.named.len()
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
    let values = signer.all_unsigned_values();
    let values: Vec<u8> =
        values.flat_map(|(oid, value)| hashed(&typed_value(oid, value.raw))).collect();
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
    content: &[u8],
    hash_index: &[u8],
) -> Vec<u8> {
    let content_type = [Part::Raw(read.content_type)];
    Part::Parts(&[
        Part::Element(tag::OBJECT_IDENTIFIER, &content_type),
        Part::Raw(content),
        Part::Raw(signer.fields),
        Part::Raw(hash_index),
    ])
    .to_vec()
}

/// attrType and one value of an unsigned attribute, one after the other.
fn typed_value(oid: &[u8], value: &[u8]) -> Vec<u8> {
    let oid = [Part::Raw(oid)];
    Part::Parts(&[Part::Element(tag::OBJECT_IDENTIFIER, &oid), Part::Raw(value)]).to_vec()
}

fn hashes(sequence: Element<'_>) -> der::Result<Vec<Cow<'_, [u8]>>> {
    let mut hashes = Vec::new();
    let mut elements = sequence.elements()?;
    while !elements.is_empty() {
        if hashes.len() == MAXIMUM_HASHES {
            return Err(Tag::Sequence.length_error().into());
        }
        hashes.push(elements.expect_octets()?);
    }
    Ok(hashes)
}
