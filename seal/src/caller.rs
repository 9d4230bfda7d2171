//! Who asks for an act, and what they were granted.

use serde::{Deserialize, Serialize};

use crate::{Act, Digest, PersonId, ProfileId, identity::IdentityClaims};

/// The name of an application that holds an API key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ApplicationId(String);

impl ApplicationId {
    /// Wraps a name.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Who asks, authenticated.
#[derive(Clone, Debug)]
pub enum Caller {
    /// An application, by its API key.
    Application(ApplicationId),
    /// A person, by a verified token.
    Person(Box<IdentityClaims>),
}

impl Caller {
    /// The person, if it is one.
    pub fn person(&self) -> Option<&IdentityClaims> {
        match self {
            Self::Application(_) => None,
            Self::Person(claims) => Some(claims),
        }
    }

    /// Whether the caller's token names this document. An application's key names none.
    pub fn names(&self, document: &Digest) -> bool {
        self.person().is_some_and(|claims| claims.documents.contains(document))
    }
}

/// Who holds a grant.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grantee {
    /// An application.
    Application(ApplicationId),
    /// A person, by issuer and subject.
    Person(PersonId),
}

impl Grantee {
    fn is(&self, caller: &Caller) -> bool {
        match (self, caller) {
            (Self::Application(granted), Caller::Application(id)) => granted == id,
            (Self::Person(granted), Caller::Person(claims)) => *granted == claims.person,
            (Self::Application(_), Caller::Person(_))
            | (Self::Person(_), Caller::Application(_)) => false,
        }
    }
}

/// One user administrator's decision: this caller may do these acts (MitID Erhverv: the separate
/// grants "signing" and "seal generation").
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// Who may.
    pub to: Grantee,
    /// What they may do.
    pub acts: Vec<Act>,
    /// With which profiles; every profile when left out.
    #[serde(default)]
    pub profiles: Option<Vec<ProfileId>>,
}

impl Grant {
    /// Whether this grant lets `caller` do anything at all.
    pub(crate) fn is_to(&self, caller: &Caller) -> bool {
        self.to.is(caller) && !self.acts.is_empty()
    }

    /// Whether this grant lets `caller` do `act` with `profile`.
    pub fn covers(&self, caller: &Caller, act: Act, profile: &ProfileId) -> bool {
        self.to.is(caller)
            && self.acts.contains(&act)
            && self.profiles.as_ref().is_none_or(|profiles| profiles.contains(profile))
    }
}
