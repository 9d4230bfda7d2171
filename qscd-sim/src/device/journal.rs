//! Where the device's events leave it, in order, and what it counts.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use crate::{
    Error,
    event::{DestructionChain, DestructionReason, Ended, Event, EventSink},
};

/// The sink, the chain of destructions, and the counters.
#[derive(Debug)]
pub(super) struct Journal {
    sink: Arc<dyn EventSink>,
    chain: Mutex<DestructionChain>,
    created: AtomicU64,
    consumed: AtomicU64,
    expired: AtomicU64,
    evicted: AtomicU64,
    destroyed: AtomicU64,
    shutdown: AtomicU64,
}

/// The device's counters. After a shutdown `created` is the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct DeviceCounters {
    /// Keys made.
    pub created: u64,
    /// Keys that made their last signature.
    pub consumed: u64,
    /// Keys whose time ran out.
    pub expired: u64,
    /// Keys that the cache removed.
    pub evicted: u64,
    /// Keys destroyed on demand, after a refusal or after a failure.
    pub destroyed: u64,
    /// Keys destroyed by a shutdown.
    pub shutdown: u64,
    /// Keys that live now.
    pub live: u64,
    /// RSA keys made ahead that wait for their enrolment.
    pub rsa_keys_ready: u64,
    /// RSA keys made ahead, in all.
    pub rsa_keys_made: u64,
    /// Enrolments that found no RSA key ready.
    pub rsa_pool_empty: u64,
}

impl DeviceCounters {
    /// All keys that are gone.
    pub fn ended(&self) -> u64 {
        self.consumed + self.expired + self.evicted + self.destroyed + self.shutdown
    }
}

impl Journal {
    /// Begins with a new event key.
    pub(super) fn new(sink: Arc<dyn EventSink>) -> Result<Self, Error> {
        Ok(Self {
            sink,
            chain: Mutex::new(DestructionChain::new()?),
            created: AtomicU64::new(0),
            consumed: AtomicU64::new(0),
            expired: AtomicU64::new(0),
            evicted: AtomicU64::new(0),
            destroyed: AtomicU64::new(0),
            shutdown: AtomicU64::new(0),
        })
    }

    /// Counts a new key.
    pub(super) fn count_created(&self) {
        self.created.fetch_add(1, Ordering::Relaxed);
    }

    /// Passes an event on.
    pub(super) fn record(&self, event: &Event) {
        self.sink.record(event);
    }

    /// Counts a destruction, chains it and passes it on.
    pub(super) fn record_destruction(&self, ended: Ended) {
        self.counter(ended.reason).fetch_add(1, Ordering::Relaxed);
        // The sink is called under the lock: it sees destructions in the chain's order.
        let mut chain = self.chain();
        let destruction = chain.extend(ended);
        self.sink.record(&Event::Destroyed(destruction));
        if chain.is_due() {
            self.sign(&mut chain);
        }
    }

    /// Signs for the destructions that no signature covers yet.
    pub(super) fn sign_destructions(&self) {
        self.sign(&mut self.chain());
    }

    /// The public key of the signatures over destructions, as an uncompressed point.
    pub(super) fn public_key(&self) -> Vec<u8> {
        self.chain().public_key().to_vec()
    }

    /// The counters, with `live` as the quota counts it, and without the pool's.
    pub(super) fn counters(&self, live: usize) -> DeviceCounters {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        DeviceCounters {
            created: read(&self.created),
            consumed: read(&self.consumed),
            expired: read(&self.expired),
            evicted: read(&self.evicted),
            destroyed: read(&self.destroyed),
            shutdown: read(&self.shutdown),
            live: u64::try_from(live).unwrap_or(u64::MAX),
            ..DeviceCounters::default()
        }
    }

    /// A head that could not be signed now is signed at the next tick: nothing is lost.
    fn sign(&self, chain: &mut DestructionChain) {
        if let Ok(Some(head)) = chain.sign() {
            self.sink.record(&Event::DestructionsSigned(head));
        }
    }

    fn counter(&self, reason: DestructionReason) -> &AtomicU64 {
        match reason {
            DestructionReason::Consumed => &self.consumed,
            DestructionReason::Expired => &self.expired,
            DestructionReason::Evicted => &self.evicted,
            DestructionReason::Destroyed(_) => &self.destroyed,
            DestructionReason::Shutdown => &self.shutdown,
        }
    }

    fn chain(&self) -> MutexGuard<'_, DestructionChain> {
        self.chain.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
