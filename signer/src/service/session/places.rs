//! How many keys for sessions an organisation has at once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use seal::OrganisationId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::service::RequestError;

/// How many an organisation has at once: a part of what a device holds for all (`live_keys`, 10,000), so
/// that one organisation's sessions keep nobody from sealing.
const MAXIMUM_OF_ORGANISATION: usize = 1_000;

/// The places of each organisation.
#[derive(Debug, Default)]
pub(in crate::service) struct SessionPlaces(Mutex<HashMap<OrganisationId, Arc<Semaphore>>>);

impl SessionPlaces {
    /// A place for one key, for as long as it lives.
    ///
    /// # Errors
    /// [`RequestError::Busy`] when the organisation has as many as it may.
    pub(super) fn take(
        &self,
        organisation: &OrganisationId,
    ) -> Result<OwnedSemaphorePermit, RequestError> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let places = || Arc::new(Semaphore::new(MAXIMUM_OF_ORGANISATION));
        let places = all.entry(organisation.clone()).or_insert_with(places);
        Arc::clone(places).try_acquire_owned().map_err(|_| RequestError::Busy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_organisation_has_so_many_keys_and_takes_none_from_another() {
        let places = SessionPlaces::default();
        let (own, other) = (OrganisationId::new("own"), OrganisationId::new("other"));
        let mut taken: Vec<_> =
            (0..MAXIMUM_OF_ORGANISATION).map(|_| places.take(&own).unwrap()).collect();
        assert!(matches!(places.take(&own), Err(RequestError::Busy)));
        assert!(places.take(&other).is_ok());
        taken.pop();
        assert!(places.take(&own).is_ok());
    }
}
