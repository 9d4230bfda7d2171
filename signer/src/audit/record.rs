//! A record's bytes: canonical JSON.

use std::{sync::Arc, time::SystemTime};

use seal::{Counted, Digest, DigestAlgorithm, OrganisationId};
use serde::{Deserialize, Serialize};

use super::{
    AuditError, Timestamp, intent::SpentToken, person::ActingPerson, registry::RegistryRow,
};

/// The longest record, in bytes.
pub(super) const MAXIMUM_LENGTH: usize = 16 * 1024;

/// Whose records and rows they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) organisation: OrganisationId,
    /// Whether records name it. Those of the configuration file's organisation do not, as they never
    /// did.
    pub(crate) named: bool,
}

/// A record that lacks only its number, and the rows that are written with it.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    kind: &'static str,
    event: String,
    time: Timestamp,
    /// Whose it is; nobody's, of the service's and the device's own records.
    pub(crate) owner: Option<Arc<Owner>>,
    pub(crate) person: Option<ActingPerson>,
    pub(crate) spent: Option<SpentToken>,
    pub(crate) registered: Option<Box<RegistryRow>>,
    pub(crate) count: Option<Box<MandateCount>>,
}

/// What a record does to the number of seals that a mandate has given.
#[derive(Clone, Debug)]
pub(crate) struct MandateCount {
    pub(crate) counted: Counted,
    pub(crate) step: CountStep,
}

impl MandateCount {
    pub(super) fn of(counted: &Counted, step: CountStep) -> Box<Self> {
        Box::new(Self { counted: counted.clone(), step })
    }
}

/// One more, or one given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CountStep {
    Take,
    GiveBack,
}

impl Draft {
    /// `event` serialises with its fields in the order of their names and without floats.
    pub(super) fn new(
        kind: &'static str,
        event: &impl Serialize,
        now: SystemTime,
    ) -> Result<Self, AuditError> {
        let time = now.try_into()?;
        #[expect(clippy::expect_used, reason = "events are structs of strings and integers")]
        let event = serde_json::to_string(event).expect("an event serialises");
        if event.len() > MAXIMUM_LENGTH {
            return Err(AuditError::RecordTooLong { length: event.len(), maximum: MAXIMUM_LENGTH });
        }
        Ok(Self {
            kind,
            event,
            time,
            owner: None,
            person: None,
            spent: None,
            registered: None,
            count: None,
        })
    }

    /// The record that so many rows of a person were erased.
    pub(crate) fn erased(rows: u64, now: SystemTime) -> Result<Self, AuditError> {
        #[derive(Serialize)]
        struct ErasedEvent {
            rows: u64,
        }
        Self::new("erased", &ErasedEvent { rows }, now)
    }

    /// The record's canonical JSON under this number.
    pub(crate) fn body(&self, sequence: u64) -> String {
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
    pub(crate) fn organisation(&self) -> &str {
        self.owner.as_ref().map_or("", |owner| owner.organisation.as_str())
    }

    pub(crate) fn time(&self) -> Timestamp {
        self.time
    }
}

/// A record as it is read back.
#[derive(Debug, Deserialize)]
pub(crate) struct Record<E> {
    pub(crate) event: E,
    pub(crate) kind: String,
    /// The organisation, if it is another one than the configuration file's.
    #[serde(default)]
    pub(crate) organisation: Option<OrganisationId>,
    pub(crate) sequence: u64,
    pub(crate) time: Timestamp,
}

/// The hexadecimal form of a digest that has to be SHA-256.
pub(super) fn sha256(digest: &Digest) -> Result<String, AuditError> {
    match digest.algorithm() {
        DigestAlgorithm::Sha256 => Ok(hex(digest.as_bytes())),
        other @ (DigestAlgorithm::Sha384 | DigestAlgorithm::Sha512) => {
            Err(AuditError::OtherDigest(other))
        }
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// The bytes of exactly `2 * N` hexadecimal digits.
pub(crate) fn bytes_of_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
    }
    Some(bytes)
}
