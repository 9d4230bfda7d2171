//! What a record is found by, beside the chain.

use std::fmt;

use seal::{Act, Caller, PersonId};
use serde::{Deserialize, Serialize};

use super::result::OutcomeResult;

/// What was done, in a word that records are searched by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RecordedAct {
    /// A person signed.
    Signature,
    /// The organisation sealed.
    Seal,
    /// The level of signatures was raised.
    Augmentation,
    /// The register was changed.
    Administration,
    /// Somebody came in, was not let in, or was given the means.
    Access,
    /// A certificate that lives for years was ordered, issued or blocked.
    Certificate,
}

impl RecordedAct {
    /// Every act.
    pub const ALL: [Self; 6] = [
        Self::Signature,
        Self::Seal,
        Self::Augmentation,
        Self::Administration,
        Self::Access,
        Self::Certificate,
    ];

    /// Its word on the wire and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Seal => "seal",
            Self::Augmentation => "augmentation",
            Self::Administration => "administration",
            Self::Access => "access",
            Self::Certificate => "certificate",
        }
    }
}

impl From<Act> for RecordedAct {
    fn from(act: Act) -> Self {
        match act {
            Act::Sign => Self::Signature,
            Act::Seal => Self::Seal,
        }
    }
}

/// What an act's last record is found by.
#[derive(Clone, Default)]
pub struct Facets {
    /// What was done.
    pub act: Option<RecordedAct>,
    /// How it ended.
    pub outcome: Option<OutcomeResult>,
    /// With which profile.
    pub profile: Option<String>,
    /// Who asked, if an application did.
    pub application: Option<String>,
    /// Who asked, if a person did.
    pub person: Option<PersonId>,
    /// The number of the record that announced the act, where another one did.
    pub intent: Option<u64>,
}

impl Facets {
    /// Those of something that `caller` asked for.
    pub(super) fn of(act: RecordedAct, caller: &Caller) -> Self {
        let (application, person) = match caller {
            Caller::Application(id) => (Some(id.as_str().to_owned()), None),
            Caller::Person(claims) => (None, Some(claims.person.clone())),
        };
        Self { act: Some(act), application, person, ..Self::default() }
    }

    /// The same, and how it ended.
    pub(super) fn ended(self, outcome: OutcomeResult) -> Box<Self> {
        Box::new(Self { outcome: Some(outcome), ..self })
    }
}

/// It names no person.
impl fmt::Debug for Facets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { act, outcome, profile, .. } = self;
        f.debug_struct("Facets")
            .field("act", act)
            .field("outcome", outcome)
            .field("profile", profile)
            .finish_non_exhaustive()
    }
}
