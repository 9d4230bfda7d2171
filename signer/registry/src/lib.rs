//! What an organisation decides while the service runs: its applications and their keys, its
//! persons' grants, its applications' mandates, and who may change them.
//!
//! Everything here is pure. A [`Command`] is decided against the [`Register`] and gives a
//! [`Change`] or a [`RegistryRefusal`]; whoever keeps the register writes the change and applies
//! it. Randomness (names, keys) and the time are arguments.
#![warn(clippy::wildcard_enum_match_arm)]

mod actor;
mod admitted;
mod application;
mod certificate;
mod certificate_right;
mod certificate_terms;
mod change;
mod client;
mod command;
mod decide;
mod end_notice;
mod erase;
mod founding;
mod grant;
mod key;
mod linked;
mod mandate;
mod moment;
mod order;
mod organisation;
mod passkey;
mod permitted;
mod person;
mod profile;
mod refusal;
mod register;
mod role;
mod scope;
mod shared;
mod told_appearance;
mod told_profile;
mod uuid;

pub use actor::Actor;
pub use admitted::Admitted;
pub use application::{ApiKey, Application, KeyId};
pub use certificate::{
    BlockingReason, CertificateAuthority, CertificateContent, CertificateKind, HolderKey,
    IssuedCertificate, IssuingError, Purpose,
};
pub use certificate_right::{CertificateAct, CertificateRight};
pub use certificate_terms::{
    CertificateSettings, CertificateTerms, LIFETIME_DAYS, MAXIMUM_OVERLAP_DAYS, OVERLAP_DAYS,
    folded,
};
pub use change::{Change, Entry, EntryKind, Told};
pub use client::{Client, ClientId, ClientProof};
pub use command::{
    Amended, ChangeApplication, ChangePerson, Command, LinkLogin, MakeApplication, MakeClient,
    MakeGrant, MakeKey, MakeMandate, MakePerson, PeopleCommand, RoleOfPerson, RotateKey,
    WantedTerms,
};
pub use end_notice::{EndNotice, EntryEndNotice, Responsible, TOLD_AFTER_END_S};
pub use erase::Erased;
pub use founding::{Administrator, Founding};
pub use grant::{PersonGrant, PersonGrantId};
pub use key::{KeyHash, KeyState};
pub use linked::{KnownLogin, MAXIMUM_LINKS};
pub use mandate::{Mandate, MandateId};
pub use moment::{Moment, MomentError};
pub use order::{
    Asker, CodeHash, Collector, EmailConfirmed, Ground, Identification, Issuing, MAXIMUM_ATTEMPTS,
    MAXIMUM_CHECK_AGE_DAYS, MAXIMUM_OPEN_DAYS, OneTimeCode, Order, OrderAct, OrderContact, OrderId,
    OrderReference, OrderRefusal, OrderState, Placing, WantedKind,
};
pub use organisation::{Founded, RoleGrant};
pub use passkey::{MAXIMUM_PASSKEYS, OWN_ISSUER, Passkey};
pub use permitted::Permitted;
pub use person::{PersonState, RegisteredId, RegisteredPerson};
pub use profile::MadeProfile;
pub use refusal::RegistryRefusal;
pub use register::{Kept, Register, Version};
pub use role::{AdministrativeAct, Role, Roles};
pub use scope::{Scope, ScopeError};
pub use shared::Shared;
pub use told_appearance::ToldAppearance;
pub use told_profile::ToldProfile;
pub use uuid::{UuidOf, uuid};

/// Where something in the register comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The configuration file: read only here.
    File,
    /// The register itself.
    Register,
}
