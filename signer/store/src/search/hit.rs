//! An entry of the index that fits, and its record.

use audit::{AuditPosition, ChainHash, OutcomeResult, Record, RecordedAct};
use seal::PersonId;
use serde_json::Value;

use super::{Cursor, FoundRecord, RecordActor};

/// An entry of the index that fits.
pub(crate) struct Hit {
    /// In the chain of which node; a file has one chain, and its name is empty.
    pub(crate) chain: String,
    pub(crate) sequence: i64,
    pub(crate) act: Option<String>,
    pub(crate) outcome: Option<String>,
    pub(crate) profile: Option<String>,
    pub(crate) application: Option<String>,
    pub(crate) intent: Option<i64>,
    pub(crate) cursor: Cursor,
}

impl Hit {
    /// The number of the record with which the person's row stands.
    pub(crate) fn person(&self) -> i64 {
        self.intent.unwrap_or(self.sequence)
    }

    /// The record; `None` when it cannot be read.
    pub(crate) fn record(
        self,
        (body, hash): (String, Vec<u8>),
        person: Option<PersonId>,
    ) -> Option<FoundRecord> {
        /// The part of a receipt's name that only its asker knows.
        const SECRET: &str = "secret";
        let Record { mut event, kind, sequence, time, organisation: _ } =
            serde_json::from_str::<Record<Value>>(&body).ok()?;
        if let Some(members) = event.as_object_mut() {
            members.remove(SECRET);
        }
        let requester = event.pointer("/requester/application").and_then(Value::as_str);
        let application = self.application.or_else(|| requester.map(str::to_owned));
        let act = self.act.as_deref();
        let outcome = self.outcome.as_deref();
        Some(FoundRecord {
            chain: self.chain,
            position: AuditPosition { sequence, hash: ChainHash::from_bytes(&hash)? },
            time,
            kind,
            act: RecordedAct::ALL.into_iter().find(|one| Some(one.name()) == act),
            outcome: OutcomeResult::ALL.into_iter().find(|one| Some(one.name()) == outcome),
            profile: self.profile,
            actor: application.map(RecordActor::Application).or(person.map(RecordActor::Person)),
            event,
        })
    }
}
