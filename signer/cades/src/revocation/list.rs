//! Certificate revocation lists (RFC 5280 section 5), complete and direct ones.

use std::{sync::OnceLock, time::SystemTime};

use bytes::Bytes;
use der::Tag;
use seal::CertificateDer;

use super::{RevocationReason, RevocationStatus};
use crate::{
    Certificate, Error, Unverified,
    algorithm::AlgorithmIdentifier,
    asn1::{Element, identifiers, read_time, tag},
    certificate::{ExtensionIterator, key_identifier},
};

/// The longest revocation list that is read, in bytes.
pub const MAXIMUM_REVOCATION_LIST_LENGTH: usize = 32 * 1024 * 1024;

/// A revocation list whose structure has been read; its signature is verified against an issuer.
#[derive(Clone, Debug)]
pub struct RevocationList {
    der: Bytes,
    issuer: Vec<u8>,
    this_update: SystemTime,
    next_update: Option<SystemTime>,
    /// expiredCertsOnCRL (X.509 clause 9.5.2.8).
    expired_since: Option<SystemTime>,
    authority_key_identifier: Option<Vec<u8>>,
    proven_time: Option<SystemTime>,
    /// The issuer that the signature was verified with first, and the outcome.
    verified: OnceLock<(CertificateDer, Result<(), Unverified>)>,
}

impl RevocationList {
    /// Reads a list.
    ///
    /// # Errors
    /// [`Error::TooLong`]; [`Error::Malformed`], also for a list with a critical extension: an
    /// indirect, partial or delta list would be misread.
    pub fn parse(der: impl Into<Bytes>) -> Result<Self, Error> {
        let der = der.into();
        Error::limit("revocation list", &der, MAXIMUM_REVOCATION_LIST_LENGTH)?;
        let malformed = Error::malformed("revocation list");
        let fields = Fields::read(&der).map_err(malformed)?;
        let Fields { this_update, next_update, expired_since, .. } = fields;
        let issuer = fields.issuer.to_vec();
        let authority_key_identifier = fields.authority_key_identifier.map(<[u8]>::to_vec);
        Ok(Self {
            der,
            issuer,
            this_update,
            next_update,
            expired_since,
            authority_key_identifier,
            proven_time: None,
            verified: OnceLock::new(),
        })
    }

    /// The list with a proof that it existed at `time`, from a valid time-stamp over it: it may
    /// then be used although its issuer's certificate has expired since (EN 319 102-1 clause
    /// 5.6.2.2). The earliest proof counts.
    #[must_use]
    pub fn proven_at(self, time: SystemTime) -> Self {
        let proven_time = self.proven_time.into_iter().chain([time]).min();
        Self { proven_time, ..self }
    }

    /// The time of [`RevocationList::proven_at`].
    pub fn proven_time(&self) -> Option<SystemTime> {
        self.proven_time
    }

    /// The list in DER.
    pub fn der(&self) -> &Bytes {
        &self.der
    }

    /// The identifier of the key that signed the list (RFC 5280 section 5.2.1), as the list says it.
    pub fn authority_key_identifier(&self) -> Option<&[u8]> {
        self.authority_key_identifier.as_deref()
    }

    /// Whether the list comes, by its name, from the issuer of `certificate`.
    pub fn concerns(&self, certificate: &Certificate) -> bool {
        self.issuer == certificate.issuer()
    }

    /// Whether the list speaks for `time` and was made by `now`: its nextUpdate does not lie
    /// before `time`.
    pub fn covers(&self, time: SystemTime, now: SystemTime) -> bool {
        self.this_update <= now && self.next_update.is_none_or(|next| time <= next)
    }

    /// When the list was made.
    pub fn this_update(&self) -> SystemTime {
        self.this_update
    }

    /// Whether the list would name `certificate` if it were revoked: it was made after its
    /// issuance, and before it expired unless it keeps what expired (expiredCertsOnCRL).
    pub(crate) fn is_about(&self, certificate: &Certificate) -> bool {
        let keeps = self.expired_since.unwrap_or(self.this_update);
        certificate.not_before() <= self.this_update && keeps <= certificate.not_after()
    }

    /// Whether the list, verified or not, could say anything but that `certificate` is not revoked.
    pub(crate) fn accuses(&self, certificate: &Certificate) -> bool {
        let status =
            Fields::read(&self.der).and_then(|list| list.look_up(certificate.serial_number()));
        status != Ok(RevocationStatus::NotRevoked)
    }

