//! Why a time-stamp token is not accepted.

use std::time::SystemTime;

use crate::Unverified;

/// Why a token is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefusal {
    /// Not a token: no SignedData of one signer over a TSTInfo (RFC 3161 section 2.4.2).
    #[error("it is malformed: {0}")]
    Malformed(String),
    /// The imprint is another than the one asked for.
    #[error("its imprint is another one")]
    OtherImprint,
    /// The nonce is another than the one asked for.
    #[error("its nonce is another one")]
    OtherNonce,
    /// The token was not signed with the given TSA's certificate.
    #[error("it comes from another time-stamping authority")]
    OtherAuthority,
    /// The message-digest attribute is not the digest of the TSTInfo.
    #[error("its signed digest is not the one of its contents")]
    OtherDigest,
    /// The signature value proves nothing.
    #[error("its signature is not valid: {0}")]
    Unverified(#[from] Unverified),
    /// The signer's certificate is not among the token's, nor given.
    #[error("the certificate of its signer is not there")]
    NoCertificate,
    /// The TSA's certificate has no critical extKeyUsage with time-stamping alone.
    #[error("its signer's certificate is not one for time-stamping")]
    NotForTimeStamping,
    /// No path from the TSA's certificate to a trust anchor at the token's time.
    #[error("its signer's certificate is not trusted: {0}")]
    Untrusted(String),
    /// The token was made before the signer's certificate was valid.
    #[error("it was made before the signer's certificate became valid")]
    TooEarly {
        /// The token's time.
        gen_time: SystemTime,
        /// The certificate's.
        not_before: SystemTime,
    },
    /// The token was made when the signer's certificate was not valid any more.
    #[error("it was made after the signer's certificate expired")]
    TooLate {
        /// The token's time.
        gen_time: SystemTime,
        /// The certificate's.
        not_after: SystemTime,
    },
}
