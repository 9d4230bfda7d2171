//! The grants by their holders: an organisation may have thousands.

use std::{cmp::Reverse, collections::HashMap, time::SystemTime};

use crate::{ActRequest, ApplicationId, Caller, Grant, Grantee, PersonId};

#[derive(Clone, Debug, Default)]
pub(super) struct Grants {
    present: ByHolder,
    /// Apart, for an act looks at all that its caller has.
    revoked: ByHolder,
}

#[derive(Clone, Debug, Default)]
struct ByHolder {
    applications: HashMap<ApplicationId, Vec<Grant>>,
    persons: HashMap<PersonId, Vec<Grant>>,
}

impl ByHolder {
    fn of(&self, caller: &Caller) -> &[Grant] {
        let found = match caller {
            Caller::Application(id) => self.applications.get(id),
            Caller::Person(claims) => self.persons.get(&claims.person),
        };
        found.map_or(&[], Vec::as_slice)
    }
}

impl Grants {
    /// Those that nobody took back.
    pub(super) fn of(&self, caller: &Caller) -> &[Grant] {
        self.present.of(caller)
    }

    pub(super) fn revoked_of(&self, caller: &Caller) -> &[Grant] {
        self.revoked.of(caller)
    }

    /// The grant by which `caller` may do what it asks for now: one that counts nothing before one that
    /// does, and one that has as many seals left as are asked for before one that has not. Where none
    /// has, the one that has most left.
    pub(super) fn covering(
        &self,
        caller: &Caller,
        request: &ActRequest,
        now: SystemTime,
    ) -> Option<&Grant> {
        let ActRequest { act, profile, seals, .. } = request;
        let covering = self.of(caller).iter().filter(|grant| grant.covers(*act, profile, now));
        covering.min_by_key(|grant| {
            let left = grant.left().min(*seals);
            (Reverse(left), grant.counted.is_some())
        })
    }
}

impl FromIterator<Grant> for Grants {
    fn from_iter<T: IntoIterator<Item = Grant>>(grants: T) -> Self {
        let mut all = Self::default();
        for grant in grants {
            let by_holder = if grant.revoked { &mut all.revoked } else { &mut all.present };
            match &grant.to {
                Grantee::Application(id) => {
                    by_holder.applications.entry(id.clone()).or_default().push(grant);
                }
                Grantee::Person(id) => {
                    by_holder.persons.entry(id.clone()).or_default().push(grant);
                }
            }
        }
        all
    }
}
