//! pbeWithSHAAnd3-KeyTripleDES-CBC (RFC 7292 appendix C), for programs that read nothing newer.

use cades::{Part, tag};
use cbc::{
    Decryptor, Encryptor,
    cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7},
};
use der::{Any, Decode, Encode};
use des::TdesEde3;
use ring::digest::SHA1_FOR_LEGACY_USE_ONLY;
use zeroize::Zeroizing;

use crate::{
    Error,
    kdf::{Purpose, derive},
    oid, random,
};

/// How many iterations are computed at most: half a minute of somebody's time.
const MAXIMUM_ITERATIONS: u32 = 10_000_000;

/// Encrypts; gives the AlgorithmIdentifier in DER, and the ciphertext.
pub(crate) fn encrypt(
    wide_password: &[u8],
    iterations: u32,
    plain: &[u8],
) -> Result<(Vec<u8>, Vec<u8>), Error> {
    let salt = random::bytes::<16>()?;
    let derived = |purpose, length| {
        let from = (wide_password, &salt[..]);
        derive(&SHA1_FOR_LEGACY_USE_ONLY, purpose, from, iterations, length)
    };
    let (key, vector) = (derived(Purpose::Key, 24), derived(Purpose::Vector, 8));
    let cipher = Encryptor::<TdesEde3>::new_from_slices(&key, &vector);
    let encrypted = cipher.map_err(|_| Error::Algorithm)?.encrypt_padded_vec::<Pkcs7>(plain);
    let count = iterations.to_der().map_err(|_| Error::Algorithm)?;
    let algorithm = Part::Element(
        tag::SEQUENCE,
        &[
            Part::Element(tag::OBJECT_IDENTIFIER, &[Part::Raw(oid::SHA_1_AND_TRIPLE_DES)]),
            Part::Element(
                tag::SEQUENCE,
                &[Part::Element(tag::OCTET_STRING, &[Part::Raw(&salt)]), Part::Raw(&count)],
            ),
        ],
    );
    Ok((algorithm.to_vec(), encrypted))
}

/// Decrypts what an AlgorithmIdentifier in DER, of this algorithm, says how.
pub(crate) fn decrypt(
    algorithm: &[u8],
    wide_password: &[u8],
    encrypted: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let parts = Vec::<Any>::from_der(algorithm).map_err(|_| Error::Algorithm)?;
    let [_, parameters] = &parts[..] else { return Err(Error::Algorithm) };
    let parameters: Vec<Any> = parameters.decode_as().map_err(|_| Error::Algorithm)?;
    let [salt, iterations] = &parameters[..] else { return Err(Error::Algorithm) };
    let iterations: u32 = iterations.decode_as().map_err(|_| Error::Algorithm)?;
    if !(1..=MAXIMUM_ITERATIONS).contains(&iterations) {
        return Err(Error::Algorithm);
    }
    let derived = |purpose, length| {
        let from = (wide_password, salt.value());
        derive(&SHA1_FOR_LEGACY_USE_ONLY, purpose, from, iterations, length)
    };
    let (key, vector) = (derived(Purpose::Key, 24), derived(Purpose::Vector, 8));
    let cipher = Decryptor::<TdesEde3>::new_from_slices(&key, &vector);
    let plain = cipher.map_err(|_| Error::Algorithm)?.decrypt_padded_vec::<Pkcs7>(encrypted);
    plain.map(Zeroizing::new).map_err(|_| Error::Password)
}
