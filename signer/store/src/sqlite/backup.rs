//! Reading a log that may be a backup: in a folder or on a medium that nobody may write to.

use std::{fs, path::PathBuf};

use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tempfile::TempDir;

use super::{
    connect::reading,
    files::{settle, write_ahead_log},
};
use crate::location::Location;

/// A log opened for reading.
#[derive(Debug)]
pub(crate) struct ReadLog {
    pub(crate) connection: SqliteConnection,
    pub(crate) written: Written,
    /// Holds the copy that is read, if one had to be made.
    _copy: Option<TempDir>,
}

/// The file that is read, if somebody may be writing it: a copy is of one that nobody writes.
#[derive(Debug)]
pub(crate) struct Written(Option<PathBuf>);

impl Written {
    /// Has on disk what can be read now: an intent may not be, and whoever is told of it may keep it longer
    /// than the log does.
    ///
    /// # Errors
    /// [`sqlx::Error::Io`].
    pub(crate) fn settle(&self) -> Result<(), sqlx::Error> {
        Ok(self.0.as_deref().map_or(Ok(()), |database| settle(&write_ahead_log(database)))?)
    }
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
        let beside = write_ahead_log(database);
        if fs::metadata(&beside).is_ok_and(|file| file.len() > 0) {
            let copy = TempDir::with_prefix("segl-")?;
            let place = copy.path().join("copy");
            fs::copy(database, &place)?;
            fs::copy(&beside, copy.path().join("copy-wal"))?;
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
        let is_written = !immutable && copy.is_none();
        let written = Written(database.path().filter(|_| is_written).map(PathBuf::from));
        Ok(Self { connection, written, _copy: copy })
    }

    /// Closes the log.
    ///
    /// # Errors
    /// [`sqlx::Error`].
    pub(crate) async fn close(self) -> Result<(), sqlx::Error> {
        self.connection.close().await
    }
}
