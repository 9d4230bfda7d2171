//! For whom the device works: registrations while it runs, each chained to the one before.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use futures_core::future::BoxFuture;
use qscd_protocol::{FIRST_PREVIOUS, registered};
use seal::{ProfileId, QscdError, Registered, Registrar, Registration};

use super::{Device, Mandate};
use crate::event::Event;

/// How many profiles may be registered at a time, of all organisations.
const MAXIMUM_REGISTRATIONS: usize = 100_000;

/// The longest text of a registration, in bytes.
const MAXIMUM_TEXT_LENGTH: usize = 1024;

/// What is registered now, and the end of the chain.
#[derive(Debug, Default)]
pub(super) struct Registrations(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    last: Option<Registered>,
    /// Organisation and profile, and what was registered for them last.
    standing: BTreeMap<(String, ProfileId), Standing>,
}

#[derive(Debug)]
struct Standing {
    organization_name: String,
    mandate: Option<Mandate>,
}

impl State {
    /// What stands for an organisation.
    fn of<'a>(&'a self, organization_identifier: &'a str) -> impl Iterator<Item = &'a Standing> {
        let first = (organization_identifier.to_owned(), ProfileId::new(""));
        let from = self.standing.range(first..);
        from.take_while(move |((identifier, _), _)| identifier == organization_identifier)
            .map(|(_, standing)| standing)
    }
}

impl Device {
    /// Whether an organisation has any registered profile.
    pub(crate) fn has_registered(&self, organization_identifier: &str) -> bool {
        let state = self.registrations.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.of(organization_identifier).next().is_some()
    }

    /// Whether the device knows an organisation by this name: by its settings, or as it is registered.
    pub(super) fn knows_as(&self, organization_identifier: &str, name: &str) -> bool {
        let state = self.registrations.0.lock().unwrap_or_else(PoisonError::into_inner);
        self.evidence.names(organization_identifier, name)
            || state.of(organization_identifier).any(|one| one.organization_name == name)
    }

    /// A name by which the device knows an organisation.
    pub(super) fn name_of(&self, organization_identifier: &str) -> Option<String> {
        let state = self.registrations.0.lock().unwrap_or_else(PoisonError::into_inner);
        let registered = state.of(organization_identifier).next();
        let registered = registered.map(|one| one.organization_name.clone());
        registered.or_else(|| self.evidence.name_of(organization_identifier).map(str::to_owned))
    }

    fn register_now(&self, registration: &Registration) -> Result<Registered, QscdError> {
        let Registration {
            organization_name,
            organization_identifier,
            profile,
            mandate,
            withdrawn,
        } = registration;
        let mandate_text = mandate.as_ref().map_or("-", |mandate| mandate.as_str());
        let texts =
            [organization_name.as_str(), organization_identifier, profile.as_str(), mandate_text];
        if texts.iter().any(|text| text.is_empty() || text.len() > MAXIMUM_TEXT_LENGTH) {
            let why = "a registration's texts have 1 to 1,024 bytes";
            return Err(QscdError::EnrolmentRefused(why.to_owned()));
        }
        let mut state = self.registrations.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (organization_identifier.clone(), profile.clone());
        if !withdrawn
            && !state.standing.contains_key(&key)
            && state.standing.len() >= MAXIMUM_REGISTRATIONS
        {
            return Err(QscdError::AtCapacity);
        }
        let (sequence, previous) = match &state.last {
            Some(last) => (last.sequence + 1, last.hash.as_str()),
            None => (1, FIRST_PREVIOUS),
        };
        let made = registered(sequence, previous, registration)
            .map_err(|error| QscdError::Unavailable(error.to_string()))?;
        let mandate = mandate.as_ref().filter(|_| !withdrawn).map(|id| Mandate {
            id: id.clone(),
            organization_name: organization_name.clone(),
            organization_identifier: organization_identifier.clone(),
            profile: profile.clone(),
        });
        // What stood there goes, whatever name the organisation has now.
        let before = if *withdrawn {
            state.standing.remove(&key)
        } else {
            let organization_name = organization_name.clone();
            state.standing.insert(key, Standing { organization_name, mandate: mandate.clone() })
        };
        let before = before.and_then(|before| before.mandate);
        self.evidence.stand(before.as_ref(), mandate.as_ref());
        // Told under the lock: whoever listens sees the chain's order.
        self.ending.journal.record(&Event::Registered {
            registered: made.clone(),
            registration: registration.clone(),
            at: self.ending.clock.now(),
        });
        state.last = Some(made.clone());
        Ok(made)
    }
}

impl Registrar for Device {
    fn register(&self, registration: Registration) -> BoxFuture<'_, Result<Registered, QscdError>> {
        Box::pin(async move { self.refused(None, self.register_now(&registration)) })
    }
}
