//! Which public keys are certified.

use der::{Decode, Sequence, Tag, Tagged, asn1::UintRef};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::rand::SystemRandom;
use x509_cert::spki::SubjectPublicKeyInfoOwned;

use crate::{oid, weak};

/// A public key that may be certified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestedKey {
    /// RSA, with 3,072 to 4,096 bits in its modulus (ETSI TS 119 312 clause 8.4).
    Rsa,
    /// A point of P-256.
    P256,
}

/// Why a key is not certified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefusal {
    /// It is of another kind.
    #[error("the key is neither RSA nor on the curve P-256")]
    Kind,
    /// It is not written as its kind is.
    #[error("the key is not written as RFC 8017 or RFC 5480 demand")]
    Malformed,
    /// Its modulus is too short or too long.
    #[error("the key's modulus has {0} bits; 3,072 to 4,096 are certified")]
    Length(usize),
    /// Its exponent is even, or less than 65,537, or longer than 64 bits.
    #[error("the key's public exponent is not an odd number from 65,537 on")]
    Exponent,
    /// Its modulus has a small factor, or was made by a generator that is known to be broken.
    #[error("the key is weak: it can be broken")]
    Weak,
    /// It is not a point of the curve.
    #[error("the key is not a point of P-256")]
    NoPoint,
}

/// ```text
/// RSAPublicKey ::= SEQUENCE {
///     modulus         INTEGER,
///     publicExponent  INTEGER }
/// ```
/// RFC 8017 appendix A.1.1.
#[derive(Sequence)]
struct RsaPublicKey<'a> {
    modulus: UintRef<'a>,
    public_exponent: UintRef<'a>,
}

impl RequestedKey {
    /// What a SubjectPublicKeyInfo holds.
    pub(crate) fn of(info: &SubjectPublicKeyInfoOwned) -> Result<Self, KeyRefusal> {
        let bits = info.subject_public_key.as_bytes().ok_or(KeyRefusal::Malformed)?;
        let parameters = info.algorithm.parameters.as_ref();
        if info.algorithm.oid == oid::RSA_ENCRYPTION {
            // RFC 3279 section 2.3.1: NULL.
            let null = parameters.is_some_and(|any| any.tag() == Tag::Null);
            return if null { rsa(bits) } else { Err(KeyRefusal::Malformed) };
        }
        if info.algorithm.oid != oid::EC_PUBLIC_KEY {
            return Err(KeyRefusal::Kind);
        }
        let curve = parameters.and_then(|any| any.decode_as().ok());
        if curve != Some(oid::P_256) {
            return Err(KeyRefusal::Kind);
        }
        if is_point(bits) { Ok(Self::P256) } else { Err(KeyRefusal::NoPoint) }
    }
}

fn rsa(bits: &[u8]) -> Result<RequestedKey, KeyRefusal> {
    let key = RsaPublicKey::from_der(bits).map_err(|_| KeyRefusal::Malformed)?;
    let modulus = key.modulus.as_bytes();
    let first = modulus.first().copied().unwrap_or_default();
    let length = modulus.len() * 8 - first.leading_zeros() as usize;
    if !(3072..=4096).contains(&length) {
        return Err(KeyRefusal::Length(length));
    }
    // FIPS 186-5 appendix A.1.1: odd, above 2^16; 2^64 bounds the work of whoever verifies.
    let exponent = key.public_exponent.as_bytes();
    let value = exponent.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    if exponent.len() > 8 || value < 65_537 || value.is_multiple_of(2) {
        return Err(KeyRefusal::Exponent);
    }
    if weak::is_weak(modulus) {
        return Err(KeyRefusal::Weak);
    }
    Ok(RequestedKey::Rsa)
}

/// Whether this is an uncompressed point of the curve (RFC 5480 section 2.2). ring checks a point when it
/// agrees with one; what is agreed on is thrown away.
fn is_point(bits: &[u8]) -> bool {
    let Ok(own) = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()) else {
        return false;
    };
    agree_ephemeral(own, &UnparsedPublicKey::new(&ECDH_P256, bits), |_| ()).is_ok()
}
