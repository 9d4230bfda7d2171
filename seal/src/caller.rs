//! Who asks for an act, and what they were granted.

use serde::{Deserialize, Serialize};

use crate::{Digest, Organisation, PersonId, identity::IdentityClaims};

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

    /// Whether the caller acts for this organisation: an application that it reaches does, and a person
    /// whose token says so.
    pub fn acts_for(&self, organisation: &Organisation) -> bool {
        self.person().is_none_or(|person| person.acts_for(&organisation.organization_identifier()))
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
    /// Whether it is this caller.
    pub fn is(&self, caller: &Caller) -> bool {
        match (self, caller) {
            (Self::Application(granted), Caller::Application(id)) => granted == id,
            (Self::Person(granted), Caller::Person(claims)) => *granted == claims.person,
            (Self::Application(_), Caller::Person(_))
            | (Self::Person(_), Caller::Application(_)) => false,
        }
    }
}
