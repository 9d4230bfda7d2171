//! What those who show no key may take: places, memory, processors and a rate of their own, so that
//! they never take what callers need who show one.

use std::{net::IpAddr, sync::Arc};

use listener::{Place, Places};

use super::{Budget, RequestError, flight::Flights};

mod rates;

pub(crate) use self::rates::Rates;

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
    budget: Budget,
    work: Flights,
    rates: Rates,
    failures: Rates,
}

impl Strangers {
    pub(super) fn new(limits: &StrangerLimits) -> Self {
        Self {
            places: Places::new(limits.requests, limits.requests_of_one),
            budget: Budget::new(limits.bytes_in_flight),
            work: Flights::new(limits.requests),
            rates: Rates::new(limits.per_second, limits.per_second_of_one),
            failures: Rates::new(limits.per_second, limits.failures_per_second_of_one),
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

    /// Gives a request a place, for as long as it is read and worked on.
    ///
    /// # Errors
    /// [`RequestError::StrangersBusy`] when all are taken, or as many as one address may have.
    pub(crate) fn place(&self, address: IpAddr) -> Result<Place, RequestError> {
        self.places.take(address).map_err(|_| RequestError::StrangersBusy)
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
