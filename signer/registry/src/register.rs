//! What stands in the register of one organisation.

use std::{collections::BTreeSet, fmt};

use seal::{ApplicationId, PersonId, ProfileId};
use serde::{Deserialize, Serialize};

use crate::{
    Application, CertificateSettings, CertificateTerms, Change, Entry, EntryKind, Founded,
    MadeProfile, Mandate, MandateId, PersonGrant, PersonGrantId, RegisteredId, RegisteredPerson,
    RoleGrant, Shared,
};

/// The number of the change that made something as it is. The register's own is the number of its
/// last change; an empty register has 0.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Version(pub u64);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Something in the register, and its version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept<T> {
    /// What.
    pub value: T,
    /// The change that made it so.
    pub version: Version,
}

/// The register of one organisation, and the names in the configuration file that it heeds.
#[derive(Clone, Debug, Default)]
pub struct Register {
    pub(crate) revision: Version,
    pub(crate) applications: Shared<ApplicationId, Kept<Application>>,
    pub(crate) grants: Shared<PersonGrantId, Kept<PersonGrant>>,
    pub(crate) mandates: Shared<MandateId, Kept<Mandate>>,
    pub(crate) made_profiles: Shared<ProfileId, Kept<MadeProfile>>,
    pub(crate) organisation: Option<Kept<Founded>>,
    pub(crate) roles: Shared<ApplicationId, Kept<RoleGrant>>,
    pub(crate) people: Shared<RegisteredId, Kept<RegisteredPerson>>,
    pub(crate) certificate_terms: Shared<ProfileId, Kept<CertificateTerms>>,
    pub(crate) certificate_settings: Kept<CertificateSettings>,
    /// Whose entry each login is.
    logins: Shared<PersonId, RegisteredId>,
    /// Whose entry each further login is.
    links: Shared<PersonId, RegisteredId>,
    /// Whose entry each passkey is, by the credential's id.
    passkeys: Shared<String, RegisteredId>,
    /// The logins of those who are kept out.
    barred: Shared<PersonId, ()>,
    /// Whether the file says what the organisation is, whatever the operator made of its number.
    pub(crate) file_organisation: bool,
    /// Whether the file names somebody who administers the organisation.
    pub(crate) file_administrators: bool,
    pub(crate) file_applications: BTreeSet<ApplicationId>,
    pub(crate) reserved: BTreeSet<ApplicationId>,
    pub(crate) profiles: Vec<ProfileId>,
}

impl Register {
    /// An empty register beside a file with these applications and profiles. The `reserved` names
    /// are the service's own, or have rights by the file: no application of the register bears one.
    pub fn beside(
        file_applications: BTreeSet<ApplicationId>,
        profiles: Vec<ProfileId>,
        reserved: BTreeSet<ApplicationId>,
    ) -> Self {
        Self { file_applications, profiles, reserved, ..Self::default() }
    }

    /// The same beside a file that names other applications.
    #[must_use]
    pub fn beside_others(
        self,
        file_applications: BTreeSet<ApplicationId>,
        reserved: BTreeSet<ApplicationId>,
    ) -> Self {
        Self { file_applications, reserved, ..self }
    }

    /// The same beside a file that names somebody, or nobody, who administers the organisation.
    #[must_use]
    pub fn beside_administrators(self, file_administrators: bool) -> Self {
        Self { file_administrators, ..self }
    }

    /// The same beside a file that says what the organisation is, or does not.
    #[must_use]
    pub fn beside_organisation(self, file_organisation: bool) -> Self {
        Self { file_organisation, ..self }
    }

    /// The same without what was decided; the number of the last change stays.
    #[must_use]
    pub(crate) fn emptied(&self) -> Self {
        let empty = Self::beside(
            self.file_applications.clone(),
            self.profiles.clone(),
            self.reserved.clone(),
        );
        empty
            .beside_organisation(self.file_organisation)
            .beside_administrators(self.file_administrators)
            .after(self.revision)
    }

    /// Goes on after the change of this number, which may have left nothing.
    #[must_use]
    pub fn after(self, revision: Version) -> Self {
        Self { revision: self.revision.max(revision), ..self }
    }

    /// Whether the file says what this application is, or did so since the start.
    pub fn is_declared(&self, id: &ApplicationId) -> bool {
        self.file_applications.contains(id) || self.reserved.contains(id)
    }

    /// The number of the last change.
    pub fn revision(&self) -> Version {
        self.revision
    }

    /// The applications by their names.
    pub fn applications(&self) -> &Shared<ApplicationId, Kept<Application>> {
        &self.applications
    }

    /// The certificate profiles that administrators made, by their names.
    pub fn profiles(&self) -> &Shared<ProfileId, Kept<MadeProfile>> {
        &self.made_profiles
    }

