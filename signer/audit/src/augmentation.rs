//! A signature's level was raised, or was not. No key of the device is used, so that one record is
//! enough, which tells how it ended and is on disk before the answer. Where the request has a key of its
//! own, a record before any work takes it: the same request is not worked on twice.

use std::time::SystemTime;

use seal::{Caller, Digest, Format, Level};
use serde::{Deserialize, Serialize};

use super::{
    RecordError, Timestamp,
    facets::{Facets, RecordedAct},
    hex::{hex, sha256},
    keyed::{KeyStep, KeyedRequest},
    person::{Requester, random},
    record::Draft,
    result::OutcomeResult,
};

/// The kind of these records.
pub const AUGMENTATION: &str = "augmentation";

/// The kind of the record with which one begins whose request has a key.
const BEGUN: &str = "augmentation-begun";

/// The kind of the record that frees such a key when the end of its augmentation could not be recorded.
const UNRECORDED: &str = "augmentation-unrecorded";

/// An augmentation that was asked for.
#[derive(Clone, Copy, Debug)]
pub struct AskedAugmentation<'a> {
    /// Who asks.
    pub caller: &'a Caller,
    /// SHA-256 of the document or container as received.
    pub input: Digest,
    /// What it was taken for.
    pub format: Format,
    /// The level asked for.
    pub level: Level,
    /// The key of the request, if it has one.
    pub keyed: Option<&'a KeyedRequest>,
}

/// An augmentation that has begun, and ends once.
#[derive(Debug)]
pub struct OpenAugmentation<'a> {
    asked: AskedAugmentation<'a>,
    /// The number of the record with which it began, if there is one.
    begun: Option<u64>,
}

/// What an augmentation made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AugmentationDone {
    /// SHA-256 of what is answered.
    pub output: Digest,
    /// The length of what is answered, in bytes.
    pub size: u64,
    /// The lowest level that the validation states of a signature now, such as `PAdES-B-LTA`;
    /// `PKCS7-LTA` when the format is none of AdES, which has the evidence but not the level.
    pub reached: String,
    /// How many signatures have the level now.
    pub signatures: u64,
    /// Whether all had it before, and their proof was renewed.
    pub renewed: bool,
    /// The time in the newest time-stamp that was added, if one was.
    pub time_stamp_time: Option<SystemTime>,
}

/// A finished augmentation, as it stands in the log: a receipt is read from it.
#[derive(Debug, Serialize, Deserialize)]
pub struct AugmentedEvent {
    // The fields stand in the order of their names: that is what makes the JSON canonical.
    /// What it was taken for.
    pub format: Format,
    /// SHA-256 of what was received, in hexadecimal.
    pub input_sha256: String,
    /// The level that every signature has now.
    pub level: Level,
    /// SHA-256 of what was answered, in hexadecimal.
    pub output_sha256: String,
    /// The lowest level that the validation stated of one; absent in records of before it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reached: Option<String>,
    /// Whether all had it before, and their proof was renewed.
    pub renewed: bool,
    /// Who asked.
    pub requester: Requester,
    /// Always done.
    pub result: OutcomeResult,
    /// The part of the receipt's name that nobody can guess: 16 random bytes in hexadecimal.
    pub secret: String,
    /// How many signatures.
    pub signatures: u64,
    /// The length of what was answered, in bytes.
    pub size: u64,
    /// The time in the newest time-stamp that was added, if one was.
    pub time_stamp_time: Option<Timestamp>,
}

/// One that begins.
#[derive(Serialize)]
struct BegunEvent<'a> {
    format: Format,
    input_sha256: String,
    level: Level,
    requester: &'a Requester,
}

/// One whose end could not be recorded. It names nobody: it may be written late, when a person who asked
/// has been erased.
#[derive(Serialize)]
struct UnrecordedEvent {
    begun: u64,
}

/// An augmentation that made nothing.
#[derive(Serialize)]
struct UndoneEvent<'a> {
    /// Of one that failed: a code, never a message, which may quote a document or a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'a str>,
    format: Format,
    input_sha256: String,
    level: Level,
    requester: &'a Requester,
    result: OutcomeResult,
    /// Of one that the policy refused: the names of the broken rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<&'a [&'a str]>,
}

