//! The device's keys, by aws-lc-rs.
//!
//! A QSCD signs a digest (DTBS/R) that it is given. ring signs messages only, and makes no RSA
//! keys; aws-lc-rs does both, makes keys without a PKCS#8 copy, and wipes a key when it is freed.

use std::fmt;

use aws_lc_rs::{
    digest,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING,
        ECDSA_P521_SHA512_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair,
        KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair, RsaPssSaltLength,
        RsaSignatureEncoding,
    },
};
use rcgen::PublicKeyData;
use seal::{Digest, RsaKeyLength, SignatureAlgorithm, SignatureValue, ToSign};
use zeroize::Zeroizing;

use crate::{Error, randomness::Randomness, seeded::seeded_pair};

/// RSASSA-PSS with SHA-256 and as much salt as the key has room for.
const LONGEST_SALT: &RsaSignatureEncoding =
    &RSA_PSS_SHA256.with_pss_salt_length(RsaPssSaltLength::Max);

/// A private key of the device. It cannot be copied, exported or printed; dropping it wipes it.
pub(crate) struct DeviceKey {
    algorithm: SignatureAlgorithm,
    pair: Pair,
}

enum Pair {
    Ecdsa(EcdsaKeyPair),
    /// Made ahead, for it takes a fifth of a second.
    Rsa(RsaKey),
    Ed25519(Ed25519KeyPair),
}

/// An RSA key without a suite yet.
pub(crate) struct RsaKey {
    pair: RsaKeyPair,
    length: RsaKeyLength,
}

/// How the key of a suite comes to be.
enum Making {
    Ecdsa(&'static EcdsaSigningAlgorithm),
    Rsa(RsaKeyLength),
    Ed25519,
}

impl DeviceKey {
    /// Makes a key. For RSA this takes from a tenth of a second to a second: see
    /// [`DeviceKey::from_rsa`].
    pub(crate) fn generate(algorithm: SignatureAlgorithm) -> Result<Self, Error> {
        let failed = || Error::KeyGeneration(algorithm.name());
        let pair = match making(algorithm) {
            Making::Ecdsa(curve) => {
                Pair::Ecdsa(EcdsaKeyPair::generate(curve).map_err(|_| failed())?)
            }
            Making::Rsa(length) => Pair::Rsa(RsaKey::generate(length)?),
            Making::Ed25519 => Pair::Ed25519(Ed25519KeyPair::generate().map_err(|_| failed())?),
        };
        Ok(Self { algorithm, pair })
    }

    /// Gives a key that was made ahead its suite.
    pub(crate) fn from_rsa(algorithm: SignatureAlgorithm, key: RsaKey) -> Result<Self, Error> {
        if algorithm.rsa_key_length() == Some(key.length) {
            Ok(Self { algorithm, pair: Pair::Rsa(key) })
        } else {
            Err(Error::KeyGeneration(algorithm.name()))
        }
    }

    /// Signs what the suite signs: a digest of its algorithm, for Ed25519 a message.
    pub(crate) fn sign(&self, to_sign: &ToSign) -> Result<SignatureValue, Error> {
        let value = match (&self.pair, to_sign) {
            (Pair::Ecdsa(pair), ToSign::Digest(digest)) => {
                let digest = self.import(digest)?;
                pair.sign_digest(&digest).map_err(|_| Error::Signature)?.as_ref().to_vec()
            }
            (Pair::Rsa(key), ToSign::Digest(digest)) => {
                let mut value = vec![0; key.length.bytes()];
                key.pair
                    .sign_digest(self.padding()?, &self.import(digest)?, &mut value)
                    .map_err(|_| Error::Signature)?;
                value
            }
            (Pair::Rsa(key), ToSign::Salted(digest)) if self.algorithm.is_salted() => {
                let mut value = vec![0; key.length.bytes()];
                key.pair
                    .sign_digest(LONGEST_SALT, &self.import(digest)?, &mut value)
                    .map_err(|_| Error::Signature)?;
                value
            }
            (Pair::Ed25519(pair), ToSign::Message(message) | ToSign::Attributes(message)) => {
                pair.try_sign(message).map_err(|_| Error::Signature)?.as_ref().to_vec()
            }
            // Who signs a digest hashes the attributes first.
            (Pair::Ecdsa(_) | Pair::Rsa(_), ToSign::Attributes(attributes)) => {
                let digest = Digest::of(self.algorithm.digest_algorithm(), attributes);
                return self.sign(&ToSign::Digest(digest));
            }
            (Pair::Ecdsa(_) | Pair::Rsa(_), ToSign::Message(_))
            | (Pair::Ecdsa(_) | Pair::Rsa(_), ToSign::Salted(_))
            | (Pair::Ed25519(_), ToSign::Digest(_) | ToSign::Salted(_)) => {
                return Err(Error::Signature);
            }
        };
        Ok(SignatureValue::new(value))
    }

