//! The place of one key in the device.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use seal::{CertificateDer, CredentialEnd, ProfileId, SignatureAlgorithm, Subject};
use tokio::time::Instant;

use super::{key::DeviceKey, key_number::KeyNumber, sam::HandleHash};

/// One credential: its terms, and while it lives its key and its certificate.
///
/// Whoever takes the key out ends the credential, and the certificate goes with it; nobody can
/// take it twice.
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
    /// The certificate's notBefore.
    pub(super) begins: SystemTime,
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
    /// None until it is issued: a key without one ends at once.
    pub(super) certificate: Option<HeldCertificate>,
    /// When its entry in the cache was made or renewed, by the machine's time.
    renewed: Instant,
    /// Signatures made.
    pub(super) uses: u32,
    /// Hashes authorised, signed or not. It never goes down.
    pub(super) authorised: u32,
    /// The authorisations that end with the key.
    pub(super) handles: Vec<HandleHash>,
}

/// The certificate of a key that lives, in DER, and its issuer's.
#[derive(Clone, Debug)]
pub(super) struct HeldCertificate {
    pub(super) certificate: CertificateDer,
    pub(super) issuer: CertificateDer,
}

#[derive(Debug)]
enum State {
    Live(LiveKey),
    Ended(CredentialEnd),
}

impl Terms {
    /// Whether the certificate is valid at `now`, and the device's own limit is not reached. A
    /// clock that was set back before notBefore ends a key as one that passed its end does.
    pub(super) fn live_at(&self, now: SystemTime) -> bool {
        self.begins <= now && now < self.deadline
    }
}

impl Slot {
    /// Gives a new key its place.
    pub(super) fn new(terms: Terms, key: DeviceKey, certificate: Option<HeldCertificate>) -> Self {
        let renewed = Instant::now();
        let (uses, authorised, handles) = (0, 0, Vec::new());
        let live = LiveKey { key, certificate, renewed, uses, authorised, handles };
        Self { terms, state: Mutex::new(State::Live(live)) }
    }

    /// Whether the key lives.
    pub(super) fn is_live(&self) -> bool {
        matches!(*self.state(), State::Live(_))
    }

    /// Whether its entry in the cache is older than `age`; asked once, it counts as renewed.
    pub(super) fn is_due(&self, age: Duration) -> bool {
        let due = |live: &mut LiveKey| {
            let due = live.renewed.elapsed() >= age;
            if due {
                live.renewed = Instant::now();
            }
            due
        };
        self.with(due).unwrap_or(false)
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
