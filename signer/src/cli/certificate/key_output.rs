//! What the file with a key holds.

use std::num::NonZeroU32;

use base64::{Engine, engine::general_purpose::STANDARD};
use clap::Args;
use key_file::{Bundle, Password, Protection};
use rustls::pki_types::{CertificateDer as Block, pem::PemObject};
use seal::CertificateDer;

use super::{Failure, holder_key::OwnKey};

/// What each guess at the password of a key in PEM costs, as at the files of the registry's own keys.
const ITERATIONS: NonZeroU32 = NonZeroU32::new(600_000).unwrap();
/// The longest name of a key in a PKCS#12 file, in bytes.
const MAXIMUM_NAME_LENGTH: usize = 200;
/// More than any authority has above a certificate.
const MAXIMUM_CERTIFICATES: usize = 16;

/// In which form key and certificates are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// One file of PKCS#12 (RFC 7292).
    Pkcs12(Protection),
    /// The key (PKCS#8 under the password), its certificate and the issuers, one after the other in PEM.
    Pem,
}

/// Which form is asked for.
#[derive(Debug, Args)]
pub(super) struct FormOptions {
    /// Protects a PKCS#12 file in the old way (Triple DES, SHA-1), for programs that open no other
    #[arg(long, conflicts_with = "pem")]
    compatible: bool,
    /// Writes the key (PKCS#8, under the password) and the certificates in PEM instead
    #[arg(long)]
    pem: bool,
}

impl FormOptions {
    /// It.
    pub(super) fn form(&self) -> Form {
        match (self.pem, self.compatible) {
            (true, _) => Form::Pem,
            (false, true) => Form::Pkcs12(Protection::Compatible),
            (false, false) => Form::Pkcs12(Protection::Modern),
        }
    }
}

/// A certificate that was issued for a key, and its issuers.
#[derive(Debug)]
pub(super) struct Issued {
    certificate: CertificateDer,
    issuers: Vec<CertificateDer>,
}

impl Issued {
    /// A certificate and its issuers. Whoever calls has seen that it is their key's.
    pub(super) fn new(certificate: CertificateDer, issuers: Vec<CertificateDer>) -> Self {
        Self { certificate, issuers }
    }

    /// Reads what the service answered.
    ///
    /// # Errors
    /// [`Failure::Answer`] when it is no certificate of this key.
    pub(super) fn read(pem: &str, key: &OwnKey) -> Result<Self, Failure> {
        let blocks = Block::pem_slice_iter(pem.as_bytes()).take(MAXIMUM_CERTIFICATES + 1);
        let blocks: Result<Vec<_>, _> = blocks.collect();
        let wrong = |told: &str| Failure::Answer(told.to_owned());
        let blocks = blocks.map_err(|_| wrong("no certificates (PEM)"))?;
        if blocks.len() > MAXIMUM_CERTIFICATES {
            return Err(wrong("too many certificates"));
        }
        let mut all = blocks.into_iter().map(|block| CertificateDer::new(block.to_vec()));
        let certificate = all.next().ok_or_else(|| wrong("no certificate (PEM)"))?;
        if !key.is_of(certificate.as_bytes()) {
            return Err(wrong("a certificate of another key"));
        }
        Ok(Self { certificate, issuers: all.collect() })
    }

    /// The content of the file. `name` is what programs show.
    ///
    /// # Errors
    /// [`Failure::KeyFile`].
    pub(super) fn with_key(
        &self,
        key: &OwnKey,
        password: &Password,
        (form, name): (Form, &str),
    ) -> Result<Vec<u8>, Failure> {
        let Self { certificate, issuers } = self;
        match form {
            Form::Pkcs12(protection) => {
                let issuers: Vec<_> = issuers.iter().map(|one| one.as_bytes().to_vec()).collect();
                let bundle = Bundle {
                    key: key.expose(),
                    certificate: certificate.as_bytes(),
                    issuers: &issuers,
                    name: shortened(name),
                };
                Ok(bundle.write(password, protection)?)
            }
            Form::Pem => {
                let password = password.expose().as_bytes();
                let key = key_file::protect_key(key.expose(), password, ITERATIONS)?;
                let all: Vec<_> = [certificate].into_iter().chain(issuers).cloned().collect();
                Ok([encrypted_key(&key), seal::pem(&all)].concat().into_bytes())
            }
        }
    }
}

/// As much of a name as may stand there: it is for people, and a certificate is not lost over it.
fn shortened(name: &str) -> &str {
    match &name[..name.floor_char_boundary(MAXIMUM_NAME_LENGTH)] {
        "" => "certificate",
        name => name,
    }
}

/// RFC 7468 section 11.
fn encrypted_key(der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    let lines: Vec<_> = base64.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    let (begin, end) =
        ("-----BEGIN ENCRYPTED PRIVATE KEY-----", "-----END ENCRYPTED PRIVATE KEY-----");
    format!("{begin}\n{}\n{end}\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair};
    use registry::HolderKey;

    use super::*;

    #[test]
    fn what_is_no_certificate_of_the_key_is_not_kept() {
        let key = OwnKey::make(HolderKey::P256).unwrap();
        let other = KeyPair::generate().unwrap();
        let other = CertificateParams::default().self_signed(&other).unwrap();
        let other = seal::pem(&[CertificateDer::new(other.der().to_vec())]);
        let many = other.repeat(17);
        for (answer, told) in [
            ("", "no certificate (PEM)"),
            ("{}", "no certificate (PEM)"),
            (
                "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
                "no certificates (PEM)",
            ),
            (other.as_str(), "a certificate of another key"),
            (many.as_str(), "too many certificates"),
        ] {
            let refused = Issued::read(answer, &key).unwrap_err();
            assert!(matches!(&refused, Failure::Answer(why) if why == told), "{refused}");
        }
    }

    #[test]
    fn a_name_is_cut_between_letters_and_never_empty() {
        assert_eq!(shortened("Ærø"), "Ærø");
        assert_eq!(shortened(""), "certificate");
        assert_eq!(shortened(&"漢".repeat(100)), "漢".repeat(66));
    }
}
