//! Who reads the whole of an organisation's log, which may take long: few at a time, and none of them in
//! the place of an act.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use seal::OrganisationId;

use super::{RequestError, Service};
use crate::authentication::Authenticated;

/// How many readings there are at a time, of all organisations and of one.
const ALL: usize = 8;
const OF_ONE: usize = 2;

/// The readings under way, by organisation.
#[derive(Debug, Default)]
pub(super) struct Exports(Arc<Mutex<HashMap<OrganisationId, usize>>>);

/// A reading under way; its place is free when this is dropped.
#[derive(Debug)]
pub(crate) struct Export {
    of: OrganisationId,
    under_way: Arc<Mutex<HashMap<OrganisationId, usize>>>,
}

impl Exports {
    fn begin(&self, of: &OrganisationId) -> Result<Export, RequestError> {
        let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = under_way.get(of).copied().unwrap_or_default();
        if own >= OF_ONE || under_way.values().sum::<usize>() >= ALL {
            return Err(RequestError::Busy);
        }
        under_way.insert(of.clone(), own + 1);
        Ok(Export { of: of.clone(), under_way: Arc::clone(&self.0) })
    }
}

impl Drop for Export {
    fn drop(&mut self) {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let left = under_way.get(&self.of).map_or(0, |own| own.saturating_sub(1));
        if left == 0 {
            under_way.remove(&self.of);
        } else {
            under_way.insert(self.of.clone(), left);
        }
    }
}

impl Service {
    /// A place for reading the whole of the log of a caller's organisation.
    ///
    /// # Errors
    /// [`RequestError::Busy`] when there are as many as may be.
    pub(crate) fn export_of(&self, caller: &Authenticated) -> Result<Export, RequestError> {
        self.exports.begin(caller.organisation.organisation())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_organisation_reads_its_log_twice_at_a_time_and_all_together_eight_times() {
        let exports = Exports::default();
        let of = |number: usize| OrganisationId::new(number.to_string());
        let begin = |number: usize| exports.begin(&of(number));
        let (first, second) = (begin(0).unwrap(), begin(0).unwrap());
        assert_eq!(begin(0).unwrap_err(), RequestError::Busy);
        drop(first);
        let first = begin(0).unwrap();
        let others: Vec<_> = (2..8).map(|twice| begin(twice / 2).unwrap()).collect();
        assert_eq!(begin(4).unwrap_err(), RequestError::Busy, "all are taken");
        drop((first, second, others));
        assert!(exports.0.lock().unwrap().is_empty(), "nothing is kept of who read");
    }
}
