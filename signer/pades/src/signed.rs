//! A document with what was appended to it.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use seal::Effort;

use crate::encryption::Encryption;
use crate::prefix::PrefixHash;
use crate::source::Source;
use crate::unseen::Survey;

/// A document with an update: the original as it came, and what was appended to it. None of it is
/// copied.
#[derive(Clone, Debug)]
pub struct SignedDocument {
    source: Source,
    /// Hashes of `source`.
    prefixes: Vec<PrefixHash>,
    /// Empty when there was nothing to append.
    update: Bytes,
    known: Known,
}

/// What is known of a document that was opened.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) encryption: Option<Arc<Encryption>>,
    /// What reading it is charged to.
    pub(crate) effort: Effort,
    /// What was seen of it when it was opened first.
    pub(crate) survey: Arc<Survey>,
}

impl SignedDocument {
    pub(crate) fn new(
        source: Source,
        prefixes: Vec<PrefixHash>,
        update: Bytes,
        known: Known,
    ) -> Self {
        Self { source, prefixes, update, known }
    }

    /// The document that was opened first, bit for bit.
    pub fn original(&self) -> &Bytes {
        &self.source.pieces()[0]
    }

    /// Everything that was appended to the original, in order.
    pub fn appended(&self) -> impl Iterator<Item = &Bytes> {
        self.parts().skip(1)
    }

    /// All parts of the file, in order.
    pub fn parts(&self) -> impl Iterator<Item = &Bytes> {
        let update = Some(&self.update).filter(|update| !update.is_empty());
        self.source.pieces().iter().chain(update)
    }

    /// The length of the whole file in bytes.
    pub fn length(&self) -> usize {
        self.source.length() + self.update.len()
    }

    /// What reading the original was charged to, and reading this will be.
    pub fn effort(&self) -> &Effort {
        &self.known.effort
    }

    /// Writes the whole file.
    ///
    /// # Errors
    /// Those of `output`.
    pub fn write_to(&self, output: &mut impl io::Write) -> io::Result<()> {
        self.parts().try_for_each(|part| output.write_all(part))
    }

    /// The whole file in one piece: a copy.
    pub fn to_vec(&self) -> Vec<u8> {
        let mut whole = Vec::with_capacity(self.length());
        self.parts().for_each(|part| whole.extend_from_slice(part));
        whole
    }

    /// The last update.
    pub(crate) fn update(&self) -> &Bytes {
        &self.update
    }

    /// Where the last update begins.
    pub(crate) fn base(&self) -> usize {
        self.source.length()
    }

    /// The document as the source of another update, its hashes, and what is known of it.
    pub(crate) fn into_parts(self) -> (Source, Vec<PrefixHash>, Known) {
        let Self { mut source, mut prefixes, update, known } = self;
        prefixes.iter_mut().for_each(|prefix| prefix.update(&update));
        source.append(update);
        (source, prefixes, known)
    }
}
