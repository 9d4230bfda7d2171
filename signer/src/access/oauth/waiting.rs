//! Requests of which nobody proved who asks: they wait in places of the address that they came from, and
//! take none of the client's that they name.
//!
//! Each node counts its own, in memory: addresses are kept nowhere.

use std::{
    collections::{HashMap, VecDeque},
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

/// How many of one address wait at once: those who sit behind one address log in at the same time.
const MAXIMUM_OF_ONE: usize = 500;

/// How many wait at once in all.
const MAXIMUM: usize = 10_000;

/// What waits, by the address that it came from.
#[derive(Debug, Default)]
pub(super) struct Waiting(Mutex<Places>);

#[derive(Debug, Default)]
struct Places {
    /// The oldest first. No address has none.
    of: HashMap<IpAddr, VecDeque<Place>>,
    taken: usize,
}

/// A request, by what the store finds it by.
#[derive(Clone, Copy, Debug)]
struct Place {
    hash: [u8; 32],
    ends: SystemTime,
}

impl Waiting {
    /// Gives a request of this address a place: what is to be let go for it, if there is none left. That is
    /// the oldest of the same address, or else of the address that has most, so that whoever asks much
    /// crowds out their own.
    pub(super) fn take(
        &self,
        from: IpAddr,
        (hash, ends): ([u8; 32], SystemTime),
        now: SystemTime,
    ) -> Option<[u8; 32]> {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        places.free(from, now);
        let own = places.of.get(&from).map_or(0, VecDeque::len);
        let crowded = match () {
            () if own >= MAXIMUM_OF_ONE => Some(from),
            () if places.taken >= MAXIMUM => {
                let all: Vec<IpAddr> = places.of.keys().copied().collect();
                for one in all {
                    places.free(one, now);
                }
                let most = places.of.iter().max_by_key(|(_, of)| of.len());
                most.map(|(one, _)| *one).filter(|_| places.taken >= MAXIMUM)
            }
            () => None,
        };
        let gone = crowded.and_then(|one| places.oldest(one));
        places.of.entry(from).or_default().push_back(Place { hash, ends });
        places.taken += 1;
        gone
    }
}

impl Places {
    /// Frees what has come to its end.
    fn free(&mut self, one: IpAddr, now: SystemTime) {
        while self.of.get(&one).and_then(VecDeque::front).is_some_and(|place| place.ends <= now) {
            self.oldest(one);
        }
    }

    fn oldest(&mut self, one: IpAddr) -> Option<[u8; 32]> {
        let of = self.of.get_mut(&one)?;
        let place = of.pop_front();
        if of.is_empty() {
            self.of.remove(&one);
        }
        self.taken -= usize::from(place.is_some());
        place.map(|place| place.hash)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    const NOW: SystemTime = UNIX_EPOCH;
    const END: Duration = Duration::from_secs(600);

    fn address(number: usize) -> IpAddr {
        IpAddr::from(u32::try_from(number).unwrap().to_be_bytes())
    }

    fn hash(number: usize) -> [u8; 32] {
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&number.to_be_bytes());
        hash
    }

    #[test]
    fn whoever_asks_much_crowds_out_their_own_alone() {
        let waiting = Waiting::default();
        let take = |from, number| waiting.take(address(from), (hash(number), NOW + END), NOW);
        assert_eq!(take(1, 0), None);
        for number in 1..=MAXIMUM_OF_ONE {
            assert_eq!(take(2, number), None);
        }
        assert_eq!(take(2, 9000), Some(hash(1)));
        assert_eq!(take(2, 9001), Some(hash(2)));
        assert_eq!(take(1, 9002), None);
        // Where all places are taken, so does whoever has most of them.
        let left = MAXIMUM - MAXIMUM_OF_ONE - 2;
        for number in 0..left {
            assert_eq!(take(3 + number / 100, 20_000 + number), None);
        }
        assert_eq!(take(1, 9003), Some(hash(3)));
        assert_eq!(take(90_000, 9004), Some(hash(4)));
    }

    #[test]
    fn what_has_ended_takes_no_place() {
        let waiting = Waiting::default();
        for number in 0..MAXIMUM {
            let from = address(number / MAXIMUM_OF_ONE);
            assert_eq!(waiting.take(from, (hash(number), NOW + END), NOW), None);
        }
        let later = NOW + END;
        for from in [0, 7, 90_000] {
            assert_eq!(waiting.take(address(from), (hash(0), later + END), later), None);
        }
    }
}
