//! Certificate policies and what constrains them (RFC 5280 sections 4.2.1.4, 4.2.1.5 and
//! 4.2.1.11).

use der::Tag;

use crate::asn1::{Element, Elements, Oid, tag};

/// The most policies, or mappings of policies, that are read in one certificate.
const MAXIMUM_POLICIES: usize = 256;

/// One policy of the issuer that the subject has under another name.
#[derive(Clone, Debug)]
pub(crate) struct PolicyMapping {
    pub(crate) issuer_policy: Oid,
    pub(crate) subject_policy: Oid,
}

/// policyConstraints: after how many more certificates each begins to hold.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PolicyConstraints {
    pub(crate) require_explicit_policy: Option<u32>,
    pub(crate) inhibit_policy_mapping: Option<u32>,
}

/// Reads certificatePolicies without its qualifiers.
pub(super) fn read_policies(value: &[u8]) -> der::Result<Vec<Oid>> {
    limited(value)?.map(|policy| oid(policy?.elements()?)).collect()
}

impl PolicyMapping {
    pub(super) fn read_all(value: &[u8]) -> der::Result<Vec<Self>> {
        let read = |mapping: der::Result<Element<'_>>| {
            let mut fields = mapping?.elements()?;
            let issuer_policy = next_oid(&mut fields)?;
            let subject_policy = next_oid(&mut fields)?;
            fields.finish()?;
            Ok(Self { issuer_policy, subject_policy })
        };
        limited(value)?.map(read).collect()
    }
}

impl PolicyConstraints {
    pub(super) fn read(value: &[u8]) -> der::Result<Self> {
        let mut fields = Element::parse(value, tag::SEQUENCE)?.elements()?;
        let mut number = |of: u8| {
            let field = fields.optional(tag::primitive(of))?;
            field.map(|field| field.saturating_integer()).transpose()
        };
        let (require_explicit_policy, inhibit_policy_mapping) = (number(0)?, number(1)?);
        fields.finish()?;
        Ok(Self { require_explicit_policy, inhibit_policy_mapping })
    }
}

/// The elements of a sequence that has no more than may be read.
fn limited(value: &[u8]) -> der::Result<Elements<'_>> {
    let elements = Element::parse(value, tag::SEQUENCE)?.elements()?;
    if elements.clone().nth(MAXIMUM_POLICIES).is_some() {
        return Err(Tag::Sequence.length_error().into());
    }
    Ok(elements)
}

fn oid(mut fields: Elements<'_>) -> der::Result<Oid> {
    next_oid(&mut fields)
}

fn next_oid(fields: &mut Elements<'_>) -> der::Result<Oid> {
    let contents = fields.expect(tag::OBJECT_IDENTIFIER)?.contents;
    Oid::from_contents(contents).ok_or_else(|| Tag::ObjectIdentifier.value_error().into())
}
