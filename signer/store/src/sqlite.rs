//! The store in one SQLite file: one writer that commits in groups, a few readers.
//!
//! A record is answered when it is on disk, but for intents that are there with a later record. What comes while others are written goes to disk after
//! them, all of it in one transaction with one `fsync`.

mod append;
mod backup;
mod certificates;
pub(crate) mod connect;
mod count;
mod erase;
mod files;
mod head;
mod index;
pub(crate) mod insert;
mod keyed;
pub(crate) mod letters;
mod queue;
pub(crate) mod read;
mod records;
mod register;
mod search;
pub(crate) mod secret;
mod spent;
mod statistics;
mod writer;

use std::{sync::Arc, time::SystemTime};

use audit::{AuditKey, AuditPosition, Draft, KeyedRequest, Owner};
use seal::{Caller, OrganisationId, PersonId};
use sqlx::SqlitePool;
use tokio::sync::{Semaphore, oneshot};

pub(crate) use self::records::records;
use self::{
    append::Append,
    backup::ReadLog,
    queue::Queue,
    secret::{Step, Stepped},
    writer::{Command, Writer},
};
use crate::{
    ActCount, AuditError, Forgotten, FoundReceipt, KeptRegister, KeptSecret, KeyUse, Place,
    ReceiptId, Search, SearchPage, SecretKind, Statistics, api_key_use::ApiKeyUse, forget::Forget,
    kind::Kind, location::Location,
};

/// How many records may wait to be written. Who comes then waits for a place.
const QUEUE_LIMIT: usize = 4096;

/// The database. Clones share one writer.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    queue: Arc<Queue>,
    places: Arc<Semaphore>,
    pub(crate) readers: SqlitePool,
}

impl Database {
    /// Opens the database after `set` changed how the writer's connection works; `place`
    /// is held until the last record is written.
    pub(crate) async fn open_with(
        location: &Location,
        place: Place,
        key: AuditKey,
        set: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<()>,
    ) -> Result<Self, AuditError> {
        connect::migrate(location).await?;
        let connection = connect::writer(location)?;
        set(&connection)?;
        let readers = connect::readers(location);
        let queue = Arc::new(Queue::before(Writer::new(connection, location, place, key)?)?);
        Ok(Self { queue, places: Arc::new(Semaphore::new(QUEUE_LIMIT)), readers })
    }

    pub(crate) async fn append(&self, draft: Draft) -> Result<AuditPosition, AuditError> {
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

    pub(crate) fn note(&self, draft: Draft) -> Result<(), AuditError> {
        self.queue.push(Command::Append(Append::noted(draft))).map(drop)
    }

    pub(crate) async fn adopt(&self, organisation: OrganisationId) -> Result<(), AuditError> {
        self.ask(|answer| Command::Adopt { organisation, answer }).await
    }

    pub(crate) async fn erase(&self, person: PersonId, now: SystemTime) -> Result<u64, AuditError> {
        self.ask(|answer| Command::Erase { person, now, answer }).await
    }

    pub(crate) fn note_use(&self, used: ApiKeyUse) -> Result<(), AuditError> {
        self.queue.push(Command::KeyUsed(used)).map(drop)
    }

    pub(crate) async fn forget(&self, forget: Forget) -> Result<Forgotten, AuditError> {
        self.ask(|answer| Command::Forget { forget: Box::new(forget), answer }).await
    }

    pub(crate) async fn secret(
        &self,
        kind: SecretKind,
        hash: &[u8; 32],
        now: SystemTime,
    ) -> Result<Option<KeptSecret>, AuditError> {
        secret::read(&self.readers, kind, hash, now).await
    }

    pub(crate) async fn step(&self, step: Step) -> Result<Stepped, AuditError> {
        self.ask(|answer| Command::Secret { step: Box::new(step), answer }).await
    }

    pub(crate) async fn letter(&self, task: letters::Task) -> Result<letters::Stepped, AuditError> {
        self.ask(|answer| Command::Letter { task: Box::new(task), answer }).await
    }

    pub(crate) async fn next_list_number(&self, generation: i64) -> Result<i64, AuditError> {
        self.ask(|answer| Command::ListNumber { generation, answer }).await
    }

    pub(crate) async fn flush(&self) -> Result<AuditPosition, AuditError> {
        self.ask(Command::Flush).await
    }

    pub(crate) async fn close(&self) -> Result<AuditPosition, AuditError> {
        self.readers.close().await;
        self.ask(Command::Close).await
    }

    async fn ask<T>(
        &self,
        command: impl FnOnce(oneshot::Sender<Result<T, AuditError>>) -> Command,
    ) -> Result<T, AuditError> {
        let (answer, answered) = oneshot::channel();
        self.queue.push(command(answer))?;
        answered.await.map_err(|_| AuditError::Closed)?
    }

    pub(crate) async fn head(&self) -> Result<AuditPosition, AuditError> {
        read::head(&mut *self.readers.acquire().await?).await
    }

    pub(crate) async fn receipt(
        &self,
        owner: &Owner,
        id: &ReceiptId,
        caller: &Caller,
    ) -> Result<Option<FoundReceipt>, AuditError> {
        read::receipt(&mut *self.readers.acquire().await?, owner, id, caller).await
    }

    pub(crate) async fn kept_register(
        &self,
        organisation: &OrganisationId,
    ) -> Result<KeptRegister, AuditError> {
        register::kept(&self.readers, organisation).await
    }

    pub(crate) async fn organisations(&self) -> Result<Vec<OrganisationId>, AuditError> {
        register::organisations(&self.readers).await
    }

    pub(crate) async fn used(
        &self,
        organisation: &OrganisationId,
        asked: &KeyedRequest,
    ) -> Result<Option<KeyUse>, AuditError> {
        keyed::used_before(&self.readers, organisation, asked).await
    }

    pub(crate) async fn search(
        &self,
        organisation: &OrganisationId,
        wanted: &Search,
    ) -> Result<SearchPage, AuditError> {
        search::search(&self.readers, organisation, wanted).await
    }

    pub(crate) async fn statistics(
        &self,
        organisation: &OrganisationId,
        wanted: &Statistics,
    ) -> Result<Vec<ActCount>, AuditError> {
        statistics::statistics(&self.readers, organisation, wanted).await
    }

    pub(crate) async fn of_kind(
        &self,
        kind: Kind,
        newest: Option<i64>,
    ) -> Result<Vec<(i64, String)>, AuditError> {
        read::of_kind(&self.readers, kind, newest).await
    }

    pub(crate) async fn last_of_kind(
        &self,
        kind: Kind,
        between: (i64, i64),
    ) -> Result<Option<(i64, String)>, AuditError> {
        read::last_of_kind(&self.readers, kind, between).await
    }
}

/// A receipt out of a file that another process may be writing.
pub(crate) async fn receipt_in(
    database: &Location,
    owner: &Owner,
    id: &ReceiptId,
    caller: &Caller,
) -> Result<Option<FoundReceipt>, AuditError> {
    let mut log = ReadLog::open(database).await?;
    let receipt = read::receipt(&mut log.connection, owner, id, caller).await;
    log.close().await?;
    receipt
}