    /// Verifies the list with the key of `issuer` and looks `certificate` up in it.
    ///
    /// # Errors
    /// [`Unverified`], also when the issuer's key may not sign lists.
    pub fn status(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
    ) -> Result<RevocationStatus, Unverified> {
        let fields = Fields::read(&self.der).map_err(|_| Unverified::Unsupported)?;
        if issuer.subject() != self.issuer || !issuer.may_sign_revocation_lists() {
            return Err(Unverified::Wrong);
        }
        let (first, outcome) =
            self.verified.get_or_init(|| (issuer.der().clone(), fields.verify(issuer)));
        if first == issuer.der() { *outcome } else { fields.verify(issuer) }?;
        fields.look_up(certificate.serial_number()).map_err(|_| Unverified::Unsupported)
    }
}

struct Fields<'a> {
    signed: &'a [u8],
    algorithm: AlgorithmIdentifier<'a>,
    signature: &'a [u8],
    issuer: &'a [u8],
    this_update: SystemTime,
    next_update: Option<SystemTime>,
    expired_since: Option<SystemTime>,
    authority_key_identifier: Option<&'a [u8]>,
    revoked: Option<Element<'a>>,
}

impl<'a> Fields<'a> {
    fn read(der: &'a [u8]) -> der::Result<Self> {
        let mut outer = Element::parse(der, tag::SEQUENCE)?.elements()?;
        let signed = outer.expect(tag::SEQUENCE)?;
        let identifier = outer.expect(tag::SEQUENCE)?;
        let signature = outer.expect(tag::BIT_STRING)?.bit_string()?;
        outer.finish()?;
        let mut fields = signed.elements()?;
        fields.optional(tag::INTEGER)?;
        if fields.expect(tag::SEQUENCE)?.raw != identifier.raw {
            return Err(Tag::Sequence.value_error().into());
        }
        let issuer = fields.expect(tag::SEQUENCE)?.raw;
        let this_update = read_time(fields.any()?)?;
        let next_update = match fields.optional(tag::UTC_TIME)? {
            None => fields.optional(tag::GENERALIZED_TIME)?,
            some => some,
        };
        let next_update = next_update.map(read_time).transpose()?;
        let revoked = fields.optional(tag::SEQUENCE)?;
        let (mut expired_since, mut authority_key_identifier) = (None, None);
        if let Some(extensions) = fields.optional(tag::context(0))? {
            for extension in ExtensionIterator::explicit(extensions)? {
                let extension = extension?;
                if extension.oid == identifiers::EXPIRED_CERTIFICATES_ON_CRL {
                    let time = Element::parse(extension.value, tag::GENERALIZED_TIME)?;
                    expired_since = Some(read_time(time)?);
                } else if extension.oid == identifiers::AUTHORITY_KEY_IDENTIFIER {
                    // It says which key to try; the signature says whether it was that one.
                    authority_key_identifier = key_identifier(extension.value).ok().flatten();
                } else {
                    refuse_critical(extension.critical)?;
                }
            }
        }
        fields.finish()?;
        Ok(Self {
            signed: signed.raw,
            algorithm: AlgorithmIdentifier::read(identifier)?,
            signature,
            issuer,
            this_update,
            next_update,
            expired_since,
            authority_key_identifier,
            revoked,
        })
    }

    fn verify(&self, issuer: &Certificate) -> Result<(), Unverified> {
        let algorithm = self.algorithm.signature(None)?;
        algorithm.verify(issuer.public_key(), self.signed, self.signature)
    }

    fn look_up(&self, serial_number: &[u8]) -> der::Result<RevocationStatus> {
        let Some(revoked) = self.revoked else { return Ok(RevocationStatus::NotRevoked) };
        for entry in revoked.elements()? {
            let mut fields = entry?.elements()?;
            let found = fields.expect(tag::INTEGER)?.contents == serial_number;
            let time = fields.any()?;
            let mut reason = None;
            if let Some(extensions) = fields.optional(tag::SEQUENCE)? {
                for extension in ExtensionIterator::plain(extensions)? {
                    let extension = extension?;
                    if extension.oid == identifiers::CRL_REASON {
                        let number = Element::parse(extension.value, tag::ENUMERATED)?;
                        reason = RevocationReason::from_number(number.small_integer()?);
                    } else if !found {
                        // It may say that the entry belongs to another issuer. Of the entry that
                        // was looked for it changes nothing: revoked is the safe reading.
                        refuse_critical(extension.critical)?;
                    }
                }
            }
            if found {
                return Ok(RevocationStatus::Revoked { at: read_time(time)?, reason });
            }
        }
        Ok(RevocationStatus::NotRevoked)
    }
}

fn refuse_critical(critical: bool) -> der::Result<()> {
    if critical { Err(Tag::Sequence.value_error().into()) } else { Ok(()) }
}
