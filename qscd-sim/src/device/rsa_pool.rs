//! RSA keys made ahead, for one takes from a tenth of a second to a second. Threads of the pool's
//! own make them; they stop when the pool goes, and every key on the shelf is wiped.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use seal::RsaKeyLength;
use tokio::sync::Notify;

use super::key::RsaKey;

/// The most keys of one length that a pool holds, whatever its settings say.
const MAXIMUM_SIZE: usize = 10_000;
/// The most threads that fill a pool, whatever its settings say.
const MAXIMUM_THREADS: usize = 64;

/// How RSA keys are made ahead. Only lengths that were asked for once are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RsaPoolSettings {
    /// How many keys of each length are kept; 1 to 10,000.
    pub size: usize,
    /// Below how many keys the shelf is filled again.
    pub low_water_mark: usize,
    /// What an enrolment meets that finds no key.
    pub when_empty: WhenPoolEmpty,
    /// How many threads make keys; 1 to 64.
    pub threads: usize,
}

impl Default for RsaPoolSettings {
    fn default() -> Self {
        Self {
            size: 16,
            low_water_mark: 8,
            when_empty: WhenPoolEmpty::Wait(Duration::from_secs(10)),
            threads: 1,
        }
    }
}

/// What an enrolment meets that finds no RSA key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenPoolEmpty {
    /// It waits for the next key, but no longer than this; then it is refused.
    Wait(Duration),
    /// It is refused at once.
    Refuse,
}

/// What the pool holds and did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RsaPoolState {
    /// Keys of all lengths that wait for their enrolment.
    pub(super) ready: usize,
    /// Keys made.
    pub(super) made: u64,
    /// Enrolments that found no key.
    pub(super) found_empty: u64,
}

/// Keys made ahead.
#[derive(Debug)]
pub(super) struct RsaPool {
    settings: RsaPoolSettings,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    stock: Mutex<Stock>,
    /// Wakes the threads: there are keys to make, or the pool has gone.
    work: Condvar,
    /// Wakes an enrolment that waits for a key of the length.
    arrivals: [Notify; RsaKeyLength::ALL.len()],
}

#[derive(Debug, Default)]
struct Stock {
    shelves: [Shelf; RsaKeyLength::ALL.len()],
    threads: usize,
    stopped: bool,
    made: u64,
    found_empty: u64,
}

#[derive(Debug, Default)]
struct Shelf {
    keys: Vec<RsaKey>,
    /// Keys that a thread is making.
    making: usize,
    /// Whether the shelf is to be full again.
    filling: bool,
}

impl RsaPool {
    /// A pool that makes nothing until a length is asked for.
    pub(super) fn new(settings: RsaPoolSettings) -> Self {
        let size = settings.size.clamp(1, MAXIMUM_SIZE);
        let settings = RsaPoolSettings {
            size,
            low_water_mark: settings.low_water_mark.clamp(1, size),
            threads: settings.threads.clamp(1, MAXIMUM_THREADS),
            ..settings
        };
        Self { settings, shared: Arc::default() }
    }

    /// Begins to make keys of this length.
    pub(super) fn fill(&self, length: RsaKeyLength) {
        let mut stock = self.shared.stock();
        stock.shelves[length as usize].filling = true;
        self.wake(stock);
    }

    /// A key; `None` when there is none within the bound.
    pub(super) async fn take(&self, length: RsaKeyLength) -> Option<RsaKey> {
        if let Some(key) = self.take_ready(length) {
            return Some(key);
        }
        self.shared.stock().found_empty += 1;
        let WhenPoolEmpty::Wait(bound) = self.settings.when_empty else { return None };
        tokio::time::timeout(bound, self.next(length)).await.ok()
    }

    /// What the pool holds and did.
    pub(super) fn state(&self) -> RsaPoolState {
        let stock = self.shared.stock();
        RsaPoolState {
            ready: stock.shelves.iter().map(|shelf| shelf.keys.len()).sum(),
            made: stock.made,
            found_empty: stock.found_empty,
        }
    }

    async fn next(&self, length: RsaKeyLength) -> RsaKey {
        loop {
            // Registered before the look at the shelf, so that no arrival is missed.
            let arrival = self.shared.arrivals[length as usize].notified();
            if let Some(key) = self.take_ready(length) {
                return key;
            }
            arrival.await;
        }
    }

