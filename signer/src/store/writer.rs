//! The writer: the one task that changes the database.

use std::{
    collections::HashSet,
    time::{Duration, SystemTime},
};

use seal::PersonId;
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use super::{
    connect, erase,
    files::Files,
    insert::{self, BATCH_LIMIT, Statements},
    read, spent,
};
use crate::{
    audit::{AuditError, AuditKey, AuditPosition, Draft},
    data_directory::DataDirectory,
};

/// From how many awaited records in a batch on the next one waits for company. A service with few
/// callers does not wait; one with many saves most of its `fsync`s.
const COMPANY: usize = 3;

/// How long a batch waits for company: about as long as it takes to write.
const COMPANY_DELAY: Duration = Duration::from_millis(2);

/// What the writer is asked to do.
#[derive(Debug)]
pub(super) enum Command {
    Append(Append),
    Erase { person: PersonId, now: SystemTime, answer: oneshot::Sender<Result<u64, AuditError>> },
    Flush(oneshot::Sender<Result<AuditPosition, AuditError>>),
    Close(oneshot::Sender<Result<AuditPosition, AuditError>>),
}

impl Command {
    fn is_awaited(&self) -> bool {
        matches!(self, Self::Append(Append { waiting: Some(_), .. }))
    }
}

/// A record to write, and who waits for it.
#[derive(Debug)]
pub(super) struct Append {
    draft: Draft,
    waiting: Option<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    answer: oneshot::Sender<Result<AuditPosition, AuditError>>,
    /// The record's place in the queue.
    _place: OwnedSemaphorePermit,
}

impl Append {
    /// A record that somebody waits for.
    pub(super) fn awaited(
        draft: Draft,
        answer: oneshot::Sender<Result<AuditPosition, AuditError>>,
        place: OwnedSemaphorePermit,
    ) -> Self {
        Self { draft, waiting: Some(Waiting { answer, _place: place }) }
    }

    /// A record that nobody waits for; it is tried until it is written.
    pub(super) fn noted(draft: Draft) -> Self {
        Self { draft, waiting: None }
    }

    /// Answers whoever waits; gives a record back that nobody waits for.
    fn answer(self, result: Result<AuditPosition, AuditError>) -> Option<Self> {
        match self.waiting {
            Some(waiting) => {
                // Whoever asked may have gone; the record stays.
                let _ = waiting.answer.send(result);
                None
            }
            None => Some(self),
        }
    }
}

#[derive(Debug)]
pub(super) struct Writer {
    connection: SqliteConnection,
    key: AuditKey,
    statements: Statements,
    /// The last record; unknown after a failure, because a commit that failed may be on disk.
    head: Option<AuditPosition>,
    /// Noted events that could not be written yet, in their order.
    backlog: Vec<Append>,
    /// Why the last batch that failed did.
    failure: Option<AuditError>,
    /// What the files looked like after the last commit.
    files: Files,
    /// How many records the last batch had that somebody waited for.
    company: usize,
    /// Keeps the directory locked until the last record is written.
    _directory: DataDirectory,
}

impl Writer {
    pub(super) async fn open(
        directory: DataDirectory,
        key: AuditKey,
        options: &SqliteConnectOptions,
    ) -> Result<Self, AuditError> {
        let mut connection = connect::migrated(options).await?;
        let head = read::checked_head(&mut connection, &key).await?;
        let files = Files::of(&directory.database());
        Ok(Self {
            connection,
            key,
            statements: Statements::new(),
            head: Some(head),
            backlog: Vec::new(),
            failure: None,
            files,
            company: 0,
            _directory: directory,
        })
    }

    /// Serves the queue until it is closed or every store is gone.
    pub(super) async fn run(mut self, mut queue: mpsc::UnboundedReceiver<Command>) {
        let mut commands = Vec::with_capacity(BATCH_LIMIT);
        let mut batch = Vec::with_capacity(BATCH_LIMIT);
        let mut closing = None;
        while queue.recv_many(&mut commands, BATCH_LIMIT).await > 0 {
            if self.company >= COMPANY {
                // Others are at work: what they are about to record goes to disk with this.
                tokio::time::sleep(COMPANY_DELAY).await;
                while commands.len() < BATCH_LIMIT
                    && let Ok(command) = queue.try_recv()
                {
                    commands.push(command);
                }
            }
            self.company = commands.iter().filter(|command| command.is_awaited()).count();
            for command in commands.drain(..) {
                match command {
                    Command::Append(append) => batch.push(append),
                    Command::Erase { person, now, answer } => {
                        self.commit(&mut batch).await;
                        let _ = answer.send(self.erase(&person, now).await);
                    }
                    Command::Flush(answer) => {
                        self.commit(&mut batch).await;
                        let _ = answer.send(self.settled().await);
                    }
                    Command::Close(answer) => {
                        queue.close();
                        closing = Some(answer);
                    }
                }
            }
            self.commit(&mut batch).await;
        }
        self.commit(&mut batch).await;
        let settled = self.settled().await;
        let closed = self.connection.close().await.map_err(AuditError::from);
        if let Some(answer) = closing {
            let _ = answer.send(settled.and_then(|head| closed.map(|()| head)));
        }
    }

