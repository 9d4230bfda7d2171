//! The store: SQLite behind one writer that commits in groups.
//!
//! A record is answered when it is on disk. What comes while others are written goes to disk after
//! them, all of it in one transaction with one `fsync`.

mod augmentation;
mod device_run;
mod error;
mod export;
mod forgotten;
mod history;
mod idle;
mod key_use;
mod place;
mod receipt;
mod search;
mod sqlite;
mod statistics;
mod tenant;
mod time_stamp;
mod verify;

use std::{sync::Arc, time::SystemTime};

use audit::{AuditEvent, AuditKey, AuditPosition, Draft, Owner};
use seal::{OrganisationId, PersonId};
use sqlx::SqlitePool;
use tokio::sync::{Semaphore, oneshot};

pub use self::device_run::{LoggedDestructions, LoggedRun};
pub use self::error::AuditError;
pub use self::export::export;
pub use self::forgotten::Forgotten;
pub use self::history::{Ending, HistoryError, PastAct, PastRequester, history};
pub use self::key_use::{DoneRequest, KeyUse};
pub use self::place::Place;
pub use self::receipt::{AugmentationReceipt, FoundReceipt, Receipt, ReceiptId, ReceiptIdError};
pub use self::search::{Cursor, CursorError, FoundRecord, RecordActor, Search, SearchPage};
pub use self::sqlite::register::KeptRegister;
use self::sqlite::{
    ReadLog, connect,
    queue::Queue,
    read, register,
    writer::{Append, Command, Forget, Writer},
};
pub use self::statistics::{ActCount, Statistics};
pub use self::tenant::Tenant;
pub use self::verify::{VerificationError, verify};

/// How many records may wait to be written. Who comes then waits for a place.
const QUEUE_LIMIT: usize = 4096;

/// The audit log, receipts, acting persons and spent tokens. Clones share one writer.
#[derive(Clone, Debug)]
pub struct Store {
    queue: Arc<Queue>,
    places: Arc<Semaphore>,
    readers: SqlitePool,
}

impl Store {
    /// Opens the database, brings it to the present schema, and holds the last record against
    /// the key.
    ///
    /// # Errors
    /// [`AuditError::HeadRefused`] when the last record was made with another key;
    /// [`AuditError::Database`], [`AuditError::Migration`] when SQLite fails.
    pub async fn open(place: impl Into<Place>, key: AuditKey) -> Result<Self, AuditError> {
        Self::open_with(place, key, |_| Ok(())).await
    }

    /// The same after `set` changed how the writer's connection works.
    async fn open_with(
        place: impl Into<Place>,
        key: AuditKey,
        set: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<()>,
    ) -> Result<Self, AuditError> {
        let place = place.into();
        connect::migrate(place.database()).await?;
        let connection = connect::writer(place.database())?;
        set(&connection)?;
        let readers = connect::readers(place.database());
        let queue = Arc::new(Queue::before(Writer::new(connection, place, key)?)?);
        Ok(Self { queue, places: Arc::new(Semaphore::new(QUEUE_LIMIT)), readers })
    }

    /// Records an event and waits until it is on disk.
    ///
    /// # Errors
    /// [`AuditError`] when it could not be recorded.
    pub async fn record(
        &self,
        event: &AuditEvent,
        now: SystemTime,
    ) -> Result<AuditPosition, AuditError> {
        self.append(event.draft(now)?).await
    }

    /// Records an event without waiting, also from where nothing can wait: with the next record that
    /// somebody waits for, or soon without one. While the database fails, the event is kept and tried
    /// again with each later record and at [`Store::close`].
    /// The queue of events has no limit of its own: each belongs to a key, and no key is made
    /// without an intent.
    ///
    /// # Errors
    /// [`AuditError::Closed`] after [`Store::close`]; an event that cannot be written as a record.
    pub fn note(&self, event: &AuditEvent, now: SystemTime) -> Result<(), AuditError> {
        self.queue.push(Command::Append(Append::noted(event.draft(now)?))).map(drop)
    }

    /// What belongs to the organisation of the configuration file: its records do not name it. What
    /// was kept before there were several organisations becomes its own.
    ///
    /// # Errors
    /// [`AuditError`] when that cannot be written.
    pub async fn own(&self, organisation: OrganisationId) -> Result<Tenant, AuditError> {
        let (answer, answered) = oneshot::channel();
        self.queue.push(Command::Adopt { organisation: organisation.clone(), answer })?;
        answered.await.map_err(|_| AuditError::Closed)??;
        Ok(Tenant::new(self.clone(), Owner { organisation, named: false }))
    }

    /// What belongs to another organisation than that of the configuration file.
    pub fn of(&self, organisation: OrganisationId) -> Tenant {
        Tenant::new(self.clone(), Owner { organisation, named: true })
    }

    /// The organisations that the operator made, by their numbers.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    pub async fn organisations(&self) -> Result<Vec<OrganisationId>, AuditError> {
        register::organisations(&self.readers).await
    }

    /// The last record on disk; while the log is empty, number 0.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    pub async fn head(&self) -> Result<AuditPosition, AuditError> {
        let mut connection = self.readers.acquire().await?;
        read::head(&mut connection).await
    }

    /// Forgets a person: every row of theirs in the table of acting persons, also in the
    /// database's free pages and its write-ahead log. The chain stays whole; it records that so
    /// many rows were erased. Answers how many.
    ///
    /// # Errors
    /// [`AuditError`]; the erasure may then be incomplete and is to be asked for again.
    pub async fn erase_person(
        &self,
        person: &PersonId,
        now: SystemTime,
    ) -> Result<u64, AuditError> {
        let (answer, answered) = oneshot::channel();
        self.queue.push(Command::Erase { person: person.clone(), now, answer })?;
        answered.await.map_err(|_| AuditError::Closed)?
    }

    /// Waits until everything recorded and noted so far is on disk, and answers the last record.
    ///
    /// # Errors
    /// [`AuditError::EventsUnrecorded`] when noted events still cannot be written.
    pub async fn flush(&self) -> Result<AuditPosition, AuditError> {
        let (answer, answered) = oneshot::channel();
        self.queue.push(Command::Flush(answer))?;
        answered.await.map_err(|_| AuditError::Closed)?
    }

    /// Writes what is queued, closes the database, and answers the last record. Later calls, on
    /// any clone, answer [`AuditError::Closed`].
    ///
    /// # Errors
    /// [`AuditError::EventsUnrecorded`] when noted events still cannot be written.
    pub async fn close(&self) -> Result<AuditPosition, AuditError> {
        let (answer, answered) = oneshot::channel();
        self.readers.close().await;
        self.queue.push(Command::Close(answer))?;
        answered.await.map_err(|_| AuditError::Closed)?
    }

    async fn append(&self, draft: Draft) -> Result<AuditPosition, AuditError> {
        let place =
            Arc::clone(&self.places).acquire_owned().await.map_err(|_| AuditError::Closed)?;
        let (answer, answered) = oneshot::channel();
        if let Some(turn) =
            self.queue.push(Command::Append(Append::awaited(draft, answer, place)))?
        {
            turn.write();
        }
        answered.await.map_err(|_| AuditError::Closed)?
    }
}

#[cfg(test)]
mod tests;
