//! What is to be done with documents, how far it has come, and what came of it.

use bytes::Bytes;
use seal::{Act, CertificateProfile, Level, ProfileId};

/// How far a batch has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It is read, and what is to be done is chosen.
    #[default]
    Open,
    /// It is worked on.
    Working,
    /// The person does not sign: nothing of it begins any more.
    Declined,
    /// All that comes of it has come.
    Ended,
}

/// The device's activation, over exactly what was agreed to, that a person's signatures wait for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AwaitedActivation {
    /// Its name at the device.
    pub(crate) id: String,
    /// Its reference code: that of the documents with their signatures prepared in them.
    pub(crate) code: String,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Choice {
    pub(crate) act: Act,
    pub(crate) profile: ProfileId,
    pub(crate) level: Level,
    pub(crate) placed: Placed,
    /// The profile's appearance that is shown; the usual one without.
    pub(crate) look: Option<NamedLook>,
}

/// An appearance of the profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamedLook {
    pub(crate) name: String,
    /// Whether it says in which language it is.
    pub(crate) has_language: bool,
}

impl NamedLook {
    /// The one that `asked` names, as `profile/name`; `None` where that profile has no such.
    pub(crate) fn of(profile: &CertificateProfile, asked: &str) -> Option<Self> {
        let (id, name) = asked.split_once('/')?;
        let said = profile.appearances.get(name).filter(|_| id == profile.id.as_str())?;
        Some(Self { name: name.to_owned(), has_language: said.language.is_some() })
    }
}

/// Where the signature is seen.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Placed {
    /// Nowhere on the pages.
    Invisible,
    /// In the rectangle of an empty field of this name.
    Field(String),
    /// `[x, y, width, height]` in points of the page as shown, from its lower left corner.
    Page {
        /// Counted from 1.
        number: u32,
        rectangle: [f64; 4],
    },
}

/// What came of a document.
#[derive(Clone, Default)]
pub(crate) enum Outcome {
    /// Nothing yet.
    #[default]
    Waiting,
    /// It is worked on.
    Working,
    /// It is done.
    Done { parts: Vec<Bytes>, receipt: String, degraded: Option<Level> },
    /// It failed: the name of the problem, and the broken rules.
    Failed { problem: &'static str, rules: Vec<seal::policy::Rule> },
    /// Somebody stopped before it.
    Cancelled,
}
