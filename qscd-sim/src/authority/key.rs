//! The keys of the CAs and of the TSA: P-256 in ring, so that no PKCS#8 copy stays in memory.

use std::fmt;

use rcgen::{PublicKeyData, SigningKey};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use x509_cert::spki::AlgorithmIdentifierOwned;
use zeroize::Zeroizing;

use super::oid;
use crate::{Error, device::seeded_p256, randomness::Randomness};

/// A P-256 key that signs with SHA-256. Its `Debug` prints nothing of it.
pub(crate) struct AuthorityKey {
    pair: EcdsaKeyPair,
    rng: SystemRandom,
}

impl AuthorityKey {
    /// Makes a new key, or the seed's next one.
    pub(crate) fn generate(randomness: &Randomness) -> Result<Self, Error> {
        if randomness.is_seeded() {
            let (private, public) = seeded_p256(randomness)?;
            let (algorithm, rng) = (&ECDSA_P256_SHA256_ASN1_SIGNING, SystemRandom::new());
            let pair =
                EcdsaKeyPair::from_private_key_and_public_key(algorithm, &private, &public, &rng);
            return Ok(Self { pair: pair.map_err(|_| Error::KeyGeneration("P-256"))?, rng });
        }
        let made =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new());
        let pkcs8 = made.map_err(|_| Error::KeyGeneration("P-256"))?;
        Self::from_pkcs8(&Zeroizing::new(pkcs8.as_ref().to_vec()))
    }

    /// Takes a key from its PKCS#8 form in DER.
    pub(crate) fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, Error> {
        let rng = SystemRandom::new();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8, &rng)
            .map_err(|_| Error::KeyGeneration("P-256"))?;
        Ok(Self { pair, rng })
    }

    /// Signs a message; the value is a DER `Ecdsa-Sig-Value` (RFC 3279 section 2.2.3).
    pub(crate) fn sign_message(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let value = self.pair.sign(&self.rng, message).map_err(|_| Error::Signature)?;
        Ok(value.as_ref().to_vec())
    }

    /// How signatures with this key are named: without parameters (RFC 5758 section 3.2).
    pub(crate) fn algorithm_identifier(&self) -> AlgorithmIdentifierOwned {
        AlgorithmIdentifierOwned { oid: oid::ECDSA_WITH_SHA_256, parameters: None }
    }

    /// The public key as an uncompressed point (SEC 1 section 2.3.3).
    pub(crate) fn public_point(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }
}

impl PublicKeyData for AuthorityKey {
    fn der_bytes(&self) -> &[u8] {
        self.public_point()
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        &rcgen::PKCS_ECDSA_P256_SHA256
    }
}

impl SigningKey for AuthorityKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        self.sign_message(message).map_err(|_| rcgen::Error::RingUnspecified)
    }
}

impl fmt::Debug for AuthorityKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorityKey(..)")
    }
}
