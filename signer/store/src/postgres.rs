//! The store on PostgreSQL 15 or later, which any number of nodes share.
//!
//! Each node has a chain of the audit log of its own, and one process writes it: the writer's
//! connection holds a lock by the chain's name for as long as it lives. What nodes share (spent
//! tokens, counts of mandates, the register's number) is decided by rows within the transaction that
//! writes the record.

pub(crate) mod authorities;
mod batch;
mod certificates;
mod command;
mod connect;
mod count;
mod erase;
mod index;
mod key_use;
mod keyed;
mod letters;
mod read;
mod reclaim;
mod rows;
mod search;
mod secret;
mod spent;
mod statistics;
mod writer;

use std::{collections::HashMap, sync::Arc, time::SystemTime};

use audit::{AuditKey, AuditPosition, Draft, KeyedRequest, Owner};
use registry::Version;
use seal::{Caller, OrganisationId, PersonId};
use sqlx::PgPool;
use tokio::sync::{Semaphore, mpsc, oneshot};

use self::{
    command::{Append, Command},
    writer::Writer,
};
pub(crate) use self::{
    connect::{Reader, within},
    read::{chains, receipt_in, records},
};
use crate::{
    ActCount, Address, AuditError, Forgotten, FoundReceipt, HeldLetter, KeptRegister, KeptSecret,
    KeyUse, LetterEnd, NodeName, Place, ReceiptId, Search, SearchPage, SecretError, SecretKind,
    Spent, Statistics, api_key_use::ApiKeyUse, erased::Erased, forget::Forget, kind::Kind,
};

/// How many records may wait to be written. Who comes then waits for a place.
const QUEUE_LIMIT: usize = 4096;

/// The database, as one node has it. Clones share one writer, which ends with the last of them.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    queue: mpsc::UnboundedSender<Command>,
    places: Arc<Semaphore>,
    pub(crate) readers: PgPool,
    chain: Arc<str>,
}

impl Database {
    /// The name of the node's chain.
    pub(super) fn chain(&self) -> &str {
        &self.chain
    }

    /// Brings the database to the present schema, takes the node's chain, and holds its last record
    /// against the key. `place` is held until the last record is written.
    pub(crate) async fn open(
        address: &Address,
        node: NodeName,
        place: Place,
        key: AuditKey,
    ) -> Result<Self, AuditError> {
        let options = connect::options(address);
        connect::migrate(&options).await?;
        let chain: Arc<str> = node.as_str().into();
        let writer = Writer::open(options.clone(), Arc::clone(&chain), place, key).await?;
        let (queue, commands) = mpsc::unbounded_channel();
        tokio::spawn(writer.serve(commands));
        let readers = connect::readers(options);
        Ok(Self { queue, places: Arc::new(Semaphore::new(QUEUE_LIMIT)), readers, chain })
    }

    pub(crate) async fn append(&self, draft: Draft) -> Result<AuditPosition, AuditError> {
        batch::taken(&draft)?;
        let place =
            Arc::clone(&self.places).acquire_owned().await.map_err(|_| AuditError::Closed)?;
        self.ask(|answer| Command::Append(Append::awaited(draft, answer, place))).await
    }

    pub(crate) fn note(&self, draft: Draft) -> Result<(), AuditError> {
        batch::taken(&draft)?;
        self.queue.send(Command::Append(Append::noted(draft))).map_err(|_| AuditError::Closed)
    }

    pub(crate) async fn erase(&self, person: PersonId, now: SystemTime) -> Result<u64, AuditError> {
        let erased = self.ask(|answer| Command::Erase { person, now, answer }).await?;
        // Whoever writes does not wait for it.
        if reclaim::reclaim(&self.readers.connect_options(), &erased.transaction).await {
            Ok(erased.rows)
        } else {
            Err(AuditError::ErasureDelayed)
        }
    }

    pub(crate) fn note_use(&self, used: ApiKeyUse) -> Result<(), AuditError> {
        self.queue.send(Command::KeyUsed(used)).map_err(|_| AuditError::Closed)
    }

