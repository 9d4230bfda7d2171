//! PKCS#12 (RFC 7292): a key and its certificates in one file.

mod opening;

use std::num::NonZeroU32;

use cades::{Part, tag};
use der::Encode;
use ring::{
    digest::{self, SHA1_FOR_LEGACY_USE_ONLY, SHA256},
    hmac,
};

pub use self::opening::{Opened, open_pkcs12};
use crate::{
    Error, Password,
    kdf::{self, Purpose},
    oid, pbes2, random, triple_des,
};

/// What a guess at the password costs whoever has the file.
const ITERATIONS: NonZeroU32 = NonZeroU32::new(100_000).unwrap();
/// The same where more would have old programs give up.
const COMPATIBLE_ITERATIONS: u32 = 10_000;
/// The longest friendly name in bytes.
const MAXIMUM_NAME_LENGTH: usize = 200;
const NULL: [u8; 2] = [tag::NULL, 0];

/// How a file is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// PBES2 with AES-256-CBC, and a MAC by HMAC-SHA-256, as OpenSSL 3 and Java since 8u301 make them.
    Modern,
    /// Triple DES and SHA-1, for programs that open nothing newer: Windows Server 2016 and macOS before 15.
    Compatible,
}

/// A key with its certificates.
#[derive(Clone, Copy)]
pub struct Bundle<'a> {
    /// The key: PKCS#8 in DER.
    pub key: &'a [u8],
    /// Its certificate, in DER.
    pub certificate: &'a [u8],
    /// Those of its issuers, in DER.
    pub issuers: &'a [Vec<u8>],
    /// What programs show it as.
    pub name: &'a str,
}

impl std::fmt::Debug for Bundle<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bundle(..)")
    }
}

impl Bundle<'_> {
    /// The file, under a password.
    ///
    /// # Errors
    /// [`Error::Name`] or [`Error::NoRandomness`].
    pub fn write(&self, password: &Password, protection: Protection) -> Result<Vec<u8>, Error> {
        let password = password.expose();
        if self.name.is_empty() || self.name.len() > MAXIMUM_NAME_LENGTH {
            return Err(Error::Name);
        }
        let wide = kdf::wide(password);
        let encrypt = |plain: &[u8]| match protection {
            Protection::Modern => pbes2::encrypt(password.as_bytes(), ITERATIONS, plain),
            Protection::Compatible => triple_des::encrypt(&wide, COMPATIBLE_ITERATIONS, plain),
        };
        let attributes = self.attributes();
        let bags: Vec<u8> = [certificate_bag(self.certificate, &attributes)]
            .into_iter()
            .chain(self.issuers.iter().map(|one| certificate_bag(one, &[])))
            .flatten()
            .collect();
        let certificates = encrypt(&element(tag::SEQUENCE, &[&bags]))?;
        let (algorithm, encrypted) = encrypt(self.key)?;
        let key = element(tag::SEQUENCE, &[&algorithm, &element(tag::OCTET_STRING, &[&encrypted])]);
        let key = safe_bag(oid::SHROUDED_KEY_BAG, &key, &attributes);
        let key = data(&element(tag::SEQUENCE, &[&key]));
        let safe = element(tag::SEQUENCE, &[&encrypted_data(certificates), &key]);
        let mac = mac(&wide, &safe, protection)?;
        Ok(element(tag::SEQUENCE, &[&[tag::INTEGER, 1, 3], &data(&safe), &mac]))
    }

    /// friendlyName and localKeyId, which say that key and certificate belong together: a SET in DER.
    fn attributes(&self) -> Vec<u8> {
        let name: Vec<u8> = self.name.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let identifier = digest::digest(&SHA1_FOR_LEGACY_USE_ONLY, self.certificate);
        let attribute = |oid, value: Vec<u8>| {
            let kind = element(tag::OBJECT_IDENTIFIER, &[oid]);
            element(tag::SEQUENCE, &[&kind, &element(tag::SET, &[&value])])
        };
        let mut all = [
            attribute(oid::FRIENDLY_NAME, element(tag::BMP_STRING, &[&name])),
            attribute(oid::LOCAL_KEY_ID, element(tag::OCTET_STRING, &[identifier.as_ref()])),
        ];
        // X.690 clause 11.6: a SET OF is sorted.
        all.sort();
        element(tag::SET, &[&all.concat()])
    }
}

