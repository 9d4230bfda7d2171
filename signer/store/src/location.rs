//! Where SQLite keeps a database.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use rusqlite::{Connection, OpenFlags};
use sqlx::sqlite::SqliteConnectOptions;

use crate::AuditError;

/// SQLite's own file system in memory, which connections of one process share.
const MEMORY: &str = "memdb";

/// A database in this process's memory: no disk is touched, and nothing is left of it when the last
/// clone and the last store on it are gone. At most 1 GiB.
#[derive(Clone, Debug)]
pub struct Memory {
    /// With a slash before it, or else each connection would have a database of its own.
    name: Arc<str>,
    /// What keeps it there while no store is open on it.
    _anchor: Arc<Mutex<Connection>>,
}

impl Memory {
    /// An empty one.
    ///
    /// # Errors
    /// [`AuditError::Database`] when memory is short.
    pub fn new() -> Result<Self, AuditError> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("/segl-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let anchor = Connection::open_with_flags_and_vfs(&name, flags, MEMORY)?;
        // It is there once something was written.
        anchor.pragma_update(None, "user_version", 0)?;
        Ok(Self { name: name.into(), _anchor: Arc::new(Mutex::new(anchor)) })
    }
}

/// A file, or memory.
#[derive(Clone, Debug)]
pub(crate) enum Location {
    File(PathBuf),
    Memory(Memory),
}

impl Location {
    /// The file, if it is one.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Memory(_) => None,
        }
    }

    pub(crate) fn open(&self, flags: OpenFlags) -> rusqlite::Result<Connection> {
        match self {
            Self::File(path) => Connection::open_with_flags(path, flags),
            Self::Memory(memory) => {
                Connection::open_with_flags_and_vfs(&*memory.name, flags, MEMORY)
            }
        }
    }

    pub(crate) fn options(&self) -> SqliteConnectOptions {
        match self {
            Self::File(path) => SqliteConnectOptions::new().filename(path),
            Self::Memory(memory) => SqliteConnectOptions::new().filename(&*memory.name).vfs(MEMORY),
        }
    }
}

impl From<&Self> for Location {
    fn from(location: &Self) -> Self {
        location.clone()
    }
}

impl From<&Path> for Location {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}

impl From<&PathBuf> for Location {
    fn from(path: &PathBuf) -> Self {
        Self::File(path.clone())
    }
}