    /// Deletes the rows; [`Database::reclaim`] gives their space free.
    pub(crate) async fn forget(&self, forget: Forget) -> Result<Erased, AuditError> {
        self.ask(|answer| Command::Forget { forget: Box::new(forget), answer }).await
    }

    /// Gives the space of what an erasure deleted free. Whoever writes does not wait for it.
    pub(crate) async fn reclaim(&self, erased: &Erased) -> Forgotten {
        let done = reclaim::reclaim(&self.readers.connect_options(), &erased.transaction).await;
        Forgotten { rows: erased.rows, delayed: !done }
    }

    pub(crate) async fn flush(&self) -> Result<AuditPosition, AuditError> {
        self.ask(Command::Flush).await
    }

    pub(crate) async fn close(&self) -> Result<AuditPosition, AuditError> {
        // One that is in use and not answered is not waited for longer than it may take.
        let _ = tokio::time::timeout(connect::PATIENCE, self.readers.close()).await;
        self.ask(Command::Close).await
    }

    async fn ask<T>(
        &self,
        command: impl FnOnce(oneshot::Sender<Result<T, AuditError>>) -> Command,
    ) -> Result<T, AuditError> {
        let (answer, answered) = oneshot::channel();
        self.queue.send(command(answer)).map_err(|_| AuditError::Closed)?;
        answered.await.map_err(|_| AuditError::Closed)?
    }

