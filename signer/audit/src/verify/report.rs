//! What verifying a log finds.

use serde::Serialize;

use crate::{AuditPosition, Timestamp};

/// A log that is whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    /// The last record; export it, and the loss of the records up to it can be found later.
    pub head: AuditPosition,
    /// How many acts were begun.
    pub intents: u64,
    /// How many of them have no outcome: under way, or cut off by a crash. Their number is no
    /// sign of tampering.
    pub incomplete_total: u64,
    /// The acts without an outcome; of very many only the first are listed.
    pub incomplete: Vec<IncompleteAct>,
    /// Of how many records the acting person was erased: one person may have acted often.
    pub persons_erased: u64,
    /// How often a device elsewhere left its destructions untold or unproved.
    pub destructions_unproved: u64,
    /// The newest time-stamp in the log.
    pub time_stamped: Option<TimeStampedHead>,
}

/// A time-stamp in the log. That it covers what stands there was checked; whom it comes from was
/// not: the token stands in the record for whoever trusts its authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TimeStampedHead {
    /// The number of the record that holds the token.
    pub record: u64,
    /// What it covers.
    pub head: AuditPosition,
    /// The time that the token states.
    pub time: Timestamp,
}

/// An act without an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct IncompleteAct {
    /// The number of its intent.
    pub intent: u64,
    /// When it began.
    pub time: Timestamp,
}

/// Why a log is not whole, or cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// Records are missing.
    #[error("record {sequence} is missing: the next one is {found}")]
    Missing {
        /// The first missing record's number.
        sequence: u64,
        /// The number of the record that stands there.
        found: u64,
    },
    /// A record stands in another's place.
    #[error("in the place of record {sequence} stands record {record}")]
    Misplaced {
        /// The place.
        sequence: u64,
        /// The number inside the record.
        record: u64,
    },
    /// A record or its hash was changed, the one before was exchanged, or the key is another.
    #[error("record {sequence} does not fit: it was changed, or the audit key is another")]
    Changed {
        /// The record's number.
        sequence: u64,
    },
    /// The exported head names another hash for this record.
    #[error("record {sequence} is not the one that the exported head names")]
    HeadDiffers {
        /// The record's number.
        sequence: u64,
    },
    /// The log ends before the exported head.
    #[error("the log ends with record {last}, but record {head} was exported")]
    TailLost {
        /// The exported head's number.
        head: u64,
        /// The last record's number.
        last: u64,
    },
    /// Who acted was changed.
    #[error("the acting person of record {sequence} is not the one that was recorded")]
    PersonChanged {
        /// The record's number.
        sequence: u64,
    },
    /// Acting persons were removed without a record of their erasure.
    #[error(
        "{missing} records are without their acting person, but of only {erased} was it erased"
    )]
    PersonsMissing {
        /// How many records have none, where one was recorded.
        missing: u64,
        /// Of how many records the log says it was erased.
        erased: u64,
    },
    /// A token that was spent is not among the spent ones: it would sign again.
    #[error("the token that record {sequence} spent is not among the spent tokens")]
    SpentTokenMissing {
        /// The intent's number.
        sequence: u64,
    },
    /// An outcome of an act that was never begun, or ended before.
    #[error("record {sequence} is the outcome of an act that was not open")]
    OutcomeWithoutIntent {
        /// The outcome's number.
        sequence: u64,
    },
    /// A recorded time-stamp is for another log than the one before it.
    #[error("the time-stamp in record {sequence} is not for this log")]
    TimeStampDiffers {
        /// The record that holds the token.
        sequence: u64,
    },
}
