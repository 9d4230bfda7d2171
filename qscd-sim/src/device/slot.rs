//! The place of one key in the device.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use seal::{CredentialEnd, ProfileId, SignatureAlgorithm, Subject};

use super::{key::DeviceKey, key_number::KeyNumber, sam::HandleHash};

/// One credential: its terms, and its key while it lives.
///
/// Whoever takes the key out ends the credential; nobody can take it twice.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) terms: Terms,
    state: Mutex<State>,
}

/// What does not change in a credential's life.
#[derive(Debug)]
pub(super) struct Terms {
    pub(super) number: KeyNumber,
    pub(super) profile: ProfileId,
    pub(super) subject: Subject,
    pub(super) algorithm: SignatureAlgorithm,
    /// How many signatures it may make in all.
    pub(super) signatures: u32,
    pub(super) deadline: SystemTime,
    pub(super) requester: Arc<str>,
    /// In hexadecimal; empty if no certificate was issued.
    pub(super) certificate_serial: String,
    /// SHA-256 of the SubjectPublicKeyInfo, in hexadecimal.
    pub(super) public_key_sha256: String,
}

/// A key that lives, and what it did and may still do.
#[derive(Debug)]
pub(super) struct LiveKey {
    pub(super) key: DeviceKey,
    /// Signatures made.
    pub(super) uses: u32,
    /// Hashes authorised, signed or not. It never goes down.
    pub(super) authorised: u32,
    /// The authorisations that end with the key.
    pub(super) handles: Vec<HandleHash>,
}

#[derive(Debug)]
enum State {
    Live(LiveKey),
    Ended(CredentialEnd),
}

impl Slot {
    /// Gives a new key its place.
    pub(super) fn new(terms: Terms, key: DeviceKey) -> Self {
        let live = LiveKey { key, uses: 0, authorised: 0, handles: Vec::new() };
        Self { terms, state: Mutex::new(State::Live(live)) }
    }

    /// Does something with the live key; nobody else can meanwhile.
    pub(super) fn with<T>(&self, act: impl FnOnce(&mut LiveKey) -> T) -> Result<T, CredentialEnd> {
        match &mut *self.state() {
            State::Live(live) => Ok(act(live)),
            State::Ended(end) => Err(*end),
        }
    }

    /// Takes the key out for good, or says how it ended before.
    pub(super) fn take(&self, end: CredentialEnd) -> Result<LiveKey, CredentialEnd> {
        let mut state = self.state();
        if let State::Ended(earlier) = *state {
            return Err(earlier);
        }
        match std::mem::replace(&mut *state, State::Ended(end)) {
            State::Live(live) => Ok(live),
            State::Ended(earlier) => Err(earlier),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
