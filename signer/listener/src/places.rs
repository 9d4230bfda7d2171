//! Places: so many in all, so many for one address.

use std::{
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
};

use crate::origin::{network, of_site, site};

/// Places for connections, or for whatever else strangers take.
#[derive(Debug)]
pub struct Places {
    most: usize,
    most_of_one: usize,
    most_of_site: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    of: HashMap<IpAddr, usize>,
    of_site: HashMap<Ipv6Addr, usize>,
}

/// A place, given back when this is dropped.
#[derive(Debug)]
pub struct Place {
    places: Arc<Places>,
    address: IpAddr,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPlace {
    /// All are taken.
    All,
    /// The address, or its site, has as many as it may.
    Address,
}

impl Places {
    /// `most` in all, `most_of_one` for one address; an IPv6 network of 64 bits counts as one, and a site of 48
    /// bits has as many as some of them.
    pub fn new(most: usize, most_of_one: usize) -> Arc<Self> {
        let most_of_site = of_site(most, most_of_one);
        Arc::new(Self { most, most_of_one, most_of_site, taken: Mutex::default() })
    }

    /// Takes a place.
    ///
    /// # Errors
    /// [`NoPlace`].
    pub fn take(self: &Arc<Self>, address: IpAddr) -> Result<Place, NoPlace> {
        let address = network(address);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all >= self.most {
            return Err(NoPlace::All);
        }
        let of = taken.of.get(&address).copied().unwrap_or_default();
        let site = site(address);
        let of_site = site.and_then(|site| taken.of_site.get(&site).copied()).unwrap_or_default();
        if of >= self.most_of_one || of_site >= self.most_of_site {
            return Err(NoPlace::Address);
        }
        *taken.of.entry(address).or_default() += 1;
        if let Some(site) = site {
            *taken.of_site.entry(site).or_default() += 1;
        }
        taken.all += 1;
        Ok(Place { places: Arc::clone(self), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        give_back(&mut taken.of, &self.address);
        if let Some(site) = site(self.address) {
            give_back(&mut taken.of_site, &site);
        }
    }
}

fn give_back<K: Eq + Hash>(taken: &mut HashMap<K, usize>, one: &K) {
    if let Some(of) = taken.get_mut(one) {
        *of -= 1;
        if *of == 0 {
            taken.remove(one);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(connections: usize, connections_per_address: usize) -> Arc<Places> {
        Places::new(connections, connections_per_address)
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn one_address_never_takes_every_place() {
        let places = places(3, 2);
        let _first = places.take(address("10.0.0.1")).unwrap();
        let second = places.take(address("::ffff:10.0.0.1")).unwrap();
        assert_eq!(places.take(address("10.0.0.1")).unwrap_err(), NoPlace::Address);
        let _other = places.take(address("10.0.0.2")).unwrap();
        assert_eq!(places.take(address("10.0.0.3")).unwrap_err(), NoPlace::All);
        drop(second);
        assert!(places.take(address("10.0.0.1")).is_ok());
    }

    #[test]
    fn a_network_of_64_bits_is_one_address() {
        let places = places(10, 1);
        let _first = places.take(address("2001:db8:1:2::1")).unwrap();
        assert!(places.take(address("2001:db8:1:2:ffff::9")).is_err());
        assert!(places.take(address("2001:db8:1:3::1")).is_ok());
    }

    #[test]
    fn whoever_has_a_site_of_48_bits_never_takes_every_place() {
        let places = places(100, 10);
        let mut held = Vec::new();
        for number in 0..1_000 {
            held.extend(places.take(address(&format!("2001:db8:1:{number:x}::1"))));
        }
        assert_eq!(held.len(), 40);
        assert!(places.take(address("2001:db8:2::1")).is_ok());
        assert!(places.take(address("192.0.2.1")).is_ok());
        held.truncate(39);
        assert!(places.take(address("2001:db8:1:ffff::1")).is_ok());
    }
}
