//! What a person may do on the organisation's behalf.

use seal::{Act, PersonId, ProfileId};
use serde::{Deserialize, Serialize};

use crate::{Actor, Moment};

/// The name of a grant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonGrantId(pub String);

/// One rights administrator's decision: this person may do these acts (MitID Erhverv: the separate
/// grants "signing" and "seal generation").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonGrant {
    /// Its name.
    pub id: PersonGrantId,
    /// Who may.
    pub person: PersonId,
    /// What they may do; at least one act.
    pub acts: Vec<Act>,
    /// With which profiles; every profile when there is no list.
    pub profiles: Option<Vec<ProfileId>>,
    /// From when on it counts no more.
    pub until: Option<Moment>,
    /// Why, in the giver's words.
    pub note: String,
    /// When it was given.
    pub made: Moment,
    /// By whom.
    pub made_by: Actor,
    /// When it was revoked.
    pub revoked: Option<Moment>,
}
