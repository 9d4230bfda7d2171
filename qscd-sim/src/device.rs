//! The device: keys that live for minutes, sign what was authorised, and are destroyed.

mod activator;
mod ending;
mod enrol;
mod journal;
mod key;
mod key_number;
mod limits;
mod live;
mod quota;
mod registrations;
mod rsa_pool;
mod sam;
mod sign;
mod slot;
mod tombstones;

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
    time::{Duration, SystemTime},
};

use futures_core::future::BoxFuture;
use moka::{notification::RemovalCause, policy::EvictionPolicy, sync::Cache};
use qscd_protocol::{DestructionCause, DestructionPage, DestructionReason};
use ring::rand::SystemRandom;
use seal::{
    ActivationEvidence, Clock, Credential, CredentialEnd, CredentialId, EnrolmentRequest, Qscd,
    QscdError, Sad, SignatureAlgorithm, SignatureValue, ToSign, identity::IdentityVerifier,
};

#[cfg(test)]
pub(crate) use self::key::DeviceKey;
pub(crate) use self::live::LiveTerms;
pub(crate) use self::sam::{Asked, Question};
use self::{
    ending::Ending,
    journal::Journal,
    key_number::KeyNumber,
    quota::Quota,
    registrations::Registrations,
    rsa_pool::RsaPool,
    sam::{Activations, EvidenceCheck, Ledger},
    slot::Slot,
    tombstones::Tombstones,
};
pub use self::{
    journal::DeviceCounters,
    limits::DeviceLimits,
    live::{LiveCredential, LiveState},
    rsa_pool::{RsaPoolSettings, WhenPoolEmpty},
    sam::{KnownOrganisation, Mandate, SigningLogin},
};
use crate::{
    Error, IssuedCertificates,
    authority::Authority,
    event::{Event, EventSink},
    randomness::Randomness,
};

/// How often the device looks for keys whose time ran out.
const TICK: Duration = Duration::from_millis(250);

/// The simulated qualified signature creation device with its signature activation module.
///
/// Live keys and their short-lived certificates stand in a moka cache, and nowhere else: an entry
/// holds both, and they end together, by use, time, eviction or on demand. moka is the backstop for
/// time and room: each entry holds its own deadline, by the device's clock, and whoever takes the
/// key out of its slot ends it.
pub struct Device {
    authority: Arc<Authority>,
    limits: DeviceLimits,
    /// Of activation data: the machine's, always.
    rng: SystemRandom,
    /// Of the keys' names.
    names: Randomness,
    evidence: EvidenceCheck,
    ending: Arc<Ending>,
    keys: Cache<KeyNumber, Arc<Slot>>,
    rsa_pool: RsaPool,
    issued: IssuedCertificates,
    registrations: Registrations,
    gate: RwLock<Gate>,
}

/// By what persons may show the device who they are, beside tokens that name documents.
#[derive(Clone, Debug, Default)]
pub struct PersonalMeans {
    /// Where passkeys are used; without it none is taken.
    pub relying_party: Option<webauthn::RelyingParty>,
    /// The providers at which persons log in to sign.
    pub logins: Vec<SigningLogin>,
    /// Organisations whose names persons' certificates may show, beside those that have a mandate or are
    /// registered.
    pub organisations: Vec<KnownOrganisation>,
}

/// Whether keys may still be made. Enrolment holds it while it makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gate {
    Open,
    Shut,
}

impl Device {
    /// An empty device whose certificates come from `authority`.
    ///
    /// # Errors
    /// [`Error`] when the event key cannot be made.
    pub fn new(
        authority: Arc<Authority>,
        limits: DeviceLimits,
        mandates: Vec<Mandate>,
        persons: IdentityVerifier,
        means: PersonalMeans,
        clock: Arc<dyn Clock>,
        sink: Arc<dyn EventSink>,
    ) -> Result<Self, Error> {
        let rng = SystemRandom::new();
        let PersonalMeans { relying_party, logins, organisations } = means;
        let run = authority.run_id().to_owned();
        let activations = Activations::new(run, relying_party, logins);
        let names = authority.randomness().branch("names");
        let ending = Arc::new(Ending {
            clock,
            journal: Journal::new(sink)?,
            ledger: Ledger::default(),
            quota: Quota::default(),
            tombstones: Tombstones::default(),
        });
        Ok(Self {
            authority,
            keys: key_cache(&limits, ending.clone()),
            rsa_pool: RsaPool::new(limits.rsa_pool),
            limits,
            rng,
            names,
            evidence: EvidenceCheck::new(mandates, persons, activations, organisations),
            ending,
            issued: IssuedCertificates::new(limits.listed_certificates, limits.kept_certificates),
            registrations: Registrations::default(),
            gate: RwLock::new(Gate::Open),
        })
    }

