//! The fields of a revocation list, read as far as they can be.

use std::time::SystemTime;

use super::scope::Scope;
use crate::{
    Certificate, Unverified,
    algorithm::AlgorithmIdentifier,
    asn1::{Element, Elements, identifiers, read_any_time, tag},
    certificate::{ExtensionIterator, key_identifier},
};

const UNREADABLE: &str = "the revocation list at hand cannot be read in every part";
const UNKNOWN_CRITICAL: &str =
    "the revocation list at hand has a critical extension that is not understood";

pub(super) struct Fields<'a> {
    signed: &'a [u8],
    algorithm: &'a [u8],
    signature: Option<&'a [u8]>,
    pub(super) issuer: &'a [u8],
    pub(super) this_update: Option<SystemTime>,
    pub(super) next_update: Option<SystemTime>,
    pub(super) expired_since: Option<SystemTime>,
    pub(super) authority_key_identifier: Option<&'a [u8]>,
    pub(super) scope: Scope,
    pub(super) is_delta: bool,
    pub(super) defect: Option<&'static str>,
}

impl<'a> Fields<'a> {
    /// Fails only when the issuer cannot be told.
    pub(super) fn read(der: &'a [u8]) -> der::Result<Self> {
        let mut outer = Element::parse(der, tag::SEQUENCE)?.elements()?;
        let signed = outer.expect(tag::SEQUENCE)?;
        let mut inside = signed.elements()?;
        inside.optional(tag::INTEGER)?;
        let algorithm = inside.expect(tag::SEQUENCE)?;
        let issuer = inside.expect(tag::SEQUENCE)?.raw;
        let mut fields = Self {
            signed: signed.raw,
            algorithm: algorithm.raw,
            signature: None,
            issuer,
            this_update: None,
            next_update: None,
            expired_since: None,
            authority_key_identifier: None,
            scope: Scope::default(),
            is_delta: false,
            defect: None,
        };
        // Section 5.1.1.2: both algorithms must be the same.
        let signature = outer.expect(tag::SEQUENCE).and_then(|identifier| {
            let signature = outer.expect(tag::BIT_STRING)?.bit_string()?;
            outer.finish()?;
            let [outside, inside] = [identifier, algorithm].map(AlgorithmIdentifier::read);
            Ok(outside?.is_same(&inside?).then_some(signature))
        });
        fields.signature = signature.ok().flatten();
        if fields.read_rest(inside).is_err() {
            fields.defect = Some(UNREADABLE);
            fields.scope.suspect();
        }
        Ok(fields)
    }

    fn read_rest(&mut self, mut fields: Elements<'a>) -> der::Result<()> {
        self.this_update = Some(read_any_time(fields.any()?)?);
        self.next_update = match fields.optional(tag::UTC_TIME)? {
            None => fields.optional(tag::GENERALIZED_TIME)?,
            some => some,
        }
        .map(read_any_time)
        .transpose()?;
        fields.optional(tag::SEQUENCE)?;
        if let Some(extensions) = fields.optional(tag::context(0))? {
            for extension in ExtensionIterator::explicit(extensions)? {
                let extension = extension?;
                match extension.oid {
                    identifiers::EXPIRED_CERTIFICATES_ON_CRL => {
                        let time = Element::parse(extension.value, tag::GENERALIZED_TIME)?;
                        self.expired_since = Some(read_any_time(time)?);
                    }
                    // It says which key to try; the signature says whether it was that one.
                    identifiers::AUTHORITY_KEY_IDENTIFIER => {
                        self.authority_key_identifier =
                            key_identifier(extension.value).ok().flatten();
                    }
                    identifiers::ISSUING_DISTRIBUTION_POINT => {
                        self.scope = Scope::read(extension.value)?;
                    }
                    identifiers::DELTA_CRL_INDICATOR => self.is_delta = true,
                    // Numbers and addresses, which change nothing of what the list says.
                    identifiers::CRL_NUMBER
                    | identifiers::FRESHEST_CRL
                    | identifiers::ISSUER_ALT_NAME
                    | identifiers::AUTHORITY_INFORMATION_ACCESS => {}
                    _ if extension.critical => self.defect = Some(UNKNOWN_CRITICAL),
                    _ => {}
                }
            }
        }
        fields.finish()
    }

    pub(super) fn verify(&self, issuer: &Certificate) -> Result<(), Unverified> {
        let algorithm = Element::parse(self.algorithm, tag::SEQUENCE)
            .and_then(AlgorithmIdentifier::read)
            .map_err(|_| Unverified::Unsupported)?
            .signature(None)?;
        let signature = self.signature.ok_or(Unverified::Unsupported)?;
        algorithm.verify(issuer.public_key(), self.signed, signature)
    }
}

/// The entries of a list, without a look at what surrounds them, `None` when there are none; and
/// whether nothing stands there that could be entries too.
pub(super) fn revoked_certificates(der: &[u8]) -> der::Result<(Option<Element<'_>>, bool)> {
    let signed = Element::parse(der, tag::SEQUENCE)?.elements()?.expect(tag::SEQUENCE)?;
    let mut fields = signed.elements()?;
    fields.optional(tag::INTEGER)?;
    fields.expect(tag::SEQUENCE)?;
    fields.expect(tag::SEQUENCE)?;
    fields.any()?;
    for time in [tag::UTC_TIME, tag::GENERALIZED_TIME] {
        fields.optional(time)?;
    }
    let revoked = fields.optional(tag::SEQUENCE)?;
    let are_all = fields.optional(tag::context(0))?.is_some() || fields.is_empty();
    Ok((revoked, are_all))
}
