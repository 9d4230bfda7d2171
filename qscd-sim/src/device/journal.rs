//! Where the device's events leave it, in order, and what it counts.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use qscd_protocol::{DestructionPage, DestructionReason};

use crate::{
    Error,
    event::{DestructionChain, Ended, Event, EventSink, KeptDestructions},
};

/// The sink, the chain of destructions, and the counters.
#[derive(Debug)]
pub(super) struct Journal {
    sink: Arc<dyn EventSink>,
    chain: Mutex<Chain>,
    created: AtomicU64,
    consumed: AtomicU64,
    expired: AtomicU64,
    evicted: AtomicU64,
    destroyed: AtomicU64,
    shutdown: AtomicU64,
}

/// The chain, and what of it is kept for a client elsewhere.
#[derive(Debug)]
struct Chain {
    chain: DestructionChain,
    kept: Option<KeptDestructions>,
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
            chain: Mutex::new(Chain { chain: DestructionChain::new()?, kept: None }),
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
        let mut held = self.chain();
        let Chain { chain, kept } = &mut *held;
        let event = Event::Destroyed(chain.extend(ended));
        self.sink.record(&event);
        if let (Some(kept), Event::Destroyed(destruction)) = (kept, event) {
            kept.keep(destruction);
        }
        if chain.is_due() {
            self.sign(&mut held);
        }
    }

    /// Signs for the destructions that no signature covers yet.
    pub(super) fn sign_destructions(&self) {
        self.sign(&mut self.chain());
    }

    /// Keeps the destructions from now on for [`Journal::page`].
    pub(super) fn keep_destructions(&self) {
        let mut held = self.chain();
        if held.kept.is_none() {
            held.kept = Some(KeptDestructions::after(held.chain.sequence()));
        }
    }

    /// The destructions after number `after`; signs for those that no signature covers yet.
    /// `None` when none are kept.
    pub(super) fn page(&self, run_id: &str, after: u64) -> Option<DestructionPage> {
        let mut held = self.chain();
        self.sign(&mut held);
        held.kept.as_ref().map(|kept| kept.page(run_id, after))
    }

    /// The public key of the signatures over destructions, as an uncompressed point.
    pub(super) fn public_key(&self) -> Vec<u8> {
        self.chain().chain.public_key().to_vec()
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
    fn sign(&self, held: &mut Chain) {
        if let Ok(Some(head)) = held.chain.sign() {
            let event = Event::DestructionsSigned(head);
            self.sink.record(&event);
            if let (Some(kept), Event::DestructionsSigned(head)) = (&mut held.kept, event) {
                kept.keep_head(head);
            }
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

    fn chain(&self) -> MutexGuard<'_, Chain> {
        self.chain.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
