//! ResponseData of an OCSP response (RFC 6960 section 4.2.1).

use std::time::SystemTime;

use der::Tag;
use ring::digest;

use super::{RevocationReason, RevocationStatus};
use crate::{
    Certificate,
    algorithm::{AlgorithmIdentifier, digest_algorithm},
    asn1::{Element, Elements, identifiers, read_fractional_time, tag},
    certificate::ExtensionIterator,
};

/// The most certificates that one response speaks of.
const MAXIMUM_RESPONSES: usize = 64;

/// What the responder signs.
#[derive(Clone, Debug)]
pub(super) struct ResponseData {
    pub(super) responder: ResponderId,
    pub(super) produced_at: SystemTime,
    responses: Vec<SingleResponse>,
}

/// Who signed.
#[derive(Clone, Debug)]
pub(super) enum ResponderId {
    /// The subject's name in DER.
    Name(Vec<u8>),
    /// SHA-1 of the public key.
    KeyHash(Vec<u8>),
}

/// The status of one certificate.
#[derive(Clone, Debug)]
pub(super) struct SingleResponse {
    identifier: CertificateId,
    pub(super) status: RevocationStatus,
    pub(super) this_update: SystemTime,
    pub(super) next_update: Option<SystemTime>,
    pub(super) archive_cutoff: Option<SystemTime>,
}

/// CertID (section 4.1.1).
#[derive(Clone, Debug)]
struct CertificateId {
    /// `None` for an algorithm that is not known here.
    algorithm: Option<&'static digest::Algorithm>,
    issuer_name_hash: Vec<u8>,
    issuer_key_hash: Vec<u8>,
    serial_number: Vec<u8>,
}

impl ResponseData {
    pub(super) fn read(sequence: Element<'_>) -> der::Result<Self> {
        let mut fields = sequence.elements()?;
        if let Some(version) = fields.optional(tag::context(0))?
            && unwrapped(version)?.small_integer()? != 0
        {
            return Err(Tag::Integer.value_error().into());
        }
        let responder = ResponderId::read(fields.any()?)?;
        let produced_at = read_fractional_time(fields.expect(tag::GENERALIZED_TIME)?)?;
        let mut responses = Vec::new();
        for single in fields.expect(tag::SEQUENCE)?.elements()? {
            if responses.len() == MAXIMUM_RESPONSES {
                return Err(Tag::Sequence.length_error().into());
            }
            responses.push(SingleResponse::read(single?)?);
        }
        if let Some(extensions) = fields.optional(tag::context(1))? {
            for extension in ExtensionIterator::explicit(extensions)? {
                refuse_critical(extension?.critical)?;
            }
        }
        fields.finish()?;
        Ok(Self { responder, produced_at, responses })
    }

    /// The newest answer about `certificate`, which `issuer` issued. One that says revoked counts
    /// before any other.
    pub(super) fn find(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
    ) -> Option<&SingleResponse> {
        let revoked = |one: &SingleResponse| matches!(one.status, RevocationStatus::Revoked { .. });
        self.responses
            .iter()
            .filter(|one| one.identifier.identifies(certificate, issuer))
            .max_by_key(|one| (revoked(one), one.this_update))
    }
}

impl ResponderId {
    fn read(element: Element<'_>) -> der::Result<Self> {
        let inner = unwrapped(element)?;
        match (element.tag, inner.tag) {
            (0xa1, tag::SEQUENCE) => Ok(Self::Name(inner.raw.to_vec())),
            (0xa2, tag::OCTET_STRING) => Ok(Self::KeyHash(inner.contents.to_vec())),
            _ => Err(Tag::Sequence.value_error().into()),
        }
    }

    pub(super) fn identifies(&self, certificate: &Certificate) -> bool {
        match self {
            Self::Name(name) => certificate.subject() == name,
            Self::KeyHash(hash) => {
                let algorithm = &digest::SHA1_FOR_LEGACY_USE_ONLY;
                digest::digest(algorithm, certificate.public_key_octets()).as_ref() == hash
            }
        }
    }
}

