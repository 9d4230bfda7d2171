//! A PKCS#12 file that is read: DER, a MAC over the password, and one key under it.

use der::{Any, Decode, Encode, Tag, Tagged};
use ring::{
    digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256},
    hmac,
};
use zeroize::Zeroizing;

use crate::{
    Error,
    kdf::{self, Purpose},
    oid, pbes2, triple_des,
};

/// How many iterations of a MAC are computed at most: half a minute of somebody's time.
const MAXIMUM_ITERATIONS: u32 = 10_000_000;
/// More certificates than any key has above it.
const MAXIMUM_CERTIFICATES: usize = 32;

/// What a file held.
pub struct Opened {
    /// The key: PKCS#8 in DER.
    pub key: Zeroizing<Vec<u8>>,
    /// The certificates, in DER, in no order that means anything.
    pub certificates: Vec<Vec<u8>>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Opened(..)")
    }
}

/// Opens a file with one key, protected as [`super::Bundle::write`] does it or OpenSSL 3 at first.
///
/// # Errors
/// [`Error::NotPkcs12`], [`Error::Algorithm`] or [`Error::Password`].
pub fn open_pkcs12(file: &[u8], password: &str) -> Result<Opened, Error> {
    let whole = parts(file)?;
    let [version, content, mac] = &whole[..] else { return Err(Error::NotPkcs12) };
    if version.decode_as() != Ok(3_u8) {
        return Err(Error::NotPkcs12);
    }
    let wide = kdf::wide(password);
    let safe = data(content)?;
    verify(&parts_of(mac)?, &wide, &safe)?;
    let mut found = Found { password, wide: &wide, key: None, certificates: Vec::new() };
    for content in parts(&safe)? {
        let (kind, value) = content_of(&content)?;
        let bags = match &kind[..] {
            oid::DATA => Zeroizing::new(octets(&value)?),
            oid::ENCRYPTED_DATA => found.decrypted_data(&value)?,
            _ => return Err(Error::NotPkcs12),
        };
        for bag in parts(&bags)? {
            found.take(&bag)?;
        }
    }
    let key = found.key.ok_or(Error::NotPkcs12)?;
    Ok(Opened { key, certificates: found.certificates })
}

/// What was found so far, and what opens the rest.
struct Found<'a> {
    password: &'a str,
    wide: &'a [u8],
    key: Option<Zeroizing<Vec<u8>>>,
    certificates: Vec<Vec<u8>>,
}

impl Found<'_> {
    /// A SafeBag (RFC 7292 section 4.2). Bags of other kinds are not read.
    fn take(&mut self, bag: &Any) -> Result<(), Error> {
        let parts = parts_of(bag)?;
        let [kind, value, ..] = &parts[..] else { return Err(Error::NotPkcs12) };
        match kind.value() {
            oid::SHROUDED_KEY_BAG => {
                let protected = self::parts(value.value())?;
                let [algorithm, encrypted] = &protected[..] else { return Err(Error::NotPkcs12) };
                let key = self.decrypted(algorithm, encrypted.value())?;
                // Of several keys nobody could say which is meant.
                match self.key.replace(key) {
                    None => Ok(()),
                    Some(_) => Err(Error::NotPkcs12),
                }
            }
            oid::CERTIFICATE_BAG => {
                let bag = self::parts(value.value())?;
                let [kind, value] = &bag[..] else { return Err(Error::NotPkcs12) };
                if kind.value() != oid::X509_CERTIFICATE
                    || self.certificates.len() == MAXIMUM_CERTIFICATES
                {
                    return Err(Error::NotPkcs12);
                }
                self.certificates.push(octets(value.value())?);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// EncryptedData (RFC 5652 section 8).
    fn decrypted_data(&self, der: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let data = parts(der)?;
        let [_, content, ..] = &data[..] else { return Err(Error::NotPkcs12) };
        let content = parts_of(content)?;
        let [_, algorithm, encrypted] = &content[..] else { return Err(Error::NotPkcs12) };
        self.decrypted(algorithm, encrypted.value())
    }

    fn decrypted(&self, algorithm: &Any, encrypted: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let algorithm = algorithm.to_der().map_err(|_| Error::NotPkcs12)?;
        let named = parts(&algorithm)?;
        match named.first().map(Any::value) {
            Some(oid::PBES2) => pbes2::decrypt(&algorithm, self.password.as_bytes(), encrypted),
            Some(oid::SHA_1_AND_TRIPLE_DES) => {
                triple_des::decrypt(&algorithm, self.wide, encrypted)
            }
            Some(_) | None => Err(Error::Algorithm),
        }
    }
}

/// MacData (RFC 7292 section 4) over the AuthenticatedSafe.
fn verify(mac: &[Any], wide: &[u8], safe: &[u8]) -> Result<(), Error> {
    let (info, salt, iterations) = match mac {
        [info, salt, iterations] => (info, salt, iterations.decode_as().unwrap_or(u32::MAX)),
        [info, salt] => (info, salt, 1),
        _ => return Err(Error::NotPkcs12),
    };
    if !(1..=MAXIMUM_ITERATIONS).contains(&iterations) {
        return Err(Error::Algorithm);
    }
    let info = parts_of(info)?;
    let [algorithm, value] = &info[..] else { return Err(Error::NotPkcs12) };
    let (digest, algorithm) = match parts_of(algorithm)?.first().map(Any::value) {
        Some(oid::SHA_256) => (&SHA256, hmac::HMAC_SHA256),
        Some(oid::SHA_1) => (&SHA1_FOR_LEGACY_USE_ONLY, hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
        Some(_) | None => return Err(Error::Algorithm),
    };
    let from = (wide, salt.value());
    let key = kdf::derive(digest, Purpose::Mac, from, iterations, digest.output_len());
    let key = hmac::Key::new(algorithm, &key);
    hmac::verify(&key, safe, value.value()).map_err(|_| Error::Password)
}

/// ContentInfo (RFC 5652 section 3): its type, and its content in DER.
fn content_of(info: &Any) -> Result<(Vec<u8>, Vec<u8>), Error> {
    match &parts_of(info)?[..] {
        [kind, value] => Ok((kind.value().to_vec(), value.value().to_vec())),
        _ => Err(Error::NotPkcs12),
    }
}

/// What a ContentInfo with id-data holds.
fn data(info: &Any) -> Result<Vec<u8>, Error> {
    let (kind, value) = content_of(info)?;
    if kind != oid::DATA {
        return Err(Error::NotPkcs12);
    }
    octets(&value)
}

/// The contents of an OCTET STRING.
fn octets(der: &[u8]) -> Result<Vec<u8>, Error> {
    let any = Any::from_der(der).map_err(|_| Error::NotPkcs12)?;
    match any.tag() == Tag::OctetString {
        true => Ok(any.value().to_vec()),
        false => Err(Error::NotPkcs12),
    }
}

/// The elements of a SEQUENCE.
fn parts(der: &[u8]) -> Result<Vec<Any>, Error> {
    Vec::<Any>::from_der(der).map_err(|_| Error::NotPkcs12)
}

fn parts_of(any: &Any) -> Result<Vec<Any>, Error> {
    parts(&any.to_der().map_err(|_| Error::NotPkcs12)?)
}
