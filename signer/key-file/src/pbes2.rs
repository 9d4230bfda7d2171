//! PBES2 (RFC 8018 section 6.2) with PBKDF2 over HMAC-SHA-256 and AES-256-CBC.

use std::num::NonZeroU32;

use aes::Aes256;
use cades::{Part, tag};
use cbc::{
    Decryptor, Encryptor,
    cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7},
};
use der::{Any, AnyRef, Decode, Encode};
use ring::pbkdf2::{PBKDF2_HMAC_SHA256, derive};
use zeroize::Zeroizing;

use crate::{Error, oid, random};

/// How many iterations are read at most: half a minute of somebody's time.
const MAXIMUM_ITERATIONS: u32 = 10_000_000;
const KEY_LENGTH: usize = 32;
const NULL: [u8; 2] = [tag::NULL, 0];

/// Encrypts; gives the AlgorithmIdentifier in DER, and the ciphertext.
pub(crate) fn encrypt(
    password: &[u8],
    iterations: NonZeroU32,
    plain: &[u8],
) -> Result<(Vec<u8>, Vec<u8>), Error> {
    let (salt, vector) = (random::bytes::<16>()?, random::bytes::<16>()?);
    let key = key(password, &salt, iterations);
    let cipher = Encryptor::<Aes256>::new_from_slices(&key[..], &vector);
    let encrypted = cipher.map_err(|_| Error::Algorithm)?.encrypt_padded_vec::<Pkcs7>(plain);
    Ok((algorithm(&salt, iterations, &vector), encrypted))
}

/// Decrypts what an AlgorithmIdentifier in DER says how.
pub(crate) fn decrypt(
    algorithm: &[u8],
    password: &[u8],
    encrypted: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (salt, iterations, vector) = parameters(algorithm)?;
    let key = key(password, &salt, iterations);
    let cipher = Decryptor::<Aes256>::new_from_slices(&key[..], &vector);
    let plain = cipher.map_err(|_| Error::Algorithm)?.decrypt_padded_vec::<Pkcs7>(encrypted);
    plain.map(Zeroizing::new).map_err(|_| Error::Password)
}

fn key(password: &[u8], salt: &[u8], iterations: NonZeroU32) -> Zeroizing<[u8; KEY_LENGTH]> {
    let mut key = Zeroizing::new([0; KEY_LENGTH]);
    derive(PBKDF2_HMAC_SHA256, iterations, salt, password, &mut key[..]);
    key
}

fn algorithm(salt: &[u8], iterations: NonZeroU32, vector: &[u8]) -> Vec<u8> {
    // An INTEGER of up to 32 bits, never negative.
    let count = Any::encode_from(&iterations.get()).and_then(|any| any.to_der());
    let count = count.unwrap_or_default();
    let named = |oid, parameters| {
        let oid = Part::Element(tag::OBJECT_IDENTIFIER, &[Part::Raw(oid)]).to_vec();
        Part::Element(tag::SEQUENCE, &[Part::Raw(&oid), parameters]).to_vec()
    };
    let function = named(oid::HMAC_WITH_SHA_256, Part::Raw(&NULL));
    let derivation = Part::Element(
        tag::SEQUENCE,
        &[
            Part::Element(tag::OCTET_STRING, &[Part::Raw(salt)]),
            Part::Raw(&count),
            Part::Raw(&function),
        ],
    )
    .to_vec();
    let derivation = named(oid::PBKDF2, Part::Raw(&derivation));
    let vector = Part::Element(tag::OCTET_STRING, &[Part::Raw(vector)]).to_vec();
    let scheme = named(oid::AES_256_CBC, Part::Raw(&vector));
    let both = Part::Element(tag::SEQUENCE, &[Part::Raw(&derivation), Part::Raw(&scheme)]).to_vec();
    named(oid::PBES2, Part::Raw(&both))
}

/// Salt, iterations and vector.
fn parameters(algorithm: &[u8]) -> Result<(Vec<u8>, NonZeroU32, Vec<u8>), Error> {
    let parameters = named(algorithm, oid::PBES2)?;
    let [derivation, scheme] = &parts(&parameters)?[..] else { return Err(Error::Algorithm) };
    let derivation = parts(&named(&to_der(derivation)?, oid::PBKDF2)?)?;
    // keyLength may stand before the function; for AES-256 it can only be 32.
    let (salt, iterations, function) = match &derivation[..] {
        [salt, iterations, function] => (salt, iterations, function),
        [salt, iterations, length, function] if length.decode_as() == Ok(KEY_LENGTH as u8) => {
            (salt, iterations, function)
        }
        _ => return Err(Error::Algorithm),
    };
    named(&to_der(function)?, oid::HMAC_WITH_SHA_256)?;
    let iterations = iterations.decode_as::<u32>().ok().and_then(NonZeroU32::new);
    let iterations = iterations.filter(|count| count.get() <= MAXIMUM_ITERATIONS);
    let vector = named(&to_der(scheme)?, oid::AES_256_CBC)?;
    let octets = |any: &Any| any.value().to_vec();
    Ok((octets(salt), iterations.ok_or(Error::Algorithm)?, octets(&vector)))
}

/// The parameters of an AlgorithmIdentifier that names this algorithm.
fn named(algorithm: &[u8], oid: &[u8]) -> Result<Any, Error> {
    let parts = Vec::<Any>::from_der(algorithm).map_err(|_| Error::Algorithm)?;
    match &parts[..] {
        [named, parameters] if named.value() == oid => Ok(parameters.clone()),
        _ => Err(Error::Algorithm),
    }
}

fn parts(sequence: &Any) -> Result<Vec<Any>, Error> {
    sequence.decode_as().map_err(|_| Error::Algorithm)
}

fn to_der(any: &Any) -> Result<Vec<u8>, Error> {
    AnyRef::from(any).to_der().map_err(|_| Error::Algorithm)
}
