//! What a command that was permitted makes of the register.

mod told;

use serde::{Deserialize, Serialize};

pub use self::told::Told;
use crate::{
    Application, CertificateSettings, CertificateTerms, Founded, MadeProfile, Mandate, PersonGrant,
    RegisteredPerson, RoleGrant,
};

/// Something that stands in the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Entry {
    /// An application with its keys.
    Application(Application),
    /// A person's grant.
    Grant(PersonGrant),
    /// An application's mandate.
    Mandate(Mandate),
    /// A certificate profile.
    Profile(Box<MadeProfile>),
    /// The organisation itself, if the operator made it.
    Organisation(Founded),
    /// An application's role.
    Role(RoleGrant),
    /// A person of the organisation.
    Person(RegisteredPerson),
    /// The terms of certificates beside a profile.
    CertificateTerms(Box<CertificateTerms>),
    /// What the organisation allows of certificates.
    CertificateSettings(CertificateSettings),
}

/// The kinds of entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// An application.
    Application,
    /// A person's grant.
    Grant,
    /// An application's mandate.
    Mandate,
    /// A certificate profile.
    Profile,
    /// The organisation.
    Organisation,
    /// An application's role.
    Role,
    /// A person.
    Person,
    /// The terms of certificates.
    CertificateTerms,
    /// What is allowed of certificates.
    CertificateSettings,
}

impl EntryKind {
    /// The kind's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Grant => "grant",
            Self::Mandate => "mandate",
            Self::Profile => "profile",
            Self::Organisation => "organisation",
            Self::Role => "role",
            Self::Person => "person",
            Self::CertificateTerms => "certificate-terms",
            Self::CertificateSettings => "certificate-settings",
        }
    }
}

impl Entry {
    /// Which kind it is.
    pub fn kind(&self) -> EntryKind {
        match self {
            Self::Application(_) => EntryKind::Application,
            Self::Grant(_) => EntryKind::Grant,
            Self::Mandate(_) => EntryKind::Mandate,
            Self::Profile(_) => EntryKind::Profile,
            Self::Organisation(_) => EntryKind::Organisation,
            Self::Role(_) => EntryKind::Role,
            Self::Person(_) => EntryKind::Person,
            Self::CertificateTerms(_) => EntryKind::CertificateTerms,
            Self::CertificateSettings(_) => EntryKind::CertificateSettings,
        }
    }

    /// Its name among those of its kind.
    pub fn id(&self) -> &str {
        match self {
            Self::Application(application) => application.id.as_str(),
            Self::Grant(grant) => &grant.id.0,
            Self::Mandate(mandate) => &mandate.id.0,
            Self::Profile(made) => made.profile.id.as_str(),
            Self::Organisation(founded) => &founded.organisation.cvr,
            Self::Role(role) => role.application.as_str(),
            Self::Person(person) => &person.id.0,
            Self::CertificateTerms(terms) => terms.profile.as_str(),
            Self::CertificateSettings(_) => "certificates",
        }
    }
}

/// A decided change. Only [`decide`](crate::Register::decide) makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub(crate) what: &'static str,
    pub(crate) before: Option<Entry>,
    pub(crate) after: Entry,
    /// What came with it.
    pub(crate) also: Vec<Entry>,
    /// The key that it is about, by its name.
    pub(crate) key: Option<String>,
    /// The key that came in its place.
    pub(crate) next: Option<String>,
    /// The OAuth client that it is about, by its name.
    pub(crate) client: Option<String>,
    /// The key or client that had ended and made room.
    pub(crate) removed_key: Option<String>,
    /// The entry that had ended and made room.
    pub(crate) removed: Option<(EntryKind, String)>,
}

impl Change {
    pub(crate) fn made(what: &'static str, after: Entry) -> Self {
        Self {
            what,
            before: None,
            after,
            also: Vec::new(),
            key: None,
            next: None,
            client: None,
            removed_key: None,
            removed: None,
        }
    }

    /// Whether everything is as it was.
    pub fn is_none(&self) -> bool {
        self.before.as_ref() == Some(&self.after) && self.also.is_empty() && self.removed.is_none()
    }

    /// What was done, in the log's words: `key-revoked`.
    pub fn what(&self) -> &'static str {
        self.what
    }

    /// What it leaves.
    pub fn after(&self) -> &Entry {
        &self.after
    }

    /// What came with it, in the same change.
    pub fn also(&self) -> &[Entry] {
        &self.also
    }

    /// The key that it is about, by its name.
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// The key that came in the place of that one.
    pub fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    /// The OAuth client that it is about, by its name.
    pub fn client(&self) -> Option<&str> {
        self.client.as_deref()
    }

    /// The key or client of the same application that had ended and made room.
    pub fn removed_key(&self) -> Option<&str> {
        self.removed_key.as_deref()
    }

    /// The entry that had ended and made room.
    pub fn removed(&self) -> Option<(EntryKind, &str)> {
        self.removed.as_ref().map(|(kind, id)| (*kind, id.as_str()))
    }

    /// What the thing was before and is now, as the audit log tells it: no person, no note, and no
    /// name that people gave it, for none of that can be erased there.
    pub fn told(&self) -> (Option<Told<'_>>, Told<'_>) {
        let about = (self.key(), self.client());
        let before = self.before.as_ref().and_then(|entry| Told::of(entry, about));
        (before, Told::all(&self.after, about))
    }
}
