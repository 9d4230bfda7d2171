//! The evidence of an act, in one archive: what its person takes away from the page of results while that
//! is there, and from the list of their acts later.

mod page;

use std::time::{Duration, SystemTime};

use audit::{AuditPosition, Timestamp};
use bytes::Bytes;
use seal::{ProfileId, pem};
use serde_json::{Map, Value, json};

use super::answer::WebError;
use crate::{
    Error,
    access::{random_secret::sha256, session::Session},
    audit::{OutcomeResult, RecordedAct, hex},
    desk::Entry,
    http::AppState,
    service::{Document, Language, StampedHead, ValidationRequest, sealing_profile},
    store::{FoundRecord, RecordActor, Search},
};

/// Under which name the package is saved: the same always, for nobody is to be named by it.
pub(super) const PACKAGE: &str = "attachment; filename=\"segl-evidence.zip\"";

/// How many records of one moment are looked at.
const LIMIT: u32 = 100;

/// What is there beside the record of the act.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// What was shown and agreed to.
    pub(super) consent: Option<Value>,
    /// What the act made.
    pub(super) result: Option<Document>,
}

/// The archive's own words for what an act was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Seal,
    Signature,
}

/// What stands in the package.
struct Package<'a> {
    kind: Kind,
    record: &'a FoundRecord,
    head: StampedHead,
    /// What the profile is called now; its name here where it is gone.
    profile: String,
    /// The signer's name; of a seal none.
    person: Option<String>,
    consent: Option<Value>,
    /// The service's own report on the signature that the act made.
    validation: Option<Value>,
    /// The address where anybody verifies.
    verify: String,
}

/// Whether the organisation has anything to seal a receipt with.
pub(super) fn is_offered(session: &Session) -> bool {
    sealing_profile(&session.organisation.snapshot(), None).is_some()
}

/// Whether a record is one that there is evidence of: of an act that made something.
pub(super) fn is_of_act(record: &FoundRecord) -> bool {
    kind(record).is_some()
}

fn kind(record: &FoundRecord) -> Option<Kind> {
    // Hashes that are signed as they are make no document of ours, and have no receipt.
    let made =
        record.outcome == Some(OutcomeResult::Done) && record.event["output_sha256"].is_string();
    match record.act.filter(|_| made)? {
        RecordedAct::Seal => Some(Kind::Seal),
        RecordedAct::Signature => Some(Kind::Signature),
        RecordedAct::Augmentation
        | RecordedAct::Access
        | RecordedAct::Administration
        | RecordedAct::Certificate => None,
    }
}

/// The record at a place of the log, if it is of an act of whoever is logged in.
async fn found(
    session: &Session,
    (position, time): (AuditPosition, Timestamp),
) -> Result<FoundRecord, WebError> {
    let person = session.caller.person().ok_or(WebError::NoSession)?;
    let moment = SystemTime::from(time);
    let after = moment.checked_add(Duration::from_micros(1));
    let after = after.and_then(|after| Timestamp::try_from(after).ok());
    let search = Search {
        actor: Some(RecordActor::Person(person.person.clone())),
        from: Some(time),
        until: Some(after.ok_or(WebError::Malformed)?),
        limit: LIMIT,
        ..Search::default()
    };
    let page = session.organisation.tenant().search(&search).await.map_err(Error::from)?;
    let own = page.records.into_iter().find(|record| record.position == position);
    own.filter(is_of_act).ok_or(WebError::NotFound)
}

/// The files of the package. Each time that it is asked for, a receipt is sealed and the audit log is
/// time-stamped.
async fn package(
    state: &AppState,
    session: &Session,
    language: Language,
    record: &FoundRecord,
    beside: Beside,
) -> Result<Vec<Entry>, WebError> {
    let kind = kind(record).ok_or(WebError::NotFound)?;
    let act = record.event["profile"].as_str();
    let snapshot = session.organisation.snapshot();
    let called = act.map(|id| {
        let named = snapshot.policy().profile(&ProfileId::new(id));
        named.map_or_else(|| id.to_owned(), |named| named.display_name.clone())
    });
    let profile = sealing_profile(&snapshot, act);
    let profile = profile.ok_or(WebError::NotFound)?;
    let validation = match beside.result {
        Some(result) => Some(validated(state, session, record, result).await?),
        None => None,
    };
    let head = state.service.stamped_head().await?;
    let person = session.caller.person().filter(|_| kind == Kind::Signature);
    let package = Package {
        kind,
        record,
        head,
        profile: called.unwrap_or_default(),
        person: person.map(|person| person.name.clone()),
        consent: beside.consent,
        validation,
        verify: format!("{}/verify", state.service.pages()),
    };
    let mut files = package.files()?;
    let evidence = package.page(language).write().map_err(Error::from)?;
    files.push(("evidence.pdf", evidence));
    let receipt = package.receipt(&files)?;
    let organisation = &session.organisation;
    let sealed = state.service.seal_receipt(organisation, profile, receipt.clone()).await?;
    files.push(("receipt.json", receipt));
    let anchors = pem(&state.service.trust().certificates());
    files.push(("trust-anchors.pem", anchors.into_bytes()));
    let whole = |(name, bytes): (&str, Vec<u8>)| Entry {
        name: name.to_owned(),
        parts: vec![Bytes::from(bytes)],
    };
    let mut entries = vec![Entry { name: "receipt.p7m".to_owned(), parts: sealed }];
    entries.extend(files.into_iter().map(whole));
    Ok(entries)
}

