//! Why a time-stamp token is not accepted.

use std::time::SystemTime;

use crate::{HashAlgorithm, PathFailure, Unverified};

/// Why a token is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefusal {
    /// Not the ASN.1 structure of a token.
    #[error("it is malformed: {0}")]
    Unreadable(#[from] der::Error),
    /// Not a token: no SignedData of one signer over a TSTInfo, with the signed attributes that
    /// RFC 3161 section 2.4.2 and RFC 5816 demand.
    #[error("it is no time-stamp token: {0}")]
    Malformed(&'static str),
    /// The imprint is another than the one asked for.
    #[error("its imprint is another one")]
    OtherImprint,
    /// What it covers is not all at hand.
    #[error("the content that it covers is not there")]
    NoContent,
    /// The nonce is another than the one asked for.
    #[error("its nonce is another one")]
    OtherNonce,
    /// The token was not signed with the given TSA's certificate.
    #[error("it comes from another time-stamping authority")]
    OtherAuthority,
    /// The message-digest attribute is not the digest of the TSTInfo.
    #[error("its signed digest is not the one of its contents")]
    OtherDigest,
    /// It covers its data, or its signature covers it, by a hash function that is no longer trusted.
    #[error("it relies on {}, which is no longer trusted (ETSI TS 119 312)", .0.name())]
    BrokenHash(HashAlgorithm),
    /// The signature value proves nothing.
    #[error("its signature is not valid: {0}")]
    Unverified(#[from] Unverified),
    /// The signer's certificate is not among the token's, nor given.
    #[error("the certificate of its signer is not there")]
    NoCertificate,
    /// The signing-certificate attribute names another certificate than the signer's.
    #[error("its signing-certificate attribute does not name its signer")]
    OtherCertificateNamed,
    /// The TSA's certificate has no critical extKeyUsage with time-stamping alone.
    #[error("its signer's certificate is not one for time-stamping")]
    NotForTimeStamping,
    /// No path from the TSA's certificate to a trust anchor at the token's time.
    #[error("its signer's certificate is not trusted: {0}")]
    Untrusted(#[from] PathFailure),
    /// The TSA's certificate was not valid at the token's time.
    #[error("its signer's certificate was not valid at its time")]
    OutOfValidity,
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
