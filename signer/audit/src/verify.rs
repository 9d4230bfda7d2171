//! Verifying a log: every record against the one before, acting persons against their commitments,
//! and spent tokens against the intents that spent them.

mod report;
mod time_stamps;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use self::report::{IncompleteAct, TimeStampedHead, VerifyError, VerifyReport};
use self::time_stamps::TimeStamps;
use super::{
    AuditKey, AuditPosition,
    event::DESTRUCTIONS_UNPROVED,
    person::{ActingPerson, Requester},
    record::Record,
};

/// How many acts without an outcome are followed at a time; those beyond are counted only.
const MAXIMUM_OPEN_ACTS: usize = 100_000;

/// A record as it was found in its place, with what stands beside it.
#[derive(Debug)]
pub struct StoredRecord<'a> {
    /// Its place.
    pub sequence: u64,
    /// Its text.
    pub body: Result<&'a str, Unreadable>,
    /// Its chain hash.
    pub hash: Result<&'a [u8], Unreadable>,
    /// The row of the acting person, if there is one.
    pub person: Result<Option<ActingPerson>, Unreadable>,
    /// Whether the token that it spent is among the spent ones.
    pub spent: bool,
}

/// How many records have no acting person where one was recorded, and of how many the erasure is on
/// record, over all chains of a database: an erasure is recorded in one of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct RemovedPersons {
    missing: u64,
    erased: u64,
}

impl RemovedPersons {
    /// Holds the one against the other.
    ///
    /// # Errors
    /// [`VerifyError::PersonsMissing`] when persons are missing without a record of it.
    pub fn check(self) -> Result<(), VerifyError> {
        let Self { missing, erased } = self;
        if missing > erased { Err(VerifyError::PersonsMissing { missing, erased }) } else { Ok(()) }
    }
}

/// What is there, and of another type than what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// A log that is being verified, record by record: what has been learnt so far. Memory is constant
/// but for acts without an outcome.
#[derive(Debug)]
pub struct Verification<'a> {
    key: &'a AuditKey,
    /// The exported head.
    expected: Option<AuditPosition>,
    head: AuditPosition,
    intents: u64,
    open: BTreeMap<u64, IncompleteAct>,
    /// Acts beyond [`MAXIMUM_OPEN_ACTS`].
    not_followed: u64,
    persons_missing: u64,
    persons_erased: u64,
    destructions_unproved: u64,
    time_stamps: TimeStamps,
}

/// What of an event is looked at here.
#[derive(Debug, Deserialize)]
struct Event {
    intent: Option<u64>,
    requester: Option<Requester>,
    /// The key of the token that an intent spent, in hexadecimal.
    spent: Option<String>,
    rows: Option<u64>,
    head: Option<String>,
    token: Option<String>,
}

impl<'a> Verification<'a> {
    /// Begins before the first record. With an exported head the loss of the records up to it is
    /// found, too; without one nothing can tell that the newest were cut off.
    pub fn new(key: &'a AuditKey, expected: Option<AuditPosition>) -> Self {
        Self {
            key,
            expected,
            head: AuditPosition::ORIGIN,
            intents: 0,
            open: BTreeMap::new(),
            not_followed: 0,
            persons_missing: 0,
            persons_erased: 0,
            destructions_unproved: 0,
            time_stamps: TimeStamps::default(),
        }
    }

    /// Takes the next record, in the order of their numbers.
    ///
    /// # Errors
    /// [`VerifyError`] when it does not fit.
    pub fn record(&mut self, row: StoredRecord<'_>) -> Result<(), VerifyError> {
        let expected = self.head.sequence + 1;
        let sequence = row.sequence;
        if sequence != expected {
            return Err(VerifyError::Missing { sequence: expected, found: sequence });
        }
        let changed = VerifyError::Changed { sequence };
        let (Ok(body), Ok(hash)) = (row.body, row.hash) else { return Err(changed) };
        let Ok(record) = serde_json::from_str::<Record<Event>>(body) else { return Err(changed) };
        if record.sequence != sequence {
            return Err(VerifyError::Misplaced { sequence, record: record.sequence });
        }
        self.head = AuditPosition { sequence, hash: self.head.hash.next(self.key, body) };
        if self.head.hash.as_bytes() != hash {
            return Err(changed);
        }
        if self.expected.is_some_and(|head| head.sequence == sequence && head != self.head) {
            return Err(VerifyError::HeadDiffers { sequence });
        }
        self.person(&record, row.person)?;
        if record.event.spent.is_some() && !row.spent {
            return Err(VerifyError::SpentTokenMissing { sequence });
        }
        self.act(&record)?;
        self.time_stamps.record(&record, self.head)
    }

    /// The row of the acting person, against the commitment in the record.
    fn person(
        &mut self,
        record: &Record<Event>,
        row: Result<Option<ActingPerson>, Unreadable>,
    ) -> Result<(), VerifyError> {
        let sequence = record.sequence;
        // An outcome repeats its intent's commitment; the row stands with the intent.
        let commitment = match &record.event.requester {
            Some(Requester::Person(commitment)) if record.kind != "outcome" => Some(commitment),
            _ => None,
        };
        let person = row.map_err(|_| VerifyError::PersonChanged { sequence })?;
        match (commitment, person) {
            (None, None) => Ok(()),
            (Some(_), None) => {
                self.persons_missing += 1;
                Ok(())
            }
            (Some(commitment), Some(person))
                if person.commitment().as_ref() == Some(commitment) =>
            {
                Ok(())
            }
            (Some(_) | None, Some(_)) => Err(VerifyError::PersonChanged { sequence }),
        }
    }

    fn act(&mut self, record: &Record<Event>) -> Result<(), VerifyError> {
        let sequence = record.sequence;
        match (record.kind.as_str(), record.event.intent) {
            ("intent", _) => {
                self.intents += 1;
                if self.open.len() < MAXIMUM_OPEN_ACTS {
                    let act = IncompleteAct { intent: sequence, time: record.time };
                    self.open.insert(sequence, act);
                } else {
                    self.not_followed += 1;
                }
            }
            ("outcome", Some(intent)) => {
                let beyond = u64::from(self.open.remove(&intent).is_none());
                self.not_followed = self
                    .not_followed
                    .checked_sub(beyond)
                    .ok_or(VerifyError::OutcomeWithoutIntent { sequence })?;
            }
            ("outcome", None) => return Err(VerifyError::OutcomeWithoutIntent { sequence }),
            (DESTRUCTIONS_UNPROVED, _) => self.destructions_unproved += 1,
            ("erased", _) => self.persons_erased += record.event.rows.unwrap_or(0),
            _ => {}
        }
        Ok(())
    }

    /// What the whole chain is; what it tells of removed persons is added to `removed`.
    ///
    /// # Errors
    /// [`VerifyError::TailLost`].
    pub fn finish(self, removed: &mut RemovedPersons) -> Result<VerifyReport, VerifyError> {
        let last = self.head.sequence;
        if let Some(head) = self.expected.filter(|head| head.sequence > last) {
            return Err(VerifyError::TailLost { head: head.sequence, last });
        }
        removed.missing += self.persons_missing;
        removed.erased += self.persons_erased;
        Ok(VerifyReport {
            head: self.head,
            intents: self.intents,
            incomplete_total: self.open.len() as u64 + self.not_followed,
            incomplete: self.open.into_values().collect(),
            persons_erased: self.persons_missing,
            destructions_unproved: self.destructions_unproved,
            time_stamped: self.time_stamps.newest(),
        })
    }
}
