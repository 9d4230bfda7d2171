//! The signature activation module: it checks the evidence itself, issues signature activation
//! data (SAD) bound to a credential and its hashes, and lets each be spent once.

mod evidence;
mod ledger;
mod mandate;
mod spent_tokens;

pub use self::mandate::Mandate;
pub(super) use self::{
    evidence::{EvidenceCheck, EvidenceFailure},
    ledger::{HandleHash, Ledger, Unspendable},
};
