//! The folder with the authority's certificates and keys: `root.cer`, `root.key`, `issuing-1.cer`,
//! `issuing-1.key`, and so on for later generations; certificates in DER, keys as EncryptedPrivateKeyInfo
//! (RFC 5958 section 3) in DER. Keys that are in a token have no file.
//!
//! An operator may put own files in their place. The root's key may be kept elsewhere; then nothing new is made,
//! and the root's revocation list and status are told by whoever has it.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
};

use authority::Curve;
use key_token::Token;
use seal::CertificateDer;

use super::{
    error::{AuthorityError, KeptAt},
    keeping::{self, Begun, Keeping, Kept},
    passphrase,
    protection::Protection,
};
use crate::{data_directory::keep_new, secret::Secret};

/// The longest file that is read, in bytes.
const MAXIMUM_FILE_LENGTH: u64 = 64 * 1024;

/// The folder, with what opens its keys.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    protection: Protection,
}

impl Folder {
    /// Opens the folder, made with mode 0700 if it is not there. Without a token the passphrase is made if there is
    /// none.
    pub(super) fn open(
        path: &Path,
        given: Option<&Secret>,
        token: Option<&Token>,
    ) -> Result<Self, AuthorityError> {
        let failed = |cause| AuthorityError::File { path: path.into(), cause };
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed)?;
        let passphrase = match token {
            None => Some(passphrase::find_or_make(path, given)?),
            // Keys of before the token are opened still.
            Some(_) => passphrase::find(path, given)?,
        };
        let protection = Protection { passphrase, token: token.cloned() };
        Ok(Self { path: path.to_owned(), protection })
    }

    /// Whether a folder holds an authority, or a part of one.
    pub(super) fn is_used(path: &Path) -> Result<bool, AuthorityError> {
        Ok(path.join("root.cer").exists() || last_generation(path)? > 0)
    }

    /// Certificate and protected key of a name, as they lie there.
    pub(super) fn whole(&self, name: &str) -> Result<(Vec<u8>, Option<Vec<u8>>), AuthorityError> {
        let certificate = self.file(&self.certificate_path(name))?;
        let certificate = certificate.ok_or_else(|| self.incomplete(&format!("{name}.cer")))?;
        Ok((certificate, self.file(&self.key_path(name))?))
    }

    /// The key of this name, if there is one, opened and as it lies there.
    fn begun(&self, name: &str) -> Result<Option<Begun>, AuthorityError> {
        let path = self.key_path(name);
        let Some(protected) = self.file(&path)? else { return Ok(None) };
        let mode = fs::metadata(&path).map(|file| file.permissions().mode() & 0o777);
        let mode = mode.map_err(|cause| AuthorityError::File { path: path.clone(), cause })?;
        if mode & 0o077 != 0 {
            return Err(AuthorityError::Exposed { path, mode });
        }
        let key = self.protection.open(&protected, &KeptAt::File(path))?;
        Ok(Some(Begun { key, protected: Some(protected) }))
    }

    fn certificate_path(&self, name: &str) -> PathBuf {
        self.path.join(format!("{name}.cer"))
    }

    fn key_path(&self, name: &str) -> PathBuf {
        self.path.join(format!("{name}.key"))
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

impl Keeping for Folder {
    fn last_generation(&self) -> Result<usize, AuthorityError> {
        last_generation(&self.path)
    }

    fn read(&self, name: &str) -> Result<Option<Kept>, AuthorityError> {
        let path = self.certificate_path(name);
        let Some(der) = self.file(&path)? else { return Ok(None) };
        let at = KeptAt::File(path);
        let certificate = keeping::certificate(der, &at)?;
        let Some(begun) = self.begun(name)? else {
            let key = self.protection.find(&certificate)?;
            return Ok(Some(Kept { certificate, key }));
        };
        keeping::together(certificate, begun.key, at).map(Some)
    }

    fn is_begun(&self, name: &str) -> Result<bool, AuthorityError> {
        Ok(self.begun(name)?.is_some())
    }

    fn begin(&self, name: &str, curve: Curve) -> Result<Begun, AuthorityError> {
        if let Some(begun) = self.begun(name)? {
            return Ok(begun);
        }
        let path = self.key_path(name);
        let begun = self.protection.make(name, curve, KeptAt::File(path.clone()))?;
        if let Some(protected) = &begun.protected {
            keep_new(&path, protected).map_err(|cause| AuthorityError::File { path, cause })?;
        }
        Ok(begun)
    }

    /// The key is kept already: from now on there is an authority of this name.
    fn finish(
        &self,
        name: &str,
        begun: Begun,
        certificate: CertificateDer,
    ) -> Result<Kept, AuthorityError> {
        let path = self.certificate_path(name);
        let kept = keep_new(&path, certificate.as_bytes());
        kept.map_err(|cause| AuthorityError::File { path, cause })?;
        Ok(Kept { certificate, key: Some(begun.key) })
    }

    fn incomplete(&self, part: &str) -> AuthorityError {
        self.protection.missing(part, KeptAt::File(self.path.join(part)))
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
