//! Message digests.

use std::fmt;

use ring::digest as ring_digest;
use serde::{Deserialize, Serialize};

/// A digest algorithm that Segl signs with (ETSI TS 119 312 clause 5: recommended, no end date).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DigestAlgorithm {
    /// SHA-256 (FIPS 180-4), 32 bytes.
    #[serde(rename = "SHA-256")]
    Sha256,
    /// SHA-384 (FIPS 180-4), 48 bytes.
    #[serde(rename = "SHA-384")]
    Sha384,
    /// SHA-512 (FIPS 180-4), 64 bytes.
    #[serde(rename = "SHA-512")]
    Sha512,
}

impl DigestAlgorithm {
    /// Every algorithm, from the shortest digest to the longest.
    pub const ALL: [Self; 3] = [Self::Sha256, Self::Sha384, Self::Sha512];

    /// The length of a digest in bytes.
    pub fn digest_length(self) -> usize {
        self.ring().output_len()
    }

    /// The object identifier in dotted form (RFC 5754 section 2).
    pub fn oid(self) -> &'static str {
        match self {
            Self::Sha256 => "2.16.840.1.101.3.4.2.1",
            Self::Sha384 => "2.16.840.1.101.3.4.2.2",
            Self::Sha512 => "2.16.840.1.101.3.4.2.3",
        }
    }

    /// The algorithm with this object identifier in dotted form.
    pub fn from_oid(oid: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.oid() == oid)
    }

    /// The name used by ETSI TS 119 312, such as `SHA-256`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    /// The same algorithm in ring, for callers that hash in parts.
    pub fn ring(self) -> &'static ring_digest::Algorithm {
        match self {
            Self::Sha256 => &ring_digest::SHA256,
            Self::Sha384 => &ring_digest::SHA384,
            Self::Sha512 => &ring_digest::SHA512,
        }
    }
}

/// A digest together with its algorithm; its length always fits the algorithm.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest {
    algorithm: DigestAlgorithm,
    bytes: [u8; ring_digest::MAX_OUTPUT_LEN],
}

impl Digest {
    /// Hashes `message`.
    pub fn of(algorithm: DigestAlgorithm, message: &[u8]) -> Self {
        Self::fill(algorithm, ring_digest::digest(algorithm.ring(), message).as_ref())
    }

    /// Ends a hash that was fed in parts; `None` if the context's algorithm is none of ours.
    pub fn finish(context: ring_digest::Context) -> Option<Self> {
        let used = context.algorithm();
        let algorithm = DigestAlgorithm::ALL.into_iter().find(|known| known.ring() == used)?;
        Some(Self::fill(algorithm, context.finish().as_ref()))
    }

    /// Takes a digest computed elsewhere.
    ///
    /// # Errors
    /// [`DigestLengthError`] when the length is not the algorithm's.
    pub fn from_bytes(algorithm: DigestAlgorithm, bytes: &[u8]) -> Result<Self, DigestLengthError> {
        if bytes.len() == algorithm.digest_length() {
            Ok(Self::fill(algorithm, bytes))
        } else {
            Err(DigestLengthError { algorithm, length: bytes.len() })
        }
    }

    /// The algorithm.
    pub fn algorithm(&self) -> DigestAlgorithm {
        self.algorithm
    }

    /// The digest's bytes, exactly [`DigestAlgorithm::digest_length`] of them.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.algorithm.digest_length()]
    }

    fn fill(algorithm: DigestAlgorithm, value: &[u8]) -> Self {
        let mut bytes = [0; ring_digest::MAX_OUTPUT_LEN];
        bytes[..value.len()].copy_from_slice(value);
        Self { algorithm, bytes }
    }
}

/// Lower-case hexadecimal, without the algorithm's name.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({}, {self})", self.algorithm.name())
    }
}

/// A digest whose length is not its algorithm's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a {} digest has {} bytes, not {length}", algorithm.name(), algorithm.digest_length())]
pub struct DigestLengthError {
    /// The algorithm that was named.
    pub algorithm: DigestAlgorithm,
    /// The length that was given, in bytes.
    pub length: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_of_the_empty_message_is_the_published_one() {
        assert_eq!(
            Digest::of(DigestAlgorithm::Sha256, b"").to_string(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }

    #[test]
    fn a_digest_of_the_wrong_length_is_refused() {
        let error = Digest::from_bytes(DigestAlgorithm::Sha384, &[0; 32]).unwrap_err();
        assert_eq!(error.to_string(), "a SHA-384 digest has 48 bytes, not 32");
    }

    #[test]
    fn hashing_in_parts_gives_the_same_digest() {
        for algorithm in DigestAlgorithm::ALL {
            let mut context = ring_digest::Context::new(algorithm.ring());
            context.update(b"ab");
            context.update(b"c");
            assert_eq!(Digest::finish(context), Some(Digest::of(algorithm, b"abc")));
            assert_eq!(DigestAlgorithm::from_oid(algorithm.oid()), Some(algorithm));
        }
    }
}
