//! The device's keys: the one file that uses aws-lc-rs.
//!
//! A QSCD signs a digest (DTBS/R) that it is given. ring signs messages only, and makes no RSA
//! keys; aws-lc-rs does both, makes keys without a PKCS#8 copy, and wipes a key when it is freed.

use std::fmt;

use aws_lc_rs::{
    digest,
    signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair,
        EcdsaSigningAlgorithm, KeyPair,
    },
};
use rcgen::PublicKeyData;
use seal::{Digest, SignatureAlgorithm, SignatureValue};

use crate::Error;

/// A private key of the device. It cannot be copied, exported or printed; dropping it wipes it.
pub(crate) struct DeviceKey {
    algorithm: SignatureAlgorithm,
    pair: EcdsaKeyPair,
}

impl DeviceKey {
    /// Makes a key.
    pub(crate) fn generate(algorithm: SignatureAlgorithm) -> Result<Self, Error> {
        let pair = EcdsaKeyPair::generate(primitive(algorithm))
            .map_err(|_| Error::KeyGeneration(algorithm.name()))?;
        Ok(Self { algorithm, pair })
    }

    /// Signs a digest of the suite's algorithm.
    pub(crate) fn sign(&self, digest: &Digest) -> Result<SignatureValue, Error> {
        let hash = match self.algorithm {
            SignatureAlgorithm::EcdsaP256Sha256 => &digest::SHA256,
            SignatureAlgorithm::EcdsaP384Sha384 => &digest::SHA384,
        };
        // "Less safe" because the device has to believe that it is a digest: that is what a
        // DTBS/R is.
        let imported = digest::Digest::import_less_safe(digest.as_bytes(), hash)
            .map_err(|_| Error::Signature)?;
        let value = self.pair.sign_digest(&imported).map_err(|_| Error::Signature)?;
        Ok(SignatureValue::new(value.as_ref().to_vec()))
    }
}

impl PublicKeyData for DeviceKey {
    fn der_bytes(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        match self.algorithm {
            SignatureAlgorithm::EcdsaP256Sha256 => &rcgen::PKCS_ECDSA_P256_SHA256,
            SignatureAlgorithm::EcdsaP384Sha384 => &rcgen::PKCS_ECDSA_P384_SHA384,
        }
    }
}

impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceKey(..)")
    }
}

fn primitive(algorithm: SignatureAlgorithm) -> &'static EcdsaSigningAlgorithm {
    match algorithm {
        SignatureAlgorithm::EcdsaP256Sha256 => &ECDSA_P256_SHA256_ASN1_SIGNING,
        SignatureAlgorithm::EcdsaP384Sha384 => &ECDSA_P384_SHA384_ASN1_SIGNING,
    }
}

#[cfg(test)]
mod tests {
    use ring::signature::{
        ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, UnparsedPublicKey, VerificationAlgorithm,
    };
    use seal::DigestAlgorithm;

    use super::*;

    #[test]
    fn ring_verifies_what_the_device_signs() {
        let verifiers: [&dyn VerificationAlgorithm; 2] =
            [&ECDSA_P256_SHA256_ASN1, &ECDSA_P384_SHA384_ASN1];
        for (algorithm, verifier) in SignatureAlgorithm::ALL.into_iter().zip(verifiers) {
            let key = DeviceKey::generate(algorithm).unwrap();
            let digest = Digest::of(algorithm.digest_algorithm(), b"message");
            let value = key.sign(&digest).unwrap();
            let public = UnparsedPublicKey::new(verifier, key.der_bytes());
            public.verify(b"message", value.as_bytes()).unwrap();
            public.verify(b"massage", value.as_bytes()).unwrap_err();
            assert!(value.as_bytes().len() <= algorithm.maximum_signature_length());
        }
    }

    #[test]
    fn a_digest_of_another_length_is_not_signed() {
        let key = DeviceKey::generate(SignatureAlgorithm::EcdsaP256Sha256).unwrap();
        let digest = Digest::of(DigestAlgorithm::Sha384, b"message");
        assert!(matches!(key.sign(&digest), Err(Error::Signature)));
    }

    #[test]
    fn debug_shows_nothing_of_the_key() {
        let key = DeviceKey::generate(SignatureAlgorithm::EcdsaP256Sha256).unwrap();
        assert_eq!(format!("{key:?}"), "DeviceKey(..)");
    }
}