    /// The device's counters.
    pub fn counters(&self) -> DeviceCounters {
        let pool = self.rsa_pool.state();
        DeviceCounters {
            rsa_keys_ready: u64::try_from(pool.ready).unwrap_or(u64::MAX),
            rsa_keys_made: pool.made,
            rsa_pool_empty: pool.found_empty,
            ..self.ending.journal.counters(self.ending.quota.live())
        }
    }

    /// Has the keys of a suite made ahead, if that is how they are made, so that the first
    /// enrolment need not wait.
    pub fn make_ahead(&self, algorithm: SignatureAlgorithm) {
        if let Some(length) = algorithm.rsa_key_length() {
            self.rsa_pool.fill(length);
        }
    }

    /// The public key of the signatures over destructions, as an uncompressed point, for
    /// [`verify_destructions`](qscd_protocol::verify_destructions).
    pub fn event_public_key(&self) -> Vec<u8> {
        self.ending.journal.public_key()
    }

    /// Keeps the destructions from now on for [`Device::destructions`].
    pub(crate) fn keep_destructions(&self) {
        self.ending.journal.keep_destructions();
    }

    /// The destructions after number `after` with the signed head that covers them; `None` when
    /// none are kept.
    pub(crate) fn destructions(&self, after: u64) -> Option<DestructionPage> {
        self.ending.journal.page(self.authority.run_id(), after)
    }

