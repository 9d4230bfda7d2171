//! The permission to ask for something.

use crate::{Actor, AdministrativeAct, RegistryRefusal, Roles};

/// Somebody who was found to be permitted one kind of act. Only [`Permitted::asked`] makes one.
#[derive(Clone, Debug)]
pub struct Permitted {
    actor: Actor,
    act: AdministrativeAct,
}

impl Permitted {
    /// Asks whether these roles may do this.
    ///
    /// # Errors
    /// [`RegistryRefusal::NotPermitted`].
    pub fn asked(
        actor: Actor,
        roles: &Roles,
        act: AdministrativeAct,
    ) -> Result<Self, RegistryRefusal> {
        if roles.may(act) {
            Ok(Self { actor, act })
        } else {
            Err(RegistryRefusal::NotPermitted(act.name()))
        }
    }

    /// What for.
    pub(crate) fn act(&self) -> AdministrativeAct {
        self.act
    }

    /// Who.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }
}
