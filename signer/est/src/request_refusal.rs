//! Why a request is not taken.

use crate::key::KeyRefusal;

/// Why a request is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestRefusal {
    /// It is too long.
    #[error("the certificate request is longer than 16 KiB")]
    TooLong,
    /// It is none.
    #[error("that is no certificate request (PKCS#10, RFC 2986)")]
    Malformed,
    /// Its key is not certified.
    #[error(transparent)]
    Key(#[from] KeyRefusal),
    /// How it is signed is not taken.
    #[error(
        "the certificate request is not signed by RSA with SHA-256, SHA-384 or SHA-512 or by \
         ECDSA with SHA-256 or SHA-384"
    )]
    Algorithm,
    /// Its signature is not by its key.
    #[error("the certificate request was not signed with the key that it is about")]
    NoProof,
}
