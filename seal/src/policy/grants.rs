//! The grants by their holders: an organisation may have thousands.

use std::{cmp::Reverse, collections::HashMap, time::SystemTime};

use crate::{ActRequest, ApplicationId, Caller, Grant, Grantee, PersonId};

#[derive(Clone, Debug, Default)]
pub(super) struct Grants {
    applications: HashMap<ApplicationId, Vec<Grant>>,
    persons: HashMap<PersonId, Vec<Grant>>,
}

impl Grants {
    pub(super) fn of(&self, caller: &Caller) -> &[Grant] {
        let found = match caller {
            Caller::Application(id) => self.applications.get(id),
            Caller::Person(claims) => self.persons.get(&claims.person),
        };
        found.map_or(&[], Vec::as_slice)
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
        let mut by_holder = Self::default();
        for grant in grants {
            match &grant.to {
                Grantee::Application(id) => {
                    by_holder.applications.entry(id.clone()).or_default().push(grant);
                }
                Grantee::Person(id) => {
                    by_holder.persons.entry(id.clone()).or_default().push(grant);
                }
            }
        }
        by_holder
    }
}
