//! The database's files, as the last commit left them.
//!
//! SQLite keeps its files open: when somebody removes or replaces them, it goes on writing where
//! nobody will look, and when somebody writes to them, it need not notice. So before each commit the
//! files are looked at, which costs microseconds: nobody but the writer changes them.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{AuditError, location::Location};

/// Where SQLite keeps what was committed last.
pub(super) fn write_ahead_log(database: &Path) -> PathBuf {
    let mut beside = database.as_os_str().to_owned();
    beside.push("-wal");
    beside.into()
}

/// Has what a write-ahead log holds on disk, if there is one.
///
/// # Errors
/// [`io::Error`] when the system does not say that it is.
pub(super) fn settle(write_ahead_log: &Path) -> io::Result<()> {
    match fs::File::open(write_ahead_log) {
        Ok(file) => match file.sync_data().map_err(|error| (error.kind(), error)) {
            // What cannot be written is on its medium.
            Err((io::ErrorKind::InvalidInput | io::ErrorKind::ReadOnlyFilesystem, _)) => Ok(()),
            synced => synced.map_err(|(_, error)| error),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// The database and its write-ahead log; nothing of a database in memory.
#[derive(Debug)]
pub(super) struct Files(Option<[File; 2]>);

#[derive(Debug)]
struct File {
    path: PathBuf,
    /// `None` where there is no such file.
    looks: Option<Look>,
}

/// What tells one state of a file from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Look {
    device: u64,
    inode: u64,
    length: u64,
    /// Seconds and nanoseconds since 1970.
    modified: (i64, i64),
}

impl Files {
    /// The files of this database, as they are.
    pub(super) fn of(database: &Location) -> Self {
        Self(
            database.path().map(|database| {
                [File::at(database.to_owned()), File::at(write_ahead_log(database))]
            }),
        )
    }

    /// Holds the files against what they were.
    ///
    /// # Errors
    /// [`AuditError::Disturbed`] when somebody else removed, replaced, cut or wrote to one.
    pub(super) fn check(&self) -> Result<(), AuditError> {
        let Self(Some([database, write_ahead_log])) = self else { return Ok(()) };
        database.check([
            "the database is gone",
            "the database is another",
            "the database was written to",
        ])?;
        write_ahead_log.check([
            "the write-ahead log is gone",
            "the write-ahead log is another",
            "the write-ahead log was written to",
        ])
    }

    /// Has on disk what was committed: all of it stands in the write-ahead log, or was moved from it into
    /// the database, which SQLite never does before both are on disk.
    ///
    /// # Errors
    /// [`AuditError::Database`] when the system does not say that it is.
    pub(super) fn settle(&self) -> Result<(), AuditError> {
        let Self(Some([_, write_ahead_log])) = self else { return Ok(()) };
        settle(&write_ahead_log.path).map_err(|error| AuditError::Database(Arc::new(error)))
    }

    /// Takes the files as they are now, after the writer changed them.
    pub(super) fn remember(&mut self) {
        self.0.iter_mut().flatten().for_each(File::remember);
    }
}

impl File {
    fn at(path: PathBuf) -> Self {
        let looks = Look::of(&path);
        Self { path, looks }
    }

    fn check(&self, [gone, another, written]: [&'static str; 3]) -> Result<(), AuditError> {
        let disturbed = match (self.looks, Look::of(&self.path)) {
            (was, is) if was == is => return Ok(()),
            (Some(was), Some(is)) if was.same_file(is) => written,
            (_, Some(_)) => another,
            (_, None) => gone,
        };
        Err(AuditError::Disturbed(disturbed))
    }

    fn remember(&mut self) {
        // Another file in its place, or none, is nothing that the writer does.
        match (self.looks, Look::of(&self.path)) {
            (Some(was), Some(is)) if !was.same_file(is) => {}
            (Some(_), None) => {}
            (_, is) => self.looks = is,
        }
    }
}

impl Look {
    fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        Some(Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            length: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
        })
    }

    fn same_file(self, other: Self) -> bool {
        (self.device, self.inode) == (other.device, other.inode)
    }
}