impl SingleResponse {
    fn read(sequence: Element<'_>) -> der::Result<Self> {
        let mut fields = sequence.elements()?;
        let identifier = CertificateId::read(fields.expect(tag::SEQUENCE)?)?;
        let status = read_status(fields.any()?)?;
        let this_update = read_fractional_time(fields.expect(tag::GENERALIZED_TIME)?)?;
        let next_update = match fields.optional(tag::context(0))? {
            Some(explicit) => Some(read_generalized_time(unwrapped(explicit)?)?),
            None => None,
        };
        let mut archive_cutoff = None;
        if let Some(extensions) = fields.optional(tag::context(1))? {
            for extension in ExtensionIterator::explicit(extensions)? {
                let extension = extension?;
                if extension.oid == identifiers::OCSP_ARCHIVE_CUTOFF {
                    let time = Element::parse(extension.value, tag::GENERALIZED_TIME)?;
                    archive_cutoff = Some(read_fractional_time(time)?);
                } else {
                    refuse_critical(extension.critical)?;
                }
            }
        }
        fields.finish()?;
        Ok(Self { identifier, status, this_update, next_update, archive_cutoff })
    }
}

/// CertStatus, a CHOICE by its tag: 0 good, 1 revoked, 2 unknown.
fn read_status(element: Element<'_>) -> der::Result<RevocationStatus> {
    match element.tag {
        0x80 if element.contents.is_empty() => Ok(RevocationStatus::NotRevoked),
        0xa1 => {
            let mut fields = element.elements()?;
            let at = read_fractional_time(fields.expect(tag::GENERALIZED_TIME)?)?;
            let reason = match fields.optional(tag::context(0))? {
                Some(explicit) => {
                    RevocationReason::from_number(unwrapped(explicit)?.small_integer()?)
                }
                None => None,
            };
            fields.finish()?;
            Ok(RevocationStatus::Revoked { at, reason })
        }
        0x82 if element.contents.is_empty() => Ok(RevocationStatus::Unknown),
        _ => Err(Tag::Null.value_error().into()),
    }
}

impl CertificateId {
    fn read(sequence: Element<'_>) -> der::Result<Self> {
        let mut fields = sequence.elements()?;
        let algorithm = AlgorithmIdentifier::read(fields.expect(tag::SEQUENCE)?)?;
        // SHA-1 only tells certificates apart here: what counts is the signature below.
        let algorithm = match algorithm.oid {
            identifiers::SHA_1 => Some(&digest::SHA1_FOR_LEGACY_USE_ONLY),
            _ => digest_algorithm(&algorithm).map(|algorithm| algorithm.ring()),
        };
        let issuer_name_hash = fields.expect(tag::OCTET_STRING)?.contents.to_vec();
        let issuer_key_hash = fields.expect(tag::OCTET_STRING)?.contents.to_vec();
        let serial_number = fields.expect(tag::INTEGER)?.contents.to_vec();
        fields.finish()?;
        Ok(Self { algorithm, issuer_name_hash, issuer_key_hash, serial_number })
    }

    fn identifies(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        let Some(algorithm) = self.algorithm else { return false };
        let hash = |bytes| digest::digest(algorithm, bytes);
        self.serial_number == certificate.serial_number()
            && certificate.issuer() == issuer.subject()
            && self.issuer_name_hash == hash(issuer.subject()).as_ref()
            && self.issuer_key_hash == hash(issuer.public_key_octets()).as_ref()
    }
}

/// The one element under an explicit tag.
fn unwrapped(explicit: Element<'_>) -> der::Result<Element<'_>> {
    let mut inner: Elements<'_> = explicit.elements()?;
    let element = inner.any()?;
    inner.finish()?;
    Ok(element)
}

fn read_generalized_time(element: Element<'_>) -> der::Result<SystemTime> {
    if element.tag == tag::GENERALIZED_TIME {
        read_fractional_time(element)
    } else {
        Err(Tag::GeneralizedTime.value_error().into())
    }
}

fn refuse_critical(critical: bool) -> der::Result<()> {
    if critical { Err(Tag::Sequence.value_error().into()) } else { Ok(()) }
}