fn element(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    let contents: Vec<_> = contents.iter().map(|one| Part::Raw(one)).collect();
    Part::Element(tag, &contents).to_vec()
}

/// ContentInfo with id-data (RFC 5652 section 4).
fn data(octets: &[u8]) -> Vec<u8> {
    content(oid::DATA, &element(tag::OCTET_STRING, &[octets]))
}

fn content(kind: &[u8], value: &[u8]) -> Vec<u8> {
    let kind = element(tag::OBJECT_IDENTIFIER, &[kind]);
    element(tag::SEQUENCE, &[&kind, &element(tag::context(0), &[value])])
}

/// ContentInfo with id-encryptedData (RFC 5652 section 8).
fn encrypted_data((algorithm, encrypted): (Vec<u8>, Vec<u8>)) -> Vec<u8> {
    let kind = element(tag::OBJECT_IDENTIFIER, &[oid::DATA]);
    let encrypted = element(tag::primitive(0), &[&encrypted]);
    let encrypted = element(tag::SEQUENCE, &[&kind, &algorithm, &encrypted]);
    content(oid::ENCRYPTED_DATA, &element(tag::SEQUENCE, &[&[tag::INTEGER, 1, 0], &encrypted]))
}

/// SafeBag (RFC 7292 section 4.2). `attributes` is a SET in DER, or nothing.
fn safe_bag(kind: &[u8], value: &[u8], attributes: &[u8]) -> Vec<u8> {
    let kind = element(tag::OBJECT_IDENTIFIER, &[kind]);
    element(tag::SEQUENCE, &[&kind, &element(tag::context(0), &[value]), attributes])
}

fn certificate_bag(certificate: &[u8], attributes: &[u8]) -> Vec<u8> {
    let octets = element(tag::OCTET_STRING, &[certificate]);
    let kind = element(tag::OBJECT_IDENTIFIER, &[oid::X509_CERTIFICATE]);
    let bag = element(tag::SEQUENCE, &[&kind, &element(tag::context(0), &[&octets])]);
    safe_bag(oid::CERTIFICATE_BAG, &bag, attributes)
}

/// MacData (RFC 7292 section 4) over the AuthenticatedSafe.
fn mac(wide: &[u8], safe: &[u8], protection: Protection) -> Result<Vec<u8>, Error> {
    let (digest, algorithm, oid, iterations) = match protection {
        Protection::Modern => (&SHA256, hmac::HMAC_SHA256, oid::SHA_256, ITERATIONS.get()),
        Protection::Compatible => (
            &SHA1_FOR_LEGACY_USE_ONLY,
            hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            oid::SHA_1,
            COMPATIBLE_ITERATIONS,
        ),
    };
    let salt = random::bytes::<16>()?;
    let key = kdf::derive(digest, Purpose::Mac, (wide, &salt), iterations, digest.output_len());
    let value = hmac::sign(&hmac::Key::new(algorithm, &key), safe);
    let named = element(tag::OBJECT_IDENTIFIER, &[oid]);
    let named = element(tag::SEQUENCE, &[&named, &NULL]);
    let value = element(tag::OCTET_STRING, &[value.as_ref()]);
    let count = iterations.to_der().map_err(|_| Error::Algorithm)?;
    let salt = element(tag::OCTET_STRING, &[&salt]);
    Ok(element(tag::SEQUENCE, &[&element(tag::SEQUENCE, &[&named, &value]), &salt, &count]))
}

#[cfg(test)]
mod tests;