    fn take_ready(&self, length: RsaKeyLength) -> Option<RsaKey> {
        let mut stock = self.shared.stock();
        let shelf = &mut stock.shelves[length as usize];
        let key = shelf.keys.pop();
        if shelf.keys.len() < self.settings.low_water_mark {
            shelf.filling = true;
            self.wake(stock);
        }
        key
    }

    /// Has the threads look at the shelves; begins them when they are needed first.
    fn wake(&self, mut stock: MutexGuard<'_, Stock>) {
        while stock.threads < self.settings.threads && !stock.stopped {
            let (shared, size) = (self.shared.clone(), self.settings.size);
            let begun = thread::Builder::new()
                .name("rsa-pool".to_owned())
                .spawn(move || shared.fill_shelves(size));
            if begun.is_err() {
                break; // The next enrolment tries again.
            }
            stock.threads += 1;
        }
        drop(stock);
        self.shared.work.notify_all();
    }
}

impl Drop for RsaPool {
    fn drop(&mut self) {
        let mut stock = self.shared.stock();
        stock.stopped = true;
        stock.shelves.iter_mut().for_each(|shelf| shelf.keys.clear());
        drop(stock);
        self.shared.work.notify_all();
    }
}

impl Shared {
    /// What a thread does until the pool goes. The lock is not held while a key is made.
    fn fill_shelves(&self, size: usize) {
        let mut stock = self.stock();
        while !stock.stopped {
            // The emptiest shelf first: somebody may wait for its next key.
            let coming = |length: &RsaKeyLength| {
                let shelf = &stock.shelves[*length as usize];
                shelf.keys.len() + shelf.making
            };
            let next = RsaKeyLength::ALL
                .into_iter()
                .filter(|length| stock.shelves[*length as usize].filling && coming(length) < size)
                .min_by_key(coming);
            let Some(length) = next else {
                stock = self.work.wait(stock).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            stock.shelves[length as usize].making += 1;
            drop(stock);
            let key = RsaKey::generate(length);
            stock = self.stock();
            let stopped = stock.stopped;
            let shelf = &mut stock.shelves[length as usize];
            shelf.making -= 1;
            match key {
                Ok(key) if !stopped => shelf.keys.push(key),
                Ok(_) => break,
                // The next enrolment begins anew.
                Err(_) => shelf.filling = false,
            }
            if shelf.keys.len() >= size {
                shelf.filling = false;
            }
            stock.made += 1;
            self.arrivals[length as usize].notify_one();
        }
    }

    fn stock(&self) -> MutexGuard<'_, Stock> {
        self.stock.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENGTH: RsaKeyLength = RsaKeyLength::Bits2048;

    fn pool(size: usize, when_empty: WhenPoolEmpty) -> RsaPool {
        RsaPool::new(RsaPoolSettings { size, low_water_mark: 1, when_empty, threads: 2 })
    }

    #[tokio::test]
    async fn an_empty_pool_that_may_wait_gives_the_next_key() {
        let pool = pool(2, WhenPoolEmpty::Wait(Duration::from_secs(60)));
        let (one, two, three) =
            tokio::join!(pool.take(LENGTH), pool.take(LENGTH), pool.take(LENGTH));
        assert!(one.is_some() && two.is_some() && three.is_some());
        assert!(pool.state().made >= 3 && pool.state().found_empty == 3);
    }

    #[tokio::test]
    async fn an_empty_pool_refuses_at_once_or_after_its_bound() {
        for when_empty in [WhenPoolEmpty::Refuse, WhenPoolEmpty::Wait(Duration::from_nanos(1))] {
            let pool = pool(1, when_empty);
            assert!(pool.take(RsaKeyLength::Bits4096).await.is_none());
            assert_eq!(pool.state().found_empty, 1);
        }
    }

    #[tokio::test]
    async fn a_pool_is_filled_ahead_to_its_size_and_no_further() {
        let pool = pool(3, WhenPoolEmpty::Refuse);
        pool.fill(LENGTH);
        while pool.state().ready < 3 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(pool.state(), RsaPoolState { ready: 3, made: 3, found_empty: 0 });
        for _ in 0..3 {
            assert!(pool.take(LENGTH).await.is_some());
        }
    }

    #[tokio::test]
    async fn the_threads_end_with_the_pool() {
        let pool = pool(1, WhenPoolEmpty::Refuse);
        pool.fill(LENGTH);
        let shared = Arc::downgrade(&pool.shared);
        drop(pool);
        while shared.strong_count() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
