//! Who was revoked: revocation lists, OCSP answers, and revocation itself.

use std::time::SystemTime;

use ::authority::{
    OcspUntruth, Request, ResponseStatus, Revocation, RevocationReason,
    moment::{after, whole_second},
};
use bytes::Bytes;
use der::{Decode, Encode};
use seal::CertificateDer;
use x509_cert::Certificate;

use super::{
    Authority, ISSUING_CA_LIFETIME, LONGEST_LEAF, certification_authority::CertificationAuthority,
    generations::IssuingCa,
};
use crate::Error;

impl Authority {
    /// The root's certificate revocation list in DER: at most an hour old, valid for a day.
    ///
    /// # Errors
    /// [`Error`] when it cannot be signed.
    pub fn root_crl(&self, now: SystemTime) -> Result<Bytes, Error> {
        self.root.revocation_list(now)
    }

    /// The lists of the root and of every issuing CA, made now: what was issued before is older.
    /// They may be the last word of a run, whose keys end with it.
    ///
    /// # Errors
    /// [`Error`] when one cannot be signed.
    pub fn revocation_lists(&self, now: SystemTime) -> Result<Vec<Bytes>, Error> {
        let issuing = self.generations().all.clone();
        std::iter::once(&self.root)
            .chain(issuing.iter().map(|ca| &ca.authority))
            .map(|ca| ca.new_revocation_list(now))
            .collect()
    }

    /// The same of the issuing CA of this generation, counted from one; `None` when there is
    /// none.
    ///
    /// # Errors
    /// [`Error`] when it cannot be signed.
    pub fn issuing_ca_crl(
        &self,
        generation: usize,
        now: SystemTime,
    ) -> Result<Option<Bytes>, Error> {
        let at = generation.checked_sub(1);
        let issuing = at.and_then(|at| self.generations().all.get(at).cloned());
        issuing.map(|ca| ca.authority.revocation_list(now)).transpose()
    }

    /// The revocation list on which a certificate of this authority would stand; `None` for
    /// certificates of others.
    ///
    /// # Errors
    /// [`Error`] when the certificate cannot be read or the list cannot be signed.
    pub fn revocation_list_for(
        &self,
        certificate: &CertificateDer,
        now: SystemTime,
    ) -> Result<Option<Bytes>, Error> {
        self.by_issuer_of(certificate, |ca, _| ca.revocation_list(now))
    }

    /// A signed OCSP answer (an `OCSPResponse` in DER, without a nonce) about a certificate of
    /// this authority; `None` for certificates of others.
    ///
    /// # Errors
    /// [`Error`] when the certificate cannot be read or the answer cannot be signed.
    pub fn ocsp_response_for(
        &self,
        certificate: &CertificateDer,
        now: SystemTime,
    ) -> Result<Option<Bytes>, Error> {
        self.ocsp_response_with(certificate, now, None)
    }

    /// The same, with something in it that is not so: a tester's fault.
    pub(crate) fn ocsp_response_with(
        &self,
        certificate: &CertificateDer,
        now: SystemTime,
        untruth: Option<OcspUntruth>,
    ) -> Result<Option<Bytes>, Error> {
        self.by_issuer_of(certificate, |ca, serial| {
            let id = ca.certificate_id(serial)?;
            ca.answer(&[id], None, untruth, now, &self.randomness).map(Bytes::from)
        })
    }

    /// Answers an `OCSPRequest` with an `OCSPResponse`, both in DER: the body of a `POST` with
    /// `application/ocsp-request`, answered with `application/ocsp-response` (RFC 6960 appendix
    /// A). All certificates of one request must have the same issuer: one responder signs.
    pub fn ocsp(&self, request: &[u8], now: SystemTime) -> Vec<u8> {
        self.ocsp_with(request, now, None)
    }