/// The service's own report on the signature that the act made, and on no other of the document: those
/// are other people's.
async fn validated(
    state: &AppState,
    session: &Session,
    record: &FoundRecord,
    result: Document,
) -> Result<Value, WebError> {
    let caller = session.authenticated();
    let report = state.service.validate_for(&caller, ValidationRequest::new(result)).await?;
    let report = serde_json::to_value(&report).map_err(|_| Error::Interrupted)?;
    let serial = &record.event["certificate_serial"];
    let signatures = report["signatures"].as_array().into_iter().flatten();
    let mut own = signatures.filter(|one| one["signer"]["certificate_serial_number"] == *serial);
    let now = Timestamp::try_from(state.service.clock().now()).map_err(|_| Error::Interrupted)?;
    let mut own = own.next().ok_or(Error::Interrupted)?.clone();
    if let Some(members) = own.as_object_mut() {
        // What was written into the document may name somebody.
        for name in ["field", "reason", "location"] {
            members.remove(name);
        }
    }
    Ok(json!({ "validated_at": now.to_string(), "signature": own }))
}

impl Package<'_> {
    /// Whether the head is of the chain in which the act is recorded, and so covers its record.
    fn is_covered(&self) -> bool {
        let Self { record, head, .. } = self;
        record.chain == head.chain && head.head.sequence >= record.position.sequence
    }

    /// All but page, receipt and trust anchors.
    fn files(&self) -> Result<Vec<(&'static str, Vec<u8>)>, WebError> {
        let mut files = vec![("audit-record.json", text(&self.recorded())?)];
        if self.is_covered() {
            files.push(("audit-head.txt", self.head.head.to_string().into_bytes()));
            files.push(("audit-head.tst", self.head.token.as_bytes().to_vec()));
        }
        if let Some(consent) = &self.consent {
            files.push(("consent.json", text(consent)?));
        }
        if let Some(validation) = &self.validation {
            files.push(("validation.json", text(validation)?));
        }
        Ok(files)
    }

    /// The act's record, and where it stands.
    fn recorded(&self) -> Value {
        let FoundRecord { chain, position, time, kind, event, .. } = self.record;
        json!({
            "chain": chain,
            "position": position.to_string(),
            "time": time.to_string(),
            "kind": kind,
            "event": event,
        })
    }

    /// What is sealed: what was done, and the hashes of the other files.
    fn receipt(&self, files: &[(&'static str, Vec<u8>)]) -> Result<Vec<u8>, WebError> {
        let mut act = self.record.event.clone();
        if let Some(members) = act.as_object_mut() {
            // A commitment to a person is the log's matter.
            members.remove("requester");
        }
        let hashes: Map<String, Value> = files
            .iter()
            .map(|(name, bytes)| ((*name).to_owned(), hex(&sha256(bytes)).into()))
            .collect();
        text(&json!({
            "version": 1,
            "recorded_at": self.record.time.to_string(),
            "act": act,
            "audit_position": self.record.position.to_string(),
            "sha256": hashes,
        }))
    }
}

/// JSON that people can read.
fn text(value: &Value) -> Result<Vec<u8>, WebError> {
    serde_json::to_vec_pretty(value).map_err(|_| Error::Interrupted.into())
}

/// The archive's bytes, in pieces.
async fn archived(entries: Vec<Entry>) -> Result<Vec<Bytes>, WebError> {
    let archive = tokio::task::spawn_blocking(move || crate::desk::archive(&entries));
    let archive = archive.await.map_err(|_| Error::Interrupted)?;
    Ok(archive.ok_or(Error::Interrupted)?)
}

/// What is asked of either page.
pub(super) async fn taken(
    state: &AppState,
    session: &Session,
    language: Language,
    place: (AuditPosition, Timestamp),
    beside: impl FnOnce(&FoundRecord) -> Result<Beside, WebError>,
) -> Result<Vec<Bytes>, WebError> {
    let record = found(session, place).await?;
    let beside = beside(&record)?;
    archived(package(state, session, language, &record, beside).await?).await
}