    /// The organisation, if the operator made it. Of equal numbers the file's counts.
    pub fn organisation(&self) -> Option<&Kept<Founded>> {
        self.organisation.as_ref()
    }

    /// The roles that applications hold, beside those that the file gives.
    pub fn roles(&self) -> &Shared<ApplicationId, Kept<RoleGrant>> {
        &self.roles
    }

    /// The people by their entries' names.
    pub fn people(&self) -> &Shared<RegisteredId, Kept<RegisteredPerson>> {
        &self.people
    }

    /// The terms under which certificates of years are ordered, by the profiles that they stand beside.
    pub fn certificate_terms(&self) -> &Shared<ProfileId, Kept<CertificateTerms>> {
        &self.certificate_terms
    }

    /// What the organisation allows of such certificates; version 0 until somebody has said so.
    pub fn certificate_settings(&self) -> &Kept<CertificateSettings> {
        &self.certificate_settings
    }

    /// The person who comes with this login.
    pub fn registered(&self, person: &PersonId) -> Option<&RegisteredPerson> {
        Some(&self.people.get(self.logins.get(person)?)?.value)
    }

    /// The person who logs in with this login, the further ones among them.
    pub fn linked(&self, login: &PersonId) -> Option<&RegisteredPerson> {
        let id = self.logins.get(login).or_else(|| self.links.get(login))?;
        Some(&self.people.get(id)?.value)
    }

    /// The person who has the passkey with this credential id, in base64url.
    pub fn with_passkey(&self, id: &str) -> Option<&RegisteredPerson> {
        Some(&self.people.get(self.passkeys.get(&id.to_owned())?)?.value)
    }

    /// Whether the person who comes with this login is kept out.
    pub fn is_barred(&self, person: &PersonId) -> bool {
        self.barred.get(person).is_some()
    }

    /// The persons' grants by their names.
    pub fn grants(&self) -> &Shared<PersonGrantId, Kept<PersonGrant>> {
        &self.grants
    }

    /// The applications' mandates by their names.
    pub fn mandates(&self) -> &Shared<MandateId, Kept<Mandate>> {
        &self.mandates
    }

    /// The version of what stands there under the name of this entry.
    pub fn version_of(&self, entry: &Entry) -> Option<Version> {
        match entry {
            Entry::Application(one) => self.applications.get(&one.id).map(|kept| kept.version),
            Entry::Grant(one) => self.grants.get(&one.id).map(|kept| kept.version),
            Entry::Mandate(one) => self.mandates.get(&one.id).map(|kept| kept.version),
            Entry::Profile(one) => self.made_profiles.get(&one.profile.id).map(|kept| kept.version),
            Entry::Organisation(_) => self.organisation.as_ref().map(|kept| kept.version),
            Entry::Role(one) => self.roles.get(&one.application).map(|kept| kept.version),
            Entry::Person(one) => self.people.get(&one.id).map(|kept| kept.version),
            Entry::CertificateTerms(one) => {
                self.certificate_terms.get(&one.profile).map(|kept| kept.version)
            }
            Entry::CertificateSettings(_) => Some(self.certificate_settings.version),
        }
    }

    /// Puts what was decided in, as the next change.
    pub fn apply(&mut self, change: &Change) -> Version {
        self.revision = Version(self.revision.0 + 1);
        match change.removed() {
            Some((EntryKind::Grant, id)) => {
                self.grants.remove(&PersonGrantId(id.to_owned()));
            }
            Some((EntryKind::Mandate, id)) => {
                self.mandates.remove(&MandateId(id.to_owned()));
            }
            Some((
                EntryKind::Application
                | EntryKind::Organisation
                | EntryKind::Profile
                | EntryKind::Role
                | EntryKind::Person
                | EntryKind::CertificateTerms
                | EntryKind::CertificateSettings,
                _,
            ))
            | None => {}
        }
        for entry in [change.after()].into_iter().chain(change.also()) {
            self.put(entry.clone(), self.revision);
        }
        self.revision
    }

    /// Puts in what was kept: an entry as the change `version` left it.
    pub fn put(&mut self, entry: Entry, version: Version) {
        self.revision = self.revision.max(version);
        match entry {
            Entry::Application(value) => {
                self.applications.insert(value.id.clone(), Kept { value, version });
            }
            Entry::Grant(value) => {
                self.grants.insert(value.id.clone(), Kept { value, version });
            }
            Entry::Mandate(value) => {
                self.mandates.insert(value.id.clone(), Kept { value, version });
            }
            Entry::Profile(value) => {
                let value = *value;
                self.made_profiles.insert(value.profile.id.clone(), Kept { value, version });
            }
            Entry::Person(value) => self.put_person(value, version),
            Entry::Organisation(value) => self.organisation = Some(Kept { value, version }),
            Entry::CertificateTerms(value) => {
                let value = *value;
                self.certificate_terms.insert(value.profile.clone(), Kept { value, version });
            }
            Entry::CertificateSettings(value) => {
                self.certificate_settings = Kept { value, version };
            }
            Entry::Role(value) => {
                self.roles.insert(value.application.clone(), Kept { value, version });
            }
        }
    }

