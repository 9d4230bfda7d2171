//! What the policy needs to know of a document.

use std::collections::BTreeSet;

use crate::{Digest, Format, Level, Unseen};

/// Facts of a document, read without judging.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentFacts {
    /// The document's length in bytes; `None` when only its digest was sent.
    pub size: Option<u64>,
    /// How many signatures it holds already.
    pub signatures: u32,
    /// The strictest permission that its signatures state, 1 to 3: P of a certification (ISO 32000-2
    /// table 257) or of a lock (table 236).
    pub certification: Option<u8>,
    /// What it holds that its pages do not show.
    pub unseen: BTreeSet<Unseen>,
}

/// One act as asked for: everything the policy judges.
#[derive(Clone, Debug)]
pub struct ActRequest {
    /// The profile's appearance that was asked for by name.
    pub appearance: Option<String>,
    /// Signature or seal.
    pub act: crate::Act,
    /// The certificate profile that is asked for.
    pub profile: crate::ProfileId,
    /// The container.
    pub format: Format,
    /// The level.
    pub level: Level,
    /// What the signature makes of a PDF; other documents cannot be certified.
    pub certification: crate::Certification,
    /// Texts that the signature would show or hold and that nobody but the caller answers for.
    pub texts: Vec<String>,
    /// SHA-256 of the document as it was received, or the digest sent in its place.
    pub document: Digest,
    /// What was read of the document.
    pub facts: DocumentFacts,
    /// Whether the device makes an activation for it: it then asks for the person's evidence itself, and
    /// no token has to name the document.
    pub activated: bool,
    /// How many signatures it makes: a mandate that gives only so many gives all of them.
    pub seals: u64,
}
