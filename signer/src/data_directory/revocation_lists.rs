//! The last revocation lists of each run, in DER, beside the root certificates: with the run its
//! keys end, and nobody can sign another.

use std::{
    fs, io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use seal::{CertificateDer, Digest, DigestAlgorithm};

use super::DataDirectoryError;

/// The most lists of one run: its root's, and one for each of its issuing CAs.
const MAXIMUM_LISTS: usize = 64;

/// The longest list that is read, in bytes.
const MAXIMUM_LENGTH: u64 = cades::MAXIMUM_REVOCATION_LIST_LENGTH as u64;

/// Replaces the lists of the run with this root by `lists`; no more than 64 are kept.
pub(super) fn keep(
    directory: &Path,
    anchor: &CertificateDer,
    lists: &[Bytes],
) -> Result<(), DataDirectoryError> {
    let folder = folder_in(directory);
    let failed = |error| DataDirectoryError::file(&folder, error);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(failed)?;
    for (number, list) in lists.iter().take(MAXIMUM_LISTS).enumerate() {
        let path = path_of(directory, anchor, number);
        let kept = super::replace(&path, list);
        kept.map_err(|error| DataDirectoryError::file(&path, error))?;
    }
    Ok(())
}

/// The lists of the run with this root; none when none were kept.
pub(super) fn read(
    directory: &Path,
    anchor: &CertificateDer,
) -> Result<Vec<Bytes>, DataDirectoryError> {
    let mut lists = Vec::new();
    for number in 0..MAXIMUM_LISTS {
        let path = path_of(directory, anchor, number);
        match read_file(&path) {
            Ok(list) => lists.push(list),
            Err(error) if error.kind() == io::ErrorKind::NotFound => break,
            Err(error) => return Err(DataDirectoryError::file(&path, error)),
        }
    }
    Ok(lists)
}

/// Removes the lists of the run with this root.
pub(super) fn forget(directory: &Path, anchor: &CertificateDer) -> Result<(), DataDirectoryError> {
    for number in 0..MAXIMUM_LISTS {
        let path = path_of(directory, anchor, number);
        match fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => break,
            Err(error) => return Err(DataDirectoryError::file(&path, error)),
        }
    }
    Ok(())
}

fn read_file(path: &Path) -> io::Result<Bytes> {
    if fs::metadata(path)?.len() > MAXIMUM_LENGTH {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    fs::read(path).map(Bytes::from)
}

fn folder_in(directory: &Path) -> PathBuf {
    directory.join("revocation-lists")
}

fn path_of(directory: &Path, anchor: &CertificateDer, number: usize) -> PathBuf {
    let name = Digest::of(DigestAlgorithm::Sha256, anchor.as_bytes());
    folder_in(directory).join(format!("{name}.{number}.crl"))
}
