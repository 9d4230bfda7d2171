//! The audit key's file.

use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use super::database_path;
use crate::audit::{AuditKey, AuditKeyError, hex, random};

/// The longest key file that is read, in bytes.
const MAXIMUM_FILE_LENGTH: u64 = 4096;

/// Where the audit key came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditKeyOrigin {
    /// From outside, so that whoever holds the data directory cannot forge the log.
    Given,
    /// From the file beside the log. This deserves a warning.
    Kept(PathBuf),
    /// Made now, in a file beside the log. This deserves a warning.
    Made(PathBuf),
}

impl fmt::Display for AuditKeyOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given => f.write_str("the audit key was given from outside"),
            Self::Kept(path) | Self::Made(path) => write!(
                f,
                "the audit key lies beside the log in {}: whoever can write there can forge the \
                 log; set SIGNER_AUDIT_KEY instead",
                path.display()
            ),
        }
    }
}

/// Reads the key without making one, for verifying a log.
///
/// # Errors
/// [`AuditKeyError`] when there is no key file, or as [`super::DataDirectory::audit_key`].
pub fn read_audit_key(directory: &Path, given: Option<&str>) -> Result<AuditKey, AuditKeyError> {
    if let Some(given) = given {
        return AuditKey::from_hex(given);
    }
    let path = path_in(directory);
    read(&path).map_err(|error| match is_missing(&error) && has_log(directory) {
        true => AuditKeyError::Elsewhere { path },
        false => error,
    })
}

pub(super) fn find_or_make(
    directory: &Path,
    given: Option<&str>,
) -> Result<(AuditKey, AuditKeyOrigin), AuditKeyError> {
    if let Some(given) = given {
        return Ok((AuditKey::from_hex(given)?, AuditKeyOrigin::Given));
    }
    let path = path_in(directory);
    match read(&path) {
        Err(error) if is_missing(&error) => {
            // A new key would fit no record that is there, and would look as if it were the log's.
            if has_log(directory) {
                return Err(AuditKeyError::Elsewhere { path });
            }
            make(directory, &path)?;
            Ok((read(&path)?, AuditKeyOrigin::Made(path)))
        }
        found => Ok((found?, AuditKeyOrigin::Kept(path))),
    }
}

fn is_missing(error: &AuditKeyError) -> bool {
    matches!(error, AuditKeyError::File { kind: io::ErrorKind::NotFound, .. })
}

fn has_log(directory: &Path) -> bool {
    fs::metadata(database_path(directory)).is_ok_and(|metadata| metadata.len() > 0)
}

fn path_in(directory: &Path) -> PathBuf {
    directory.join("audit.key")
}

fn read(path: &Path) -> Result<AuditKey, AuditKeyError> {
    let failed = |error: io::Error| AuditKeyError::File { path: path.into(), kind: error.kind() };
    let file = File::open(path).map_err(failed)?;
    let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(AuditKeyError::Exposed { path: path.into(), mode });
    }
    let mut text = Zeroizing::new(String::new());
    file.take(MAXIMUM_FILE_LENGTH).read_to_string(&mut text).map_err(failed)?;
    AuditKey::from_hex(&text)
}

fn make(directory: &Path, path: &Path) -> Result<(), AuditKeyError> {
    let key = random::<{ AuditKey::MINIMUM_LENGTH }>().map_err(|_| AuditKeyError::NoRandomness)?;
    let key = Zeroizing::new(key);
    let text = Zeroizing::new(hex(key.as_slice()));
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })
        .and_then(|()| File::open(directory)?.sync_all());
    written.map_err(|error| AuditKeyError::File { path: path.into(), kind: error.kind() })
}