    /// The same, with something in it that is not so: a tester's fault.
    pub(crate) fn ocsp_with(
        &self,
        request: &[u8],
        now: SystemTime,
        untruth: Option<OcspUntruth>,
    ) -> Vec<u8> {
        let request = match Request::parse(request) {
            Ok(request) => request,
            Err(status) => return status.to_der(),
        };
        let asked = |ca: &CertificationAuthority| {
            request.certificates.iter().all(|certificate| ca.is_asked(certificate))
        };
        let answer = |ca: &CertificationAuthority| {
            let nonce = request.nonce.as_deref();
            ca.answer(&request.certificates, nonce, untruth, now, &self.randomness).unwrap_or_else(
                |error| match error {
                    // RFC 5019 section 2.2.3: no authority to answer, as past the CA's own end.
                    Error::RootEnded => ResponseStatus::Unauthorized.to_der(),
                    _ => ResponseStatus::InternalError.to_der(),
                },
            )
        };
        if asked(&self.root) {
            return answer(&self.root);
        }
        let issuing = self.generations().all.iter().find(|ca| asked(&ca.authority)).cloned();
        issuing.map_or_else(
            || ResponseStatus::Unauthorized.to_der(),
            |issuing: std::sync::Arc<IssuingCa>| answer(&issuing.authority),
        )
    }

    /// Revokes the certificate with this serial number (big-endian) and answers its revocation,
    /// the earlier one if there is one; `None` when no such certificate was issued. `not_after`
    /// is the certificate's end where it is known.
    ///
    /// # Errors
    /// [`Error::TooManyRevocations`].
    pub fn revoke(
        &self,
        serial_number: &[u8],
        reason: RevocationReason,
        not_after: Option<SystemTime>,
        now: SystemTime,
    ) -> Result<Option<Revocation>, Error> {
        let at = SystemTime::from(whole_second(now)?);
        let latest = after(at, LONGEST_LEAF)?;
        let above = self.root.revoke(serial_number, reason, at, after(at, ISSUING_CA_LIFETIME)?)?;
        if above.is_some() {
            return Ok(above);
        }
        let issuing = self.generations().all.clone();
        for ca in issuing {
            let not_after = not_after.unwrap_or(latest);
            let revocation = ca.authority.revoke(serial_number, reason, at, not_after)?;
            if revocation.is_some() {
                return Ok(revocation);
            }
        }
        Ok(None)
    }

    /// The revocation of the certificate with this serial number (big-endian), if there is one.
    pub fn revocation_of(&self, serial_number: &[u8]) -> Option<Revocation> {
        let issuing = self.generations();
        let all = std::iter::once(&self.root).chain(issuing.all.iter().map(|ca| &ca.authority));
        all.into_iter().find_map(|ca| ca.revocation_of(serial_number))
    }

    /// Whether one of the CAs made this serial number.
    pub(super) fn all_made_here(&self, serial_number: &[u8]) -> Option<()> {
        let issuing = self.generations();
        let mut numbers = std::iter::once(&self.root)
            .chain(issuing.all.iter().map(|ca| &ca.authority))
            .map(|ca| &ca.serial_numbers);
        numbers.any(|numbers| numbers.made_here(serial_number)).then_some(())
    }

    /// Asks the CA that issued a certificate, with the certificate's serial number.
    fn by_issuer_of<T>(
        &self,
        certificate: &CertificateDer,
        ask: impl Fn(&CertificationAuthority, &[u8]) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        let parsed = Certificate::from_der(certificate.as_bytes())?;
        let issuer = parsed.tbs_certificate().issuer().to_der()?;
        let serial = parsed.tbs_certificate().serial_number().as_bytes();
        if issuer == self.root.name_der() {
            return ask(&self.root, serial).map(Some);
        }
        let issuing = self.generations();
        let issuing = issuing.all.iter().find(|ca| ca.authority.name_der() == issuer).cloned();
        issuing.map(|ca| ask(&ca.authority, serial)).transpose()
    }
}
