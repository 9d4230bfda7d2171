//! The keys of the CAs and of the TSA, in ring, so that no PKCS#8 copy stays in memory: P-256, and
//! what an operator's own root has.

use std::fmt;

use der::asn1::{Any, Null};
use rcgen::{PublicKeyData, SigningKey};
use ring::{
    digest,
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, KeyPair,
        RSA_PKCS1_SHA256, RsaKeyPair,
    },
};
use x509_cert::spki::AlgorithmIdentifierOwned;
use zeroize::Zeroizing;

use crate::{Error, key_form::KeyForm, oid};

/// A key that signs with the digest that goes with it. Its `Debug` prints nothing of it.
pub struct AuthorityKey {
    pair: Pair,
    rng: SystemRandom,
}

/// The curve of a key that is made here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// P-256.
    P256,
    /// P-384.
    P384,
}

/// A private key that is kept elsewhere, and signs there: in a token.
pub trait KeyElsewhere: fmt::Debug + Send + Sync {
    /// The curve of the key.
    fn curve(&self) -> Curve;

    /// The public key: an uncompressed point (SEC 1 section 2.3.3).
    fn public_key(&self) -> &[u8];

    /// A DER `Ecdsa-Sig-Value` (RFC 3279 section 2.2.3) over a message, with the digest that goes with the curve.
    ///
    /// # Errors
    /// [`Error::Signature`].
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error>;
}

enum Kind {
    Curve(Curve),
    Rsa,
}

enum Pair {
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
    Rsa(RsaKeyPair),
    Elsewhere(Box<dyn KeyElsewhere>),
}

