//! Writing and signing an answer (RFC 6960 section 4.2).

use std::time::{Duration, SystemTime};

use der::{
    Decode, Encode,
    asn1::{Any, BitString, GeneralizedTime, Null, OctetString},
};
use x509_cert::ext::Extension;

use super::{
    OcspUntruth, Responder,
    message::{
        BasicOcspResponse, CertStatus, ResponderId, ResponseData, RevokedInfo, SingleResponse,
        successful,
    },
    request::CertificateId,
};
use crate::{
    Error, Revocation, RevocationReason, extension,
    moment::{after, before, date_time},
    oid,
};

/// From thisUpdate to nextUpdate.
const LIFETIME: Duration = Duration::from_secs(3600);

/// What is known of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It was issued and not revoked.
    Good,
    /// It was revoked.
    Revoked(Revocation),
    /// It was never issued.
    Unknown,
}

/// An answer to be signed.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// Each certificate with its status.
    pub statuses: &'a [(CertificateId, Status)],
    /// Since when the status of expired certificates is known.
    pub complete_since: SystemTime,
    /// The request's nonce.
    pub nonce: Option<&'a [u8]>,
    /// What is not so.
    pub untruth: Option<OcspUntruth>,
}

impl Answer<'_> {
    /// The whole message, signed at `now`.
    ///
    /// # Errors
    /// [`Error`] when it cannot be written or signed.
    pub fn sign(&self, responder: &Responder, now: SystemTime) -> Result<Vec<u8>, Error> {
        let this_update = match self.untruth {
            Some(OcspUntruth::Stale) => before(now, 2 * LIFETIME)?,
            Some(OcspUntruth::Revoked | OcspUntruth::Unknown) | None => now,
        };
        let responses = self.statuses.iter();
        let responses = responses
            .map(|(id, status)| self.single(id, *status, this_update))
            .collect::<Result<_, _>>()?;
        let nonce =
            self.nonce.map(|nonce| extension::plain(oid::OCSP_NONCE, &OctetString::new(nonce)?));
        let data = ResponseData {
            responder_id: ResponderId::ByKey(OctetString::new(responder.key_hash())?),
            produced_at: generalized(this_update)?,
            responses,
            response_extensions: nonce.transpose()?.map(|nonce| vec![nonce]),
        };
        let signature = responder.key().sign_message(&data.to_der()?)?;
        successful(&BasicOcspResponse {
            tbs_response_data: data,
            signature_algorithm: responder.key().algorithm_identifier(),
            signature: BitString::from_bytes(&signature)?,
            // RFC 6960 section 4.2.2.2: how the delegated responder proves itself.
            certs: Some(vec![Any::from_der(responder.certificate().as_bytes())?]),
        })
    }

    fn single(
        &self,
        id: &CertificateId,
        status: Status,
        this_update: SystemTime,
    ) -> Result<SingleResponse, Error> {
        let status = match self.untruth {
            Some(OcspUntruth::Revoked) => Status::Revoked(Revocation {
                at: this_update,
                reason: RevocationReason::KeyCompromise,
                not_after: this_update,
            }),
            Some(OcspUntruth::Unknown) => Status::Unknown,
            Some(OcspUntruth::Stale) | None => status,
        };
        let cert_status = match status {
            Status::Good => CertStatus::Good(Null),
            Status::Revoked(revocation) => CertStatus::Revoked(RevokedInfo {
                revocation_time: generalized(revocation.at)?,
                revocation_reason: revocation.reason.code(),
            }),
            Status::Unknown => CertStatus::Unknown(Null),
        };
        Ok(SingleResponse {
            cert_id: id.0.clone(),
            cert_status,
            this_update: generalized(this_update)?,
            next_update: Some(generalized(after(this_update, LIFETIME)?)?),
            single_extensions: Some(vec![self.archive_cutoff()?]),
        })
    }

    /// RFC 6960 section 4.4.4: how far back the status of expired certificates is known.
    fn archive_cutoff(&self) -> Result<Extension, Error> {
        extension::plain(oid::OCSP_ARCHIVE_CUTOFF, &generalized(self.complete_since)?)
    }
}

fn generalized(moment: SystemTime) -> Result<GeneralizedTime, Error> {
    Ok(GeneralizedTime::from_date_time(date_time(moment)?))
}
