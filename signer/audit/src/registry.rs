//! Changes of the register: who, what, and what it was before.

use std::time::SystemTime;

use registry::{Change, Entry, Told, Version};
use seal::{Caller, Registered};
use serde::Serialize;

use super::{
    RecordError,
    facets::{Facets, RecordedAct},
    keyed::{KeyStep, KeyedRequest},
    person::Requester,
    record::{Draft, RegistryRow},
    result::OutcomeResult,
};

/// A change of the register that was decided.
#[derive(Clone, Copy, Debug)]
pub struct RegistryChange<'a> {
    /// Who asked.
    pub by: ChangedBy<'a>,
    /// What for.
    pub change: &'a Change,
    /// Its number.
    pub version: Version,
    /// The key of the request, if it has one.
    pub keyed: Option<&'a KeyedRequest>,
    /// What the device acknowledged of it, if it concerns the device.
    pub registered: Option<&'a Registered>,
}

/// Who changes a register.
#[derive(Clone, Copy, Debug)]
pub enum ChangedBy<'a> {
    /// Somebody of the organisation.
    Caller(&'a Caller),
    /// Whoever runs the installation, on its command line.
    Operator,
    /// The contact person of a profile, by the link of a letter: the profile stands in the record, and who it was in
    /// the register.
    Contact,
    /// Whoever held a link that was good once, or showed a passkey: the entry says for whom it was.
    Link,
}

impl RegistryChange<'_> {
    /// The record, with the row that is written with it.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn draft(&self, now: SystemTime) -> Result<Draft, RecordError> {
        let Self { by, change, version, keyed, registered } = self;
        let (requester, person) = match by {
            ChangedBy::Caller(caller) => {
                let (requester, person) = Requester::of(caller)?;
                (Some(requester), person)
            }
            ChangedBy::Operator => (Some(Requester::Operator), None),
            ChangedBy::Contact => (Some(Requester::Contact), None),
            ChangedBy::Link => (None, None),
        };
        let (before, after) = change.told();
        let entry: &Entry = change.after();
        let event = RegistryEvent {
            after,
            also: change.also().iter().map(told).collect(),
            before,
            client: change.client(),
            device: registered.map(|one| DeviceTold { hash: &one.hash, sequence: one.sequence }),
            entry: entry.kind().name(),
            id: entry.id(),
            key: change.key(),
            next: change.next(),
            removed: change.removed().map(|(_, id)| id).or(change.removed_key()),
            requester: requester.as_ref(),
            revision: version.0,
            what: change.what(),
        };
        let mut draft = Draft::new("registry-changed", &event, now)?;
        let found = match by {
            ChangedBy::Caller(caller) => Facets::of(RecordedAct::Administration, caller),
            ChangedBy::Operator | ChangedBy::Contact | ChangedBy::Link => {
                Facets { act: Some(RecordedAct::Administration), ..Facets::default() }
            }
        };
        draft.found = Some(found.ended(OutcomeResult::Done));
        draft.person = person;
        draft.keyed = keyed.map(|request| Box::new(KeyStep::TakeDone(request.clone())));
        let body = RegistryRow::body(entry);
        let (kind, id) = (entry.kind().name(), entry.id().to_owned());
        let also = change.also().iter();
        let also = also.map(|one| (one.kind().name(), one.id().to_owned(), RegistryRow::body(one)));
        let also = also.collect();
        let removed = change.removed().map(|(kind, id)| (kind.name(), id.to_owned()));
        draft.registered =
            Some(Box::new(RegistryRow { kind, id, version: version.0, body, also, removed }));
        Ok(draft)
    }
}

fn told(entry: &Entry) -> String {
    format!("{} {}", entry.kind().name(), entry.id())
}

// The fields stand in the order of their names: that is what makes the JSON canonical.

#[derive(Serialize)]
struct RegistryEvent<'a> {
    after: Told<'a>,
    /// What came with it, as `role rights-administrator`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Told<'a>>,
    /// The OAuth client that it is about, by its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<&'a str>,
    /// The registration in the device's chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<DeviceTold<'a>>,
    entry: &'static str,
    id: &'a str,
    /// The key that it is about, by its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    /// The key that came in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<&'a str>,
    /// What had ended and made room: an entry of the same kind, or a key or client of the same application.
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requester: Option<&'a Requester>,
    revision: u64,
    what: &'static str,
}

#[derive(Serialize)]
struct DeviceTold<'a> {
    hash: &'a str,
    sequence: u64,
}
