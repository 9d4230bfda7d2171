//! A folder with a database, as the service's data directory is one.

use std::{
    fs::{self, File, Permissions},
    io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use tempfile::TempDir;

use crate::Place;

/// It vanishes with the last clone.
#[derive(Clone, Debug)]
pub(crate) struct DataDirectory(Arc<TempDir>);

impl DataDirectory {
    pub(crate) fn temporary() -> io::Result<Self> {
        let folder = TempDir::with_prefix("segl-")?;
        // SQLite gives the write-ahead log the permissions of the database.
        let database = folder.path().join("segl.sqlite");
        File::create(&database)?;
        fs::set_permissions(database, Permissions::from_mode(0o600))?;
        Ok(Self(Arc::new(folder)))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path().join("segl.sqlite")
    }
}

impl From<&DataDirectory> for Place {
    fn from(directory: &DataDirectory) -> Self {
        Self::new(directory.database(), directory.clone())
    }
}
