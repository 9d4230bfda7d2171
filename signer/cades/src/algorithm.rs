//! Verifying signature values, our own and foreign ones, with ring and, where it cannot, aws-lc-rs
//! and num-bigint.

mod aws_lc;
mod hash;
mod parameters;
mod rsa;
mod suitability;

use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1,
    ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
    UnparsedPublicKey, VerificationAlgorithm as RingAlgorithm,
};
use seal::SignatureAlgorithm;

pub(crate) use aws_lc::verify_signed;
pub use hash::{HashAlgorithm, HashContext, HashValue};
pub(crate) use parameters::{AlgorithmIdentifier, PublicKey, digest_algorithm};
use rsa::RsaPublicKey;
pub(crate) use suitability::Suitability;

/// Steps that verifying a signature, and what belongs to it, counts for.
pub(crate) const VERIFICATION_STEPS: u64 = 100_000;

/// Steps that hashing a byte counts for.
pub(crate) const HASH_STEPS: u64 = 2;

/// The lengths in bytes of the RSA moduli that are trusted, 2048 to 8192 bits.
const RSA_MODULUS_LENGTHS: std::ops::RangeInclusive<usize> = 256..=1024;

/// A signature algorithm as others use it, of those that can be verified here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VerificationAlgorithm {
    /// ECDSA (FIPS 186-5) over this hash.
    Ecdsa(HashAlgorithm),
    /// RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2) over this hash.
    RsaPkcs1(HashAlgorithm),
    /// RSASSA-PSS (RFC 8017 section 8.1).
    RsaPss(PssParameters),
    /// Ed25519 (RFC 8032).
    Ed25519,
}

/// RSASSA-PSS-params (RFC 4055 section 3.1); the mask is made by MGF1, and the trailer is `0xbc`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PssParameters {
    /// hashAlgorithm.
    pub hash: HashAlgorithm,
    /// The hash of MGF1.
    pub mask_hash: HashAlgorithm,
    /// saltLength, in bytes.
    pub salt_length: u32,
}

impl PssParameters {
    /// One hash for both, and a salt of its length.
    pub fn of(hash: HashAlgorithm) -> Self {
        Self { hash, mask_hash: hash, salt_length: hash.hash_length() as u32 }
    }
}

impl VerificationAlgorithm {
    /// The name for reports, such as `ECDSA with SHA-256`.
    pub fn name(self) -> String {
        match self {
            Self::Ecdsa(hash) => format!("ECDSA with {}", hash.name()),
            Self::RsaPkcs1(hash) => format!("RSASSA-PKCS1-v1_5 with {}", hash.name()),
            Self::RsaPss(PssParameters { hash, mask_hash, .. }) if hash == mask_hash => {
                format!("RSASSA-PSS with {}", hash.name())
            }
            Self::RsaPss(PssParameters { hash, mask_hash, .. }) => {
                format!("RSASSA-PSS with {} and MGF1 over {}", hash.name(), mask_hash.name())
            }
            Self::Ed25519 => "Ed25519".into(),
        }
    }

    /// The hash of the message; Ed25519 has one of its own.
    pub fn hash(self) -> Option<HashAlgorithm> {
        match self {
            Self::Ecdsa(hash) | Self::RsaPkcs1(hash) => Some(hash),
            Self::RsaPss(parameters) => Some(parameters.hash),
            Self::Ed25519 => None,
        }
    }

    /// Verifies `value` over `message`.
    pub(crate) fn verify(
        self,
        key: PublicKey<'_>,
        message: &[u8],
        value: &[u8],
    ) -> Result<(), Unverified> {
        let key = key.used_by(self)?;
        if let Some(algorithm) = self.ring(key) {
            let verified = UnparsedPublicKey::new(algorithm, key.bytes()).verify(message, value);
            // Of RSASSA-PKCS1-v1_5 ring takes one of the two encodings alone.
            if verified.is_ok() || !matches!(self, Self::RsaPkcs1(_)) {
                return verified.map_err(|_| Unverified::Wrong);
            }
        }
        match (self, key) {
            (Self::Ecdsa(hash), _) => {
                aws_lc::verify(hash, key, message, value)
                    .unwrap_or(Err(Unverified::Unsupported))?;
            }
            (Self::RsaPkcs1(hash), PublicKey::Rsa(key)) => {
                let key = RsaPublicKey::read(key).ok_or(Unverified::Unsupported)?;
                key.verify_pkcs1(hash, message, value).then_some(()).ok_or(Unverified::Wrong)?;
            }
            (Self::RsaPss(parameters), PublicKey::Rsa(key)) => {
                let key = RsaPublicKey::read(key).ok_or(Unverified::Unsupported)?;
                key.verify_pss(parameters, message, value)
                    .then_some(())
                    .ok_or(Unverified::Wrong)?;
            }
            (Self::RsaPkcs1(_) | Self::RsaPss(_) | Self::Ed25519, _) => {
                return Err(Unverified::Unsupported);
            }
        }
        // Right or wrong, it proves nothing any more; but wrong is worse.
        if self.is_legacy(key) { Err(Unverified::Legacy) } else { Ok(()) }
    }

