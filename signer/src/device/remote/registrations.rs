//! What the service has registered with a device elsewhere, which keeps nothing over its restarts.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use qscd_protocol::{Acknowledgement, registered};
use seal::{ProfileId, QscdError, Registered, Registration};

/// What stands at the device.
#[derive(Debug, Default)]
pub(super) struct Registrations(Mutex<BTreeMap<(String, ProfileId), Registration>>);

impl Registrations {
    /// Remembers what was acknowledged.
    pub(super) fn remember(&self, registration: Registration) {
        if registration.withdrawn {
            return self.forget(&registration);
        }
        let mut standing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        standing.insert(key(&registration), registration);
    }

    /// No further run is to hear of it.
    pub(super) fn forget(&self, registration: &Registration) {
        let mut standing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        standing.remove(&key(registration));
    }

    /// All that is to stand at a further run.
    pub(super) fn all(&self) -> Vec<Registration> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}

fn key(registration: &Registration) -> (String, ProfileId) {
    (registration.organization_identifier.clone(), registration.profile.clone())
}

/// The place in the chain, if it is this registration's.
///
/// # Errors
/// [`QscdError::Unavailable`]: the device acknowledges something else.
pub(super) fn acknowledged(
    acknowledgement: Acknowledgement,
    registration: &Registration,
) -> Result<Registered, QscdError> {
    let told = acknowledgement.registered;
    match registered(told.sequence, &told.previous, registration) {
        Ok(expected) if expected == told => Ok(told),
        Ok(_) | Err(_) => {
            Err(QscdError::Unavailable("it acknowledges another registration".to_owned()))
        }
    }
}
