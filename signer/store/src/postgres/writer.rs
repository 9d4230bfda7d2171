//! The one writer of a node's chain: it holds the chain's lock, and commits what came meanwhile
//! together.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use audit::{AuditKey, AuditPosition, Draft};
use seal::PersonId;
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use tokio::sync::mpsc;

use super::{
    batch::{self, Attempt, Written},
    command::{Answer, Append, Command, tell},
    connect::{self, within},
    erase::{self, Whom},
    key_use, read,
};
use crate::{AuditError, Place, api_key_use::ApiKeyUse, erased::Erased, forget::Forget};

/// How many records one transaction takes.
const BATCH_LIMIT: usize = 128;

/// How long events that nobody waits for wait for a record that somebody does, to be written with it.
const LINGER: Duration = Duration::from_millis(20);

/// How long a start waits for the lock of a process that has just ended, in steps of a tenth of a second.
const LOCK_STEPS: u32 = 50;

/// The same after a connection broke off.
const RELOCK_STEPS: u32 = 10;

/// How often a transaction is tried that the database gave up for another's sake (40001, 40P01).
const ATTEMPTS: u32 = 8;

/// How long a commit that was not answered is in doubt, before whoever waits is told that it failed: a
/// database that starts again after a fall is back by then.
const DOUBT: Duration = Duration::from_secs(5);

/// A batch that was not written, as far as is known.
#[derive(Debug)]
struct Unwritten {
    error: AuditError,
    /// Its commit was not answered, and nobody could be asked since.
    perhaps: bool,
}

impl From<AuditError> for Unwritten {
    fn from(error: AuditError) -> Self {
        Self { error, perhaps: false }
    }
}

/// What is known of the chain's last record.
#[derive(Clone, Copy, Debug)]
enum Head {
    Known(AuditPosition),
    /// A commit broke off: the last record is the one before, or the one that it wrote.
    Either(AuditPosition, AuditPosition),
}

/// The writer.
#[derive(Debug)]
pub(super) struct Writer {
    options: PgConnectOptions,
    /// Holds the chain's lock. `None` after a failure: the next batch connects anew.
    connection: Option<PgConnection>,
    chain: Arc<str>,
    key: AuditKey,
    head: Head,
    /// Noted events that could not be written yet, in their order.
    backlog: Vec<Append>,
    /// How many of them, from the first on, are on disk if the commit that broke off is.
    uncertain: usize,
    /// Why the last batch that failed did.
    failure: Option<AuditError>,
    /// Held until the last record is written.
    _place: Place,
}

impl Writer {
    /// Takes the chain, and holds its last record against the key.
    ///
    /// # Errors
    /// [`AuditError::NodeInUse`], [`AuditError::HeadRefused`], [`AuditError::Database`].
    pub(super) async fn open(
        options: PgConnectOptions,
        chain: Arc<str>,
        place: Place,
        key: AuditKey,
    ) -> Result<Self, AuditError> {
        let mut connection = connect::connect(&options).await?;
        batch::lock(&mut connection, &chain, LOCK_STEPS).await?;
        batch::begin_chain(&mut connection, &chain).await?;
        // A node with another key than the others would make a log that nobody can verify.
        for other in read::chain_names(&mut connection).await? {
            read::checked(&mut connection, &other, &key).await?;
        }
        let head = Head::Known(read::checked(&mut connection, &chain, &key).await?);
        Ok(Self {
            options,
            connection: Some(connection),
            chain,
            key,
            head,
            backlog: Vec::new(),
            uncertain: 0,
            failure: None,
            _place: place,
        })
    }

    /// Writes until it is told to close, or nobody is left who could ask.
    pub(super) async fn serve(mut self, mut commands: mpsc::UnboundedReceiver<Command>) {
        let mut queued = Vec::new();
        while commands.recv_many(&mut queued, usize::MAX >> 1).await > 0 {
            if !queued.iter().any(Command::is_awaited) {
                let more = commands.recv_many(&mut queued, usize::MAX >> 1);
                let _ = tokio::time::timeout(LINGER, more).await;
            }
            if let Some(closing) = self.work(queued.drain(..)).await {
                commands.close();
                while let Ok(command) = commands.try_recv() {
                    queued.push(command);
                }
                self.work(queued.drain(..)).await;
                let _ = closing.send(self.close().await);
                return;
            }
        }
        let _ = self.close().await;
    }

