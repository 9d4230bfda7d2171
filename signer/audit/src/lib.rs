//! The audit log's words: what is recorded, in which bytes, and how the records are chained.
//!
//! Each record is one line of canonical JSON (RFC 8785: sorted names, no spaces, integers only)
//! with a sequence number, and carries `HMAC-SHA-256(key, hash of the record before || line)`.
//! Who acts stands in a table of its own; a record holds a salted commitment to the person, so
//! that erasing a person leaves the chain whole. No database: `store` writes and reads.

mod access;
mod activated;
mod augmentation;
mod certificate;
mod certificate_row;
mod chain;
mod credential;
mod error;
mod event;
mod facets;
mod hex;
mod intent;
mod key;
mod keyed;
mod letter_row;
mod outcome;
mod person;
mod record;
mod registry;
mod result;
#[cfg(any(test, feature = "sample"))]
pub mod sample;
mod spent;
mod timestamp;
mod verify;

pub use self::{
    access::{AccessBy, AccessRecord, AccessStep, DeclineRecord},
    activated::ActivatedBy,
    augmentation::{
        AUGMENTATION, AskedAugmentation, AugmentationDone, AugmentedEvent, OpenAugmentation,
    },
    certificate::{CertificateRecord, CertificateStep},
    certificate_row::{CertificateRow, IssuedRow, OrderRow},
    chain::{AuditPosition, ChainHash, PositionError},
    credential::{AskedCredential, OpenCredential},
    error::{AuditKeyError, RecordError},
    event::{AuditEvent, DeviceRunEvent, KeyDestruction},
    facets::{Facets, RecordedAct},
    hex::{bytes_of_hex, hex},
    intent::{Intent, OpenAct, PreparedIntent, SignedHashes},
    key::AuditKey,
    keyed::{KeyStep, KeyedRequest},
    letter_row::{LetterBound, LetterRow},
    outcome::{Abandonment, Done, Ended, OutcomeEvent},
    person::{ActingPerson, Requester, random},
    record::{CountStep, Draft, MandateCount, Owner, Record, RegistryRow},
    registry::{ChangedBy, RegistryChange},
    result::OutcomeResult,
    spent::{SpentToken, TokenSpend},
    timestamp::{Timestamp, TimestampError},
    verify::{
        IncompleteAct, RemovedPersons, StoredRecord, TimeStampedHead, Unreadable, Verification,
        VerifyError, VerifyReport,
    },
};
