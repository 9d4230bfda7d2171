//! Certificate profiles that administrators make.

use seal::CertificateProfile;
use serde::{Deserialize, Serialize};

use crate::{Actor, Moment};

/// A certificate profile of the register. Its version is the number of the change that left it so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeProfile {
    /// What it says.
    pub profile: CertificateProfile,
    /// When it was made.
    pub made: Moment,
    /// By whom.
    pub made_by: Actor,
    /// When it was retired: nothing is done with it since.
    pub retired: Option<Moment>,
}

impl MadeProfile {
    /// The profile as the policy judges it: one that is retired is not in use.
    pub fn in_use(&self) -> CertificateProfile {
        let active = self.profile.active && self.retired.is_none();
        CertificateProfile { active, ..self.profile.clone() }
    }
}
