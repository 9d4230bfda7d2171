//! The folder with the authority's certificates and keys: `root.cer`, `root.key`, `issuing-1.cer`,
//! `issuing-1.key`, and so on for later generations; certificates in DER, keys as EncryptedPrivateKeyInfo
//! (RFC 5958 section 3) in DER.
//!
//! An operator may put own files in their place. The root's key may be kept elsewhere; then nothing new is made,
//! and the root's revocation list and status are told by whoever has it.

use std::{
    fs::{self, DirBuilder},
    io,
    num::NonZeroU32,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
};

use authority::AuthorityKey;
use cades::Certificate;
use seal::CertificateDer;

use super::error::AuthorityError;
use crate::{data_directory::keep_new, secret::Secret};

/// What each guess at the passphrase costs (OWASP's number for PBKDF2 with HMAC-SHA-256, 2023).
const ITERATIONS: NonZeroU32 = NonZeroU32::new(600_000).unwrap();
/// The longest file that is read, in bytes.
const MAXIMUM_FILE_LENGTH: u64 = 64 * 1024;

/// An authority as it is kept.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) certificate: CertificateDer,
    /// `None` where the key is kept elsewhere.
    pub(super) key: Option<AuthorityKey>,
}

/// The folder, with what opens its keys.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    passphrase: Secret,
}

impl Folder {
    /// Opens the folder, made with mode 0700 if it is not there.
    pub(super) fn open(path: &Path, given: Option<&Secret>) -> Result<Self, AuthorityError> {
        let failed = |cause| AuthorityError::File { path: path.into(), cause };
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed)?;
        let passphrase = super::passphrase::find_or_make(path, given)?;
        Ok(Self { path: path.to_owned(), passphrase })
    }

    /// Whether a folder holds an authority, or a part of one.
    pub(super) fn is_used(path: &Path) -> Result<bool, AuthorityError> {
        Ok(path.join("root.cer").exists() || last_generation(path)? > 0)
    }

    /// The last generation of which a file is here; 0 when there is none.
    pub(super) fn last_generation(&self) -> Result<usize, AuthorityError> {
        last_generation(&self.path)
    }

    /// Why something does not count: this file of the folder is missing.
    pub(super) fn incomplete(&self, file: &str) -> AuthorityError {
        AuthorityError::Incomplete(self.path.join(file))
    }

    /// The authority of this name, if there is one whose certificate and key belong together.
    pub(super) fn read(&self, name: &str) -> Result<Option<Kept>, AuthorityError> {
        let path = self.path.join(format!("{name}.cer"));
        let wrong = |problem| AuthorityError::Certificate { path: path.clone(), problem };
        let Some(certificate) = self.file(&path)? else { return Ok(None) };
        let certificate = CertificateDer::new(certificate);
        let read = Certificate::parse(certificate.clone());
        let read = read.map_err(|_| wrong("is no certificate in DER"))?;
        if !read.is_authority() || !read.may_sign_certificates() {
            return Err(wrong("is no certificate of an authority"));
        }
        let Some(key) = self.key(name)? else { return Ok(Some(Kept { certificate, key: None })) };
        if !is_of(&certificate, &key) {
            return Err(wrong("is not the certificate of the key beside it"));
        }
        Ok(Some(Kept { certificate, key: Some(key) }))
    }

    /// The key of this name, if there is one.
    pub(super) fn key(&self, name: &str) -> Result<Option<AuthorityKey>, AuthorityError> {
        let path = self.path.join(format!("{name}.key"));
        let Some(protected) = self.file(&path)? else { return Ok(None) };
        let mode = fs::metadata(&path).map(|file| file.permissions().mode() & 0o777);
        let mode = mode.map_err(|cause| AuthorityError::File { path: path.clone(), cause })?;
        if mode & 0o077 != 0 {
            return Err(AuthorityError::Exposed { path, mode });
        }
        let failed = |cause| AuthorityError::Key { path: path.clone(), cause };
        let key = key_file::open_key(&protected, self.passphrase.expose().as_bytes());
        let key = AuthorityKey::read(&key.map_err(failed)?);
        Ok(Some(key.ok_or_else(|| failed(key_file::Error::Malformed))?))
    }

    /// Keeps a key, PKCS#8 in DER, where there is none of this name.
    pub(super) fn keep_key(&self, name: &str, key: &[u8]) -> Result<(), AuthorityError> {
        let path = self.path.join(format!("{name}.key"));
        let failed = |cause| AuthorityError::Key { path: path.clone(), cause };
        let passphrase = self.passphrase.expose().as_bytes();
        let protected = key_file::protect_key(key, passphrase, ITERATIONS).map_err(failed)?;
        keep_new(&path, &protected).map_err(|cause| AuthorityError::File { path, cause })
    }

    /// Keeps a certificate, whose key is kept already: from now on there is an authority of this name.
    pub(super) fn keep_certificate(
        &self,
        name: &str,
        certificate: &CertificateDer,
    ) -> Result<(), AuthorityError> {
        let path = self.path.join(format!("{name}.cer"));
        let kept = keep_new(&path, certificate.as_bytes());
        kept.map_err(|cause| AuthorityError::File { path, cause })
    }

    fn file(&self, path: &Path) -> Result<Option<Vec<u8>>, AuthorityError> {
        let failed = |cause| AuthorityError::File { path: path.to_owned(), cause };
        match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
            Ok(file) if file.len() > MAXIMUM_FILE_LENGTH => {
                return Err(failed(io::Error::from(io::ErrorKind::FileTooLarge)));
            }
            Ok(_) => {}
        }
        fs::read(path).map(Some).map_err(failed)
    }
}

fn last_generation(path: &Path) -> Result<usize, AuthorityError> {
    let failed = |cause| AuthorityError::File { path: path.to_owned(), cause };
    let entries = match fs::read_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        entries => entries.map_err(failed)?,
    };
    let mut last = 0;
    for entry in entries {
        let name = entry.map_err(failed)?.file_name();
        let generation = name.to_str().and_then(|name| name.strip_prefix("issuing-"));
        let generation = generation.and_then(|rest| rest.split('.').next()?.parse().ok());
        last = last.max(generation.unwrap_or(0));
    }
    Ok(last)
}

/// Whether a certificate is of this key: its SubjectPublicKeyInfo stands in it, octet for octet.
fn is_of(certificate: &CertificateDer, key: &AuthorityKey) -> bool {
    let public = key.public_key();
    certificate.as_bytes().windows(public.len()).any(|octets| octets == public)
}
