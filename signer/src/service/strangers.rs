//! What those who show no key may take: places, memory, processors and a rate of their own, so that
//! they never take what callers need who show one.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::Arc,
};

use listener::{Place, Places, of_site, site};

use registry::OrderRefusal;
use seal::OrganisationId;

use super::{Budget, Error, RequestError, flight::Flights};

mod rates;

pub(crate) use self::rates::Rates;

/// The longest of small bodies, in bytes. What a route takes is shorter, and it says so in its own words.
pub(crate) const SMALL_BODY: u64 = 128 << 10;

/// Which part of the memory that strangers' documents may take small bodies may take beside them.
const SHARE_OF_SMALL: u64 = 4;

/// How often in a day a contact person may switch reminders, each time of which is a record: twice for each of the
/// certificates that they see.
const SWITCHES_OF_A_CONTACT: u32 = 400;

/// How much all strangers together may take, and one address.
#[derive(Clone, Copy, Debug)]
pub struct StrangerLimits {
    /// How many of their requests are read, waited for and worked on at once.
    pub requests: usize,
    /// How many of them may come from one address.
    pub requests_of_one: usize,
    /// How many bytes of their documents are held in memory at once.
    pub bytes_in_flight: u64,
    /// How many requests all may send in a second.
    pub per_second: u32,
    /// How many one address may.
    pub per_second_of_one: u32,
    /// How many times in a second one address may show what is not accepted; all together as often
    /// as strangers may send requests.
    pub failures_per_second_of_one: u32,
}

/// Strangers, as the service sees them.
#[derive(Debug)]
pub(crate) struct Strangers {
    places: Arc<Places>,
    /// For requests of a line or two in which a client shows who it is: no upload takes them.
    client_places: Arc<Places>,
    /// Of requests that are small and soon over (OCSP, EST, collecting).
    small_places: Arc<Places>,
    /// The memory of small bodies, of these and of forms.
    small_budget: Budget,
    /// Of logins that wait for a provider.
    provider_places: Arc<Places>,
    budget: Budget,
    work: Flights,
    rates: OfAddresses,
    failures: OfAddresses,
    /// Of contact persons, by their organisation and whose link it is.
    switches: Rates<(OrganisationId, String)>,
}

/// Rates of addresses, and of the sites that have many.
#[derive(Debug)]
struct OfAddresses {
    addresses: Rates<IpAddr>,
    sites: Rates<Ipv6Addr>,
}

impl OfAddresses {
    fn new(all: u32, of_one: u32) -> Self {
        let of_site = of_site(all as usize, of_one as usize);
        let of_site = u32::try_from(of_site).unwrap_or(u32::MAX);
        Self { addresses: Rates::new(all, of_one), sites: Rates::new(u32::MAX, of_site) }
    }

    fn pass(&self, address: IpAddr) -> bool {
        // What an address is refused for takes nothing from its site.
        site(address).is_none_or(|site| self.sites.is_left(&site))
            && self.addresses.pass(address)
            && site(address).is_none_or(|site| self.sites.pass(site))
    }

    fn is_left(&self, address: &IpAddr) -> bool {
        site(*address).is_none_or(|site| self.sites.is_left(&site))
            && self.addresses.is_left(address)
    }
}

impl Strangers {
    pub(super) fn new(limits: &StrangerLimits) -> Self {
        Self {
            places: Places::new(limits.requests, limits.requests_of_one),
            client_places: Places::new(limits.requests, limits.requests_of_one),
            small_places: Places::new(limits.requests, limits.requests_of_one),
            small_budget: Budget::new(limits.bytes_in_flight / SHARE_OF_SMALL),
            provider_places: Places::new(limits.requests, limits.requests_of_one),
            budget: Budget::new(limits.bytes_in_flight),
            work: Flights::new(limits.requests),
            rates: OfAddresses::new(limits.per_second, limits.per_second_of_one),
            failures: OfAddresses::new(limits.per_second, limits.failures_per_second_of_one),
            switches: Rates::of_a_day(SWITCHES_OF_A_CONTACT),
        }
    }

    /// Counts one request of an address.
    ///
    /// # Errors
    /// [`RequestError::TooMany`] when it, or all together, sent too many in this second.
    pub(crate) fn pass(&self, address: IpAddr) -> Result<(), RequestError> {
        if self.rates.pass(address) { Ok(()) } else { Err(RequestError::TooMany) }
    }

    /// Whether an address may still show something that has to be verified with work.
    pub(crate) fn may_fail(&self, address: IpAddr) -> bool {
        self.failures.is_left(&address)
    }

    /// Counts that an address showed something that is not accepted.
    ///
    /// # Errors
    /// [`RequestError::TooMany`] when it, or all together, did so too often in this second.
    pub(crate) fn failed(&self, address: IpAddr) -> Result<(), RequestError> {
        if self.failures.pass(address) { Ok(()) } else { Err(RequestError::TooMany) }
    }

    /// Counts that a contact person switches reminders, by all their links.
    ///
    /// # Errors
    /// [`RequestError::TooMany`] when they did so too often within a day.
    pub(super) fn switches(&self, contact: (OrganisationId, String)) -> Result<(), RequestError> {
        if self.switches.pass(contact) { Ok(()) } else { Err(RequestError::TooMany) }
    }

