//! The data directory: what outlives a run.
//!
//! It holds the root certificates of its runs, their last revocation lists, the database with the audit log, and the audit
//! key if none is given from outside. The private keys that it holds are those of the registry's own authority,
//! root and issuing ones, under a passphrase. It never holds the key of a signer or a seal, activation data, a
//! token or a document. One process at a time uses it.

mod audit_key;
mod management_token;
mod revocation_lists;
mod trust_anchors;

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use seal::CertificateDer;
use tempfile::TempDir;

pub use self::audit_key::{AuditKeyOrigin, read_audit_key};
use crate::{
    audit::{AuditKey, AuditKeyError},
    config::Secret,
    store::Place,
};

/// A data directory that this process has locked. Clones share the lock.
#[derive(Clone, Debug)]
pub struct DataDirectory {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    /// Held while the file is open.
    _lock: File,
    /// One change of the trust anchors' file at a time.
    trust_anchors: Mutex<()>,
    /// Removes a temporary directory when the last clone goes.
    temporary: Option<TempDir>,
    /// Another one, of which the root certificates and revocation lists are known.
    beside: Option<PathBuf>,
}

impl DataDirectory {
    /// Opens the directory, made with mode 0700 if it is not there, and locks it.
    ///
    /// # Errors
    /// [`DataDirectoryError::Locked`] when another process has it;
    /// [`DataDirectoryError::File`] when it cannot be made or used.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, DataDirectoryError> {
        Self::lock(path.into(), None, None)
    }

    /// A directory that vanishes with its last clone, for runs that keep nothing.
    ///
    /// # Errors
    /// [`DataDirectoryError::File`] when it cannot be made.
    pub fn temporary() -> Result<Self, DataDirectoryError> {
        Self::vanishing(None)
    }

    /// The same, which knows the root certificates and revocation lists that are kept at `path`.
    /// Nothing there is locked, made or written: a service may be using it.
    ///
    /// # Errors
    /// [`DataDirectoryError::File`] when it cannot be made, or `path` is no directory.
    pub fn beside(path: impl Into<PathBuf>) -> Result<Self, DataDirectoryError> {
        let path = path.into();
        let there = fs::read_dir(&path).map(drop);
        there.map_err(|error| DataDirectoryError::file(&path, error))?;
        Self::vanishing(Some(path))
    }

    fn vanishing(beside: Option<PathBuf>) -> Result<Self, DataDirectoryError> {
        let temporary = TempDir::with_prefix("segl-")
            .map_err(|error| DataDirectoryError::file(&std::env::temp_dir(), error))?;
        Self::lock(temporary.path().to_owned(), Some(temporary), beside)
    }

    fn lock(
        path: PathBuf,
        temporary: Option<TempDir>,
        beside: Option<PathBuf>,
    ) -> Result<Self, DataDirectoryError> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&path)
            .map_err(|error| DataDirectoryError::file(&path, error))?;
        warn_if_others_may(&path, 0o022, "write into");
        let lock_path = path.join("lock");
        let lock = private_file(&lock_path)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => DataDirectoryError::Locked { path: path.clone() },
            TryLockError::Error(error) => DataDirectoryError::file(&lock_path, error),
        })?;
        // SQLite gives the write-ahead log the permissions of the database.
        private_file(&database_path(&path))?;
        let trust_anchors = Mutex::new(());
        let shared = Shared { path, _lock: lock, trust_anchors, temporary, beside };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Whether it vanishes.
    pub fn is_temporary(&self) -> bool {
        self.shared.temporary.is_some()
    }

    /// Refuses a directory in which a log was written, for whoever would write it elsewhere: what was used
    /// and counted would begin anew.
    ///
    /// # Errors
    /// [`DataDirectoryError::HoldsLog`]; [`DataDirectoryError::File`] when that cannot be seen.
    pub(crate) fn holds_no_log(&self) -> Result<(), DataDirectoryError> {
        let path = database_path(self.path());
        // It is made empty with the directory; whoever opens it as a database writes a schema.
        match fs::metadata(&path).map(|file| file.len()) {
            Ok(0) => Ok(()),
            Ok(_) => Err(DataDirectoryError::HoldsLog { path }),
            Err(error) => Err(DataDirectoryError::file(&path, error)),
        }
    }

    /// Whether it knows what another one keeps.
    pub fn is_beside_another(&self) -> bool {
        self.shared.beside.is_some()
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    /// The SQLite database.
    pub fn database(&self) -> PathBuf {
        database_path(self.path())
    }

    /// The key of the audit log: the one given from outside (`SIGNER_AUDIT_KEY`, hexadecimal),
    /// else the one in the key file, which is made with mode 0600 if neither it nor a log is there.
    ///
    /// # Errors
    /// [`AuditKeyError`] when the key is malformed, the file cannot be read or made, or others
    /// than its owner may read it.
    pub fn audit_key(
        &self,
        given: Option<&str>,
    ) -> Result<(AuditKey, AuditKeyOrigin), AuditKeyError> {
        audit_key::find_or_make(self.path(), given)
    }

    /// A new token for the management port, and the file where it is kept for this run.
    ///
    /// # Errors
    /// [`DataDirectoryError::File`] when it cannot be written.
    pub fn management_token(&self) -> Result<(Secret, PathBuf), DataDirectoryError> {
        management_token::make(self.path())
    }

    /// Keeps a root certificate, so that what was signed under it validates after its run. One
    /// that is kept already is not kept twice.
    ///
    /// # Errors
    /// [`DataDirectoryError::TrustAnchorsDamaged`] when the file cannot be understood;
    /// [`DataDirectoryError::File`] when it cannot be written.
    pub fn remember_trust_anchor(&self, anchor: &CertificateDer) -> Result<(), DataDirectoryError> {
        let _one_at_a_time =
            self.shared.trust_anchors.lock().unwrap_or_else(PoisonError::into_inner);
        trust_anchors::remember(self.path(), anchor)
    }

    /// Lets root certificates go, and the lists of their runs.
    ///
    /// # Errors
    /// Those of [`DataDirectory::remember_trust_anchor`].
    pub fn forget_trust_anchors(&self, gone: &[CertificateDer]) -> Result<(), DataDirectoryError> {
        let _one_at_a_time =
            self.shared.trust_anchors.lock().unwrap_or_else(PoisonError::into_inner);
        trust_anchors::forget(self.path(), gone)?;
        gone.iter().try_for_each(|anchor| revocation_lists::forget(self.path(), anchor))
    }

    /// Keeps the revocation lists of the run with this root, in place of those that were kept.
    ///
    /// # Errors
    /// [`DataDirectoryError::File`] when they cannot be written.
    pub fn keep_revocation_lists(
        &self,
        anchor: &CertificateDer,
        lists: &[Bytes],
    ) -> Result<(), DataDirectoryError> {
        revocation_lists::keep(self.path(), anchor, lists)
    }

    /// The last revocation lists of the run with this root, in DER.
    ///
    /// # Errors
    /// [`DataDirectoryError::File`] when they cannot be read.
    pub fn revocation_lists(
        &self,
        anchor: &CertificateDer,
    ) -> Result<Vec<Bytes>, DataDirectoryError> {
        let mut lists = revocation_lists::read(self.path(), anchor)?;
        if let Some(beside) = &self.shared.beside {
            lists.extend(revocation_lists::read(beside, anchor)?);
        }
        Ok(lists)
    }

    /// The root certificates of every run, oldest first.
    ///
    /// # Errors
    /// [`DataDirectoryError::TrustAnchorsDamaged`] when the file cannot be understood;
    /// [`DataDirectoryError::File`] when it cannot be read.
    pub fn trust_anchors(&self) -> Result<Vec<CertificateDer>, DataDirectoryError> {
        let own = trust_anchors::read(self.path())?;
        let Some(beside) = &self.shared.beside else { return Ok(own) };
        let mut all = trust_anchors::read(beside)?;
        for anchor in own {
            if !all.contains(&anchor) {
                all.push(anchor);
            }
        }
        Ok(all)
    }
}

