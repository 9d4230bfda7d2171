//! What stands in the register of an organisation itself.

use seal::{ApplicationId, Organisation};
use serde::{Deserialize, Serialize};

use crate::{Actor, Moment, Role};

/// An organisation that the operator made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Founded {
    /// The organisation.
    pub organisation: Organisation,
    /// When it was made.
    pub made: Moment,
    /// By whom.
    pub made_by: Actor,
}

/// The role that an application holds, given by the operator: nobody else gives one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleGrant {
    /// Which application.
    pub application: ApplicationId,
    /// The role.
    pub role: Role,
    /// When it was given.
    pub made: Moment,
    /// By whom.
    pub made_by: Actor,
}
