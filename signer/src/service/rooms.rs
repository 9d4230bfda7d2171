//! What one organisation may take of the service while there are several: half of the memory for
//! documents, and half of the places for acts. The rest is for the others.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use seal::OrganisationId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Budget, RequestError, Service};
use crate::{administration::Administration, authentication::Authenticated};

/// The rooms of the organisations that have asked for anything.
#[derive(Debug, Default)]
pub(super) struct Rooms(Mutex<HashMap<OrganisationId, Room>>);

#[derive(Clone, Debug)]
struct Room {
    budget: Budget,
    places: Arc<Semaphore>,
}

impl Service {
    /// The memory that the documents of a caller's organisation may take.
    pub(crate) fn budget_of(&self, caller: &Authenticated) -> Budget {
        self.room_of(&caller.organisation).map_or_else(|| self.budget.clone(), |room| room.budget)
    }

    /// A place for an act, none where the organisation needs none of its own.
    ///
    /// # Errors
    /// [`RequestError::Busy`] when the organisation has as many as it may.
    pub(super) fn place_of(
        &self,
        caller: &Authenticated,
    ) -> Result<Option<OwnedSemaphorePermit>, RequestError> {
        self.place_in(&caller.organisation)
    }

    /// The same for somebody who acts in an organisation without being a caller.
    ///
    /// # Errors
    /// The same.
    pub(super) fn place_in(
        &self,
        organisation: &Administration,
    ) -> Result<Option<OwnedSemaphorePermit>, RequestError> {
        let Some(room) = self.room_of(organisation) else { return Ok(None) };
        room.places.try_acquire_owned().map(Some).map_err(|_| RequestError::Busy)
    }

    /// The room of an organisation; none while there is one organisation alone.
    fn room_of(&self, organisation: &Administration) -> Option<Room> {
        if self.organisations.is_one() {
            return None;
        }
        let mut rooms = self.rooms.0.lock().unwrap_or_else(PoisonError::into_inner);
        let organisation = organisation.organisation();
        if let Some(room) = rooms.get(organisation) {
            return Some(room.clone());
        }
        let places = (self.limits.concurrent_acts / 2).clamp(1, Semaphore::MAX_PERMITS);
        let room = Room { budget: self.budget.half(), places: Arc::new(Semaphore::new(places)) };
        rooms.insert(organisation.clone(), room.clone());
        Some(room)
    }
}

#[cfg(test)]
mod tests {
    use registry::{Administrator, Founding, KeyId, Role};
    use seal::{CountryCode, CvrCheck, Organisation};

    use super::*;
    use crate::{
        Error,
        compose::sample::{API_KEY, demo},
        config::{Secret, key_hash},
        service::{Document, ValidationRequest},
    };

    #[tokio::test(flavor = "multi_thread")]
    async fn of_several_organisations_none_takes_the_others_half() {
        let (application, _directory) = demo(|limits| {
            limits.concurrent_requests = 4;
            limits.maximum_bytes_in_flight = 1 << 20;
        })
        .await;
        let service = &application.service;
        let own = service.authenticator().authenticate(API_KEY).await.unwrap();
        assert!(service.place_of(&own).unwrap().is_none(), "it is alone");
        service.budget_of(&own).share().grow_to(1 << 20).unwrap();

        let key = Secret::new("the key of the other organisation's auditor");
        let administrator = Administrator {
            role: Role::Auditor,
            key: KeyId("first".into()),
            sha256: key_hash(&key),
            replaces: false,
        };
        let organisation = Organisation {
            registered_name: "Andetby Havn".into(),
            cvr: "19552101".into(),
            country: CountryCode::DENMARK,
            cvr_check: CvrCheck::Modulo11,
            allow_seals: true,
        };
        let founding = Founding { organisation, administrators: vec![administrator] };
        let now = service.clock().now();
        service.organisations().found(service.store(), founding, now).await.unwrap();

        let other = service.authenticator().authenticate(key.expose()).await.unwrap();
        let mut held = Vec::new();
        for caller in [&own, &other] {
            let places = [service.place_of(caller), service.place_of(caller)];
            let third = service.place_of(caller);
            assert!(matches!(third, Err(RequestError::Busy)));
            let request = ValidationRequest::new(Document::new(bytes::Bytes::from_static(b"%PDF")));
            let validated = service.validate_for(caller, request).await;
            assert!(matches!(validated, Err(Error::Request(RequestError::Busy))));
            let mut share = service.budget_of(caller).share();
            assert_eq!(share.grow_to((1 << 20) / 2 + 1), Err(RequestError::Busy));
            share.grow_to((1 << 20) / 2).unwrap();
            held.push((places.map(Result::unwrap), share));
        }
        held.clear();
        assert!(service.place_of(&own).unwrap().is_some(), "given back");
        application.shutdown().await.unwrap();
    }
}
