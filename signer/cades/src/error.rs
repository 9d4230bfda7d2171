//! What can go wrong when signing, and when parsing what others made.

mod augmentation_refusal;
mod path_failure;
mod token_refusal;

use seal::{DigestAlgorithm, SignatureAlgorithm};

pub use self::{
    augmentation_refusal::AugmentationRefusal,
    path_failure::{NotAnIssuer, NotPermitted, PathFailure},
    token_refusal::TokenRefusal,
};
use crate::Unverified;

/// Why a signature, token, certificate or list cannot be made or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not the ASN.1 structure that it should be.
    #[error("the {object} is malformed: {source}")]
    Malformed {
        /// What was read.
        object: &'static str,
        /// Where and why it broke off.
        source: der::Error,
    },
    /// Longer than the limit.
    #[error("the {object} has {length} bytes; the limit is {limit}")]
    TooLong {
        /// What was read.
        object: &'static str,
        /// Its length in bytes.
        length: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// Neither PEM nor DER, or no certificate in it.
    #[error("no certificate was found in the trust anchors")]
    NoCertificate,
    /// A time before 1970 or after 9999.
    #[error("a time cannot be written: it lies before 1970 or after 9999")]
    TimeOutOfRange,
    /// The digest of the content is not the one that the suite signs.
    #[error("{} signs {} digests, not {}", suite.name(), suite.digest_algorithm().name(), given.name())]
    OtherDigest {
        /// The suite.
        suite: SignatureAlgorithm,
        /// The digest that was given.
        given: DigestAlgorithm,
    },
    /// The certificate's key is of another type than the suite's.
    #[error("the certificate's key is not one for {}", suite.name())]
    OtherKey {
        /// The suite.
        suite: SignatureAlgorithm,
    },
    /// The signature value does not verify with the certificate's key: the device signed wrongly.
    #[error("the device signed wrongly: {0}")]
    SignedWrongly(#[source] Unverified),
    /// The content is not the one whose digest was signed.
    #[error("the content is not the one that was signed")]
    OtherContent,
    /// No path leads from a certificate to a trust anchor.
    #[error("the signer's certificate is not trusted: {0}")]
    Untrusted(#[from] PathFailure),
    /// The container's level cannot be raised.
    #[error("the signature cannot be augmented: {0}")]
    NotAugmentable(#[from] AugmentationRefusal),
    /// The time-stamp token cannot be used.
    #[error("the time-stamp token is refused: {0}")]
    TokenRefused(#[from] TokenRefusal),
}

impl Error {
    /// Names the object that a parser broke off in.
    pub(crate) fn malformed(object: &'static str) -> impl FnOnce(der::Error) -> Self {
        move |source| Self::Malformed { object, source }
    }

    /// Refuses what is longer than `limit` bytes.
    pub(crate) fn limit(object: &'static str, bytes: &[u8], limit: usize) -> Result<(), Self> {
        if bytes.len() > limit {
            return Err(Self::TooLong { object, length: bytes.len(), limit });
        }
        Ok(())
    }
}