/// The store keeps the directory locked until its last record is written.
impl From<&DataDirectory> for Place {
    fn from(directory: &DataDirectory) -> Self {
        Self::new(directory.database(), directory.clone())
    }
}

/// Where the database of a data directory lies, for reading it without the lock.
pub fn database_path(directory: &Path) -> PathBuf {
    directory.join("segl.sqlite")
}

/// Warns, by name, of what others than its owner may do with a file or folder that is theirs alone.
pub(crate) fn warn_if_others_may(path: &Path, bits: u32, act: &'static str) {
    let Ok(metadata) = fs::metadata(path) else { return };
    let mode = metadata.permissions().mode() & 0o777;
    if mode & bits != 0 {
        tracing::warn!(path = %path.display(), mode = format_args!("{mode:o}"), "others may {act} this");
    }
}

/// Opens a file for writing and leaves its content; a new one is for its owner alone.
fn private_file(path: &Path) -> Result<File, DataDirectoryError> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(|error| DataDirectoryError::file(path, error))
}

/// Writes a file so that a crash leaves the old content or the new one, never a part.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let directory = folder_of(path);
    written(directory, content)?.persist(path)?;
    File::open(directory)?.sync_all()
}

/// Writes a file that is not there yet, whole or not at all, for its owner alone.
pub(crate) fn keep_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let directory = folder_of(path);
    written(directory, content)?.persist_noclobber(path)?;
    File::open(directory)?.sync_all()
}

/// The folder that a file stands in: of a bare name, the one where the program runs.
pub(crate) fn folder_of(place: &Path) -> &Path {
    match place.parent() {
        Some(folder) if folder != Path::new("") => folder,
        Some(_) | None => Path::new("."),
    }
}

/// A file without a name of its own yet, whose content is on disk.
fn written(directory: &Path, content: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Why a data directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataDirectoryError {
    /// Another process uses it.
    #[error("{} is in use by another process", .path.display())]
    Locked {
        /// The directory.
        path: PathBuf,
    },
    /// A file or the directory cannot be made, read or written.
    #[error("{}: {cause}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// A database elsewhere is named, and the directory has a log of its own.
    #[error(
        "{} holds an audit log with its receipts, used tokens and mandates' counts, which a database elsewhere \
         would not know: move the directory to an archive, and start with a new one",
        .path.display()
    )]
    HoldsLog {
        /// The file.
        path: PathBuf,
    },
    /// The file of root certificates is not a sequence of PEM certificates, or is absurdly long.
    #[error("{} is not a list of PEM certificates", .path.display())]
    TrustAnchorsDamaged {
        /// The file.
        path: PathBuf,
    },
}

impl DataDirectoryError {
    fn file(path: &Path, cause: io::Error) -> Self {
        Self::File { path: path.to_owned(), cause }
    }
}

#[cfg(test)]
mod tests;