    /// Does what is asked, in its order, and answers; gives back who asked to close.
    async fn work(&mut self, commands: impl Iterator<Item = Command>) -> Option<Answer> {
        let mut chunk = Vec::new();
        let mut closing = None;
        for command in commands {
            match command {
                Command::Append(append) => chunk.push(append),
                Command::Erase { person, now, answer } => {
                    self.commit(&mut chunk).await;
                    let _ = answer.send(self.erase(&person, now).await);
                }
                Command::KeyUsed(used) => self.keep_use(&used).await,
                Command::Forget { forget, answer } => {
                    self.commit(&mut chunk).await;
                    let _ = answer.send(self.forget(&forget).await);
                }
                Command::Flush(answer) => {
                    self.commit(&mut chunk).await;
                    let _ = answer.send(self.settled().await);
                }
                Command::Close(answer) => closing = Some(answer),
            }
        }
        self.commit(&mut chunk).await;
        closing
    }

    /// Tries the backlog once more and gives the chain back; answers the last record.
    async fn close(mut self) -> Result<AuditPosition, AuditError> {
        self.commit(&mut Vec::new()).await;
        let settled = self.settled().await;
        if let Some(connection) = self.connection.take() {
            let _ = within(async { Ok(connection.close().await?) }).await;
        }
        settled
    }

    /// Writes the backlog and the chunk, and answers whoever waits.
    async fn commit(&mut self, chunk: &mut Vec<Append>) {
        if self.uncertain > 0
            && let Err(error) = self.known_head().await
        {
            return self.keep(std::mem::take(chunk), &error);
        }
        let mut pending = std::mem::take(&mut self.backlog);
        pending.append(chunk);
        while !pending.is_empty() {
            let rest = pending.split_off(pending.len().min(BATCH_LIMIT));
            let batch = std::mem::replace(&mut pending, rest);
            if let Err(error) = self.commit_batch(batch).await {
                // Nothing is written before what was noted earlier, and the first of the backlog are those
                // that are in doubt.
                return self.keep(pending, &error);
            }
        }
    }

    /// Answers that nothing was written, and keeps what nobody waits for.
    fn keep(&mut self, appends: Vec<Append>, error: &AuditError) {
        self.backlog.extend(appends.into_iter().filter_map(|one| one.answer(Err(error.clone()))));
    }

    /// Writes the first records that wait, while the backlog is empty.
    async fn commit_batch(&mut self, appends: Vec<Append>) -> Result<(), AuditError> {
        let drafts: Vec<&Draft> = appends.iter().map(|append| &append.draft).collect();
        match self.insert(&drafts).await {
            Ok(written) => {
                self.failure = None;
                for (append, result) in appends.into_iter().zip(written.results) {
                    if result.is_ok() {
                        tell(&append.draft);
                    }
                    append.answer(result);
                }
                Ok(())
            }
            Err(Unwritten { error, perhaps }) => {
                tracing::error!(%error, records = appends.len(), "audit records could not be written");
                self.failure = Some(error.clone());
                self.keep(appends, &error);
                if perhaps {
                    self.uncertain = self.backlog.len();
                }
                Err(error)
            }
        }
    }

    /// Writes records in one transaction, or none of them. Those that rows of others refuse are
    /// answered one by one.
    async fn insert(&mut self, drafts: &[&Draft]) -> Result<Written, Unwritten> {
        let head = self.known_head().await?;
        for attempt in 1.. {
            let Some(connection) = &mut self.connection else { break };
            let mut reached = head;
            let chain = (&*self.chain, &self.key);
            let (error, perhaps) = match batch::write(connection, chain, &mut reached, drafts).await
            {
                Attempt::Written(written) => {
                    self.head = Head::Known(reached);
                    return Ok(written);
                }
                Attempt::Failed(error) => (error, None),
                Attempt::Unknown(error, written) => (error, Some(written)),
            };
            if attempt < ATTEMPTS && batch::is_given_up(&error) {
                tokio::time::sleep(Duration::from_millis(5 << attempt)).await;
                continue;
            }
            self.failed(head, reached, &error);
            let Some(written) = perhaps else { return Err(error.into()) };
            return match self.head_after_failure().await {
                Some(on_disk) if on_disk == reached => Ok(written),
                Some(_) => Err(error.into()),
                None => Err(Unwritten { error, perhaps: true }),
            };
        }
        Err(AuditError::Closed.into())
    }