    /// Runs [`Device::tick`] four times a second for as long as the device lives.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn spawn_ticker(self: &Arc<Self>) -> tokio::task::JoinHandle<()> {
        let device = Arc::downgrade(self);
        tokio::spawn(async move {
            let mut interval = tokio::time::interval(TICK);
            interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                interval.tick().await;
                match device.upgrade() {
                    Some(device) => device.tick(),
                    None => return,
                }
            }
        })
    }

    /// Destroys keys whose time ran out, and signs for the destructions since the last tick.
    pub fn tick(&self) {
        let now = self.ending.clock.now();
        self.keys.run_pending_tasks();
        for (number, slot) in &self.keys {
            if !slot.terms.live_at(now) {
                self.end(&slot, DestructionReason::Expired);
                self.keys.invalidate(&*number);
            } else if slot.is_due(self.limits.key_lifetime / 2) {
                self.renew(*number, &slot);
            }
        }
        self.ending.journal.sign_destructions();
    }

    /// Gives a key's entry in the cache its whole time again. moka counts by the machine's clock: a
    /// key that lives on because the device's clock stands must not end by it.
    fn renew(&self, number: KeyNumber, slot: &Arc<Slot>) {
        self.keys.insert(number, Arc::clone(slot));
        // Whoever ended it meanwhile may have looked for the entry before.
        if !slot.is_live() {
            self.keys.invalidate(&number);
        }
    }

    /// Destroys every key, and forgets what was issued: the device is as it was at the start, but
    /// for its counters and the chain of destructions, which go on.
    pub(crate) fn reset(&self) {
        self.keys.run_pending_tasks();
        for (_, slot) in &self.keys {
            self.end(&slot, DestructionReason::Destroyed(DestructionCause::OnDemand));
        }
        self.keys.run_pending_tasks();
        self.issued.clear();
        self.evidence.activations().reset();
        self.ending.journal.sign_destructions();
    }

    /// Destroys every key and makes no more. May be called again.
    pub fn shutdown(&self) {
        *self.gate.write().unwrap_or_else(PoisonError::into_inner) = Gate::Shut;
        self.keys.run_pending_tasks();
        for (_, slot) in &self.keys {
            self.end(&slot, DestructionReason::Shutdown);
        }
        self.keys.run_pending_tasks();
        self.ending.journal.sign_destructions();
    }

    fn destroy_now(&self, id: &CredentialId) -> Result<(), QscdError> {
        let slot = self.find(id, self.ending.clock.now())?;
        let cause = DestructionReason::Destroyed(DestructionCause::OnDemand);
        match slot.take(cause.credential_end()) {
            Ok(live) => {
                self.ending.bury(&slot.terms, live, cause);
                self.keys.invalidate(&slot.terms.number);
                Ok(())
            }
            Err(earlier) => Err(earlier.into()),
        }
    }

    /// The slot of a key that lives at `now`.
    fn find(&self, id: &CredentialId, now: SystemTime) -> Result<Arc<Slot>, CredentialEnd> {
        let number = KeyNumber::parse(id).ok_or(CredentialEnd::Unknown)?;
        let Some(slot) = self.keys.get(&number) else {
            // moka hides an expired entry before its listener has buried it.
            self.keys.run_pending_tasks();
            return Err(self.ending.tombstones.end_of(number, now));
        };
        if !slot.terms.live_at(now) {
            return Err(self.end(&slot, DestructionReason::Expired));
        }
        Ok(slot)
    }

    /// Ends a credential and takes it out of the cache.
    fn end(&self, slot: &Slot, reason: DestructionReason) -> CredentialEnd {
        let end = self.ending.end(slot, reason);
        self.keys.invalidate(&slot.terms.number);
        end
    }

    /// Reports a refusal and passes it on.
    pub(crate) fn refused<T>(
        &self,
        credential: Option<&CredentialId>,
        result: Result<T, QscdError>,
    ) -> Result<T, QscdError> {
        if let Err(error) = &result {
            self.ending.journal.record(&Event::Refused {
                credential: credential.cloned(),
                reason: error.to_string(),
                at: self.ending.clock.now(),
            });
        }
        result
    }

    fn gate(&self) -> RwLockReadGuard<'_, Gate> {
        self.gate.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Qscd for Device {
    fn maximum_chain_length(&self, request: &EnrolmentRequest) -> usize {
        self.authority.maximum_chain_length(request)
    }

    fn enrol(&self, request: EnrolmentRequest) -> BoxFuture<'_, Result<Credential, QscdError>> {
        Box::pin(async move { self.refused(None, self.enrol_with_key(request, None).await) })
    }

    fn authorise<'a>(
        &'a self,
        id: &'a CredentialId,
        to_sign: &'a [ToSign],
        evidence: &'a ActivationEvidence,
    ) -> BoxFuture<'a, Result<Sad, QscdError>> {
        Box::pin(async move { self.refused(Some(id), self.authorise_now(id, to_sign, evidence)) })
    }

    fn sign<'a>(
        &'a self,
        id: &'a CredentialId,
        sad: Sad,
        to_sign: &'a [ToSign],
    ) -> BoxFuture<'a, Result<Vec<SignatureValue>, QscdError>> {
        Box::pin(async move { self.refused(Some(id), self.sign_now(id, &sad, to_sign)) })
    }

    fn destroy<'a>(&'a self, id: &'a CredentialId) -> BoxFuture<'a, Result<(), QscdError>> {
        Box::pin(async move { self.refused(Some(id), self.destroy_now(id)) })
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        self.shutdown();
    }
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Device").field("counters", &self.counters()).finish_non_exhaustive()
    }
}

/// LRU, because TinyLFU would turn newcomers away; a fixed time to live, because moka's variable
/// expiry is a second late.
fn key_cache(limits: &DeviceLimits, ending: Arc<Ending>) -> Cache<KeyNumber, Arc<Slot>> {
    Cache::builder()
        .max_capacity(limits.cache_capacity)
        .eviction_policy(EvictionPolicy::lru())
        .time_to_live(limits.key_lifetime)
        .eviction_listener(move |_, slot: Arc<Slot>, cause| {
            let reason = match cause {
                RemovalCause::Expired => DestructionReason::Expired,
                RemovalCause::Size => DestructionReason::Evicted,
                // Whoever removes an entry ended it before.
                RemovalCause::Explicit => DestructionReason::Destroyed(DestructionCause::OnDemand),
                // By itself, to be renewed: numbers do not repeat.
                RemovalCause::Replaced => return,
            };
            ending.end(&slot, reason);
        })
        .build()
}

#[cfg(test)]
mod tests;
