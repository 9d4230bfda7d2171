//! Verifying signature values, our own and foreign ones, with ring and, where it cannot, aws-lc-rs.

mod aws_lc;
mod parameters;
mod suitability;

use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1,
    ED25519, RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
    RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
    UnparsedPublicKey, VerificationAlgorithm as RingAlgorithm,
};
use seal::{DigestAlgorithm, SignatureAlgorithm};

pub(crate) use parameters::{AlgorithmIdentifier, PublicKey, digest_algorithm};
pub(crate) use suitability::Suitability;

/// The lengths in bytes of the RSA moduli that ring verifies with, 2048 to 8192 bits.
const RSA_MODULUS_LENGTHS: std::ops::RangeInclusive<usize> = 256..=1024;

/// A signature algorithm as others use it, of those that can be told apart here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VerificationAlgorithm {
    /// ECDSA (FIPS 186-5) over this digest.
    Ecdsa(DigestAlgorithm),
    /// RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2) over this digest.
    RsaPkcs1(DigestAlgorithm),
    /// RSASSA-PSS (RFC 8017 section 8.1): this digest, MGF1 over the same, salt of its length.
    RsaPss(DigestAlgorithm),
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// RSASSA-PKCS1-v1_5 over SHA-1, which TS 119 312 ended in 2012.
    RsaPkcs1Sha1,
}

impl VerificationAlgorithm {
    /// The name for reports, such as `ECDSA with SHA-256`.
    pub fn name(self) -> String {
        match self {
            Self::Ecdsa(digest) => format!("ECDSA with {}", digest.name()),
            Self::RsaPkcs1(digest) => format!("RSASSA-PKCS1-v1_5 with {}", digest.name()),
            Self::RsaPss(digest) => format!("RSASSA-PSS with {}", digest.name()),
            Self::Ed25519 => "Ed25519".into(),
            Self::RsaPkcs1Sha1 => "RSASSA-PKCS1-v1_5 with SHA-1".into(),
        }
    }