    /// "Less safe" because the device has to believe that it is a digest: that is what a DTBS/R
    /// is.
    fn import(&self, digest: &Digest) -> Result<digest::Digest, Error> {
        let hash = match self.algorithm.digest_algorithm() {
            seal::DigestAlgorithm::Sha256 => &digest::SHA256,
            seal::DigestAlgorithm::Sha384 => &digest::SHA384,
            seal::DigestAlgorithm::Sha512 => &digest::SHA512,
        };
        digest::Digest::import_less_safe(digest.as_bytes(), hash).map_err(|_| Error::Signature)
    }

    fn padding(&self) -> Result<&'static dyn RsaEncoding, Error> {
        match self.algorithm {
            SignatureAlgorithm::RsaPssSha256(_) => Ok(&RSA_PSS_SHA256),
            SignatureAlgorithm::RsaPkcs1Sha256(_) => Ok(&RSA_PKCS1_SHA256),
            SignatureAlgorithm::EcdsaP256Sha256
            | SignatureAlgorithm::EcdsaP384Sha384
            | SignatureAlgorithm::EcdsaP521Sha512
            | SignatureAlgorithm::Ed25519 => Err(Error::Signature),
        }
    }
}

impl DeviceKey {
    /// The key that follows from a seed, for tests. RSA keys do not: the library draws its own
    /// randomness for them.
    pub(crate) fn seeded(
        algorithm: SignatureAlgorithm,
        randomness: &Randomness,
    ) -> Result<Self, Error> {
        let pair = match making(algorithm) {
            Making::Ecdsa(curve) => Pair::Ecdsa(seeded_pair(algorithm, curve, randomness)?),
            Making::Rsa(length) => Pair::Rsa(RsaKey::generate(length)?),
            Making::Ed25519 => {
                let seed = Zeroizing::new(randomness.bytes::<32>()?);
                let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_slice());
                Pair::Ed25519(pair.map_err(|_| Error::KeyGeneration(algorithm.name()))?)
            }
        };
        Ok(Self { algorithm, pair })
    }
}

impl RsaKey {
    /// Makes a key: 67, 200 and 585 ms in the mean for the three lengths.
    pub(crate) fn generate(length: RsaKeyLength) -> Result<Self, Error> {
        let (size, name) = match length {
            RsaKeyLength::Bits2048 => (KeySize::Rsa2048, "RSA-2048"),
            RsaKeyLength::Bits3072 => (KeySize::Rsa3072, "RSA-3072"),
            RsaKeyLength::Bits4096 => (KeySize::Rsa4096, "RSA-4096"),
        };
        let pair = RsaKeyPair::generate(size).map_err(|_| Error::KeyGeneration(name))?;
        Ok(Self { pair, length })
    }
}

impl PublicKeyData for DeviceKey {
    fn der_bytes(&self) -> &[u8] {
        match &self.pair {
            Pair::Ecdsa(pair) => pair.public_key().as_ref(),
            Pair::Rsa(key) => key.pair.public_key().as_ref(),
            Pair::Ed25519(pair) => pair.public_key().as_ref(),
        }
    }

    /// Here it only names the key's type: for RSA `rsaEncryption`, whatever the padding
    /// (RFC 4055 section 1.2).
    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        match self.algorithm {
            SignatureAlgorithm::EcdsaP256Sha256 => &rcgen::PKCS_ECDSA_P256_SHA256,
            SignatureAlgorithm::EcdsaP384Sha384 => &rcgen::PKCS_ECDSA_P384_SHA384,
            SignatureAlgorithm::EcdsaP521Sha512 => &rcgen::PKCS_ECDSA_P521_SHA512,
            SignatureAlgorithm::RsaPssSha256(_) | SignatureAlgorithm::RsaPkcs1Sha256(_) => {
                &rcgen::PKCS_RSA_SHA256
            }
            SignatureAlgorithm::Ed25519 => &rcgen::PKCS_ED25519,
        }
    }
}

impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceKey(..)")
    }
}

impl fmt::Debug for RsaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RsaKey(..)")
    }
}

fn making(algorithm: SignatureAlgorithm) -> Making {
    match algorithm {
        SignatureAlgorithm::EcdsaP256Sha256 => Making::Ecdsa(&ECDSA_P256_SHA256_ASN1_SIGNING),
        SignatureAlgorithm::EcdsaP384Sha384 => Making::Ecdsa(&ECDSA_P384_SHA384_ASN1_SIGNING),
        SignatureAlgorithm::EcdsaP521Sha512 => Making::Ecdsa(&ECDSA_P521_SHA512_ASN1_SIGNING),
        SignatureAlgorithm::RsaPssSha256(length) | SignatureAlgorithm::RsaPkcs1Sha256(length) => {
            Making::Rsa(length)
        }
        SignatureAlgorithm::Ed25519 => Making::Ed25519,
    }
}

#[cfg(test)]
mod tests {
    use ring::signature::{
        ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256,
        RSA_PSS_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
    };
    use seal::DigestAlgorithm;

    use super::*;

    /// What a suite signs of a message.
    fn to_sign(algorithm: SignatureAlgorithm, message: &[u8]) -> ToSign {
        if algorithm.signs_message() {
            ToSign::Message(message.to_vec())
        } else {
            ToSign::Digest(Digest::of(algorithm.digest_algorithm(), message))
        }
    }

    #[test]
    fn ring_verifies_what_the_device_signs() {
        for algorithm in SignatureAlgorithm::ALL {
            let verifier: &dyn VerificationAlgorithm = match algorithm {
                SignatureAlgorithm::EcdsaP256Sha256 => &ECDSA_P256_SHA256_ASN1,
                SignatureAlgorithm::EcdsaP384Sha384 => &ECDSA_P384_SHA384_ASN1,
                // ring knows no P-521: openssl verifies it in the acceptance tests.
                SignatureAlgorithm::EcdsaP521Sha512 => continue,
                SignatureAlgorithm::RsaPssSha256(_) => &RSA_PSS_2048_8192_SHA256,
                SignatureAlgorithm::RsaPkcs1Sha256(_) => &RSA_PKCS1_2048_8192_SHA256,
                SignatureAlgorithm::Ed25519 => &ED25519,
            };
            let key = DeviceKey::generate(algorithm).unwrap();
            let value = key.sign(&to_sign(algorithm, b"message")).unwrap();
            let public = UnparsedPublicKey::new(verifier, key.der_bytes());
            public.verify(b"message", value.as_bytes()).unwrap();
            public.verify(b"massage", value.as_bytes()).unwrap_err();
            assert!(value.as_bytes().len() <= algorithm.maximum_signature_length());
        }
    }

    #[test]
    fn what_the_suite_does_not_sign_is_not_signed() {
        let digest = |algorithm| ToSign::Digest(Digest::of(algorithm, b"message"));
        let message = ToSign::Message(b"message".to_vec());
        for (algorithm, other) in [
            (SignatureAlgorithm::EcdsaP256Sha256, digest(DigestAlgorithm::Sha384)),
            (SignatureAlgorithm::EcdsaP256Sha256, message.clone()),
            (SignatureAlgorithm::RsaPssSha256(RsaKeyLength::Bits2048), message),
            (SignatureAlgorithm::Ed25519, digest(DigestAlgorithm::Sha512)),
        ] {
            let key = DeviceKey::generate(algorithm).unwrap();
            assert!(matches!(key.sign(&other), Err(Error::Signature)), "{algorithm:?}");
        }
    }

    #[test]
    fn a_key_made_ahead_takes_a_suite_of_its_length_only() {
        let key = || RsaKey::generate(RsaKeyLength::Bits2048).unwrap();
        let suite = SignatureAlgorithm::RsaPkcs1Sha256;
        DeviceKey::from_rsa(suite(RsaKeyLength::Bits2048), key()).unwrap();
        for other in [suite(RsaKeyLength::Bits3072), SignatureAlgorithm::Ed25519] {
            DeviceKey::from_rsa(other, key()).unwrap_err();
        }
    }

    #[test]
    fn debug_shows_nothing_of_the_key() {
        let key = DeviceKey::generate(SignatureAlgorithm::EcdsaP256Sha256).unwrap();
        assert_eq!(format!("{key:?}"), "DeviceKey(..)");
    }
}