impl<'a> AskedAugmentation<'a> {
    /// The record with which it begins, if its request has a key to take.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn begun(&self, now: SystemTime) -> Result<Option<Draft>, RecordError> {
        let Some(keyed) = self.keyed else { return Ok(None) };
        let (requester, person) = Requester::of(self.caller)?;
        let event = BegunEvent {
            format: self.format,
            input_sha256: sha256(&self.input)?,
            level: self.level,
            requester: &requester,
        };
        let mut draft = Draft::new(BEGUN, &event, now)?;
        draft.person = person;
        draft.keyed = Some(Box::new(KeyStep::Take(keyed.clone())));
        Ok(Some(draft))
    }

    /// The augmentation, now that what [`AskedAugmentation::begun`] gave is in the log under this
    /// number.
    pub fn open(self, begun: Option<u64>) -> OpenAugmentation<'a> {
        OpenAugmentation { asked: self, begun }
    }

    /// The record of one that the policy refused; `rules` are the names of the broken rules.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn refused(&self, rules: &[&str], now: SystemTime) -> Result<Draft, RecordError> {
        self.undone(OutcomeResult::Refused, None, Some(rules), now)
    }

    fn undone(
        &self,
        result: OutcomeResult,
        cause: Option<&str>,
        rules: Option<&[&str]>,
        now: SystemTime,
    ) -> Result<Draft, RecordError> {
        let (requester, person) = Requester::of(self.caller)?;
        let event = UndoneEvent {
            cause,
            format: self.format,
            input_sha256: sha256(&self.input)?,
            level: self.level,
            requester: &requester,
            result,
            rules,
        };
        let mut draft = Draft::new(AUGMENTATION, &event, now)?.found(self.found(result));
        draft.person = person;
        Ok(draft)
    }

    fn found(&self, result: OutcomeResult) -> Box<Facets> {
        Facets::of(RecordedAct::Augmentation, self.caller).ended(result)
    }
}

impl OpenAugmentation<'_> {
    /// The record of one that made what was asked, and what stands in it.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn done(
        self,
        done: &AugmentationDone,
        now: SystemTime,
    ) -> Result<(AugmentedEvent, Draft), RecordError> {
        let Self { asked, begun: _ } = self;
        let (requester, person) = Requester::of(asked.caller)?;
        let event = AugmentedEvent {
            format: asked.format,
            input_sha256: sha256(&asked.input)?,
            level: asked.level,
            output_sha256: sha256(&done.output)?,
            reached: Some(done.reached.clone()),
            renewed: done.renewed,
            requester,
            result: OutcomeResult::Done,
            secret: hex(&random::<16>()?),
            signatures: done.signatures,
            size: done.size,
            time_stamp_time: done.time_stamp_time.map(Timestamp::try_from).transpose()?,
        };
        let found = asked.found(OutcomeResult::Done);
        let mut draft = Draft::new(AUGMENTATION, &event, now)?.found(found);
        draft.person = person;
        draft.keyed = asked.keyed.map(|request| Box::new(KeyStep::Done(request.clone())));
        Ok((event, draft))
    }

    /// The record of one that failed, whose request may be sent again; `cause` is the problem's name.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn failed(self, cause: &str, now: SystemTime) -> Result<Draft, RecordError> {
        let Self { asked, begun: _ } = self;
        let mut draft = asked.undone(OutcomeResult::Failed, Some(cause), None, now)?;
        draft.keyed = asked.keyed.map(|request| Box::new(KeyStep::Free(request.clone())));
        Ok(draft)
    }

    /// The record for when none of the others can be written: it frees the key of the request, if one was
    /// taken.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn unrecorded(&self, now: SystemTime) -> Result<Option<Draft>, RecordError> {
        let (Some(begun), Some(keyed)) = (self.begun, self.asked.keyed) else { return Ok(None) };
        let mut draft = Draft::new(UNRECORDED, &UnrecordedEvent { begun }, now)?;
        draft.keyed = Some(Box::new(KeyStep::Free(keyed.clone())));
        Ok(Some(draft))
    }
}
