//! The outcome: recorded before the answer.

use std::time::SystemTime;

use seal::{Act, Digest, DigestAlgorithm, Level};
use serde::{Deserialize, Serialize};

use super::{
    ActivatedBy, OpenAct, RecordError, Timestamp,
    facets::Facets,
    hex::{hex, sha256},
    keyed::KeyStep,
    person::{Requester, random},
    record::{CountStep, Draft, MandateCount},
    result::OutcomeResult,
};

/// What an act made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// The certificate's serial number in lower-case hexadecimal.
    pub certificate_serial: String,
    /// The certificate's notAfter.
    pub certificate_not_after: SystemTime,
    /// SHA-256 of what is answered.
    pub output: Digest,
    /// The length of what is answered, in bytes.
    pub size: u64,
    /// The level that was reached.
    pub level: Level,
    /// The time in the signature's time-stamp token, if it has one.
    pub time_stamp_time: Option<SystemTime>,
    /// Whether the level is lower than the one asked for.
    pub degraded: bool,
    /// The names of what is to be said of it.
    pub warnings: Vec<&'static str>,
    /// What stands in a visible signature, so that anybody finds the act by it.
    pub reference: Option<String>,
}

/// Why an act that was begun ended with nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Abandonment {
    /// The policy refused what the device made, or the device what it was asked.
    Refused {
        /// The names of the broken rules.
        rules: Vec<String>,
    },
    /// Something failed.
    Failed {
        /// A code, never a message: messages may quote a document or a person.
        cause: String,
    },
}

/// The outcome of a finished act, as it stands in the log: a receipt is read from it.
#[derive(Debug, Serialize, Deserialize)]
pub struct OutcomeEvent {
    // The fields stand in the order of their names: that is what makes the JSON canonical.
    /// Signature or seal.
    pub act: Act,
    /// What activated the key, of a signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activated_by: Option<ActivatedBy>,
    /// The profile's appearance that was asked for by name: what it said, the profile's version says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appearance: Option<String>,
    /// The certificate's notAfter.
    pub certificate_not_after: Timestamp,
    /// The certificate's serial number, in hexadecimal.
    pub certificate_serial: String,
    /// The organisation's CVR number.
    pub cvr: String,
    /// Whether the level is lower than the one asked for.
    pub degraded: bool,
    /// SHA-256 of the document as received, in hexadecimal; none of a digest of another algorithm.
    pub input_sha256: Option<String>,
    /// The number of the act's intent.
    pub intent: u64,
    /// The level that was reached.
    pub level: Level,
    /// The organisation's registered name.
    pub organisation: String,
    /// SHA-256 of what was answered, in hexadecimal.
    pub output_sha256: String,
    /// The certificate profile.
    pub profile: String,
    /// The version of the profile, if administrators made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_version: Option<u64>,
    /// What stands in a visible signature, so that anybody finds the act by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Who asked.
    pub requester: Requester,
    /// Always done.
    pub result: OutcomeResult,
    /// The part of the receipt's name that nobody can guess: 16 random bytes in hexadecimal.
    pub secret: String,
    /// The length of what was answered, in bytes.
    pub size: u64,
    /// The time in the signature's time-stamp token, if it has one.
    pub time_stamp_time: Option<Timestamp>,
    /// The names of what is to be said of the act: what its document holds that nobody sees, for one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

#[derive(Serialize)]
struct HashesSignedEvent {
    hash_only: bool,
    intent: u64,
    result: OutcomeResult,
    signatures: u64,
}

#[derive(Serialize)]
struct FailedEvent<'a> {
    cause: &'a str,
    intent: u64,
    result: OutcomeResult,
}

#[derive(Serialize)]
struct RefusedEvent<'a> {
    intent: u64,
    result: OutcomeResult,
    rules: &'a [String],
}

/// An act that made what was asked.
#[derive(Debug)]
pub struct Ended {
    /// Its outcome.
    pub event: OutcomeEvent,
    found: Box<Facets>,
    keyed: Option<Box<KeyStep>>,
}

impl OpenAct {
    /// The outcome of an act that signed hashes as they are. There is no receipt for it: what the
    /// signatures were put into is not known.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn hashes_signed(&self, now: SystemTime) -> Result<Draft, RecordError> {
        let event = HashesSignedEvent {
            hash_only: true,
            intent: self.intent.sequence,
            result: OutcomeResult::Done,
            signatures: self.amount,
        };
        let found = self.found.clone().ended(OutcomeResult::Done);
        Ok(Draft::new("outcome", &event, now)?.found(found))
    }

    /// The outcome of an act that made what was asked, what it is found by, and what becomes of the
    /// request's key.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn done(self, done: Done) -> Result<Ended, RecordError> {
        let keyed = self.keyed.clone().map(|request| Box::new(KeyStep::Done(request)));
        let found = self.found.clone().ended(OutcomeResult::Done);
        let event = OutcomeEvent {
            act: self.act,
            activated_by: self.activated_by,
            appearance: self.appearance,
            certificate_not_after: done.certificate_not_after.try_into()?,
            certificate_serial: done.certificate_serial,
            cvr: self.cvr,
            degraded: done.degraded,
            input_sha256: (self.document.algorithm() == DigestAlgorithm::Sha256)
                .then(|| hex(self.document.as_bytes())),
            intent: self.intent.sequence,
            level: done.level,
            organisation: self.organisation,
            output_sha256: sha256(&done.output)?,
            profile: self.profile,
            profile_version: self.profile_version,
            reference: done.reference,
            requester: self.requester,
            result: OutcomeResult::Done,
            secret: hex(&random::<16>()?),
            size: done.size,
            time_stamp_time: done.time_stamp_time.map(Timestamp::try_from).transpose()?,
            warnings: done.warnings.into_iter().map(str::to_owned).collect(),
        };
        Ok(Ended { event, found, keyed })
    }
}

impl Ended {
    /// The outcome, and its record.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn draft(self, now: SystemTime) -> Result<(OutcomeEvent, Draft), RecordError> {
        let Self { event, found, keyed } = self;
        let mut draft = Draft::new("outcome", &event, now)?.found(found);
        draft.keyed = keyed;
        Ok((event, draft))
    }
}

impl Abandonment {
    /// The outcome of an act that made nothing.
    /// `signed` says whether the device gave a signature value or may have given one: such an act
    /// counts against its mandate, whatever became of it.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn draft(
        &self,
        act: &OpenAct,
        signed: bool,
        now: SystemTime,
    ) -> Result<Draft, RecordError> {
        let intent = act.intent.sequence;
        let (draft, result) = match self {
            Self::Refused { rules } => {
                let result = OutcomeResult::Refused;
                (Draft::new("outcome", &RefusedEvent { intent, result, rules }, now), result)
            }
            Self::Failed { cause } => {
                let result = OutcomeResult::Failed;
                (Draft::new("outcome", &FailedEvent { cause, intent, result }, now), result)
            }
        };
        let mut draft = draft?.found(act.found.clone().ended(result));
        let keyed = act.keyed.clone().filter(|_| !signed);
        draft.keyed = keyed.map(|request| Box::new(KeyStep::Free(request)));
        let counted = act.counted.as_ref().filter(|_| !signed);
        draft.count =
            counted.map(|counted| MandateCount::of(counted, CountStep::GiveBack, act.amount));
        Ok(draft)
    }
}
