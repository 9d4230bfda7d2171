//! Revisions: the document as it was after each update.

use std::ops::Range;

use crate::reader::Reader;

/// One revision: the original file, or an update appended to it (ISO 32000-1 clause 7.5.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Its sections: indexes into [`Reader::sections`], where a smaller index is newer. A
    /// linearised original has two.
    pub sections: Range<usize>,
    /// Where it ends: after its `%%EOF` and one end of line. `None` when no `startxref` and
    /// `%%EOF` follow its last section.
    pub end: Option<usize>,
}

impl Reader {
    /// Every revision, the oldest first.
    pub fn revisions(&self) -> Vec<Revision> {
        let sections = self.sections();
        let mut revisions: Vec<Revision> = Vec::new();
        let mut furthest = 0;
        for index in (0..sections.len()).rev() {
            let section = &sections[index];
            // A section that stands before an older one is the first part of a linearised file,
            // or belongs to the same writing.
            match revisions.last_mut() {
                Some(revision) if section.offset() < furthest => revision.sections.start = index,
                _ => {
                    furthest = section.offset();
                    let end = section.end_of_file().map(|marker| marker.end);
                    revisions.push(Revision { sections: index..index + 1, end });
                }
            }
        }
        revisions
    }

    /// The document as it was after `revision`.
    pub fn at_revision(&self, revision: &Revision) -> Self {
        let length = revision.end.unwrap_or(self.source().length());
        self.with_sections_from(revision.sections.start, length)
    }
}
