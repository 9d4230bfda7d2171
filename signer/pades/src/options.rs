//! What a signature should say.

use std::time::SystemTime;

use seal::{Certification, SignatureAlgorithm};

use crate::appearance::Appearance;

/// What is appended to a document after its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extension {
    /// Validation data, in a security store: level B-LT.
    SecurityStore,
    /// The same and a document time-stamp over it, for whose token `reserved` bytes are kept: level
    /// B-LTA.
    ArchiveTimeStamp {
        /// Bytes.
        reserved: usize,
    },
}

/// What a signature should say, beside the CMS that it holds. None of it may name a person.
#[derive(Clone, Debug, PartialEq)]
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
    /// What it looks like; invisible when left out.
    pub appearance: Option<Appearance>,
    /// Whether it certifies the document instead of approving it. Only its first signature can.
    pub certify: Certification,
    /// What the signature will be made with: PDF 2.0 names an extension for elliptic curves.
    pub signature_algorithm: Option<SignatureAlgorithm>,
    /// Whether the CMS will hold a signature time-stamp, which the author of a field may demand.
    pub time_stamped: bool,
    /// What a later revision will add, if one will. A restriction to no change forbids it, and the
    /// document must admit it: that is tried out, so that nothing is signed in vain.
    pub extended: Option<Extension>,
}

impl SignatureOptions {
    /// An approval signature in a new field, without texts.
    pub fn new(signing_time: SystemTime) -> Self {
        Self {
            signing_time,
            field: None,
            name: None,
            reason: None,
            location: None,
            appearance: None,
            certify: Certification::None,
            signature_algorithm: None,
            time_stamped: false,
            extended: None,
        }
    }
}
