//! What is remembered of ended keys, so that their ends can be told apart.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use seal::CredentialEnd;

use super::key_number::KeyNumber;

/// How long an end is remembered.
const LIFETIME: Duration = Duration::from_secs(600);
/// How many ends are remembered, the newest.
const CAPACITY: usize = 100_000;

/// The ends of the newest keys.
#[derive(Debug, Default)]
pub(super) struct Tombstones(Mutex<Graveyard>);

#[derive(Debug, Default)]
struct Graveyard {
    by_age: VecDeque<(SystemTime, KeyNumber)>,
    ends: HashMap<KeyNumber, CredentialEnd>,
}

impl Tombstones {
    /// Remembers an end.
    pub(super) fn bury(&self, key: KeyNumber, end: CredentialEnd, now: SystemTime) {
        let mut graveyard = self.graveyard();
        graveyard.ends.insert(key, end);
        graveyard.by_age.push_back((now, key));
        graveyard.forget_before(now, CAPACITY);
    }

    /// How the key ended; unknown when it never lived or ended too long ago.
    pub(super) fn end_of(&self, key: KeyNumber, now: SystemTime) -> CredentialEnd {
        let mut graveyard = self.graveyard();
        graveyard.forget_before(now, CAPACITY);
        graveyard.ends.get(&key).copied().unwrap_or(CredentialEnd::Unknown)
    }

    fn graveyard(&self) -> MutexGuard<'_, Graveyard> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Graveyard {
    /// Forgets what is too old, and the oldest above `capacity`. An end from the future (the
    /// clock was set back) is not old.
    fn forget_before(&mut self, now: SystemTime, capacity: usize) {
        while let Some((buried, key)) = self.by_age.front() {
            let old = now.duration_since(*buried).is_ok_and(|age| age >= LIFETIME);
            if !old && self.by_age.len() <= capacity {
                return;
            }
            self.ends.remove(key);
            self.by_age.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_remembered_for_ten_minutes() {
        let tombstones = Tombstones::default();
        let (key, start) = (KeyNumber::new(7), SystemTime::UNIX_EPOCH);
        tombstones.bury(key, CredentialEnd::Evicted, start);
        let almost = start + LIFETIME - Duration::from_millis(1);
        assert_eq!(tombstones.end_of(key, almost), CredentialEnd::Evicted);
        assert_eq!(tombstones.end_of(key, start + LIFETIME), CredentialEnd::Unknown);
    }

    #[test]
    fn the_oldest_ends_make_room() {
        let mut graveyard = Graveyard::default();
        for number in 0..5_u8 {
            let key = KeyNumber::new(number.into());
            graveyard.ends.insert(key, CredentialEnd::Consumed);
            graveyard.by_age.push_back((SystemTime::UNIX_EPOCH, key));
        }
        graveyard.forget_before(SystemTime::UNIX_EPOCH, 2);
        assert_eq!((graveyard.ends.len(), graveyard.by_age.len()), (2, 2));
        assert!(graveyard.ends.contains_key(&KeyNumber::new(4)));
    }
}
