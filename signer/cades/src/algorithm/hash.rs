//! Hash functions as others use them: those that Segl signs with, and those that are only recognised.

use std::fmt;

use aws_lc_rs::digest as aws_lc;
use md5::{Digest as _, Md5};
use seal::{Digest, DigestAlgorithm};

use crate::asn1::identifiers;

/// A hash function that can be computed here. What is over one of those that are no longer trusted
/// is computed and compared as well, so that a wrong hash is told from an old algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HashAlgorithm {
    /// MD5 (RFC 1321), 16 bytes: no longer trusted.
    Md5,
    /// SHA-1 (FIPS 180-4), 20 bytes: no longer trusted.
    Sha1,
    /// SHA-224 (FIPS 180-4), 28 bytes.
    Sha224,
    /// SHA-256 (FIPS 180-4), 32 bytes.
    Sha256,
    /// SHA-384 (FIPS 180-4), 48 bytes.
    Sha384,
    /// SHA-512 (FIPS 180-4), 64 bytes.
    Sha512,
    /// SHA3-256 (FIPS 202), 32 bytes.
    Sha3_256,
    /// SHA3-384 (FIPS 202), 48 bytes.
    Sha3_384,
    /// SHA3-512 (FIPS 202), 64 bytes.
    Sha3_512,
}

/// The length in bytes of the longest hash.
const MAXIMUM_LENGTH: usize = 64;

impl HashAlgorithm {
    /// Every algorithm.
    pub const ALL: [Self; 9] = [
        Self::Md5,
        Self::Sha1,
        Self::Sha224,
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
        Self::Sha3_256,
        Self::Sha3_384,
        Self::Sha3_512,
    ];

    /// The name for reports, such as `SHA-256`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
            Self::Sha3_256 => "SHA3-256",
            Self::Sha3_384 => "SHA3-384",
            Self::Sha3_512 => "SHA3-512",
        }
    }

    /// The length of a hash in bytes.
    pub fn hash_length(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 | Self::Sha3_256 => 32,
            Self::Sha384 | Self::Sha3_384 => 48,
            Self::Sha512 | Self::Sha3_512 => MAXIMUM_LENGTH,
        }
    }

    /// Whether somebody may find two messages with one hash (ETSI TS 119 312 clause 5).
    pub fn is_broken(self) -> bool {
        matches!(self, Self::Md5 | Self::Sha1)
    }

    /// Hashes `message`.
    pub fn hash(self, message: &[u8]) -> HashValue {
        let mut context = HashContext::new(self);
        context.update(message);
        context.finish()
    }

    /// The algorithm with this object identifier, in contents octets; `None` for one that cannot be
    /// computed here.
    pub(crate) fn named(oid: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.oid() == oid)
    }

    /// The contents octets of its object identifier.
    pub(crate) fn oid(self) -> &'static [u8] {
        match self {
            Self::Md5 => identifiers::MD5,
            Self::Sha1 => identifiers::SHA_1,
            Self::Sha224 => identifiers::SHA_224,
            Self::Sha256 => identifiers::SHA_256,
            Self::Sha384 => identifiers::SHA_384,
            Self::Sha512 => identifiers::SHA_512,
            Self::Sha3_256 => identifiers::SHA3_256,
            Self::Sha3_384 => identifiers::SHA3_384,
            Self::Sha3_512 => identifiers::SHA3_512,
        }
    }
}

impl From<DigestAlgorithm> for HashAlgorithm {
    fn from(algorithm: DigestAlgorithm) -> Self {
        match algorithm {
            DigestAlgorithm::Sha256 => Self::Sha256,
            DigestAlgorithm::Sha384 => Self::Sha384,
            DigestAlgorithm::Sha512 => Self::Sha512,
        }
    }
}

/// A hash together with its algorithm.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct HashValue {
    algorithm: HashAlgorithm,
    bytes: [u8; MAXIMUM_LENGTH],
}

impl HashValue {
    /// Takes a hash that was computed elsewhere; `None` if its length is not the algorithm's.
    pub fn from_bytes(algorithm: HashAlgorithm, value: &[u8]) -> Option<Self> {
        (value.len() == algorithm.hash_length()).then(|| {
            let mut bytes = [0; MAXIMUM_LENGTH];
            bytes[..value.len()].copy_from_slice(value);
            Self { algorithm, bytes }
        })
    }