    /// Whether a value proves nothing, although it verifies: the hash is broken, or the key so
    /// short that it may be factored.
    fn is_legacy(self, key: PublicKey<'_>) -> bool {
        let is_short =
            key.rsa_modulus_length().is_some_and(|length| length < *RSA_MODULUS_LENGTHS.start());
        is_short || self.hash().is_some_and(HashAlgorithm::is_broken)
    }

    /// What ring verifies with.
    fn ring(self, key: PublicKey<'_>) -> Option<&'static dyn RingAlgorithm> {
        use HashAlgorithm::{Sha256, Sha384, Sha512};
        Some(match (self, key) {
            (Self::Ecdsa(Sha256), PublicKey::P256(_)) => &ECDSA_P256_SHA256_ASN1,
            (Self::Ecdsa(Sha384), PublicKey::P256(_)) => &ECDSA_P256_SHA384_ASN1,
            (Self::Ecdsa(Sha256), PublicKey::P384(_)) => &ECDSA_P384_SHA256_ASN1,
            (Self::Ecdsa(Sha384), PublicKey::P384(_)) => &ECDSA_P384_SHA384_ASN1,
            (Self::RsaPkcs1(hash), PublicKey::Rsa(_)) if key.is_rsa_of_ring() => match hash {
                Sha256 => &RSA_PKCS1_2048_8192_SHA256,
                Sha384 => &RSA_PKCS1_2048_8192_SHA384,
                Sha512 => &RSA_PKCS1_2048_8192_SHA512,
                _ => return None,
            },
            (Self::RsaPss(parameters), PublicKey::Rsa(_))
                if key.is_rsa_of_ring() && parameters == PssParameters::of(parameters.hash) =>
            {
                match parameters.hash {
                    Sha256 => &RSA_PSS_2048_8192_SHA256,
                    Sha384 => &RSA_PSS_2048_8192_SHA384,
                    Sha512 => &RSA_PSS_2048_8192_SHA512,
                    _ => return None,
                }
            }
            (Self::Ed25519, PublicKey::Ed25519(_)) => &ED25519,
            _ => return None,
        })
    }
}

impl From<SignatureAlgorithm> for VerificationAlgorithm {
    fn from(suite: SignatureAlgorithm) -> Self {
        let hash = suite.digest_algorithm().into();
        match suite {
            SignatureAlgorithm::EcdsaP256Sha256
            | SignatureAlgorithm::EcdsaP384Sha384
            | SignatureAlgorithm::EcdsaP521Sha512 => Self::Ecdsa(hash),
            SignatureAlgorithm::RsaPssSha256(_) => Self::RsaPss(PssParameters::of(hash)),
            SignatureAlgorithm::RsaPkcs1Sha256(_) => Self::RsaPkcs1(hash),
            SignatureAlgorithm::Ed25519 => Self::Ed25519,
        }
    }
}

/// Why a signature value proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Unverified {
    /// The value is not the key's signature over the message, or not one that the key may make: its
    /// certificate keeps it to RSASSA-PSS or to certain parameters (RFC 4055 sections 1.2 and 3.1).
    #[error("the signature value does not verify")]
    Wrong,
    /// The algorithm, its parameters or the key's type cannot be verified here.
    #[error("the signature algorithm or the key's type is not supported")]
    Unsupported,
    /// The value verifies, but with an algorithm or key length that is no longer trusted.
    #[error("the signature algorithm or the key's length is no longer trusted")]
    Legacy,
}

#[cfg(test)]
mod tests;
