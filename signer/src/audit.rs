//! The audit log's words: what is recorded, in which bytes, and how the records are chained.
//!
//! Each record is one line of canonical JSON (RFC 8785: sorted names, no spaces, integers only)
//! with a sequence number, and carries `HMAC-SHA-256(key, hash of the record before || line)`.
//! Who acts stands in a table of its own; a record holds a salted commitment to the person, so
//! that erasing a person leaves the chain whole.

mod augmentation;
mod chain;
mod error;
mod event;
mod export;
mod history;
mod intent;
mod key;
mod outcome;
mod person;
mod record;
mod registry;
#[cfg(test)]
pub(crate) mod sample;
mod timestamp;
mod verify;

pub(crate) use self::{
    augmentation::AugmentedEvent,
    event::DeviceRunEvent,
    intent::SpentToken,
    outcome::OutcomeEvent,
    person::{Requester, random},
    record::{CountStep, Draft, MandateCount, Owner, Record, bytes_of_hex, hex},
    registry::RegistryRow,
};
pub use self::{
    augmentation::{AskedAugmentation, AugmentationDone},
    chain::{AuditPosition, ChainHash, PositionError},
    error::{AuditError, AuditKeyError},
    event::{AuditEvent, KeyDestruction},
    export::export,
    history::{Ending, HistoryError, PastAct, PastRequester, history},
    intent::{Intent, OpenAct, TokenSpend},
    key::AuditKey,
    outcome::{Abandonment, Done},
    registry::RegistryChange,
    timestamp::Timestamp,
    verify::{IncompleteAct, TimeStampedHead, VerifyError, VerifyReport, verify},
};
