//! ResponseData of an OCSP response (RFC 6960 section 4.2.1).

use std::time::SystemTime;

use der::Tag;
use ring::digest;

use super::{RevocationReason, RevocationStatus};
use crate::{
    Certificate,
    algorithm::{AlgorithmIdentifier, digest_algorithm},
    asn1::{Element, Elements, identifiers, read_any_time, tag},
    certificate::{ExtensionIterator, is_same_name},
};

/// The most certificates that one response speaks of.
const MAXIMUM_RESPONSES: usize = 64;

/// What the responder signs.
#[derive(Clone, Debug)]
pub(super) struct ResponseData {
    pub(super) responder: ResponderId,
    /// `None` when it cannot be read.
    pub(super) produced_at: Option<SystemTime>,
    responses: Vec<SingleResponse>,
    /// Something cannot be read or is not understood: the response clears nobody.
    pub(super) is_defective: bool,
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
    /// `None` when it cannot be read, or has a critical extension that is not understood.
    pub(super) status: Option<RevocationStatus>,
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
    /// Fails only when it cannot be told which certificates it is about.
    pub(super) fn read(sequence: Element<'_>) -> der::Result<Self> {
        let mut fields = sequence.elements()?;
        let version = fields.optional(tag::context(0))?;
        let is_version_1 = version.is_none_or(|version| {
            unwrapped(version).and_then(|version| version.small_integer()) == Ok(0)
        });
        let responder = ResponderId::read(fields.any()?)?;
        let produced_at = read_any_time(fields.any()?).ok();
        let mut responses = Vec::new();
        for single in fields.expect(tag::SEQUENCE)?.elements()? {
            if responses.len() == MAXIMUM_RESPONSES {
                return Err(Tag::Sequence.length_error().into());
            }
            responses.push(SingleResponse::read(single?)?);
        }
        let rest = read_extensions(fields);
        Ok(Self {
            responder,
            produced_at,
            responses,
            is_defective: !is_version_1 || produced_at.is_none() || rest.is_err(),
        })
    }

    /// The newest answer about `certificate`, which `issuer` issued. One that says revoked counts
    /// before any other, then one that cannot be read: it may be more than a hold.
    pub(super) fn find(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
    ) -> Option<&SingleResponse> {
        self.responses
            .iter()
            .filter(|one| one.identifier.identifies(certificate, issuer))
            .max_by_key(|one| (one.weight(), one.this_update))
    }

    /// Whether an answer says that the certificate is revoked, or says what cannot be read, also
    /// where not all of its CertID is the certificate's, or can be compared.
    pub(super) fn accuses(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        self.responses
            .iter()
            .filter(|one| one.accuses())
            .any(|one| one.identifier.may_identify(certificate, issuer))
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
            Self::Name(name) => is_same_name(certificate.subject(), name),
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
        let status = fields.any()?;
        Self::read_rest(identifier.clone(), status, fields).or_else(|_| {
            // Revoked is revoked, whatever stands behind it; what is on hold has no time then.
            let status = read_status(status).ok();
            let status = status.filter(RevocationStatus::is_revoked_for_good);
            let this_update = SystemTime::UNIX_EPOCH;
            Ok(Self { identifier, status, this_update, next_update: None, archive_cutoff: None })
        })
    }

    fn accuses(&self) -> bool {
        self.weight() > 0
    }

    /// What counts before what else says of the same certificate.
    fn weight(&self) -> u8 {
        match self.status {
            Some(status) if status.is_revoked_for_good() => 3,
            None => 2,
            Some(RevocationStatus::Revoked { .. }) => 1,
            Some(RevocationStatus::NotRevoked | RevocationStatus::Unknown) => 0,
        }
    }

    fn read_rest(
        identifier: CertificateId,
        status: Element<'_>,
        mut fields: Elements<'_>,
    ) -> der::Result<Self> {
        let status = Some(read_status(status)?);
        let this_update = read_any_time(fields.any()?)?;
        let next_update = match fields.optional(tag::context(0))? {
            Some(explicit) => Some(read_any_time(unwrapped(explicit)?)?),
            None => None,
        };
        let mut archive_cutoff = None;
        if let Some(extensions) = fields.optional(tag::context(1))? {
            for extension in ExtensionIterator::explicit(extensions)? {
                let extension = extension?;
                if extension.oid == identifiers::OCSP_ARCHIVE_CUTOFF {
                    let time = Element::parse(extension.value, tag::GENERALIZED_TIME)?;
                    archive_cutoff = Some(read_any_time(time)?);
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
            // A time that cannot be read is 1970: since ever. A reason changes nothing.
            let at = fields.any().and_then(read_any_time).unwrap_or(SystemTime::UNIX_EPOCH);
            let reason = fields.optional(tag::context(0)).ok().flatten();
            let number = reason.and_then(|explicit| unwrapped(explicit).ok()?.small_integer().ok());
            let reason = number.and_then(RevocationReason::from_number);
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
        let serial_number = fields.expect(tag::INTEGER)?.significant_integer().to_vec();
        fields.finish()?;
        Ok(Self { algorithm, issuer_name_hash, issuer_key_hash, serial_number })
    }

    /// Whether the serial number is the certificate's, and so is its issuer by its name or its key, or
    /// neither can be compared.
    fn may_identify(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        self.serial_number == certificate.serial_number()
            && match self.algorithm {
                None => true,
                Some(_) => self.is_name_of(certificate, issuer) || self.is_key_of(issuer),
            }
    }

    fn identifies(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        self.serial_number == certificate.serial_number()
            && certificate.has_issuer_named_as(issuer)
            && self.is_name_of(certificate, issuer)
            && self.is_key_of(issuer)
    }

    /// The issuer's name may be spelt otherwise in what it issued: either may have been hashed.
    fn is_name_of(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        let names = [issuer.subject(), certificate.issuer()];
        names.iter().any(|name| self.is_hash(&self.issuer_name_hash, name))
    }

    fn is_key_of(&self, issuer: &Certificate) -> bool {
        self.is_hash(&self.issuer_key_hash, issuer.public_key_octets())
    }

    fn is_hash(&self, hash: &[u8], of: &[u8]) -> bool {
        self.algorithm.is_some_and(|algorithm| digest::digest(algorithm, of).as_ref() == hash)
    }
}

/// The one element under an explicit tag.
fn unwrapped(explicit: Element<'_>) -> der::Result<Element<'_>> {
    let mut inner: Elements<'_> = explicit.elements()?;
    let element = inner.any()?;
    inner.finish()?;
    Ok(element)
}

/// responseExtensions at the end of the data; a critical one is not understood.
fn read_extensions(mut fields: Elements<'_>) -> der::Result<()> {
    if let Some(extensions) = fields.optional(tag::context(1))? {
        for extension in ExtensionIterator::explicit(extensions)? {
            refuse_critical(extension?.critical)?;
        }
    }
    fields.finish()
}

fn refuse_critical(critical: bool) -> der::Result<()> {
    if critical { Err(Tag::Sequence.value_error().into()) } else { Ok(()) }
}
