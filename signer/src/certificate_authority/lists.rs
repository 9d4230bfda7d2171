//! Revocation lists that were signed and still hold.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use bytes::Bytes;

use super::apart::Turn;

/// How long a list is handed out while nothing is blocked.
const FRESH: Duration = Duration::from_secs(3600);

/// How long it is where no other can be signed: less than the day for which it says itself that it holds.
const HOLDS: Duration = Duration::from_secs(23 * 3600);

/// The last list of each issuing key. One is good only for the state that it was made of: whoever asks reads
/// the state first, so that a block is on the next list that anybody fetches, from whichever node.
#[derive(Debug, Default)]
pub(super) struct Lists {
    made: Mutex<HashMap<u32, Made>>,
    turns: Mutex<HashMap<u32, Arc<Turn>>>,
}

#[derive(Clone, Debug)]
struct Made {
    revision: u64,
    number: u64,
    at: SystemTime,
    der: Bytes,
}

impl Lists {
    /// The list of this state, if there is one that was made within the hour.
    pub(super) fn of(&self, generation: u32, revision: u64, now: SystemTime) -> Option<Bytes> {
        self.within(FRESH, (generation, revision), now)
    }

    /// The same, made within the day for which it says itself that it holds.
    pub(super) fn still(&self, generation: u32, revision: u64, now: SystemTime) -> Option<Bytes> {
        self.within(HOLDS, (generation, revision), now)
    }

    fn within(
        &self,
        longest: Duration,
        (generation, revision): (u32, u64),
        now: SystemTime,
    ) -> Option<Bytes> {
        let lists = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let made = lists.get(&generation).filter(|made| made.revision == revision)?;
        // A clock that was set back has made none.
        let age = now.duration_since(made.at).ok()?;
        (age < longest).then(|| made.der.clone())
    }

    /// Whose turn it is: one list of an issuing key is made at a time.
    pub(super) fn turn(&self, generation: u32) -> Arc<Turn> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(generation).or_default())
    }

    /// Keeps a list, unless one of a later state or with a larger number is kept.
    pub(super) fn keep(
        &self,
        generation: u32,
        (revision, number): (u64, u64),
        at: SystemTime,
        der: Bytes,
    ) {
        let mut lists = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let is_later = |kept: &Made| (kept.revision, kept.number) <= (revision, number);
        if lists.get(&generation).is_none_or(is_later) {
            lists.insert(generation, Made { revision, number, at, der });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_with_a_smaller_number_takes_no_others_place() {
        let (lists, now) = (Lists::default(), SystemTime::UNIX_EPOCH);
        let list = |text: &'static str| Bytes::from_static(text.as_bytes());
        lists.keep(1, (7, 5), now, list("five"));
        lists.keep(1, (7, 4), now, list("four"));
        assert_eq!(lists.of(1, 7, now), Some(list("five")));
        lists.keep(1, (7, 6), now, list("six"));
        assert_eq!(lists.of(1, 7, now), Some(list("six")));
        assert_eq!(lists.of(2, 7, now), None);
        let later = now + FRESH;
        assert_eq!(lists.of(1, 7, later), None);
        assert_eq!(lists.still(1, 7, later), Some(list("six")));
        assert_eq!(lists.still(1, 8, later), None, "something was blocked since");
        assert_eq!(lists.still(1, 7, now + HOLDS), None);
    }
}