    /// What comes of a one-time code that an address showed: through whichever door it came, a wrong one
    /// counts, and who shows too many waits.
    ///
    /// # Errors
    /// [`RequestError::TooMany`] in place of the refusal; that of `judged`.
    pub(crate) fn shown<T>(&self, judged: Result<T, Error>, address: IpAddr) -> Result<T, Error> {
        if let Err(Error::Order(OrderRefusal::CodeRefused)) = &judged {
            self.failed(address)?;
        }
        judged
    }

    /// Gives a request a place, for as long as it is read and worked on.
    ///
    /// # Errors
    /// [`RequestError::StrangersBusy`] when all are taken, or as many as one address may have.
    pub(crate) fn place(&self, address: IpAddr) -> Result<Place, RequestError> {
        self.places.take(address).map_err(|_| RequestError::StrangersBusy)
    }

    /// The same for a request in which a client of OAuth shows who it is.
    ///
    /// # Errors
    /// [`RequestError::StrangersBusy`].
    pub(crate) fn client_place(&self, address: IpAddr) -> Result<Place, RequestError> {
        self.client_places.take(address).map_err(|_| RequestError::StrangersBusy)
    }

    /// The same for a request that is small and soon over: no upload takes these.
    ///
    /// # Errors
    /// [`RequestError::StrangersBusy`].
    pub(crate) fn small_place(&self, address: IpAddr) -> Result<Place, RequestError> {
        self.small_places.take(address).map_err(|_| RequestError::StrangersBusy)
    }

    /// The same for a login for which a provider is asked, and may be waited for.
    ///
    /// # Errors
    /// [`RequestError::StrangersBusy`].
    pub(crate) fn provider_place(&self, address: IpAddr) -> Result<Place, RequestError> {
        self.provider_places.take(address).map_err(|_| RequestError::StrangersBusy)
    }

    /// The memory that small bodies may take.
    pub(crate) fn small_budget(&self) -> &Budget {
        &self.small_budget
    }

    /// The memory that their documents may take.
    pub(crate) fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Their turns at the processors.
    pub(super) fn work(&self) -> &Flights {
        &self.work
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn who_shows_too_many_wrong_codes_waits_and_others_do_not() {
        let strangers = Strangers::new(&StrangerLimits {
            requests: 9,
            requests_of_one: 9,
            bytes_in_flight: 9,
            per_second: 90,
            per_second_of_one: 90,
            failures_per_second_of_one: 2,
        });
        let (one, other) = (Ipv4Addr::LOCALHOST.into(), Ipv4Addr::BROADCAST.into());
        let wrong = || Err::<(), _>(OrderRefusal::CodeRefused.into());
        let told = |address| strangers.shown(wrong(), address).unwrap_err();
        let (mut refused, mut late) = (0, 0);
        for _ in 0..40 {
            match told(one) {
                Error::Order(OrderRefusal::CodeRefused) => refused += 1,
                Error::Request(RequestError::TooMany) => late += 1,
                error => panic!("{error}"),
            }
        }
        assert!(refused >= 2 && late > 0, "{refused} {late}");
        assert!(matches!(told(other), Error::Order(OrderRefusal::CodeRefused)));
        assert!(strangers.shown(Ok(()), one).is_ok(), "what is right is not counted");
    }

    #[test]
    fn a_contact_person_of_one_organisation_takes_nothing_from_the_same_one_of_another() {
        let strangers = Strangers::new(&StrangerLimits {
            requests: 9,
            requests_of_one: 9,
            bytes_in_flight: 9,
            per_second: 9,
            per_second_of_one: 9,
            failures_per_second_of_one: 9,
        });
        let of = |name: &str| (OrganisationId::new(name), "payments 00".to_owned());
        let passed = (0..1_000).filter(|_| strangers.switches(of("one")).is_ok()).count();
        assert_eq!(passed, 400);
        assert!(strangers.switches(of("another")).is_ok());
    }

    #[test]
    fn places_of_one_kind_are_missing_to_no_other() {
        let strangers = Strangers::new(&StrangerLimits {
            requests: 2,
            requests_of_one: 2,
            bytes_in_flight: 9,
            per_second: 9,
            per_second_of_one: 9,
            failures_per_second_of_one: 9,
        });
        let one = Ipv4Addr::LOCALHOST.into();
        let taken: Vec<_> = (0..2).map(|_| strangers.place(one).unwrap()).collect();
        assert!(matches!(strangers.place(one), Err(RequestError::StrangersBusy)));
        let clients: Vec<_> = (0..2).map(|_| strangers.client_place(one).unwrap()).collect();
        assert!(strangers.client_place(one).is_err());
        let small: Vec<_> = (0..2).map(|_| strangers.small_place(one).unwrap()).collect();
        let logins: Vec<_> = (0..2).map(|_| strangers.provider_place(one).unwrap()).collect();
        assert!(strangers.small_place(one).is_err() && strangers.provider_place(one).is_err());
        drop((taken, clients, small, logins));
        assert!(strangers.client_place(one).is_ok() && strangers.place(one).is_ok());
    }

    #[test]
    fn whoever_has_a_site_of_48_bits_leaves_requests_to_others() {
        let rates = OfAddresses::new(100, 10);
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        let networks = (0..2_000).map(|number| address(&format!("2001:db8:1:{number:x}::1")));
        let passed = networks.filter(|one| rates.pass(*one)).count();
        // What comes back while this runs is little.
        assert!((40..60).contains(&passed), "{passed}");
        assert!(rates.is_left(&address("2001:db8:2::1")) && rates.pass(address("2001:db8:2::1")));
        assert!(rates.pass(address("192.0.2.1")));
    }
}
