//! What the device reports: each act, and each destruction of a key with a proof.

mod chain;
mod kept;
mod stream;

use std::{fmt::Debug, time::SystemTime};

use qscd_protocol::{Destruction, DestructionHead};
use seal::{
    ActivationId, CredentialId, GivenEvidence, ProfileId, ReferenceCode, Registered, Registration,
    RegistrationGround,
};

use crate::fault::Fault;

pub(crate) use self::{
    chain::{DestructionChain, Ended},
    kept::KeptDestructions,
    stream::{EventStream, Reading},
};

/// Something that happened in the device. It names no person and holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A key was made and certified.
    Enrolled {
        /// The key's name.
        credential: CredentialId,
        /// The profile of its certificate.
        profile: ProfileId,
        /// The certificate's serial number in hexadecimal.
        certificate_serial: String,
        /// When, by the device's clock.
        at: SystemTime,
    },
    /// The signature activation module authorised hashes.
    Authorised {
        /// The key's name.
        credential: CredentialId,
        /// How many hashes.
        hashes: usize,
        /// When, by the device's clock.
        at: SystemTime,
    },
    /// The device signed.
    Signed {
        /// The key's name.
        credential: CredentialId,
        /// How many signature values it gave out.
        signatures: usize,
        /// When, by the device's clock.
        at: SystemTime,
    },
    /// The device refused.
    Refused {
        /// The key's name, if one was meant.
        credential: Option<CredentialId>,
        /// Why: the error as the caller got it.
        reason: String,
        /// When, by the device's clock.
        at: SystemTime,
    },
    /// A planned fault struck.
    FaultStruck {
        /// The rule's number.
        id: u64,
        /// What went wrong.
        fault: Fault,
        /// The profile of the call, where it has one.
        profile: Option<ProfileId>,
        /// The credential of the call, where it has one.
        credential: Option<CredentialId>,
        /// When, by the device's clock.
        at: SystemTime,
    },
    /// An organisation's profile was registered, or withdrawn.
    Registered {
        /// Its place in the chain of registrations.
        registered: Registered,
        /// What.
        registration: Registration,
        /// When, by the device's clock.
        at: SystemTime,
    },
    /// An activation was begun.
    ActivationBegun {
        /// Its name.
        activation: ActivationId,
        /// The letters by which people recognise it.
        reference_code: ReferenceCode,
        /// How many documents it lists.
        entries: usize,
        /// When, by the device's clock.
        at: SystemTime,
    },
    /// Evidence for an activation was accepted.
    EvidenceGiven {
        /// Its name.
        activation: ActivationId,
        /// What was given.
        evidence: GivenEvidence,
        /// When, by the device's clock.
        at: SystemTime,
    },
    /// A passkey's counter did not go up: somebody may have copied it. Its evidence was refused.
    PossibleClone {
        /// The activation or registration that it was given for.
        activation: ActivationId,
        /// When, by the device's clock.
        at: SystemTime,
    },
    /// A passkey or a linked login was registered.
    AuthenticatorRegistered {
        /// The organisation.
        organization_identifier: String,
        /// What: `passkey` or `login`.
        means: &'static str,
        /// Whether it may speak for others' means.
        administrator: bool,
        /// On whose word.
        ground: RegistrationGround,
        /// When, by the device's clock.
        at: SystemTime,
    },
    /// A passkey or a linked login was removed.
    AuthenticatorRemoved {
        /// The organisation.
        organization_identifier: String,
        /// What: `passkey` or `login`.
        means: &'static str,
        /// When, by the device's clock.
        at: SystemTime,
    },
    /// A tester put the simulator back to its start.
    Reset {
        /// When, by the clock as it was put back.
        at: SystemTime,
    },
    /// A key was destroyed. Proved by the next [`Event::DestructionsSigned`].
    Destroyed(Destruction),
    /// The device signed for all destructions since the last such event.
    DestructionsSigned(DestructionHead),
}

/// Where events go.
///
/// The device calls it while it holds its own locks, in the order of the events: it must be
/// quick, must not block and must not call the device.
pub trait EventSink: Debug + Send + Sync {
    /// Takes one event; none is offered twice.
    fn record(&self, event: &Event);
}

/// Lets every event go by.
impl EventSink for () {
    fn record(&self, _: &Event) {}
}
