//! The hash of a document's bytes, open for what will be appended to them.

use ring::digest::Context;
use seal::DigestAlgorithm;

/// The state of a hash after all bytes of a document: each signature of the document continues
/// from a copy of it, so that a large file is hashed once.
///
/// An upload can be hashed while it streams in:
///
/// ```
/// use pades::{Document, PrefixHash};
/// use seal::DigestAlgorithm;
///
/// let chunks: [&[u8]; 2] = [b"%PDF-1.7 ...", b"..."];
/// let mut prefix = PrefixHash::new(DigestAlgorithm::Sha256);
/// for chunk in chunks {
///     prefix.update(chunk);
/// }
/// assert_eq!(prefix.length(), 15);
/// // This upload is no document: its end is missing.
/// assert!(Document::open_with_prefix(chunks.concat().into(), prefix).is_err());
/// ```
#[derive(Clone)]
pub struct PrefixHash {
    algorithm: DigestAlgorithm,
    length: u64,
    context: Context,
}

impl PrefixHash {
    /// The hash of nothing yet.
    pub fn new(algorithm: DigestAlgorithm) -> Self {
        Self { algorithm, length: 0, context: Context::new(algorithm.ring()) }
    }

    /// Hashes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        self.context.update(bytes);
    }

    /// The algorithm.
    pub fn algorithm(&self) -> DigestAlgorithm {
        self.algorithm
    }

    /// How many bytes have been hashed.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The digest of what has been hashed.
    pub fn finish(self) -> seal::Digest {
        #[expect(clippy::expect_used, reason = "the context was made from one of our algorithms")]
        seal::Digest::finish(self.context).expect("an algorithm of ours")
    }
}

impl std::fmt::Debug for PrefixHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PrefixHash({}, {} bytes)", self.algorithm.name(), self.length)
    }
}
