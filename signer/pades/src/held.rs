//! Bytes that are made of a document, with the memory that they take up.

use bytes::Bytes;
use seal::Held;

struct Counted {
    bytes: Vec<u8>,
    _held: Held,
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// `bytes`, held as long as anybody has a part of them.
pub(crate) fn counted(bytes: Vec<u8>, held: Held) -> Bytes {
    Bytes::from_owner(Counted { bytes, _held: held })
}