    /// The last record on disk after a commit that was not answered, as soon as the database tells;
    /// nothing when it does not within [`DOUBT`].
    async fn head_after_failure(&mut self) -> Option<AuditPosition> {
        let told = async {
            loop {
                match self.known_head().await {
                    Err(AuditError::Database(_) | AuditError::NodeInUse { .. }) => {}
                    told => return told,
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        if let Ok(told) = tokio::time::timeout(DOUBT, told).await {
            return told.ok();
        }
        // What it was asked last it may answer later.
        self.connection = None;
        None
    }

    /// The last record on disk, over a connection that holds the chain.
    async fn known_head(&mut self) -> Result<AuditPosition, AuditError> {
        if self.connection.is_none() {
            let held = async {
                let mut connection = connect::connect(&self.options).await?;
                // The connection before it may not be over yet.
                batch::lock(&mut connection, &self.chain, RELOCK_STEPS).await?;
                Ok(connection)
            };
            self.connection = Some(within(held).await?);
        }
        let Some(connection) = &mut self.connection else { return Err(AuditError::Closed) };
        match self.head {
            Head::Known(head) => Ok(head),
            Head::Either(before, after) => {
                let checked = within(read::checked(connection, &self.chain, &self.key)).await;
                let head = checked.inspect_err(|_| self.connection = None)?;
                if head != before && head != after {
                    return Err(AuditError::Disturbed(batch::OTHER_HEAD));
                }
                self.head = Head::Known(head);
                // What was in doubt is written, or waits to be.
                let written = if head == after { self.uncertain } else { 0 };
                for append in self.backlog.drain(..written) {
                    tell(&append.draft);
                }
                self.uncertain = 0;
                Ok(head)
            }
        }
    }

    async fn erase(&mut self, person: &PersonId, now: SystemTime) -> Result<Erased, AuditError> {
        let whom = Whom { person: Some(person), organisation: None, entry: None, judged_by: None };
        let told = |rows, named| match (rows, named) {
            (0, false) => Ok(None),
            _ => Ok(Some(Draft::erased(rows, now)?)),
        };
        self.erase_whom(&whom, told).await
    }

    /// Keeps when a key was used. One that cannot be kept is used again some time.
    async fn keep_use(&mut self, used: &ApiKeyUse) {
        let Some(connection) = &mut self.connection else { return };
        if let Err(error) = within(key_use::keep(connection, used)).await {
            self.connection = None;
            tracing::warn!(%error, "when an API key was used could not be kept");
        }
    }

    async fn forget(&mut self, forget: &Forget) -> Result<Erased, AuditError> {
        let Forget { owner, entry, person, judged_by, by, now } = forget;
        let organisation = Some(owner.organisation.as_str());
        let (person, entry, judged_by) = (person.as_ref(), Some(&**entry), Some(*judged_by));
        let whom = Whom { person, organisation, entry, judged_by };
        let told = |rows, _: bool| {
            let mut draft = Draft::erased_for(rows, by, *now)?;
            draft.owner = Some(Arc::clone(owner));
            batch::taken(&draft)?;
            Ok(Some(draft))
        };
        self.erase_whom(&whom, told).await
    }

    async fn erase_whom(
        &mut self,
        whom: &Whom<'_>,
        told: impl Fn(u64, bool) -> Result<Option<Draft>, AuditError>,
    ) -> Result<Erased, AuditError> {
        let head = self.known_head().await?;
        for attempt in 1.. {
            let Some(connection) = &mut self.connection else { break };
            let mut reached = head;
            let chain = (&*self.chain, &self.key);
            let erase = erase::erase(connection, chain, &mut reached, whom, &told);
            match within(erase).await {
                Ok(erased) => {
                    self.head = Head::Known(reached);
                    return Ok(erased);
                }
                Err(error) if attempt < ATTEMPTS && batch::is_given_up(&error) => {
                    tokio::time::sleep(Duration::from_millis(5 << attempt)).await;
                }
                // Nothing was written, and the chain goes on.
                Err(AuditError::RegisterChanged) => return Err(AuditError::RegisterChanged),
                Err(error) => {
                    self.failed(head, reached, &error);
                    return Err(error);
                }
            }
        }
        Err(AuditError::Closed)
    }

    /// What is known after a transaction failed, which ends with its connection.
    fn failed(&mut self, head: AuditPosition, reached: AuditPosition, error: &AuditError) {
        // A chain that somebody else wrote to stays as it was known.
        if !matches!(error, AuditError::Disturbed(_)) {
            self.head = Head::Either(head, reached);
        }
        self.connection = None;
    }

    /// The head, if nothing is left to write and it is on disk.
    async fn settled(&mut self) -> Result<AuditPosition, AuditError> {
        if let (Some(cause), false) = (&self.failure, self.backlog.is_empty()) {
            return Err(AuditError::EventsUnrecorded {
                count: self.backlog.len(),
                cause: Box::new(cause.clone()),
            });
        }
        let head = self.known_head().await?;
        let Some(connection) = &mut self.connection else { return Err(AuditError::Closed) };
        let on_disk = within(read::head(connection, &self.chain)).await;
        let on_disk = on_disk.inspect_err(|_| self.connection = None)?;
        if on_disk == head { Ok(head) } else { Err(AuditError::Disturbed(batch::OTHER_HEAD)) }
    }
}