impl AuthorityKey {
    /// Makes a new P-256 key.
    ///
    /// # Errors
    /// [`Error::KeyGeneration`].
    pub fn generate() -> Result<Self, Error> {
        let (algorithm, rng) = (&ECDSA_P256_SHA256_ASN1_SIGNING, SystemRandom::new());
        let failed = || Error::KeyGeneration("P-256");
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &rng).map_err(|_| failed())?;
        let pkcs8 = Zeroizing::new(pkcs8.as_ref().to_vec());
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, &pkcs8, &rng).map_err(|_| failed())?;
        Ok(Self { pair: Pair::P256(pair), rng })
    }

    /// Makes a new key that is to be kept: PKCS#8 in DER (RFC 5958), which [`AuthorityKey::read`] takes.
    ///
    /// # Errors
    /// [`Error::KeyGeneration`].
    pub fn generate_pkcs8(curve: Curve) -> Result<Zeroizing<Vec<u8>>, Error> {
        let (algorithm, name) = match curve {
            Curve::P256 => (&ECDSA_P256_SHA256_ASN1_SIGNING, "P-256"),
            Curve::P384 => (&ECDSA_P384_SHA384_ASN1_SIGNING, "P-384"),
        };
        let made = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new());
        let made = made.map_err(|_| Error::KeyGeneration(name))?;
        Ok(Zeroizing::new(made.as_ref().to_vec()))
    }

    /// Takes a P-256 key: the private number in 32 bytes, and the public key as an uncompressed
    /// point.
    ///
    /// # Errors
    /// [`Error::KeyGeneration`] when they are not a pair.
    pub fn from_p256(private: &[u8], public: &[u8]) -> Result<Self, Error> {
        let (algorithm, rng) = (&ECDSA_P256_SHA256_ASN1_SIGNING, SystemRandom::new());
        let pair = EcdsaKeyPair::from_private_key_and_public_key(algorithm, private, public, &rng)
            .map_err(|_| Error::KeyGeneration("P-256"))?;
        Ok(Self { pair: Pair::P256(pair), rng })
    }

    /// Takes an operator's key in DER: P-256, P-384 or RSA of 2048 bits and more, as PKCS#8, SEC1
    /// or PKCS#1. `None` for any other.
    pub fn read(der: &[u8]) -> Option<Self> {
        let rng = SystemRandom::new();
        let curve = |algorithm, pkcs8: &[u8]| EcdsaKeyPair::from_pkcs8(algorithm, pkcs8, &rng).ok();
        let pair = match KeyForm::of(der)? {
            KeyForm::Pkcs8(pkcs8) => curve(&ECDSA_P256_SHA256_ASN1_SIGNING, &pkcs8)
                .map(Pair::P256)
                .or_else(|| curve(&ECDSA_P384_SHA384_ASN1_SIGNING, &pkcs8).map(Pair::P384))
                .or_else(|| RsaKeyPair::from_pkcs8(&pkcs8).ok().map(Pair::Rsa))?,
            KeyForm::Pkcs1(pkcs1) => Pair::Rsa(RsaKeyPair::from_der(&pkcs1).ok()?),
        };
        Some(Self { pair, rng })
    }

    /// Takes a key that is kept elsewhere.
    pub fn elsewhere(key: impl KeyElsewhere + 'static) -> Self {
        Self { pair: Pair::Elsewhere(Box::new(key)), rng: SystemRandom::new() }
    }

    /// Signs a message. An ECDSA value is a DER `Ecdsa-Sig-Value` (RFC 3279 section 2.2.3).
    ///
    /// # Errors
    /// [`Error::Signature`].
    pub fn sign_message(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        match &self.pair {
            Pair::P256(pair) | Pair::P384(pair) => {
                let value = pair.sign(&self.rng, message).map_err(|_| Error::Signature)?;
                Ok(value.as_ref().to_vec())
            }
            Pair::Rsa(pair) => {
                let mut value = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &self.rng, message, &mut value)
                    .map_err(|_| Error::Signature)?;
                Ok(value)
            }
            Pair::Elsewhere(key) => key.sign(message),
        }
    }

    /// How signatures with this key are named: ECDSA without parameters (RFC 5758 section 3.2), RSA
    /// with NULL (RFC 4055 section 5).
    pub fn algorithm_identifier(&self) -> AlgorithmIdentifierOwned {
        let (oid, parameters) = match self.kind() {
            Kind::Curve(Curve::P256) => (oid::ECDSA_WITH_SHA_256, None),
            Kind::Curve(Curve::P384) => (oid::ECDSA_WITH_SHA_384, None),
            Kind::Rsa => (oid::SHA_256_WITH_RSA_ENCRYPTION, Some(Any::from(Null))),
        };
        AlgorithmIdentifierOwned { oid, parameters }
    }

    /// The public key as it stands in a SubjectPublicKeyInfo: an uncompressed point (SEC 1 section
    /// 2.3.3) or an `RSAPublicKey`.
    pub fn public_key(&self) -> &[u8] {
        match &self.pair {
            Pair::P256(pair) | Pair::P384(pair) => pair.public_key().as_ref(),
            Pair::Rsa(pair) => pair.public().as_ref(),
            Pair::Elsewhere(key) => key.public_key(),
        }
    }

    fn kind(&self) -> Kind {
        match &self.pair {
            Pair::P256(_) => Kind::Curve(Curve::P256),
            Pair::P384(_) => Kind::Curve(Curve::P384),
            Pair::Rsa(_) => Kind::Rsa,
            Pair::Elsewhere(key) => Kind::Curve(key.curve()),
        }
    }
}

impl PublicKeyData for AuthorityKey {
    fn der_bytes(&self) -> &[u8] {
        self.public_key()
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        match self.kind() {
            Kind::Curve(Curve::P256) => &rcgen::PKCS_ECDSA_P256_SHA256,
            Kind::Curve(Curve::P384) => &rcgen::PKCS_ECDSA_P384_SHA384,
            Kind::Rsa => &rcgen::PKCS_RSA_SHA256,
        }
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

/// The first 160 bits of the SHA-256 of the public key's BIT STRING (RFC 7093 section 2,
/// method 1).
pub fn key_identifier(key: &impl PublicKeyData) -> [u8; 20] {
    let hash = digest::digest(&digest::SHA256, key.der_bytes());
    let mut identifier = [0; 20];
    identifier.copy_from_slice(&hash.as_ref()[..20]);
    identifier
}