    /// The algorithm.
    pub fn algorithm(&self) -> HashAlgorithm {
        self.algorithm
    }

    /// The hash's bytes, exactly [`HashAlgorithm::hash_length`] of them.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.algorithm.hash_length()]
    }
}

impl From<Digest> for HashValue {
    fn from(digest: Digest) -> Self {
        let mut bytes = [0; MAXIMUM_LENGTH];
        bytes[..digest.as_bytes().len()].copy_from_slice(digest.as_bytes());
        Self { algorithm: digest.algorithm().into(), bytes }
    }
}

impl PartialEq<Digest> for HashValue {
    fn eq(&self, other: &Digest) -> bool {
        *self == Self::from(*other)
    }
}

impl fmt::Debug for HashValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.algorithm.name())?;
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A hash that is fed in parts.
#[derive(Clone)]
pub struct HashContext {
    algorithm: HashAlgorithm,
    state: State,
}

#[derive(Clone)]
enum State {
    Ring(ring::digest::Context),
    AwsLc(aws_lc::Context),
    Md5(Md5),
}

impl HashContext {
    /// Begins a hash.
    pub fn new(algorithm: HashAlgorithm) -> Self {
        let ring = |algorithm| State::Ring(ring::digest::Context::new(algorithm));
        let aws_lc = |algorithm| State::AwsLc(aws_lc::Context::new(algorithm));
        let state = match algorithm {
            HashAlgorithm::Md5 => State::Md5(Md5::new()),
            HashAlgorithm::Sha1 => ring(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY),
            HashAlgorithm::Sha224 => aws_lc(&aws_lc::SHA224),
            HashAlgorithm::Sha256 => ring(&ring::digest::SHA256),
            HashAlgorithm::Sha384 => ring(&ring::digest::SHA384),
            HashAlgorithm::Sha512 => ring(&ring::digest::SHA512),
            HashAlgorithm::Sha3_256 => aws_lc(&aws_lc::SHA3_256),
            HashAlgorithm::Sha3_384 => aws_lc(&aws_lc::SHA3_384),
            HashAlgorithm::Sha3_512 => aws_lc(&aws_lc::SHA3_512),
        };
        Self { algorithm, state }
    }

    /// The algorithm.
    pub fn algorithm(&self) -> HashAlgorithm {
        self.algorithm
    }

    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.state {
            State::Ring(context) => context.update(bytes),
            State::AwsLc(context) => context.update(bytes),
            State::Md5(context) => context.update(bytes),
        }
    }

    /// The hash of all that was added.
    pub fn finish(self) -> HashValue {
        let mut bytes = [0; MAXIMUM_LENGTH];
        let mut take = |value: &[u8]| bytes[..value.len()].copy_from_slice(value);
        match self.state {
            State::Ring(context) => take(context.finish().as_ref()),
            State::AwsLc(context) => take(context.finish().as_ref()),
            State::Md5(context) => take(&context.finalize()),
        }
        HashValue { algorithm: self.algorithm, bytes }
    }
}

impl fmt::Debug for HashContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HashContext").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_standards() {
        // The hashes of `abc` by RFC 1321 and NIST's examples.
        for (algorithm, begins) in [
            (HashAlgorithm::Md5, "MD5:90015098"),
            (HashAlgorithm::Sha1, "SHA-1:a9993e36"),
            (HashAlgorithm::Sha224, "SHA-224:23097d22"),
            (HashAlgorithm::Sha256, "SHA-256:ba7816bf"),
            (HashAlgorithm::Sha384, "SHA-384:cb00753f"),
            (HashAlgorithm::Sha512, "SHA-512:ddaf35a1"),
            (HashAlgorithm::Sha3_256, "SHA3-256:3a985da7"),
            (HashAlgorithm::Sha3_384, "SHA3-384:ec014982"),
            (HashAlgorithm::Sha3_512, "SHA3-512:b751850b"),
        ] {
            let value = algorithm.hash(b"abc");
            assert!(format!("{value:?}").starts_with(begins), "{value:?}");
            assert_eq!(value.as_bytes().len(), algorithm.hash_length());
            assert_eq!(HashValue::from_bytes(algorithm, value.as_bytes()), Some(value));
        }
    }
}
