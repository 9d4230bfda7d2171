//! What the configuration gives, a file or the demo: it is shown beside what was decided here, and changed
//! there. People of whom it speaks have no entry; their tokens say by issuer and subject who they are.

use std::collections::{BTreeMap, HashSet};

use registry::Role;
use seal::{Act, ApplicationId, Grant, Grantee, PersonId};

use super::{names::full_name, office::Office};
use crate::{
    access::DemoPerson,
    administration::{READINESS_APPLICATION, RECEIPTS_APPLICATION},
};

/// Somebody to whom a right can be given, or who was given one.
pub(super) struct KnownPerson {
    /// What stands for them in a form.
    pub(super) word: String,
    pub(super) person: PersonId,
    pub(super) name: String,
    /// Whether they come in no more.
    pub(super) is_barred: bool,
}

impl Office {
    /// What it lets people do, beside what they administer.
    pub(super) fn configured_rights(&self) -> impl Iterator<Item = (&PersonId, &Grant)> {
        let grants = self.snapshot.declared().grants.iter();
        grants.filter(|grant| !grant.acts.is_empty()).filter_map(|grant| match &grant.to {
            Grantee::Person(person) => Some((person, grant)),
            Grantee::Application(_) => None,
        })
    }

    /// What it lets applications seal, but for what the service seals itself.
    pub(super) fn configured_mandates(&self) -> impl Iterator<Item = (&ApplicationId, &Grant)> {
        let is_own = |id: &ApplicationId| {
            [READINESS_APPLICATION, RECEIPTS_APPLICATION].contains(&id.as_str())
        };
        let grants = self.snapshot.declared().grants.iter();
        let grants = grants.filter(|grant| grant.acts.contains(&Act::Seal));
        grants.filter_map(move |grant| match &grant.to {
            Grantee::Application(id) if !is_own(id) => Some((id, grant)),
            Grantee::Application(_) | Grantee::Person(_) => None,
        })
    }

    /// The people of whom it speaks and who have no entry, and which roles it gives them.
    pub(super) fn configured_people(&self) -> Vec<(PersonId, Vec<Role>)> {
        let declared = self.snapshot.declared();
        let mut people: BTreeMap<(&str, &str), Vec<Role>> = BTreeMap::new();
        for person in self.demo() {
            people.entry((&person.issuer, &person.subject)).or_default();
        }
        let granted = declared.grants.iter().map(|grant| (&grant.to, None));
        let held = declared.roles.iter().map(|(to, role)| (to, Some(*role)));
        for (to, role) in granted.chain(held) {
            if let Grantee::Person(PersonId { issuer, subject }) = to {
                people.entry((issuer, subject)).or_default().extend(role);
            }
        }
        let all = people.into_iter().map(|((issuer, subject), roles)| {
            (PersonId { issuer: issuer.to_owned(), subject: subject.to_owned() }, roles)
        });
        all.filter(|(person, _)| self.snapshot.register().registered(person).is_none()).collect()
    }

    /// What the demo calls a person, if they are one of its own.
    pub(super) fn demo_name(&self, person: &PersonId) -> Option<&str> {
        let is_they =
            |one: &&DemoPerson| one.issuer == person.issuer && one.subject == person.subject;
        self.demo().iter().find(is_they).map(|one| &*one.name)
    }

    /// The demo's people; they act for the service's own organisation alone.
    fn demo(&self) -> &[DemoPerson] {
        let own = self.state.service.organisations().own().organisation();
        match own == self.organisation().organisation() {
            true => &self.state.access.demo,
            false => &[],
        }
    }

    /// Everybody who is known: by an entry with a login, by the configuration, or by a right given before.
    pub(super) fn known_people(&self) -> Vec<KnownPerson> {
        let register = self.snapshot.register();
        let entries = register.people().values().map(|kept| &kept.value);
        let mut known: Vec<_> = entries
            .filter_map(|entry| {
                Some(KnownPerson {
                    word: entry.id.0.clone(),
                    person: entry.login.clone()?,
                    name: full_name(entry),
                    is_barred: entry.state.is_barred(),
                })
            })
            .collect();
        let granted = register.grants().values().map(|kept| kept.value.person.clone());
        let configured = self.configured_people().into_iter().map(|(person, _)| person);
        let mut seen: HashSet<_> = known.iter().map(|one| one.person.clone()).collect();
        for person in configured.chain(granted) {
            if !seen.insert(person.clone()) {
                continue;
            }
            let PersonId { issuer, subject } = &person;
            let name = match self.demo_name(&person) {
                Some(name) => format!("{name} ({subject})"),
                None => format!("{subject} ({issuer})"),
            };
            let word = format!("{issuer} {subject}");
            known.push(KnownPerson { word, person, name, is_barred: false });
        }
        known.sort_by(|one, other| one.name.cmp(&other.name));
        known
    }

    /// Who says of people who they are, as far as is known.
    pub(super) fn known_issuers(&self) -> Vec<String> {
        let providers = self.state.access.providers.iter().map(|one| one.told.issuer.clone());
        let people = self.known_people().into_iter().map(|one| one.person.issuer);
        let mut all: Vec<_> = providers.chain(people).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}
