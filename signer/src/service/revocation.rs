//! The port through which revocation data come.

use std::fmt::Debug;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use seal::CertificateDer;

/// Revocation data for one certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevocationData {
    /// The certificate cannot be revoked: validity-assured, or noRevAvail (RFC 9608).
    NotNeeded,
    /// A revocation list (RFC 5280 section 5) in DER.
    List(Bytes),
    /// An OCSP response (RFC 6960) in DER.
    OcspResponse(Bytes),
}

/// Where revocation data come from.
pub trait RevocationSource: Debug + Send + Sync {
    /// Fresh revocation data for a certificate.
    ///
    /// # Errors
    /// [`RevocationError`] when there are none to be had.
    fn revocation_data<'a>(
        &'a self,
        certificate: &'a CertificateDer,
    ) -> BoxFuture<'a, Result<RevocationData, RevocationError>>;
}

/// Why there are no revocation data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RevocationError {
    /// Whoever should have them does not answer.
    #[error("revocation data cannot be had: {0}")]
    Unavailable(String),
    /// A certificate was revoked, or its responder does not know it.
    #[error("a certificate of the signature was revoked, or is not known to its issuer")]
    Revoked,
    /// The certificate comes from somebody else.
    #[error("nobody asked answers for the certificate")]
    Unknown,
}
