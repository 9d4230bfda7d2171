//! The port by which a device learns for whom it works: organisations, their profiles and their
//! standing mandates.

use std::fmt::Debug;

use futures_core::future::BoxFuture;
use serde::{Deserialize, Serialize};

use crate::{MandateId, ProfileId, QscdError};

/// What a device is told: an organisation has this profile, or has it no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// The organizationName, as certificates for it have it.
    pub organization_name: String,
    /// The organizationIdentifier (EN 319 412-1 clause 5.1.4), as `NTRDK-12345674`.
    pub organization_identifier: String,
    /// The profile.
    pub profile: ProfileId,
    /// The standing mandate that activates its seals; none for a profile of persons, who activate
    /// their keys themselves.
    pub mandate: Option<MandateId>,
    /// Whether it has ended: the mandate activates nothing any more.
    pub withdrawn: bool,
}

/// The device's acknowledgement: the registration's place in its chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// Its number, from 1 on in each run of the device.
    pub sequence: u64,
    /// The hash of the registration before, in hexadecimal; zeros before the first.
    pub previous: String,
    /// SHA-256 over number, previous hash and registration, in hexadecimal.
    pub hash: String,
}

/// Where a device takes registrations.
pub trait Registrar: Debug + Send + Sync {
    /// Takes a registration. What is registered already may be registered again.
    ///
    /// # Errors
    /// [`QscdError`]: nothing has changed then, or that is not known.
    fn register(&self, registration: Registration) -> BoxFuture<'_, Result<Registered, QscdError>>;
}
