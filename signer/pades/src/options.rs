//! What a signature should say.

use std::time::SystemTime;

/// What a certification permits later: P of DocMDP (ISO 32000-1 table 254).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certify {
    /// No change at all (P=1). Not even a later document time-stamp: Acrobat rejects it.
    NoChanges,
    /// Filling in forms and signing (P=2).
    FormFilling,
}

impl Certify {
    /// The value of P.
    pub fn permission(self) -> u8 {
        match self {
            Self::NoChanges => 1,
            Self::FormFilling => 2,
        }
    }
}

/// What a signature should say, beside the CMS that it holds. None of it may name a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureOptions {
    /// The claimed time of signing (`/M`), written in UTC.
    pub signing_time: SystemTime,
    /// An empty signature field, by its fully qualified name, or the name of a new one. By default
    /// a new one is made.
    pub field: Option<String>,
    /// The name of the organisation that seals (`/Name`).
    pub name: Option<String>,
    /// Why (`/Reason`).
    pub reason: Option<String>,
    /// Where (`/Location`).
    pub location: Option<String>,
    /// Certify the document instead of approving it.
    pub certify: Option<Certify>,
}

impl SignatureOptions {
    /// An approval signature in a new field, without texts.
    pub fn new(signing_time: SystemTime) -> Self {
        Self { signing_time, field: None, name: None, reason: None, location: None, certify: None }
    }
}