    /// Verifies `value` over `message`.
    pub(crate) fn verify(
        self,
        key: PublicKey<'_>,
        message: &[u8],
        value: &[u8],
    ) -> Result<(), Unverified> {
        let check = |algorithm: &'static dyn RingAlgorithm| {
            UnparsedPublicKey::new(algorithm, key.bytes())
                .verify(message, value)
                .map_err(|_| Unverified::Wrong)
        };
        match (self.legacy(key), key.rsa_modulus_length()) {
            // Right or wrong, it proves nothing any more; but wrong is worse.
            (Some(legacy), _) => check(legacy).and(Err(Unverified::Legacy)),
            (None, Some(length)) if !RSA_MODULUS_LENGTHS.contains(&length) => {
                Err(Unverified::Unsupported)
            }
            (None, _) => {
                let Self::Ecdsa(digest) = self else { return check(self.ring(key)?) };
                aws_lc::verify(digest, key, message, value)
                    .unwrap_or_else(|| check(self.ring(key)?))
            }
        }
    }

    /// What ring verifies for legacy use only.
    fn legacy(self, key: PublicKey<'_>) -> Option<&'static dyn RingAlgorithm> {
        let length = key.rsa_modulus_length()?;
        let short = (128..*RSA_MODULUS_LENGTHS.start()).contains(&length);
        match self {
            Self::RsaPkcs1Sha1 if length >= 128 => {
                Some(&RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY)
            }
            Self::RsaPkcs1(DigestAlgorithm::Sha256) if short => {
                Some(&RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY)
            }
            Self::RsaPkcs1(DigestAlgorithm::Sha512) if short => {
                Some(&RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY)
            }
            _ => None,
        }
    }

    fn ring(self, key: PublicKey<'_>) -> Result<&'static dyn RingAlgorithm, Unverified> {
        use DigestAlgorithm::{Sha256, Sha384, Sha512};
        Ok(match (self, key) {
            (Self::Ecdsa(Sha256), PublicKey::P256(_)) => &ECDSA_P256_SHA256_ASN1,
            (Self::Ecdsa(Sha384), PublicKey::P256(_)) => &ECDSA_P256_SHA384_ASN1,
            (Self::Ecdsa(Sha256), PublicKey::P384(_)) => &ECDSA_P384_SHA256_ASN1,
            (Self::Ecdsa(Sha384), PublicKey::P384(_)) => &ECDSA_P384_SHA384_ASN1,
            (Self::RsaPkcs1(Sha256), PublicKey::Rsa(_)) => &RSA_PKCS1_2048_8192_SHA256,
            (Self::RsaPkcs1(Sha384), PublicKey::Rsa(_)) => &RSA_PKCS1_2048_8192_SHA384,
            (Self::RsaPkcs1(Sha512), PublicKey::Rsa(_)) => &RSA_PKCS1_2048_8192_SHA512,
            (Self::RsaPss(Sha256), PublicKey::Rsa(_)) => &RSA_PSS_2048_8192_SHA256,
            (Self::RsaPss(Sha384), PublicKey::Rsa(_)) => &RSA_PSS_2048_8192_SHA384,
            (Self::RsaPss(Sha512), PublicKey::Rsa(_)) => &RSA_PSS_2048_8192_SHA512,
            (Self::Ed25519, PublicKey::Ed25519(_)) => &ED25519,
            _ => return Err(Unverified::Unsupported),
        })
    }
}

impl From<SignatureAlgorithm> for VerificationAlgorithm {
    fn from(suite: SignatureAlgorithm) -> Self {
        match suite {
            SignatureAlgorithm::EcdsaP256Sha256
            | SignatureAlgorithm::EcdsaP384Sha384
            | SignatureAlgorithm::EcdsaP521Sha512 => Self::Ecdsa(suite.digest_algorithm()),
            SignatureAlgorithm::RsaPssSha256(_) => Self::RsaPss(suite.digest_algorithm()),
            SignatureAlgorithm::RsaPkcs1Sha256(_) => Self::RsaPkcs1(suite.digest_algorithm()),
            SignatureAlgorithm::Ed25519 => Self::Ed25519,
        }
    }
}

/// Why a signature value proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Unverified {
    /// The value is not the key's signature over the message.
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
mod tests {
    use ring::signature::{Ed25519KeyPair, KeyPair};

    use super::*;

    const SHA_256: DigestAlgorithm = DigestAlgorithm::Sha256;

    #[test]
    fn ed25519_is_verified() {
        let key = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let public_key = PublicKey::Ed25519(key.public_key().as_ref());
        let value = key.sign(b"message");
        let verify = |message: &[u8]| {
            VerificationAlgorithm::Ed25519.verify(public_key, message, value.as_ref())
        };
        assert_eq!(verify(b"message"), Ok(()));
        assert_eq!(verify(b"another"), Err(Unverified::Wrong));
    }

    #[test]
    fn an_algorithm_for_another_type_of_key_is_not_supported() {
        for (algorithm, key) in [
            (VerificationAlgorithm::Ed25519, PublicKey::P256(&[4; 65])),
            (VerificationAlgorithm::Ecdsa(SHA_256), PublicKey::Ed25519(&[1; 32])),
            (VerificationAlgorithm::Ecdsa(DigestAlgorithm::Sha512), PublicKey::Rsa(&[4; 97])),
            (VerificationAlgorithm::RsaPss(SHA_256), PublicKey::P256(&[4; 65])),
            (VerificationAlgorithm::RsaPkcs1Sha1, PublicKey::Other),
        ] {
            let result = algorithm.verify(key, b"message", &[]);
            assert_eq!(result, Err(Unverified::Unsupported), "{algorithm:?}");
        }
    }

    #[test]
    fn rsa_keys_that_ring_does_not_take_are_told_apart_from_wrong_signatures() {
        for (bytes, expected) in [
            (64, Unverified::Unsupported),
            (128, Unverified::Wrong),
            (256, Unverified::Wrong),
            (1025, Unverified::Unsupported),
        ] {
            let modulus = [&[0][..], &vec![0xff; bytes]].concat();
            let modulus = crate::asn1::Part::Raw(&modulus);
            let key = crate::asn1::Part::Element(
                0x30,
                &[
                    crate::asn1::Part::Element(2, &[modulus]),
                    crate::asn1::Part::Raw(&[2, 3, 1, 0, 1]),
                ],
            )
            .to_vec();
            let algorithm = VerificationAlgorithm::RsaPkcs1(SHA_256);
            let result = algorithm.verify(PublicKey::Rsa(&key), b"message", &vec![1; bytes]);
            assert_eq!(result, Err(expected), "{bytes}");
        }
    }
}
