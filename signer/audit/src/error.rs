//! Why a record cannot be made, and why there is no key.

use std::{io, path::PathBuf};

use seal::DigestAlgorithm;

/// Why something cannot be put into a record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// A record longer than any honest one.
    #[error("the record has {length} bytes; at most {maximum} are allowed")]
    RecordTooLong {
        /// Its length in bytes.
        length: usize,
        /// The longest allowed, in bytes.
        maximum: usize,
    },
    /// A moment before 1970 or after 9999.
    #[error("the moment lies outside the years 1970 to 9999")]
    TimeOutOfRange,
    /// A digest of another algorithm where a SHA-256 value is recorded.
    #[error("a SHA-256 value is recorded here, not one of {}", .0.name())]
    OtherDigest(DigestAlgorithm),
    /// The system gave no randomness.
    #[error("the system gives no randomness")]
    NoRandomness,
}

/// Why there is no audit key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuditKeyError {
    /// Too short to protect anything, or absurdly long.
    #[error("an audit key has 32 to 1024 bytes, not {length}")]
    Length {
        /// The length that was given, in bytes.
        length: usize,
    },
    /// Not pairs of hexadecimal digits.
    #[error("an audit key is written as pairs of hexadecimal digits")]
    NotHexadecimal,
    /// Others than the owner may read the key file.
    #[error("{} may be read by others (mode {mode:o}); it needs mode 600", .path.display())]
    Exposed {
        /// The key file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The key file could not be read or made.
    #[error("{}: {kind}", .path.display())]
    File {
        /// The key file.
        path: PathBuf,
        /// What failed.
        kind: io::ErrorKind,
    },
    /// There is a log, and its key is not beside it.
    #[error("{} is missing, but there is a log: set SIGNER_AUDIT_KEY to its key", .path.display())]
    Elsewhere {
        /// Where the key would stand.
        path: PathBuf,
    },
    /// The system gave no randomness for a new key.
    #[error("the system gives no randomness")]
    NoRandomness,
}