    /// Writes the backlog and the batch, and answers whoever waits.
    async fn commit(&mut self, batch: &mut Vec<Append>) {
        let mut pending = std::mem::take(&mut self.backlog);
        pending.append(batch);
        while !pending.is_empty() {
            let rest = pending.split_off(pending.len().min(BATCH_LIMIT));
            self.commit_chunk(std::mem::replace(&mut pending, rest)).await;
        }
    }

    async fn commit_chunk(&mut self, chunk: Vec<Append>) {
        let mut chunk = refuse_replays(chunk, HashSet::new());
        let mut written = self.insert(&chunk).await;
        if matches!(written, Err(AuditError::TokenReplayed)) {
            // Rare, so only now is it asked whose token it was.
            match self.spent_among(&chunk).await {
                Ok(spent) => {
                    chunk = refuse_replays(chunk, spent);
                    written = self.insert(&chunk).await;
                }
                Err(error) => written = Err(error),
            }
        }
        match written {
            Ok(positions) => {
                for (append, position) in chunk.into_iter().zip(positions) {
                    append.answer(Ok(position));
                }
            }
            Err(error) => self.fail(chunk, &error),
        }
    }

    /// Writes records in one transaction, or none of them.
    async fn insert(&mut self, chunk: &[Append]) -> Result<Vec<AuditPosition>, AuditError> {
        self.files.check()?;
        let drafts: Vec<&Draft> = chunk.iter().map(|append| &append.draft).collect();
        let head = self.head().await?;
        let Self { connection, statements, key, .. } = self;
        let written = insert::insert(connection, statements, key, head, &drafts).await;
        match &written {
            Ok(positions) => self.head = positions.last().copied().or(self.head),
            Err(_) => {
                self.head = None;
                // There is nothing to roll back when SQLite did it already, or never began.
                let _ = sqlx::query("ROLLBACK").execute(&mut self.connection).await;
            }
        }
        self.files.remember();
        written
    }

    async fn spent_among(&mut self, chunk: &[Append]) -> Result<HashSet<[u8; 32]>, AuditError> {
        let tokens = chunk.iter().filter_map(|append| append.draft.spent.as_ref());
        spent::among(&mut self.connection, tokens).await
    }

    /// Answers the failure; keeps the records that nobody waits for.
    fn fail(&mut self, chunk: Vec<Append>, error: &AuditError) {
        tracing::error!(%error, records = chunk.len(), "audit records could not be written");
        self.failure = Some(error.clone());
        let kept = chunk.into_iter().filter_map(|append| append.answer(Err(error.clone())));
        self.backlog.extend(kept);
    }

    async fn erase(&mut self, person: &PersonId, now: SystemTime) -> Result<u64, AuditError> {
        let rows = erase::count(&mut self.connection, person).await?;
        if rows > 0 {
            // First the record: rows that are missing without one are a finding of `verify`.
            self.insert(&[Append::noted(Draft::erased(rows, now)?)]).await?;
        }
        self.files.check()?;
        let erased = erase::erase(&mut self.connection, person).await;
        self.files.remember();
        erased.map(|()| rows)
    }

    /// The head, if nothing is left to write and it is on disk.
    async fn settled(&mut self) -> Result<AuditPosition, AuditError> {
        self.files.check()?;
        match &self.failure {
            Some(cause) if !self.backlog.is_empty() => Err(AuditError::EventsUnrecorded {
                count: self.backlog.len(),
                cause: Box::new(cause.clone()),
            }),
            _ => self.head().await,
        }
    }

    async fn head(&mut self) -> Result<AuditPosition, AuditError> {
        if let Some(head) = self.head {
            return Ok(head);
        }
        let head = read::checked_head(&mut self.connection, &self.key).await?;
        self.head = Some(head);
        Ok(head)
    }
}

/// Answers those whose token is among the spent ones or comes a second time, gives the others.
fn refuse_replays(chunk: Vec<Append>, mut spent: HashSet<[u8; 32]>) -> Vec<Append> {
    let mut fresh = Vec::with_capacity(chunk.len());
    for append in chunk {
        if append.draft.spent.as_ref().is_none_or(|token| spent.insert(token.key)) {
            fresh.push(append);
        } else {
            append.answer(Err(AuditError::TokenReplayed));
        }
    }
    fresh
}
