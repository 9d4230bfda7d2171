//! Reading a log that may be a backup: in a folder or on a medium that nobody may write to.

use std::{fs, path::Path};

use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tempfile::TempDir;

use super::connect::reading;
use crate::location::Location;

/// A log opened for reading.
#[derive(Debug)]
pub(crate) struct ReadLog {
    pub(crate) connection: SqliteConnection,
    /// Holds the copy that is read, if one had to be made.
    _copy: Option<TempDir>,
}

impl ReadLog {
    /// Opens a log, which may be in use. Beside a database SQLite keeps what connections share, also
    /// of those that only read; where that file cannot be made, nobody writes to the log either: then
    /// it is read as it is, and one with a write-ahead log in a copy that is for its owner alone.
    ///
    /// # Errors
    /// [`sqlx::Error`] when there is no such database, or it cannot be read.
    pub(crate) async fn open(location: &Location) -> Result<Self, sqlx::Error> {
        let Some(database) = location.path() else {
            return Self::probe(location, false, None).await;
        };
        let refused = match Self::probe(location, false, None).await {
            Err(refused) if database.is_file() => refused,
            opened => return opened,
        };
        let mut beside = database.as_os_str().to_owned();
        beside.push("-wal");
        let beside = Path::new(&beside);
        if fs::metadata(beside).is_ok_and(|file| file.len() > 0) {
            let copy = TempDir::with_prefix("segl-")?;
            let place = copy.path().join("copy");
            fs::copy(database, &place)?;
            fs::copy(beside, copy.path().join("copy-wal"))?;
            return Self::probe(&Location::File(place), false, Some(copy)).await;
        }
        Self::probe(location, true, None).await.map_err(|_| refused)
    }

    async fn probe(
        database: &Location,
        immutable: bool,
        copy: Option<TempDir>,
    ) -> Result<Self, sqlx::Error> {
        let options = reading(database).immutable(immutable);
        let mut connection = options.connect().await?;
        // Whether it can be read shows when it is.
        sqlx::query("SELECT count(*) FROM sqlite_schema").fetch_one(&mut connection).await?;
        Ok(Self { connection, _copy: copy })
    }

    /// Closes the log.
    ///
    /// # Errors
    /// [`sqlx::Error`].
    pub(crate) async fn close(self) -> Result<(), sqlx::Error> {
        self.connection.close().await
    }
}
