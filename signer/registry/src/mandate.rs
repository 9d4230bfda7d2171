//! What an application may seal in the organisation's name.

use seal::{ApplicationId, ProfileId};
use serde::{Deserialize, Serialize};

use crate::{Actor, Moment};

/// The name of a mandate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MandateId(pub String);

/// An application's right to seal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mandate {
    /// Its name.
    pub id: MandateId,
    /// Which application.
    pub application: ApplicationId,
    /// With which profiles; every profile when there is no list.
    pub profiles: Option<Vec<ProfileId>>,
    /// From when on it counts.
    pub from: Option<Moment>,
    /// From when on it counts no more.
    pub until: Option<Moment>,
    /// How many seals it gives at most.
    pub maximum_seals: Option<u64>,
    /// Why, in the giver's words.
    pub note: String,
    /// When it was given.
    pub made: Moment,
    /// By whom.
    pub made_by: Actor,
    /// When it was revoked.
    pub revoked: Option<Moment>,
}
