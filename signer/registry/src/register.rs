//! What stands in the register of one organisation.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use seal::{ApplicationId, PersonId, ProfileId};
use serde::{Deserialize, Serialize};

use crate::{
    Application, Change, Entry, EntryKind, Founded, MadeProfile, Mandate, MandateId, PersonGrant,
    PersonGrantId, RegisteredId, RegisteredPerson, RoleGrant,
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
#[derive(Clone, Debug, PartialEq, Eq)]
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
    pub(crate) applications: BTreeMap<ApplicationId, Kept<Application>>,
    pub(crate) grants: BTreeMap<PersonGrantId, Kept<PersonGrant>>,
    pub(crate) mandates: BTreeMap<MandateId, Kept<Mandate>>,
    pub(crate) made_profiles: BTreeMap<ProfileId, Kept<MadeProfile>>,
    pub(crate) organisation: Option<Kept<Founded>>,
    pub(crate) roles: BTreeMap<ApplicationId, Kept<RoleGrant>>,
    pub(crate) people: BTreeMap<RegisteredId, Kept<RegisteredPerson>>,
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
    pub fn applications(&self) -> &BTreeMap<ApplicationId, Kept<Application>> {
        &self.applications
    }

    /// The certificate profiles that administrators made, by their names.
    pub fn profiles(&self) -> &BTreeMap<ProfileId, Kept<MadeProfile>> {
        &self.made_profiles
    }

    /// The organisation, if the operator made it. Of equal numbers the file's counts.
    pub fn organisation(&self) -> Option<&Kept<Founded>> {
        self.organisation.as_ref()
    }

    /// The roles that applications hold, beside those that the file gives.
    pub fn roles(&self) -> &BTreeMap<ApplicationId, Kept<RoleGrant>> {
        &self.roles
    }

    /// The people by their entries' names.
    pub fn people(&self) -> &BTreeMap<RegisteredId, Kept<RegisteredPerson>> {
        &self.people
    }

    /// The person who comes with this login.
    pub fn registered(&self, person: &PersonId) -> Option<&RegisteredPerson> {
        self.people.values().map(|kept| &kept.value).find(|one| one.is(person))
    }

    /// The persons' grants by their names.
    pub fn grants(&self) -> &BTreeMap<PersonGrantId, Kept<PersonGrant>> {
        &self.grants
    }

    /// The applications' mandates by their names.
    pub fn mandates(&self) -> &BTreeMap<MandateId, Kept<Mandate>> {
        &self.mandates
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
                | EntryKind::Person,
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
            Entry::Person(value) => {
                self.people.insert(value.id.clone(), Kept { value, version });
            }
            Entry::Organisation(value) => self.organisation = Some(Kept { value, version }),
            Entry::Role(value) => {
                self.roles.insert(value.application.clone(), Kept { value, version });
            }
        }
    }
}
