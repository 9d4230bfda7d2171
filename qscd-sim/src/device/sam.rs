//! The signature activation module: it checks the evidence itself, issues signature activation
//! data (SAD) bound to a credential and its hashes, and lets each be spent once.

mod activations;
mod authenticators;
mod evidence;
mod id_token;
mod known;
mod ledger;
mod mandate;
mod new_passkey;
mod passkey;
mod question;
mod signed_attributes;
mod spent_tokens;
mod subject;
mod waiting;

pub(crate) use self::question::{Asked, Question};
pub(super) use self::{
    activations::{Activations, Item},
    evidence::{EvidenceCheck, EvidenceFailure},
    ledger::{HandleHash, Ledger, Unspendable},
    signed_attributes::Signer,
};
pub use self::{
    id_token::SigningLogin,
    mandate::{KnownOrganisation, Mandate},
};
