//! What somebody may administer, by what counts.

use registry::{Actor, AdministrativeAct, Permitted, PersonState, RegistryRefusal, Roles};
use seal::Caller;

use super::Snapshot;

impl Snapshot {
    /// What somebody may administer.
    pub(crate) fn permit(
        &self,
        caller: &Caller,
        act: AdministrativeAct,
    ) -> Result<Permitted, RegistryRefusal> {
        let actor = match caller {
            Caller::Application(id) => Actor::Application(id.clone()),
            Caller::Person(claims) => Actor::Person(claims.person.clone()),
        };
        Permitted::asked(actor, &self.roles_of(caller), act)
    }

    /// The roles of a caller. A person of another organisation holds none.
    pub(crate) fn roles_of(&self, caller: &Caller) -> Roles {
        let own = caller.acts_for(self.policy().organisation());
        let held = self.declared().roles.iter().filter(|(holder, _)| own && holder.is(caller));
        let of_register = match caller {
            // What the file says an application is, the file alone says.
            Caller::Application(id) if !self.register().is_declared(id) => {
                self.register().roles().get(id).map(|kept| kept.value.role)
            }
            Caller::Application(_) | Caller::Person(_) => None,
        };
        let person = caller.person().filter(|_| own);
        let person = person.and_then(|claims| self.register().registered(&claims.person));
        let person = person.filter(|person| person.state == PersonState::Active);
        let of_person = person.into_iter().flat_map(|person| person.roles.iter().copied());
        held.map(|(_, role)| *role).chain(of_register).chain(of_person).collect()
    }
}
