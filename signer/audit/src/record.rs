//! A record's bytes: canonical JSON.

use std::{sync::Arc, time::SystemTime};

use registry::{Entry, Version};
use seal::{Caller, Counted, OrganisationId};
use serde::{Deserialize, Serialize};

use super::{
    RecordError, Timestamp,
    certificate_row::CertificateRow,
    facets::{Facets, RecordedAct},
    keyed::KeyStep,
    person::{ActingPerson, Requester},
    result::OutcomeResult,
    spent::SpentToken,
};

/// The longest record, in bytes.
pub(super) const MAXIMUM_LENGTH: usize = 16 * 1024;

/// Whose records and rows they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Whether records name it. Those of the configuration file's organisation do not, as they never
    /// did.
    pub named: bool,
}

/// A record that lacks only its number, and the rows that are written with it.
#[derive(Clone, Debug)]
pub struct Draft {
    kind: &'static str,
    event: String,
    time: Timestamp,
    /// Whose it is; nobody's, of the service's and the device's own records.
    pub owner: Option<Arc<Owner>>,
    /// Who acts, if it is a person.
    pub person: Option<ActingPerson>,
    /// The token that is spent with it.
    pub spent: Option<Box<SpentToken>>,
    /// The entry of the register that it leaves.
    pub registered: Option<Box<RegistryRow>>,
    /// The number of the register's last change by which an act was judged: where others may change
    /// the register, the record is refused when it is another.
    pub judged_by: Option<Version>,
    /// What it does to a mandate's count.
    pub count: Option<Box<MandateCount>>,
    /// What it does to the key of a request.
    pub keyed: Option<Box<KeyStep>>,
    /// What it is found by, beside its time.
    pub found: Option<Box<Facets>>,
    /// What it does to orders and certificates, in this order; where one is refused, so is the record.
    pub rows: Vec<CertificateRow>,
    /// Whether it need not be on disk before a record that follows it: nothing of what it announces leaves
    /// this process before that one is.
    pub may_follow: bool,
}

/// What a record does to the number of seals that a mandate has given.
#[derive(Clone, Debug)]
pub struct MandateCount {
    /// The mandate.
    pub counted: Counted,
    /// What is done.
    pub step: CountStep,
    /// To how many.
    pub amount: u64,
}

impl MandateCount {
    pub(super) fn of(counted: &Counted, step: CountStep, amount: u64) -> Box<Self> {
        Box::new(Self { counted: counted.clone(), step, amount })
    }

    /// How many the mandate will have given when it has given so many.
    pub fn after(&self, given: u64) -> u64 {
        match self.step {
            CountStep::Take => given.saturating_add(self.amount),
            CountStep::GiveBack => given.saturating_sub(self.amount),
        }
    }

    /// Whether the mandate, which has given so many, refuses.
    pub fn is_refused(&self, given: u64) -> bool {
        match self.step {
            CountStep::Take => self.after(given) > self.counted.maximum,
            CountStep::GiveBack => false,
        }
    }
}

/// More, or some given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountStep {
    /// More.
    Take,
    /// Some given back.
    GiveBack,
}

impl Draft {
    /// `event` serialises with its fields in the order of their names and without floats.
    pub(super) fn new(
        kind: &'static str,
        event: &impl Serialize,
        now: SystemTime,
    ) -> Result<Self, RecordError> {
        let time = now.try_into()?;
        #[expect(clippy::expect_used, reason = "events are structs of strings and integers")]
        let event = serde_json::to_string(event).expect("an event serialises");
        if event.len() > MAXIMUM_LENGTH {
            return Err(RecordError::RecordTooLong {
                length: event.len(),
                maximum: MAXIMUM_LENGTH,
            });
        }
        Ok(Self {
            kind,
            event,
            time,
            owner: None,
            person: None,
            spent: None,
            registered: None,
            judged_by: None,
            count: None,
            keyed: None,
            found: None,
            rows: Vec::new(),
            may_follow: false,
        })
    }

    /// The record that so many rows of a person were erased.
    ///
    /// # Errors
    /// [`RecordError::TimeOutOfRange`].
    pub fn erased(rows: u64, now: SystemTime) -> Result<Self, RecordError> {
        Self::new("erased", &ErasedEvent { requester: None, rows }, now)
    }

    /// The same, asked for by somebody of the person's organisation.
    ///
    /// # Errors
    /// [`RecordError::TimeOutOfRange`]; [`RecordError::NoRandomness`].
    pub fn erased_for(rows: u64, by: &Caller, now: SystemTime) -> Result<Self, RecordError> {
        let (requester, person) = Requester::of(by)?;
        let event = ErasedEvent { requester: Some(&requester), rows };
        let found = Facets::of(RecordedAct::Administration, by).ended(OutcomeResult::Done);
        let draft = Self::new("erased", &event, now)?.found(found);
        Ok(Self { person, ..draft })
    }

    /// The record's canonical JSON under this number.
    pub fn body(&self, sequence: u64) -> String {
        let Self { kind, event, time, .. } = self;
        let owner = self.owner.as_ref().filter(|owner| owner.named);
        let organisation = owner.map(|owner| {
            let name = serde_json::Value::from(owner.organisation.as_str());
            format!(r#""organisation":{name},"#)
        });
        let organisation = organisation.unwrap_or_default();
        format!(
            r#"{{"event":{event},"kind":"{kind}",{organisation}"sequence":{sequence},"time":"{time}"}}"#
        )
    }

    /// The organisation whose rows are written with it; nobody's are under the empty name.
    pub fn organisation(&self) -> &str {
        self.owner.as_ref().map_or("", |owner| owner.organisation.as_str())
    }

    /// The same, found by this, too.
    pub(super) fn found(self, found: Box<Facets>) -> Self {
        Self { found: Some(found), ..self }
    }

    /// When it happened.
    pub fn time(&self) -> Timestamp {
        self.time
    }
}

/// That rows of a person were erased. The fields stand in the order of their names.
#[derive(Serialize)]
struct ErasedEvent<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    requester: Option<&'a Requester>,
    rows: u64,
}

/// A record as it is read back.
#[derive(Debug, Deserialize)]
pub struct Record<E> {
    /// What happened.
    pub event: E,
    /// What kind of event that is, such as `intent`.
    pub kind: String,
    /// The organisation, if it is another one than the configuration file's.
    #[serde(default)]
    pub organisation: Option<OrganisationId>,
    /// The record's number.
    pub sequence: u64,
    /// When it happened.
    pub time: Timestamp,
}

/// An entry as the table of the register holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryRow {
    /// Its kind, by name.
    pub kind: &'static str,
    /// Its name.
    pub id: String,
    /// The number of the change that left it so.
    pub version: u64,
    /// The entry as JSON.
    pub body: String,
    /// Entries that came with it: kind, name and JSON of each.
    pub also: Vec<(&'static str, String, String)>,
    /// The entry that made room for it, by kind and name.
    pub removed: Option<(&'static str, String)>,
}

impl RegistryRow {
    /// The entry as JSON.
    pub fn body(entry: &Entry) -> String {
        #[expect(clippy::expect_used, reason = "an entry is structs of strings and integers")]
        serde_json::to_string(entry).expect("an entry serialises")
    }
}
