//! A file with a revocation list that the operator provides: read again only when it has changed.

use std::{
    fs,
    io::{Error, ErrorKind},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use cades::{MAXIMUM_REVOCATION_LIST_LENGTH, RevocationList};

use crate::config::revocation_list_der;

/// The file, and the list that stood there last, whose entries are in an index by then.
#[derive(Debug)]
pub(super) struct ListFile {
    path: PathBuf,
    known: Mutex<Option<(Version, RevocationList)>>,
}

/// What tells that a file has changed: its length in bytes, and when it was written.
type Version = (u64, SystemTime);

impl ListFile {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, known: Mutex::default() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The list in it, in DER or PEM. Whoever asks meanwhile waits and reads nothing.
    ///
    /// # Errors
    /// It cannot be read, is longer than a list may be, or is none.
    pub(super) fn list(&self) -> Result<RevocationList, Error> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let metadata = fs::metadata(&self.path)?;
        let version = (metadata.len(), metadata.modified()?);
        if let Some((_, list)) = known.as_ref().filter(|(of, _)| *of == version) {
            return Ok(list.clone());
        }
        *known = None;
        if metadata.len() > MAXIMUM_REVOCATION_LIST_LENGTH as u64 {
            return Err(ErrorKind::FileTooLarge.into());
        }
        let der = revocation_list_der(fs::read(&self.path)?.into());
        let list = RevocationList::parse(der)
            .map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
        *known = Some((version, list.clone()));
        Ok(list)
    }
}
