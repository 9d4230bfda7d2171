//! `[[grant]]`: who may do what.

use registry::Role;
use seal::{Act, Grantee, ProfileId};
use serde::Deserialize;

/// What somebody may do.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// Who may.
    pub to: Grantee,
    /// What they may do.
    pub acts: Vec<GrantedAct>,
    /// With which profiles; every profile when left out.
    #[serde(default)]
    pub profiles: Option<Vec<ProfileId>>,
    /// As what they administer; there if `administer` is among the acts, and only then.
    #[serde(default)]
    pub role: Option<Role>,
}

/// An act that a grant names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GrantedAct {
    /// Signing.
    #[serde(rename = "signature")]
    Sign,
    /// Sealing.
    Seal,
    /// Using the interface of administration.
    Administer,
}

impl GrantedAct {
    /// The act that makes something, if it is one.
    fn act(self) -> Option<Act> {
        match self {
            Self::Sign => Some(Act::Sign),
            Self::Seal => Some(Act::Seal),
            Self::Administer => None,
        }
    }
}

impl Grant {
    /// What the seal policy makes of it.
    pub(crate) fn of_policy(&self) -> seal::Grant {
        let acts = self.acts.iter().filter_map(|act| act.act()).collect();
        seal::Grant::new(self.to.clone(), acts, self.profiles.clone())
    }
}
