//! The writer: what changes the database. It knows no queue and no thread: whoever's turn it is hands
//! it commands and stays until they are done.

use std::{collections::HashSet, sync::Arc, time::SystemTime};

use audit::{AuditKey, AuditPosition, Draft};
use rusqlite::Connection;
use seal::{OrganisationId, PersonId};
use tokio::sync::oneshot;

use super::{
    append::{Answer, Append, may_follow, refuse_replays},
    certificates, count,
    erase::{self, Whom},
    files::Files,
    head,
    insert::{self, BATCH_LIMIT},
    keyed, letters, register,
    secret::{self, Step, Stepped},
    spent,
};
use crate::{
    AuditError, Forgotten, Place, api_key_use::ApiKeyUse, forget::Forget, location::Location,
};

/// What the writer is asked to do.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly all are records: a box each would cost more")]
pub(crate) enum Command {
    Append(Append),
    Erase {
        person: PersonId,
        now: SystemTime,
        answer: oneshot::Sender<Result<u64, AuditError>>,
    },
    KeyUsed(ApiKeyUse),
    Forget {
        forget: Box<Forget>,
        answer: oneshot::Sender<Result<Forgotten, AuditError>>,
    },
    Adopt {
        organisation: OrganisationId,
        answer: oneshot::Sender<Result<(), AuditError>>,
    },
    Secret {
        step: Box<Step>,
        answer: oneshot::Sender<Result<Stepped, AuditError>>,
    },
    Letter {
        task: Box<letters::Task>,
        answer: oneshot::Sender<Result<letters::Stepped, AuditError>>,
    },
    ListNumber {
        generation: i64,
        answer: oneshot::Sender<Result<i64, AuditError>>,
    },
    Flush(Answer),
    Close(Answer),
}

