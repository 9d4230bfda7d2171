//! What is signed.

use std::fmt;

use crate::{HashAlgorithm, HashValue};

/// The content that a signature is over.
#[derive(Clone, Copy)]
pub enum SignedContent<'a> {
    /// Inside the container.
    Attached,
    /// These bytes. If the container has its content inside too, both must be the same.
    Bytes(&'a [u8]),
    /// Known by its hashes, whichever the signature needs.
    Hashed(&'a dyn Fn(HashAlgorithm) -> HashValue),
}

impl fmt::Debug for SignedContent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Attached => "Attached",
            Self::Bytes(_) => "Bytes(..)",
            Self::Hashed(_) => "Hashed(..)",
        })
    }
}
