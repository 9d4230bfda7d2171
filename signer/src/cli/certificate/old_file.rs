//! A file with a key and its certificate that is there already.

use std::path::Path;

use base64::{Engine, engine::general_purpose::STANDARD};
use cades::Certificate;
use rustls::pki_types::{CertificateDer as Block, pem::PemObject};
use seal::CertificateDer;
use zeroize::Zeroizing;

use super::{super::input, Failure, holder_key::OwnKey};
use crate::config::Secret;

/// The longest file that is read, in bytes.
const MAXIMUM_LENGTH: u64 = 1 << 20;
/// More than any file of ours holds.
const MAXIMUM_CERTIFICATES: usize = 32;
const BEGIN: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
const END: &str = "-----END ENCRYPTED PRIVATE KEY-----";

/// What it held.
#[derive(Debug)]
pub(super) struct OldFile {
    /// The key.
    pub(super) key: OwnKey,
    /// Its certificate.
    pub(super) certificate: Certificate,
}

impl OldFile {
    /// Opens a PKCS#12 file, or one in PEM with the key as PKCS#8 under the password.
    ///
    /// # Errors
    /// [`Failure::File`]; [`Failure::Usage`] when it holds no certificate with its key; [`Failure::KeyFile`] when it
    /// does not open.
    pub(super) fn open(path: &Path, password: &Secret) -> Result<Self, Failure> {
        let unusable = |cause: &str| Failure::Usage(format!("{}: {cause}", path.display()));
        let file = input::read(path, MAXIMUM_LENGTH)?;
        let (key, certificates) = match std::str::from_utf8(&file) {
            Ok(text) if text.contains("-----BEGIN ") => of_pem(text, password)?,
            Ok(_) | Err(_) => {
                let opened = key_file::open_pkcs12(&file, password.expose())?;
                (opened.key, opened.certificates)
            }
        };
        let key = OwnKey::read(&key).ok_or_else(|| unusable("holds another kind of key"))?;
        let certificate = certificates.into_iter().find(|one| key.is_of(one));
        let certificate = certificate.ok_or_else(|| unusable("holds no certificate of its key"))?;
        let certificate = Certificate::parse(CertificateDer::new(certificate));
        let certificate =
            certificate.map_err(|_| unusable("holds a certificate that cannot be read"))?;
        Ok(Self { key, certificate })
    }

    /// Key and certificate in PEM, as a client of TLS shows them.
    pub(super) fn identity(&self) -> Zeroizing<String> {
        let key = Zeroizing::new(STANDARD.encode(self.key.expose()));
        let certificate = seal::pem(&[self.certificate.der().clone()]);
        let length = key.len() + certificate.len() + 64;
        // Room for all of it, so that nothing is left behind when it grows.
        let mut pem = Zeroizing::new(String::with_capacity(length));
        for part in ["-----BEGIN PRIVATE KEY-----\n", &key, "\n-----END PRIVATE KEY-----\n"] {
            pem.push_str(part);
        }
        pem.push_str(&certificate);
        pem
    }
}

type KeyAndCertificates = (Zeroizing<Vec<u8>>, Vec<Vec<u8>>);

fn of_pem(text: &str, password: &Secret) -> Result<KeyAndCertificates, Failure> {
    let key = text.split_once(BEGIN).and_then(|(_, rest)| Some(rest.split_once(END)?.0));
    let key = key.ok_or(key_file::Error::Malformed)?;
    let letters: String = key.split_ascii_whitespace().collect();
    let protected = STANDARD.decode(letters).map_err(|_| key_file::Error::Malformed)?;
    let key = key_file::open_key(&protected, password.expose().as_bytes())?;
    let blocks = Block::pem_slice_iter(text.as_bytes()).take(MAXIMUM_CERTIFICATES);
    Ok((key, blocks.map_while(Result::ok).map(|block| block.to_vec()).collect()))
}
