//! One change, and what kind of change it is to those who permit or forbid it.

use super::super::finding::Finding;

/// A change that a revision brought.
#[derive(Clone, Debug)]
pub(in crate::validate) struct Change {
    /// The revision that brought it: an index.
    pub(in crate::validate) revision: usize,
    pub(in crate::validate) nature: Nature,
    pub(in crate::validate) finding: Finding,
    /// The object that holds the signature which answers for what the change shows.
    pub(in crate::validate) signature: Option<u32>,
}

/// What a change is, for DocMDP and FieldMDP (ISO 32000-2 clause 12.8.2.2, table 257).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::validate) enum Nature {
    /// Evidence and document time-stamps: no change at all, in the words of ISO 32000-2.
    Evidence,
    /// A document time-stamp that shows nothing, in a field that was there: as evidence, but a lock
    /// on the field forbids it.
    TimeStamping,
    /// What a program that brings evidence says of itself and of the time: evidence where nothing
    /// but evidence comes with it, else a description.
    Upkeep,
    /// Information about the document.
    Description,
    /// A signature that shows nothing, or an empty field for one.
    Signing,
    /// A signature that shows something on a page, or hides what was shown, in a field that was there.
    VisibleSigning,
    /// The same in a field that is new.
    NewVisibleSigning,
    /// A document time-stamp that does so, in whatever field. A time-stamping authority states a
    /// time: it answers for no picture.
    VisibleTimeStamp,
    /// A form field that showed nothing was filled.
    Filling,
    /// What a form field showed was replaced.
    Replacing,
    /// An annotation that shows nothing.
    HiddenAnnotation,
    /// An annotation that shows something on a page.
    Annotation,
    /// Anything else.
    Other,
}

impl Nature {
    /// Whether a change is evidence, wherever it stands.
    pub(in crate::validate) fn is_evidence(self) -> bool {
        matches!(self, Self::Evidence | Self::TimeStamping)
    }
}
