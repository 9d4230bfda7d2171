//! The passphrase of the keys.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use super::error::AuthorityError;
use crate::{
    audit::{hex, random},
    data_directory::keep_new,
    secret::Secret,
};

/// The environment variable with the passphrase.
pub const PASSPHRASE: &str = "SIGNER_REGISTRY_PASSPHRASE";

/// The fewest bytes that a passphrase has: with half a million iterations a guess, what people choose.
const MINIMUM_LENGTH: usize = 12;

/// The one given, else the one in the file beside the keys, which is made if it is not there. Whoever has such
/// a folder has the keys: that deserves a warning.
pub(super) fn find_or_make(
    folder: &Path,
    given: Option<&Secret>,
) -> Result<Secret, AuthorityError> {
    if let Some(found) = find(folder, given)? {
        return Ok(found);
    }
    let path = path(folder);
    let made = random::<32>().map_err(|_| AuthorityError::NoRandomness)?;
    let made = Secret::new(hex(&made));
    let kept = keep_new(&path, made.expose().as_bytes());
    kept.map_err(|cause| AuthorityError::File { path: path.clone(), cause })?;
    warn(&path);
    Ok(made)
}

/// The one given, else the one in the file beside the keys, if there is one.
pub(super) fn find(
    folder: &Path,
    given: Option<&Secret>,
) -> Result<Option<Secret>, AuthorityError> {
    if let Some(given) = given {
        check(given)?;
        return Ok(Some(given.clone()));
    }
    let path = path(folder);
    let failed = |cause| AuthorityError::File { path: path.clone(), cause };
    let mode = match fs::metadata(&path) {
        Ok(metadata) => metadata.permissions().mode() & 0o777,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    if mode & 0o077 != 0 {
        return Err(AuthorityError::Exposed { path, mode });
    }
    let text = fs::read_to_string(&path).map_err(failed)?;
    let text = text.trim_end();
    if text.len() < MINIMUM_LENGTH {
        return Err(AuthorityError::WeakPassphraseFile(path));
    }
    warn(&path);
    Ok(Some(Secret::new(text)))
}

fn path(folder: &Path) -> PathBuf {
    folder.join("passphrase")
}

fn warn(path: &Path) {
    tracing::warn!(
        path = %path.display(),
        "the passphrase of the registry's keys lies beside them: whoever can read the folder can issue \
         certificates; set SIGNER_REGISTRY_PASSPHRASE with this file's content, and remove the file"
    );
}

/// Whether a passphrase that was given is long enough.
pub(super) fn check(given: &Secret) -> Result<(), AuthorityError> {
    match given.expose().len() < MINIMUM_LENGTH {
        true => Err(AuthorityError::WeakPassphrase),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_that_was_cut_off_opens_and_protects_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let made = find_or_make(folder.path(), None).unwrap();
        assert_eq!(made.expose().len(), 64);
        let path = folder.path().join("passphrase");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        for cut_off in ["", "0123456789a\n"] {
            fs::write(&path, cut_off).unwrap();
            let refused = find_or_make(folder.path(), None).map(drop);
            assert!(matches!(refused, Err(AuthorityError::WeakPassphraseFile(_))), "{refused:?}");
        }
    }
}
