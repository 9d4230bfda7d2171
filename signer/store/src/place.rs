//! Where the database lies.

use std::{
    fmt::Debug,
    path::{Path, PathBuf},
    sync::Arc,
};

/// A SQLite database, and what keeps other processes from it for as long as it is open.
#[derive(Clone, Debug)]
pub struct Place {
    database: PathBuf,
    _held: Arc<dyn Debug + Send + Sync>,
}

impl Place {
    /// The database, and what is dropped when the last record is written: a lock, for one.
    pub fn new(database: impl Into<PathBuf>, held: impl Debug + Send + Sync + 'static) -> Self {
        Self { database: database.into(), _held: Arc::new(held) }
    }

    /// The SQLite database.
    pub fn database(&self) -> &Path {
        &self.database
    }
}
