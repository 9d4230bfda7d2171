//! Adding members to a container without touching those that are there.
//!
//! Only the lengths around the additions change, from indefinite to definite ones where BER had
//! them, and the version where an OCSP response comes in. A SET OF that is in DER's order stays
//! so; to another one the additions are appended.

use der::Tag;

use super::SignatureId;
use crate::{
    ValidationData,
    asn1::{Element, Elements, Part, identifiers, tag},
};

/// What is added.
#[derive(Clone, Debug, Default)]
pub(super) struct Additions {
    pub(super) certificates: Vec<Vec<u8>>,
    pub(super) revocation_choices: Vec<Vec<u8>>,
    pub(super) unsigned_attributes: Vec<UnsignedAttribute>,
}

/// An unsigned attribute, and whose it is to be.
#[derive(Clone, Debug)]
pub(super) struct UnsignedAttribute {
    /// [`Signer::fields`](crate::signed_data::Signer) of every SignerInfo that gets it.
    pub(super) signer: Vec<u8>,
    /// In DER.
    pub(super) attribute: Vec<u8>,
}

/// CMSVersion of a SignedData with a RevocationInfoChoice that is no list (RFC 5652 section 5.1).
const VERSION_WITH_OTHER_REVOCATION: u32 = 5;

impl Additions {
    pub(super) fn of(data: &ValidationData) -> Self {
        let certificates = data.certificates.iter().map(|one| one.der().as_bytes().to_vec());
        let lists = data.revocation_lists.iter().map(|list| list.der().to_vec());
        let responses = data.ocsp_responses.iter().map(|one| other_revocation(one.der()));
        Self {
            certificates: certificates.collect(),
            revocation_choices: lists.chain(responses).collect(),
            unsigned_attributes: Vec::new(),
        }
    }

    /// An unsigned attribute of one signature.
    pub(super) fn to_signer(signature: &SignatureId, attribute: Vec<u8>) -> Self {
        let attribute = UnsignedAttribute { signer: signature.0.clone(), attribute };
        Self { unsigned_attributes: vec![attribute], ..Self::default() }
    }
}

/// OtherRevocationInfoFormat with an OCSPResponse (RFC 5940 section 2.1).
fn other_revocation(response: &[u8]) -> Vec<u8> {
    let format = [Part::Raw(identifiers::OCSP_RESPONSE_IN_CMS)];
    let fields = [Part::Element(tag::OBJECT_IDENTIFIER, &format), Part::Raw(response)];
    Part::Element(tag::context(1), &fields).to_vec()
}

/// The container with the additions.
pub(super) fn splice(container: &[u8], additions: &Additions) -> der::Result<Vec<u8>> {
    let mut outer = Elements::ber(container)?.expect(tag::SEQUENCE)?.elements()?;
    let identifier = outer.expect(tag::OBJECT_IDENTIFIER)?;
    let signed_data = outer.expect(tag::context(0))?.elements()?.expect(tag::SEQUENCE)?;
    let mut fields = signed_data.elements()?;
    let version = fields.expect(tag::INTEGER)?;
    let digest_algorithms = fields.expect(tag::SET)?;
    let content = fields.expect(tag::SEQUENCE)?;
    let certificates = fields.optional(tag::context(0))?;
    let revocation_choices = fields.optional(tag::context(1))?;
    let signers = fields.expect(tag::SET)?;
    fields.finish()?;

    let certificates = members(certificates, &additions.certificates)?;
    let revocation_choices = members(revocation_choices, &additions.revocation_choices)?;
    let has_other = revocation_choices.iter().any(|one| one.first() == Some(&tag::context(1)));
    let raised = [tag::INTEGER, 1, VERSION_WITH_OTHER_REVOCATION as u8];
    let raise = has_other && version.small_integer()? < VERSION_WITH_OTHER_REVOCATION;
    let version = if raise { &raised[..] } else { version.raw };
    let signers = match &additions.unsigned_attributes[..] {
        [] => signers.raw.to_vec(),
        attributes => with_unsigned_attributes(signers, attributes)?,
    };
    let certificates = Part::Raw(&set(tag::context(0), &certificates)).to_vec();
    let revocation_choices = set(tag::context(1), &revocation_choices);
    let fields = [
        Part::Raw(version),
        Part::Raw(digest_algorithms.raw),
        Part::Raw(content.raw),
        Part::Raw(&certificates),
        Part::Raw(&revocation_choices),
        Part::Raw(&signers),
    ];
    let signed_data = [Part::Element(tag::SEQUENCE, &fields)];
    let outer = [Part::Raw(identifier.raw), Part::Element(tag::context(0), &signed_data)];
    Ok(Part::Element(tag::SEQUENCE, &outer).to_vec())
}

/// The SET of SignerInfos, with more unsigned attributes.
fn with_unsigned_attributes(
    signers: Element<'_>,
    attributes: &[UnsignedAttribute],
) -> der::Result<Vec<u8>> {
    let members: Vec<_> = signers.elements()?.collect::<der::Result<_>>()?;
    let sorted = members.is_sorted_by_key(|one| one.raw);
    let augmented = members.into_iter().map(|signer| augmented_signer(signer, attributes));
    let mut augmented: Vec<_> = augmented.collect::<der::Result<_>>()?;
    if sorted {
        augmented.sort_unstable();
    }
    Ok(Part::Element(tag::SET, &[Part::Raw(&augmented.concat())]).to_vec())
}

/// A SignerInfo with those of the attributes that are to be its own.
fn augmented_signer(signer: Element<'_>, attributes: &[UnsignedAttribute]) -> der::Result<Vec<u8>> {
    let mut fields = Vec::new();
    let mut unsigned = None;
    for (index, field) in signer.elements()?.enumerate() {
        let field = field?;
        // The other [1] is none: signedAttrs is [0], and the sid comes second.
        if field.tag == tag::context(1) && index > 3 {
            unsigned = Some(field);
        } else if unsigned.is_some() {
            return Err(Tag::Sequence.value_error().into());
        } else {
            fields.extend_from_slice(field.raw);
        }
    }
    let own = attributes.iter().filter(|one| one.signer == fields);
    let own: Vec<Vec<u8>> = own.map(|one| one.attribute.clone()).collect();
    if own.is_empty() {
        return Ok(signer.raw.to_vec());
    }
    let unsigned = set(tag::context(1), &members(unsigned, &own)?);
    Ok(Part::Element(tag::SEQUENCE, &[Part::Raw(&fields), Part::Raw(&unsigned)]).to_vec())
}

/// The members of a SET OF and those to add to it that are not there yet.
fn members<'a>(there: Option<Element<'a>>, added: &'a [Vec<u8>]) -> der::Result<Vec<&'a [u8]>> {
    let mut members: Vec<&[u8]> = match there {
        Some(set) => {
            set.elements()?.map(|one| one.map(|one| one.raw)).collect::<der::Result<_>>()?
        }
        None => Vec::new(),
    };
    let sorted = members.is_sorted();
    for one in added {
        if !members.contains(&one.as_slice()) {
            members.push(one);
        }
    }
    if sorted {
        members.sort_unstable();
    }
    Ok(members)
}

/// The members under `tag`; nothing when there are none.
fn set(tag: u8, members: &[&[u8]]) -> Vec<u8> {
    if members.is_empty() {
        return Vec::new();
    }
    let members: Vec<Part<'_>> = members.iter().map(|one| Part::Raw(one)).collect();
    Part::Element(tag, &members).to_vec()
}
