//! What is under way of which nobody proved who asks: it waits in places of the address that it came from, and
//! takes none of anybody else's: of the client's that a request names, or of those who log in elsewhere.
//!
//! Each node counts its own, in memory: addresses are kept nowhere.

use std::{
    collections::{HashMap, VecDeque},
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use listener::{of_site, site};

use crate::store::{KeptSecret, SecretError, Store};

/// How many of one address wait at once: those who sit behind one address log in at the same time.
const MAXIMUM_OF_ONE: usize = 500;

/// How many wait at once in all.
const MAXIMUM: usize = 10_000;

/// What waits, by the address that it came from.
#[derive(Debug)]
pub(super) struct Waiting {
    places: Mutex<Places>,
    of_one: usize,
}

#[derive(Debug, Default)]
struct Places {
    /// The oldest first. No address has none.
    of: HashMap<IpAddr, VecDeque<Place>>,
    /// How many each site has, or an address of IPv4. None has none.
    sites: HashMap<IpAddr, usize>,
    taken: usize,
}

/// What waits, by what the store finds it by.
#[derive(Clone, Copy, Debug)]
struct Place {
    hash: [u8; 32],
    ends: SystemTime,
}

impl Waiting {
    /// Places for all; behind a proxy, which has everybody's address, without a bound for one address.
    pub(super) fn new(behind_proxy: bool) -> Self {
        let of_one = if behind_proxy { MAXIMUM } else { MAXIMUM_OF_ONE };
        Self { places: Mutex::default(), of_one }
    }

    /// Keeps a secret in a place of this address, for which what [`Waiting::take`] says is let go.
    ///
    /// # Errors
    /// [`SecretError`]; it is kept nowhere then.
    pub(super) async fn keep(
        &self,
        store: &Store,
        secret: &KeptSecret,
        (from, now): (IpAddr, SystemTime),
    ) -> Result<(), SecretError> {
        if let Some(gone) = self.take(from, (secret.hash, secret.ends), now) {
            store.end_secret(secret.kind, &gone).await?;
        }
        let kept = store.keep_secret(secret, None, now).await;
        if kept.is_err() {
            self.end(&secret.hash);
        }
        kept
    }

    /// Gives what comes from this address a place: what is to be let go for it, if there is none left. That is
    /// the oldest of the same address; or of the address that has most, of the same site if that has as many as
    /// it may, or else of the site that has most: so whoever asks much, by one address or by many, crowds out
    /// their own.
    fn take(
        &self,
        from: IpAddr,
        (hash, ends): ([u8; 32], SystemTime),
        now: SystemTime,
    ) -> Option<[u8; 32]> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.free(from, now);
        let own = places.of.get(&from).map_or(0, VecDeque::len);
        let most_of_site = of_site(MAXIMUM, self.of_one);
        let is_site_full =
            |places: &Places| site(from).is_some() && places.of_site(from) >= most_of_site;
        let crowded = match () {
            () if own >= self.of_one => Some(from),
            () if is_site_full(&places) || places.taken >= MAXIMUM => {
                places.free_all(now);
                match is_site_full(&places) {
                    true => places.fullest(|one| origin(one) == origin(from)),
                    false => places.crowd(),
                }
            }
            () => None,
        };
        let gone = crowded.and_then(|one| places.oldest(one));
        places.of.entry(from).or_default().push_back(Place { hash, ends });
        *places.sites.entry(origin(from)).or_default() += 1;
        places.taken += 1;
        gone
    }

    /// Has what was taken up, or decided, wait no more.
    pub(super) fn end(&self, hash: &[u8; 32]) {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let has = |of: &VecDeque<Place>| of.iter().any(|place| place.hash == *hash);
        if let Some(one) = places.of.iter().find(|(_, of)| has(of)).map(|(one, _)| *one) {
            places.keep(one, |place| place.hash != *hash);
        }
    }
}

impl Places {
    /// How many an address and all others of its site have.
    fn of_site(&self, from: IpAddr) -> usize {
        self.sites.get(&origin(from)).copied().unwrap_or_default()
    }

    /// Whose oldest makes room where all places are taken: the site's that has most.
    fn crowd(&self) -> Option<IpAddr> {
        let (most, _) =
            self.sites.iter().filter(|_| self.taken >= MAXIMUM).max_by_key(|(_, taken)| **taken)?;
        self.fullest(|one| origin(one) == *most)
    }

    /// Which of these addresses has most.
    fn fullest(&self, among: impl Fn(IpAddr) -> bool) -> Option<IpAddr> {
        let among = self.of.iter().filter(|(one, _)| among(**one));
        among.max_by_key(|(_, of)| of.len()).map(|(one, _)| *one)
    }