impl Command {
    /// Whether somebody waits for it.
    pub(crate) fn is_awaited(&self) -> bool {
        match self {
            Self::Append(append) => append.is_awaited(),
            Self::KeyUsed(_) => false,
            _ => true,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Writer {
    connection: Connection,
    key: AuditKey,
    /// The last record; unknown after a failure, because a commit that failed may be on disk.
    head: Option<AuditPosition>,
    /// Noted events that could not be written yet, in their order.
    backlog: Vec<Append>,
    /// Why the last batch that failed did.
    failure: Option<AuditError>,
    /// What the files looked like after the last commit.
    files: Files,
    /// Whether a commit waits for the disk.
    waits: bool,
    /// Whether all that is committed has reached the disk; what a process before this one left may not have.
    is_on_disk: bool,
    /// Held until the last record is written.
    _place: Place,
}

impl Writer {
    /// Holds the last record against the key.
    pub(crate) fn new(
        connection: Connection,
        database: &Location,
        place: Place,
        key: AuditKey,
    ) -> Result<Self, AuditError> {
        let head = head::checked(&connection, &key)?;
        let files = Files::of(database);
        Ok(Self {
            connection,
            key,
            head: Some(head),
            backlog: Vec::new(),
            failure: None,
            files,
            waits: true,
            is_on_disk: false,
            _place: place,
        })
    }

    /// Whether the last commit went well.
    pub(crate) fn is_sound(&self) -> bool {
        self.head.is_some()
    }

    /// Does what is asked, in its order, and answers; gives back who asked to close.
    pub(crate) fn serve(&mut self, commands: impl IntoIterator<Item = Command>) -> Option<Answer> {
        let mut batch = Vec::new();
        let mut closing = None;
        for command in commands {
            match command {
                Command::Append(append) => batch.push(append),
                Command::Erase { person, now, answer } => {
                    self.commit(&mut batch);
                    let _ = answer.send(self.erase(&person, now));
                }
                Command::KeyUsed(used) => self.keep_use(&used),
                Command::Forget { forget, answer } => {
                    self.commit(&mut batch);
                    let _ = answer.send(self.forget(&forget));
                }
                Command::Adopt { organisation, answer } => {
                    self.commit(&mut batch);
                    let _ = answer.send(self.beside(|on| register::adopt(on, &organisation)));
                }
                Command::Secret { step, answer } => {
                    let _ = answer.send(self.beside(|on| secret::take(on, &step)));
                }
                Command::Letter { task, answer } => {
                    let _ = answer.send(self.beside(|on| letters::perform(on, &task)));
                }
                Command::ListNumber { generation, answer } => {
                    let _ = answer
                        .send(self.beside(|on| certificates::next_list_number(on, generation)));
                }
                Command::Flush(answer) => {
                    self.commit(&mut batch);
                    let _ = answer.send(self.settled());
                }
                Command::Close(answer) => closing = Some(answer),
            }
        }
        self.commit(&mut batch);
        closing
    }

    /// Tries the backlog once more and closes the database; answers the last record.
    pub(crate) fn close(mut self) -> Result<AuditPosition, AuditError> {
        self.commit(&mut Vec::new());
        let settled = self.settled();
        let closed = self.connection.close().map_err(|(_, error)| AuditError::from(error));
        settled.and_then(|head| closed.map(|()| head))
    }

    /// Writes the backlog and the batch, and answers whoever waits.
    fn commit(&mut self, batch: &mut Vec<Append>) {
        let mut pending = std::mem::take(&mut self.backlog);
        pending.append(batch);
        while !pending.is_empty() {
            let rest = pending.split_off(pending.len().min(BATCH_LIMIT));
            self.commit_chunk(std::mem::replace(&mut pending, rest));
        }
    }

    fn commit_chunk(&mut self, chunk: Vec<Append>) {
        let mut chunk = refuse_replays(chunk, HashSet::new());
        let mut written = self.insert(&chunk);
        // Rare, so only now is it asked whose key or token it was, and whose mandate; there may be all.
        for _ in 0..3 {
            let fresh = match &written {
                Err(AuditError::KeyTaken | AuditError::KeysFull) => self.refuse_keyed(&mut chunk),
                Err(AuditError::TokenReplayed) => {
                    // Who asks again under a key is told what came of it.
                    self.refuse_keyed(&mut chunk).and_then(|()| self.refuse_spent(&mut chunk))
                }
                Err(AuditError::MandateExhausted) => self.refuse_exhausted(&mut chunk),
                Ok(_) | Err(_) => break,
            };
            written = fresh.and_then(|()| self.insert(&chunk));
        }
        match written {
            // One of them changes what is not as it was: each is written by itself, in its order.
            Err(AuditError::RowRefused(_) | AuditError::RegisterChanged) if chunk.len() > 1 => {
                chunk.into_iter().for_each(|append| self.commit_chunk(vec![append]));
            }
            Err(refusal @ (AuditError::RowRefused(_) | AuditError::RegisterChanged)) => {
                chunk.into_iter().for_each(|append| drop(append.answer(Err(refusal.clone()))));
            }
            Ok(positions) => {
                for (append, position) in chunk.into_iter().zip(positions) {
                    append.draft.count.as_deref().into_iter().for_each(count::told);
                    append.answer(Ok(position));
                }
            }
            Err(error) => self.fail(chunk, &error),
        }
    }

    /// Writes records in one transaction, or none of them.
    fn insert(&mut self, chunk: &[Append]) -> Result<Vec<AuditPosition>, AuditError> {
        if chunk.is_empty() {
            // Nothing is committed, and what waits for the disk waits on.
            return Ok(Vec::new());
        }
        let waits = !may_follow(chunk);
        self.prepare(waits)?;
        let drafts: Vec<&Draft> = chunk.iter().map(|append| &append.draft).collect();
        let head = self.head()?;
        let written = insert::insert(&mut self.connection, &self.key, head, &drafts);
        self.head = match &written {
            Ok(positions) => positions.last().copied().or(self.head),
            Err(_) => None,
        };
        self.is_on_disk = waits && written.is_ok();
        self.files.remember();
        written
    }

    /// Looks at the files before a commit, and says whether that waits for the disk. One that does has all
    /// before it on disk, too: they are in one file.
    fn prepare(&mut self, waits: bool) -> Result<(), AuditError> {
        self.files.check()?;
        if self.waits != waits {
            // SQLite does this as it reads the statement: one that is kept would change nothing.
            let synchronous = if waits { "FULL" } else { "NORMAL" };
            self.connection.pragma_update(None, "synchronous", synchronous)?;
            self.waits = waits;
        }
        Ok(())
    }

    /// Answers those whose requests' keys are refused, and says why.
    fn refuse_keyed(&self, chunk: &mut Vec<Append>) -> Result<(), AuditError> {
        let steps = chunk.iter();
        let steps =
            steps.map(|append| (append.draft.organisation(), append.draft.keyed.as_deref()));
        let refused = keyed::refused(&self.connection, steps)?;
        for (append, refused) in std::mem::take(chunk).into_iter().zip(refused) {
            match refused {
                Some(error) => drop(append.answer(Err(error))),
                None => chunk.push(append),
            }
        }
        Ok(())
    }

    /// Answers those whose token is spent.
    fn refuse_spent(&self, chunk: &mut Vec<Append>) -> Result<(), AuditError> {
        let tokens = chunk.iter().filter_map(|append| append.draft.spent.as_deref());
        let spent = spent::among(&self.connection, tokens)?;
        *chunk = refuse_replays(std::mem::take(chunk), spent);
        Ok(())
    }

    /// Answers those whose mandate has given all that it gives.
    fn refuse_exhausted(&self, chunk: &mut Vec<Append>) -> Result<(), AuditError> {
        let counts = chunk.iter();
        let counts =
            counts.map(|append| (append.draft.organisation(), append.draft.count.as_deref()));
        let exhausted = count::exhausted(&self.connection, counts)?;
        for (append, exhausted) in std::mem::take(chunk).into_iter().zip(exhausted) {
            if exhausted {
                append.answer(Err(AuditError::MandateExhausted));
            } else {
                chunk.push(append);
            }
        }
        Ok(())
    }

    /// Answers the failure; keeps the records that nobody waits for.
    fn fail(&mut self, chunk: Vec<Append>, error: &AuditError) {
        tracing::error!(%error, records = chunk.len(), "audit records could not be written");
        self.failure = Some(error.clone());
        let kept = chunk.into_iter().filter_map(|append| append.answer(Err(error.clone())));
        self.backlog.extend(kept);
    }

    fn erase(&mut self, person: &PersonId, now: SystemTime) -> Result<u64, AuditError> {
        let whom = Whom { person: Some(person), organisation: None, entry: None };
        let rows = erase::count(&self.connection, &whom)?;
        if rows > 0 || erase::is_registered(&self.connection, &whom)? {
            // First the record: rows that are missing without one are a finding of `verify`.
            self.insert(&[Append::noted(Draft::erased(rows, now)?)])?;
        }
        self.prepare(true)?;
        let erased = erase::erase(&self.connection, &whom);
        self.files.remember();
        erased.map(|()| rows)
    }

    /// Keeps when a key was used. One that cannot be kept is used again some time.
    fn keep_use(&mut self, ApiKeyUse { organisation, key, hour }: &ApiKeyUse) {
        let kept = self.prepare(true).and_then(|()| {
            let statement = "INSERT INTO key_use (organisation, key, hour) VALUES (?1, ?2, ?3)
                             ON CONFLICT DO UPDATE SET hour = ?3";
            let row = rusqlite::params![organisation.as_str(), key, hour];
            Ok(self.connection.prepare_cached(statement)?.execute(row)?)
        });
        self.files.remember();
        if let Err(error) = kept {
            tracing::warn!(%error, "when an API key was used could not be kept");
        }
    }

    fn forget(&mut self, forget: &Forget) -> Result<Forgotten, AuditError> {
        // One process changes the register of a file, and does so one change after the other.
        let Forget { owner, entry, person, judged_by: _, by, now } = forget;
        let organisation = Some(owner.organisation.as_str());
        let whom = Whom { person: person.as_ref(), organisation, entry: Some(entry) };
        let rows = erase::count(&self.connection, &whom)?;
        let mut draft = Draft::erased_for(rows, by, *now)?;
        draft.owner = Some(Arc::clone(owner));
        self.insert(&[Append::noted(draft)])?;
        self.prepare(true)?;
        let erased = erase::erase(&self.connection, &whom);
        self.files.remember();
        match erased {
            Ok(()) => Ok(Forgotten { rows, delayed: false }),
            Err(AuditError::ErasureDelayed) => Ok(Forgotten { rows, delayed: true }),
            Err(error) => Err(error),
        }
    }

    /// Changes what is no record, and waits for none.
    fn beside<T>(
        &mut self,
        work: impl FnOnce(&mut Connection) -> Result<T, AuditError>,
    ) -> Result<T, AuditError> {
        self.prepare(true)?;
        let done = work(&mut self.connection);
        self.files.remember();
        done
    }

    /// The head, if nothing is left to write and it is on disk.
    fn settled(&mut self) -> Result<AuditPosition, AuditError> {
        self.files.check()?;
        if !self.is_on_disk {
            self.files.settle()?;
            self.is_on_disk = true;
        }
        match &self.failure {
            Some(cause) if !self.backlog.is_empty() => Err(AuditError::EventsUnrecorded {
                count: self.backlog.len(),
                cause: Box::new(cause.clone()),
            }),
            _ => self.head(),
        }
    }

    fn head(&mut self) -> Result<AuditPosition, AuditError> {
        if let Some(head) = self.head {
            return Ok(head);
        }
        let head = head::checked(&self.connection, &self.key)?;
        self.head = Some(head);
        Ok(head)
    }
}

#[cfg(test)]
mod tests;
