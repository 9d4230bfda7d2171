//! What is left of an entry when a person is erased.

use seal::PersonId;

use crate::{Actor, Entry, Kept, Register, RegisteredId, Version};

/// What becomes of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Erased {
    /// It does not name the person.
    Unnamed,
    /// It is the person's own and goes.
    Gone,
    /// It stays, and says that its maker was erased.
    Rewritten(Box<Entry>),
}

impl Entry {
    /// The entry without the person.
    pub fn without(self, person: &PersonId) -> Erased {
        let mut entry = self;
        let makers: Vec<&mut Actor> = match &mut entry {
            Self::Grant(grant) if grant.person == *person => return Erased::Gone,
            Self::Person(entry) if entry.is(person) => return Erased::Gone,
            Self::Person(entry) => vec![&mut entry.made_by],
            Self::Grant(grant) => vec![&mut grant.made_by],
            Self::Mandate(mandate) => vec![&mut mandate.made_by],
            Self::Profile(made) => vec![&mut made.made_by],
            Self::Organisation(founded) => vec![&mut founded.made_by],
            Self::Role(role) => vec![&mut role.made_by],
            Self::CertificateTerms(terms) => vec![&mut terms.made_by],
            Self::CertificateSettings(_) => Vec::new(),
            Self::Application(application) => {
                let keys = application.keys.iter_mut().map(|key| &mut key.made_by);
                let clients = application.clients.iter_mut().map(|client| &mut client.made_by);
                keys.chain(clients).chain([&mut application.made_by]).collect()
            }
        };
        let mut named = false;
        for maker in makers {
            if matches!(maker, Actor::Person(maker) if maker == person) {
                *maker = Actor::Erased;
                named = true;
            }
        }
        if named { Erased::Rewritten(Box::new(entry)) } else { Erased::Unnamed }
    }
}

impl Register {
    /// The same without a person: the entry of this name goes, and what names this login. The number of
    /// the last change stays.
    #[must_use]
    pub fn without_person(&self, id: &RegisteredId, login: Option<&PersonId>) -> Self {
        let mut left = self.emptied();
        for (entry, version) in self.entries() {
            if matches!(&entry, Entry::Person(one) if one.id == *id) {
                continue;
            }
            match login.map_or(Erased::Unnamed, |login| entry.clone().without(login)) {
                Erased::Unnamed => left.put(entry, version),
                Erased::Gone => {}
                Erased::Rewritten(entry) => left.put(*entry, version),
            }
        }
        left
    }

    /// All that was decided.
    fn entries(&self) -> impl Iterator<Item = (Entry, Version)> {
        let applications = self.applications.values();
        let applications =
            applications.map(|kept| (Entry::Application(kept.value.clone()), kept.version));
        let grants = self.grants.values();
        let grants = grants.map(|kept| (Entry::Grant(kept.value.clone()), kept.version));
        let mandates = self.mandates.values();
        let mandates = mandates.map(|kept| (Entry::Mandate(kept.value.clone()), kept.version));
        let profiles = self.made_profiles.values();
        let profiles =
            profiles.map(|kept| (Entry::Profile(kept.value.clone().into()), kept.version));
        let roles = self.roles.values();
        let roles = roles.map(|kept| (Entry::Role(kept.value.clone()), kept.version));
        let people = self.people.values();
        let people = people.map(|kept| (Entry::Person(kept.value.clone()), kept.version));
        let organisation = self.organisation.iter();
        let organisation =
            organisation.map(|kept| (Entry::Organisation(kept.value.clone()), kept.version));
        applications
            .chain(grants)
            .chain(mandates)
            .chain(profiles)
            .chain(roles)
            .chain(people)
            .chain(organisation)
            .chain(self.certificate_entries())
    }
}

impl Register {
    /// What was decided about certificates that live for years.
    fn certificate_entries(&self) -> impl Iterator<Item = (Entry, Version)> {
        let terms = self.certificate_terms.values();
        let terms =
            terms.map(|kept| (Entry::CertificateTerms(kept.value.clone().into()), kept.version));
        let Kept { value, version } = self.certificate_settings;
        let settings = (version != Version::default()).then_some(version);
        terms.chain(settings.map(|version| (Entry::CertificateSettings(value), version)))
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use seal::ApplicationId;

    use super::*;
    use crate::{AdministrativeAct, Command, MakeApplication, Moment, Permitted, Role, Roles};

    #[test]
    fn a_register_without_a_person_has_all_else_and_says_that_a_maker_was_erased() {
        let person = PersonId { issuer: "https://id.example".into(), subject: "karen".into() };
        let roles = Roles::from_iter([Role::RightsAdministrator]);
        let now = Moment::try_from(SystemTime::UNIX_EPOCH).unwrap();
        let mut register = Register::default();
        for (id, by) in [("erp", Actor::Person(person.clone())), ("crm", Actor::Operator)] {
            let act = AdministrativeAct::ChangeApplications;
            let permitted = Permitted::asked(by, &roles, act).unwrap();
            let made = MakeApplication { id: ApplicationId::new(id), display_name: id.into() };
            let change = register.decide(&permitted, Command::MakeApplication(made), now).unwrap();
            register.apply(&change);
        }
        let id = RegisteredId("nobody".into());
        let left = register.without_person(&id, Some(&person));
        let makers: Vec<&Actor> =
            left.applications().values().map(|kept| &kept.value.made_by).collect();
        assert_eq!(makers, [&Actor::Operator, &Actor::Erased]);
        assert_eq!(left.revision(), register.revision());
        let same = register.without_person(&id, None);
        assert_eq!(same.applications(), register.applications());
    }
}