    fn free_all(&mut self, now: SystemTime) {
        let all: Vec<IpAddr> = self.of.keys().copied().collect();
        for one in all {
            self.free(one, now);
        }
    }

    /// Frees what has come to its end.
    fn free(&mut self, one: IpAddr, now: SystemTime) {
        // Those that were pushed end before those that a browser brought.
        self.keep(one, |place| place.ends > now);
    }

    fn keep(&mut self, one: IpAddr, stays: impl Fn(&Place) -> bool) {
        let Some(of) = self.of.get_mut(&one) else { return };
        let before = of.len();
        of.retain(stays);
        let gone = before - of.len();
        if of.is_empty() {
            self.of.remove(&one);
        }
        self.gone(one, gone);
    }

    fn gone(&mut self, one: IpAddr, gone: usize) {
        self.taken -= gone;
        if let Some(of) = self.sites.get_mut(&origin(one)) {
            *of -= gone;
            if *of == 0 {
                self.sites.remove(&origin(one));
            }
        }
    }

    fn oldest(&mut self, one: IpAddr) -> Option<[u8; 32]> {
        let of = self.of.get_mut(&one)?;
        let place = of.pop_front();
        if of.is_empty() {
            self.of.remove(&one);
        }
        self.gone(one, usize::from(place.is_some()));
        place.map(|place| place.hash)
    }
}

/// The site of an address, or of IPv4 itself.
fn origin(address: IpAddr) -> IpAddr {
    site(address).map_or(address, IpAddr::V6)
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
        let waiting = Waiting::new(false);
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
        let waiting = Waiting::new(false);
        for number in 0..MAXIMUM {
            let from = address(number / MAXIMUM_OF_ONE);
            assert_eq!(waiting.take(from, (hash(number), NOW + END), NOW), None);
        }
        let later = NOW + END;
        for from in [0, 7, 90_000] {
            assert_eq!(waiting.take(address(from), (hash(0), later + END), later), None);
        }
    }

    #[test]
    fn behind_a_proxy_all_share_one_address_and_what_is_done_frees_its_place() {
        let waiting = Waiting::new(true);
        let take = |number, ends| waiting.take(address(1), (hash(number), ends), NOW);
        for number in 0..MAXIMUM {
            assert_eq!(take(number, NOW + END), None);
        }
        waiting.end(&hash(7));
        waiting.end(&hash(MAXIMUM));
        assert_eq!(take(MAXIMUM, NOW + END), None);
        assert_eq!(take(MAXIMUM + 1, NOW + END), Some(hash(0)));
    }

    #[test]
    fn what_ends_early_behind_what_ends_late_takes_no_place() {
        let waiting = Waiting::new(false);
        let take = |number, ends, now| waiting.take(address(1), (hash(number), ends), now);
        assert_eq!(take(0, NOW + END, NOW), None);
        for number in 1..MAXIMUM_OF_ONE {
            assert_eq!(take(number, NOW + END / 2, NOW), None);
        }
        assert_eq!(take(9_000, NOW + END, NOW + END / 2), None);
        assert_eq!(take(9_001, NOW + END, NOW + END / 2), None);
    }

    #[test]
    fn whoever_has_every_network_of_a_site_crowds_out_their_own_alone() {
        let waiting = Waiting::new(false);
        let network = |number: usize| IpAddr::from([0x2001, 0xdb8, 1, number as u16, 0, 0, 0, 0]);
        let take = |from, number| waiting.take(from, (hash(number), NOW + END), NOW);
        assert_eq!(take(address(1), 0), None);
        for number in 1..=2_000 {
            assert_eq!(take(network(number), number), None);
        }
        for number in 2_001..=12_000 {
            let gone = take(network(number), number).expect("one of its own");
            assert_ne!(gone, hash(0));
        }
        let elsewhere = IpAddr::from([0x2001, 0xdb8, 2, 0, 0, 0, 0, 0]);
        assert_eq!(take(elsewhere, 20_000), None);
        assert_eq!(waiting.places.lock().unwrap().taken, 2_002);
        // Where all places are taken, the site with most of them gives one up.
        for number in 0..MAXIMUM - 2_002 {
            assert_eq!(take(address(100 + number), 30_000 + number), None);
        }
        let gone = take(address(90_000), 90_000).expect("one of the site's");
        assert_ne!(gone, hash(0));
        let places = waiting.places.lock().unwrap();
        assert_eq!(places.sites[&origin(network(1))], 1_999);
        assert_eq!(places.sites.values().sum::<usize>(), MAXIMUM);
    }
}
