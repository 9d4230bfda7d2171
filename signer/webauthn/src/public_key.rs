//! The public key of a passkey: a COSE_Key (RFC 9052 section 7, RFC 9053).

use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};

use crate::{MAXIMUM_PUBLIC_KEY, Part, WebauthnError, cbor::Item};

const PART: Part = Part::PublicKey;

/// The algorithms that are asked for, by their numbers in COSE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// ES256 on P-256.
    Es256,
    /// EdDSA with Ed25519.
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
}

impl Algorithm {
    /// Every algorithm, the preferred one first.
    pub const ALL: [Self; 3] = [Self::Es256, Self::EdDsa, Self::Rs256];

    /// Its number (IANA, COSE Algorithms).
    pub fn number(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::EdDsa => -8,
            Self::Rs256 => -257,
        }
    }
}

/// A public key that can verify.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    cose: Vec<u8>,
    key: Key,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Key {
    /// An uncompressed point.
    P256(Vec<u8>),
    /// A point.
    Ed25519(Vec<u8>),
    /// Modulus and exponent.
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
}

impl PublicKey {
    /// Reads a COSE_Key, as it came or was kept.
    ///
    /// # Errors
    /// [`WebauthnError::Malformed`]; [`WebauthnError::Algorithm`] for one that was not asked for.
    pub fn from_cose(cose: &[u8]) -> Result<Self, WebauthnError> {
        let malformed = WebauthnError::Malformed(PART);
        if cose.len() > MAXIMUM_PUBLIC_KEY {
            return Err(WebauthnError::TooLong(PART));
        }
        let (map, rest) = Item::read(cose)?;
        if !rest.is_empty() {
            return Err(malformed);
        }
        let number = |key: i64| match map.numbered(key) {
            Some(Item::Number(number)) => Some(*number),
            Some(Item::Bytes(_) | Item::Text(_) | Item::Map(_) | Item::Other) | None => None,
        };
        let bytes = |key: i64| map.numbered(key).and_then(Item::bytes);
        let algorithm = number(3).ok_or(malformed)?;
        let known = Algorithm::ALL.into_iter().find(|one| one.number() == algorithm);
        // Type 1 is OKP, 2 is EC2, 3 is RSA; curve 1 is P-256 and 6 is Ed25519.
        let key = match (known.ok_or(WebauthnError::Algorithm)?, number(1), number(-1)) {
            (Algorithm::Es256, Some(2), Some(1)) => {
                let (x, y) = bytes(-2).zip(bytes(-3)).ok_or(malformed)?;
                if x.len() != 32 || y.len() != 32 {
                    return Err(malformed);
                }
                Key::P256([&[4][..], x, y].concat())
            }
            (Algorithm::EdDsa, Some(1), Some(6)) => {
                let x = bytes(-2).filter(|x| x.len() == 32).ok_or(malformed)?;
                Key::Ed25519(x.to_vec())
            }
            (Algorithm::Rs256, Some(3), None) => {
                let (modulus, exponent) = bytes(-1).zip(bytes(-2)).ok_or(malformed)?;
                if !is_strong(modulus, exponent) {
                    return Err(malformed);
                }
                Key::Rsa { modulus: modulus.to_vec(), exponent: exponent.to_vec() }
            }
            (Algorithm::Es256 | Algorithm::EdDsa | Algorithm::Rs256, _, _) => {
                return Err(malformed);
            }
        };
        Ok(Self { cose: cose.to_vec(), key })
    }

    /// The COSE_Key as it came.
    pub fn cose(&self) -> &[u8] {
        &self.cose
    }

    /// Its algorithm.
    pub fn algorithm(&self) -> Algorithm {
        match self.key {
            Key::P256(_) => Algorithm::Es256,
            Key::Ed25519(_) => Algorithm::EdDsa,
            Key::Rsa { .. } => Algorithm::Rs256,
        }
    }

    /// Verifies a signature.
    ///
    /// # Errors
    /// [`WebauthnError::Signature`].
    pub(crate) fn verify(&self, signed: &[u8], signature: &[u8]) -> Result<(), WebauthnError> {
        let verified = match &self.key {
            Key::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(signed, signature)
            }
            Key::Ed25519(point) => {
                UnparsedPublicKey::new(&ED25519, point).verify(signed, signature)
            }
            Key::Rsa { modulus, exponent } => RsaPublicKeyComponents { n: modulus, e: exponent }
                .verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature),
        };
        verified.map_err(|_| WebauthnError::Signature)
    }
}

/// Whether a modulus has 2,048 bits at least and an exponent is an odd number above 65,536 (FIPS 186-5
/// section 5.1), both in their shortest form (RFC 8230 section 4).
fn is_strong(modulus: &[u8], exponent: &[u8]) -> bool {
    let begins = |number: &[u8]| number.first().is_some_and(|first| *first != 0);
    let odd = exponent.last().is_some_and(|last| last % 2 == 1);
    let large = modulus.len() >= 256 && modulus.first().is_some_and(|first| *first >= 0x80);
    large && begins(exponent) && odd && (3..=8).contains(&exponent.len())
}
