//! What a seal policy may want to know of a document.

use std::collections::BTreeSet;

use seal::Unseen;

use super::Content;
use crate::reader::Reader;

/// Facts about a document, found without reading more of it than signing needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The file's length in bytes.
    pub size: u64,
    /// Updates appended since the file was first written.
    pub updates: u32,
    /// Whether the document is encrypted. If it needs a password that was not given, nothing else
    /// is known but the size and the number of updates.
    pub encrypted: bool,
    /// Fully qualified names of the signature fields that hold a signature or a document
    /// time-stamp, in the form's order.
    pub signed_fields: Vec<String>,
    /// Fully qualified names of the signature fields that are empty, in the form's order.
    pub empty_fields: Vec<String>,
    /// What the document's signatures permit at most: the strictest P, 1 to 3, of a certification
    /// (ISO 32000-2 table 257) or of a lock (table 236); `None` when none states any.
    pub certification: Option<u8>,
    /// Whether the form has an XFA part.
    pub xfa: bool,
    /// What the document holds that its pages do not show.
    pub unseen: BTreeSet<Unseen>,
}

/// What the policy judges of them.
impl From<&Facts> for seal::DocumentFacts {
    fn from(facts: &Facts) -> Self {
        Self {
            size: Some(facts.size),
            signatures: u32::try_from(facts.signed_fields.len()).unwrap_or(u32::MAX),
            certification: facts.certification,
            unseen: facts.unseen.clone(),
        }
    }
}

impl Facts {
    pub(super) fn of(reader: &Reader, content: Option<&Content>, unseen: BTreeSet<Unseen>) -> Self {
        let names = |signed: bool| {
            let fields = content.iter().flat_map(|content| &content.form.signature_fields);
            fields.filter(|field| field.is_signed() == signed).map(|f| f.name.clone()).collect()
        };
        Self {
            size: reader.source().length() as u64,
            updates: u32::try_from(reader.revisions().len().saturating_sub(1)).unwrap_or(u32::MAX),
            encrypted: reader.is_encrypted(),
            signed_fields: names(true),
            empty_fields: names(false),
            certification: content.and_then(|content| content.permissions.access),
            xfa: content.is_some_and(|content| content.form.xfa),
            unseen,
        }
    }
}
