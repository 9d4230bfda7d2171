//! How often: for each address or client, and for all together.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
};

use tokio::time::Instant;

/// How many of them are remembered; one that is forgotten starts anew.
const MOST_ADDRESSES: usize = 10_000;

/// Requests that may come in a second or a day, after one without any as many at once.
#[derive(Debug)]
pub(crate) struct Rates<K> {
    all: Rate,
    of_one: Rate,
    state: Mutex<State<K>>,
}

#[derive(Debug)]
struct State<K> {
    all: Bucket,
    of: HashMap<K, Bucket>,
}

/// How many, and in how many seconds.
#[derive(Clone, Copy, Debug)]
struct Rate {
    most: f64,
    seconds: f64,
}

/// What may come still, and when that was so.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: f64,
    at: Instant,
}

impl<K: Clone + Eq + Hash> Rates<K> {
    /// So many of all and of one in a second.
    pub(crate) fn new(all: u32, of_one: u32) -> Self {
        Self::within(1.0, all, of_one)
    }

    /// So many of one in a day.
    pub(crate) fn of_a_day(of_one: u32) -> Self {
        Self::within(24.0 * 60.0 * 60.0, u32::MAX, of_one)
    }

    fn within(seconds: f64, all: u32, of_one: u32) -> Self {
        let rate = |most| Rate { most: f64::from(most), seconds };
        let (all, of_one) = (rate(all), rate(of_one));
        let full = Bucket { left: all.most, at: Instant::now() };
        Self { all, of_one, state: Mutex::new(State { all: full, of: HashMap::new() }) }
    }

    /// Whether one more may come now.
    pub(crate) fn pass(&self, asker: K) -> bool {
        let now = Instant::now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.of.len() >= MOST_ADDRESSES && !state.of.contains_key(&asker) {
            state.of.retain(|_, bucket| bucket.refilled(self.of_one, now).left < self.of_one.most);
            if state.of.len() >= MOST_ADDRESSES {
                state.of.clear();
            }
        }
        let full = Bucket { left: self.of_one.most, at: now };
        let of_one = state.of.entry(asker).or_insert(full);
        if !of_one.take(self.of_one, now) {
            return false;
        }
        state.all.take(self.all, now)
    }

    /// Whether one more might come now; it is not counted.
    pub(crate) fn is_left(&self, asker: &K) -> bool {
        let now = Instant::now();
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let of_one = state.of.get(asker);
        state.all.refilled(self.all, now).left >= 1.0
            && of_one.is_none_or(|bucket| bucket.refilled(self.of_one, now).left >= 1.0)
    }
}

impl Bucket {
    fn refilled(self, rate: Rate, now: Instant) -> Self {
        let since = now.saturating_duration_since(self.at).as_secs_f64();
        let more = since * rate.most / rate.seconds;
        Self { left: (self.left + more).min(rate.most), at: now }
    }

    fn take(&mut self, rate: Rate, now: Instant) -> bool {
        *self = self.refilled(rate, now);
        let enough = self.left >= 1.0;
        if enough {
            self.left -= 1.0;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use std::{net::IpAddr, time::Duration};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_address_never_takes_all_and_all_have_an_end() {
        let rates = Rates::new(10, 4);
        let address = |last: u8| IpAddr::from([10, 0, 0, last]);
        let passed = |last| (0..20).filter(|_| rates.pass(address(last))).count();
        assert_eq!(passed(1), 4);
        assert_eq!(passed(2), 4);
        assert_eq!(passed(3), 2, "all together");
        tokio::time::advance(Duration::from_millis(500)).await;
        assert_eq!(passed(1), 2);
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(passed(1), 4, "a second's worth at the most");
    }

    #[tokio::test(start_paused = true)]
    async fn what_counts_for_a_day_comes_back_within_one() {
        let rates = Rates::of_a_day(48);
        let passed = || (0..100).filter(|_| rates.pass("one")).count();
        assert_eq!(passed(), 48);
        assert!(rates.pass("another"));
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(passed(), 0);
        tokio::time::advance(Duration::from_secs(12 * 60 * 60)).await;
        assert_eq!(passed(), 24);
        tokio::time::advance(Duration::from_secs(10 * 24 * 60 * 60)).await;
        assert_eq!(passed(), 48, "a day's worth at the most");
    }

    #[tokio::test(start_paused = true)]
    async fn many_addresses_take_no_endless_memory() {
        let rates = Rates::new(u32::MAX, 1);
        for number in 0..30_000_u32 {
            rates.pass(IpAddr::from(number.to_be_bytes()));
        }
        assert!(rates.state.lock().unwrap().of.len() <= MOST_ADDRESSES);
    }
}