    fn put_person(&mut self, value: RegisteredPerson, version: Version) {
        let (id, login, state) = (value.id.clone(), value.login.clone(), value.state);
        let links = value.links.clone();
        let passkeys: Vec<String> = value.passkeys.iter().map(|one| one.id.clone()).collect();
        let before = self.people.insert(id.clone(), Kept { value, version });
        for link in before.iter().flat_map(|before| &before.value.links) {
            self.links.remove(link);
            self.barred.remove(link);
        }
        for passkey in before.iter().flat_map(|before| &before.value.passkeys) {
            self.passkeys.remove(&passkey.id);
        }
        for link in links {
            if state.is_barred() {
                self.barred.insert(link.clone(), ());
            }
            self.links.insert(link, id.clone());
        }
        for passkey in passkeys {
            self.passkeys.insert(passkey, id.clone());
        }
        if let Some(before) = before.and_then(|before| before.value.login) {
            self.logins.remove(&before);
            self.barred.remove(&before);
        }
        if let Some(login) = login {
            if state.is_barred() {
                self.barred.insert(login.clone(), ());
            }
            self.logins.insert(login, id);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant, SystemTime};

    use super::*;
    use crate::{Actor, Moment, PersonState};

    fn login(subject: &str) -> PersonId {
        PersonId { issuer: "https://login.example".into(), subject: subject.into() }
    }

    fn person(id: &str, subject: Option<&str>, state: PersonState) -> Entry {
        Entry::Person(RegisteredPerson {
            id: RegisteredId(id.into()),
            given_name: "Karen".into(),
            family_name: "Aagaard".into(),
            email: Some("karen@havnsted.example".into()),
            email_validated: false,
            state,
            login: subject.map(login),
            links: Vec::new(),
            known_logins: Vec::new(),
            passkeys: Vec::new(),
            roles: BTreeSet::new(),
            salt: "salt".into(),
            made: Moment::try_from(SystemTime::UNIX_EPOCH).unwrap(),
            made_by: Actor::Operator,
        })
    }

    #[test]
    fn a_login_finds_the_entry_that_has_it_now_and_whether_it_is_kept_out() {
        let mut register = Register::default();
        let found = |register: &Register, subject: &str| {
            let entry = register.registered(&login(subject)).map(|person| person.id.0.clone());
            (entry, register.is_barred(&login(subject)))
        };
        register.put(person("one", Some("karen"), PersonState::Active), Version(1));
        register.put(person("two", None, PersonState::Active), Version(2));
        assert_eq!(found(&register, "karen"), (Some("one".into()), false));
        register.put(person("one", Some("karen"), PersonState::Blocked), Version(3));
        assert_eq!(found(&register, "karen"), (Some("one".into()), true));
        register.put(person("one", Some("aagaard"), PersonState::Blocked), Version(4));
        register.put(person("two", Some("karen"), PersonState::Active), Version(5));
        assert_eq!(found(&register, "karen"), (Some("two".into()), false));
        assert_eq!(found(&register, "aagaard"), (Some("one".into()), true));
        register.put(person("one", None, PersonState::Left), Version(6));
        assert_eq!(found(&register, "aagaard"), (None, false));
        let erased = register.without_person(&RegisteredId("two".into()), Some(&login("karen")));
        assert_eq!(found(&erased, "karen"), (None, false));
        assert_eq!(found(&register, "karen"), (Some("two".into()), false));
    }

    #[expect(clippy::disallowed_methods, reason = "a duration is measured, no time is judged")]
    #[test]
    fn among_a_hundred_thousand_people_one_is_changed_and_the_register_before_stays_as_it_was() {
        let mut register = Register::default();
        for number in 0..100_000_u64 {
            // In no order, as random names come.
            let id = format!("{:016x}", number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
            let subject = format!("person-{number}");
            register.put(person(&id, Some(&subject), PersonState::Active), Version(number));
        }
        let mut took = Vec::new();
        for number in 0..300 {
            let subject = format!("person-{}", number * 331);
            let id = register.registered(&login(&subject)).unwrap().id.0.clone();
            let started = Instant::now();
            let mut next = register.clone();
            next.put(person(&id, Some(&subject), PersonState::Blocked), Version(100_000 + number));
            took.push(started.elapsed());
            assert!(next.is_barred(&login(&subject)) && !register.is_barred(&login(&subject)));
            register = next;
        }
        took.sort();
        let most: Duration = took[took.len() * 99 / 100];
        println!(
            "a change among 100,000 people took {:?}, the 99th percentile {most:?}",
            took[150]
        );
        assert_eq!(register.people().len(), 100_000);
    }
}
