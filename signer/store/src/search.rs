//! What records are searched by, and what is found.

mod hit;
mod query;

use std::{fmt, str::FromStr};

use audit::{AuditPosition, OutcomeResult, RecordedAct, Timestamp};
use seal::PersonId;
use serde_json::Value;

pub(crate) use self::{
    hit::Hit,
    query::{Bound, Index},
};

/// What is looked for. What is `None` does not matter.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// The earliest time.
    pub from: Option<Timestamp>,
    /// The time before which the record was made.
    pub until: Option<Timestamp>,
    /// What was done.
    pub act: Option<RecordedAct>,
    /// How it ended.
    pub outcome: Option<OutcomeResult>,
    /// With which profile.
    pub profile: Option<String>,
    /// Who asked.
    pub actor: Option<RecordActor>,
    /// The oldest first, instead of the newest.
    pub ascending: bool,
    /// Where the page before ended.
    pub after: Option<Cursor>,
    /// How many records at most, 1 to 1,000.
    pub limit: u32,
}

/// Who asked for something.
#[derive(Clone, PartialEq, Eq)]
pub enum RecordActor {
    /// An application, by its name.
    Application(String),
    /// A person.
    Person(PersonId),
}

/// It names no person.
impl fmt::Debug for RecordActor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordActor(..)")
    }
}

/// A place in the order of what is found: the time in microseconds since 1970, and the number of the
/// record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(crate) time: i64,
    pub(crate) sequence: i64,
}

/// A text that is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what `after` takes is the `next` of the page before")]
pub struct CursorError;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.time, self.sequence)
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let (time, sequence) = text.split_once('.').ok_or(CursorError)?;
        let number = |text: &str| {
            let decimal = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            decimal.then(|| text.parse().ok()).flatten().ok_or(CursorError)
        };
        Ok(Self { time: number(time)?, sequence: number(sequence)? })
    }
}

/// A record that was found.
#[derive(Clone, Debug)]
pub struct FoundRecord {
    /// In the chain of which node; a file has one chain, and its name is empty.
    pub chain: String,
    /// Its place in the log.
    pub position: AuditPosition,
    /// When it was made.
    pub time: Timestamp,
    /// Its kind.
    pub kind: String,
    /// What was done, of a record that ends something.
    pub act: Option<RecordedAct>,
    /// How it ended.
    pub outcome: Option<OutcomeResult>,
    /// With which profile.
    pub profile: Option<String>,
    /// Who asked; of a person that was erased nothing.
    pub actor: Option<RecordActor>,
    /// What the record tells, without what only the asker may know.
    pub event: Value,
}

/// One page of what was found.
#[derive(Clone, Debug)]
pub struct SearchPage {
    /// The records, in the order that was asked for.
    pub records: Vec<FoundRecord>,
    /// Where to go on; nothing at the end. A page may hold less than its limit, or nothing, and not
    /// be the last.
    pub next: Option<Cursor>,
}
