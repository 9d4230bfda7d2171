//! What the device answers, and what then waits for evidence.

use std::time::SystemTime;

use super::{ActivationId, Challenge, ReferenceCode};

/// An activation that waits for evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activation {
    /// Its name.
    pub id: ActivationId,
    /// The device's name in the challenge.
    pub device: String,
    /// The device's random bytes in the challenge.
    pub nonce: [u8; 32],
    /// What the evidence is over.
    pub challenge: Challenge,
    /// When it ends, used or not.
    pub ends: SystemTime,
}

impl Activation {
    /// Eight letters by which people see that two pages speak of the same activation.
    pub fn reference_code(&self) -> ReferenceCode {
        self.challenge.reference_code()
    }
}

/// A registration that waits for evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingRegistration {
    /// Its name.
    pub id: ActivationId,
    /// The device's random bytes in the challenge.
    pub nonce: [u8; 32],
    /// What the evidence is over.
    pub challenge: Challenge,
    /// When it ends.
    pub ends: SystemTime,
}