    pub(crate) async fn head(&self) -> Result<AuditPosition, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let found = within(read::head(reader.connection()?, &self.chain)).await;
        reader.answered(found)
    }

    pub(crate) async fn record_at(
        &self,
        sequence: i64,
    ) -> Result<Option<AuditPosition>, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let found = within(read::at(reader.connection()?, &self.chain, sequence)).await;
        reader.answered(found)
    }

    pub(crate) async fn receipt(
        &self,
        owner: &Owner,
        id: &ReceiptId,
        caller: &Caller,
    ) -> Result<Option<FoundReceipt>, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let found = within(read::receipt(reader.connection()?, owner, id, caller)).await;
        reader.answered(found)
    }

    pub(crate) async fn kept_register(
        &self,
        organisation: &OrganisationId,
    ) -> Result<KeptRegister, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let found = within(read::register(reader.connection()?, organisation)).await;
        reader.answered(found)
    }

    pub(crate) async fn revision(
        &self,
        organisation: &OrganisationId,
    ) -> Result<Version, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let found = within(read::revision(reader.connection()?, organisation)).await;
        reader.answered(found)
    }

    pub(crate) async fn given(
        &self,
        organisation: &OrganisationId,
        mandates: &[&str],
    ) -> Result<HashMap<String, u64>, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let found = within(read::given(reader.connection()?, organisation, mandates)).await;
        reader.answered(found)
    }

    pub(crate) async fn organisations(&self) -> Result<Vec<OrganisationId>, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let found = within(read::organisations(reader.connection()?)).await;
        reader.answered(found)
    }

    pub(crate) async fn revisions(&self) -> Result<HashMap<OrganisationId, Version>, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let found = within(read::revisions(reader.connection()?)).await;
        reader.answered(found)
    }

    pub(crate) async fn used(
        &self,
        organisation: &OrganisationId,
        asked: &KeyedRequest,
    ) -> Result<Option<KeyUse>, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let found = within(keyed::used_before(reader.connection()?, organisation, asked)).await;
        reader.answered(found)
    }

    pub(crate) async fn keep_secret(
        &self,
        secret: &KeptSecret,
        limit: Option<u32>,
        now: SystemTime,
    ) -> Result<(), SecretError> {
        let mut reader = Reader::of(&self.readers).await?;
        // A refusal is an answer as well.
        let found = within(secret::keep(reader.connection()?, secret, limit, now)).await;
        reader.answered(found)?
    }

    pub(crate) async fn make_room(
        &self,
        secret: &KeptSecret,
        room: (u32, &[u8; 32]),
        now: SystemTime,
    ) -> Result<u64, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let ended = within(secret::make_room(reader.connection()?, secret, room, now)).await;
        reader.answered(ended)
    }

    pub(crate) async fn secret(
        &self,
        kind: SecretKind,
        hash: &[u8; 32],
        now: SystemTime,
    ) -> Result<Option<KeptSecret>, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let found = within(secret::read(reader.connection()?, kind, hash, now)).await;
        reader.answered(found)
    }

    pub(crate) async fn spend_secret(
        &self,
        kind: SecretKind,
        hash: &[u8; 32],
        now: SystemTime,
    ) -> Result<Spent, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let found = within(secret::spend(reader.connection()?, kind, hash, now)).await;
        reader.answered(found)
    }

    pub(crate) async fn amend_secret(
        &self,
        kind: SecretKind,
        hash: &[u8; 32],
        ends: SystemTime,
        content: &str,
    ) -> Result<u64, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let amended = secret::amend(reader.connection()?, (kind, hash), ends, content);
        let amended = within(amended).await;
        reader.answered(amended)
    }

    pub(crate) async fn end_secret(
        &self,
        kind: SecretKind,
        hash: &[u8; 32],
    ) -> Result<u64, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let ended = within(secret::end(reader.connection()?, kind, hash)).await;
        reader.answered(ended)
    }

    pub(crate) async fn end_family(&self, family: &[u8; 16]) -> Result<u64, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let ended = within(secret::end_family(reader.connection()?, family)).await;
        reader.answered(ended)
    }

    pub(crate) async fn end_secrets_of(
        &self,
        kind: SecretKind,
        organisation: &OrganisationId,
        subject: &str,
    ) -> Result<u64, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let ended = within(secret::end_of(reader.connection()?, kind, organisation, subject)).await;
        reader.answered(ended)
    }

    pub(crate) async fn take_letter(
        &self,
        holder: [u8; 16],
        now: i64,
    ) -> Result<Option<HeldLetter>, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let taken = within(letters::take(reader.connection()?, holder, now)).await;
        reader.answered(taken)
    }

    pub(crate) async fn end_letter(
        &self,
        key: &[u8; 32],
        holder: &[u8; 16],
        end: LetterEnd,
        now: i64,
    ) -> Result<bool, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let ended = within(letters::end(reader.connection()?, (key, holder), end, now)).await;
        Ok(reader.answered(ended)? > 0)
    }

    pub(crate) async fn put_off_letter(
        &self,
        key: &[u8; 32],
        holder: &[u8; 16],
        later: (i64, bool),
    ) -> Result<bool, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let put_off = within(letters::put_off(reader.connection()?, (key, holder), later)).await;
        Ok(reader.answered(put_off)? > 0)
    }

    pub(crate) async fn forget_recipients(&self, before: i64) -> Result<u64, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let forgotten = within(letters::forget(reader.connection()?, before)).await;
        reader.answered(forgotten)
    }

    pub(crate) async fn next_list_number(&self, generation: i64) -> Result<i64, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let next = certificates::next_list_number(reader.connection()?, generation);
        let number = within(next).await;
        reader.answered(number)
    }

    pub(crate) async fn search(
        &self,
        organisation: &OrganisationId,
        wanted: &Search,
    ) -> Result<SearchPage, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let found = within(search::search(reader.connection()?, organisation, wanted)).await;
        reader.answered(found)
    }

    pub(crate) async fn statistics(
        &self,
        organisation: &OrganisationId,
        wanted: &Statistics,
    ) -> Result<Vec<ActCount>, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let found =
            within(statistics::statistics(reader.connection()?, organisation, wanted)).await;
        reader.answered(found)
    }

    pub(crate) async fn of_kind(
        &self,
        kind: Kind,
        newest: Option<i64>,
    ) -> Result<Vec<(i64, String)>, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let found = within(read::of_kind(reader.connection()?, &self.chain, kind, newest)).await;
        reader.answered(found)
    }

    pub(crate) async fn last_of_kind(
        &self,
        kind: Kind,
        between: (i64, i64),
    ) -> Result<Option<(i64, String)>, AuditError> {
        let mut reader = Reader::of(&self.readers).await?;
        let found =
            within(read::last_of_kind(reader.connection()?, &self.chain, kind, between)).await;
        reader.answered(found)
    }
}
