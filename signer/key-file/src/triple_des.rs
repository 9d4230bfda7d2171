//! pbeWithSHAAnd3-KeyTripleDES-CBC (RFC 7292 appendix C), for programs that read nothing newer.

use cades::{Part, tag};
use cbc::{
    Encryptor,
    cipher::{BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7},
};
use der::Encode;
use des::TdesEde3;
use ring::digest::SHA1_FOR_LEGACY_USE_ONLY;

use crate::{
    Error,
    kdf::{Purpose, derive},
    oid, random,
};

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
