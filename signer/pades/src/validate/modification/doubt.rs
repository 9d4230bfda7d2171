//! Whether a revision is read by all programs in the same way. Where it is not, they find other objects in use,
//! and nobody can say what it changed, or an update of it changes, for whom.

use std::collections::HashSet;

use super::super::finding::{Code, Finding};
use super::super::view::View;
use super::trailer::says_two_things;
use crate::error::Error;
use crate::filter::is_decoded_alike;
use crate::syntax::{RawDictionary, has_key_twice};
use crate::xref::{Entry, SectionKind};

/// Why a revision is read in several ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// An object in use does not end in the revision in which it stands.
    WithoutEnd(u32),
    /// An object in use cannot be read here: others may read it, and what it leads to.
    Unreadable(u32),
    /// It does not stand in its object stream where its row says (ISO 32000-2 clause 7.5.8.3): some
    /// readers go by the index, and others by the number.
    Misplaced(u32),
    /// A stream with objects or rows has entries by which readers decode it in several ways.
    Coding(u32),
    /// A section or an object stream has a number twice.
    NamedTwice,
    /// A row has a type that is not defined.
    UndefinedType,
    /// The dictionary of a trailer has a key twice.
    KeyTwice,
}

impl Doubt {
    pub(super) fn finding(self) -> Finding {
        let (code, number, text) = match self {
            Self::WithoutEnd(number) => (
                Code::ObjectUnreadable,
                Some(number),
                "an object in use has no end in its revision: readers look for it in an update",
            ),
            Self::Unreadable(number) => (
                Code::ObjectUnreadable,
                Some(number),
                "an object in use cannot be read: what it leads to in other readers is not known",
            ),
            Self::Misplaced(number) => (
                Code::ObjectUnreadable,
                Some(number),
                "an object in use does not stand in its object stream where its row says: some readers \
                 take another for it",
            ),
            Self::Coding(number) => (
                Code::ObjectUnreadable,
                Some(number),
                "a stream that holds objects or says where they are is decoded by readers in several ways",
            ),
            Self::NamedTwice => (
                Code::NumberNamedTwice,
                None,
                "an object number is named twice in one section or object stream",
            ),
            Self::UndefinedType => (
                Code::ObjectUnreadable,
                None,
                "a cross-reference row has a type that is not defined",
            ),
            Self::KeyTwice => (
                Code::TrailerChanged,
                None,
                "a trailer has the same key twice: readers differ in which they take",
            ),
        };
        Finding::new(code, text).of_object(number.map(|number| (number, 0)))
    }
}

/// What is in doubt of the newest `count` sections of a revision.
pub(super) fn doubt_of_sections(view: View<'_>, count: usize) -> Result<Option<Doubt>, Error> {
    let sections = view.reader.sections();
    for section in &sections[..count.min(sections.len())] {
        if has_key_twice(section.trailer()) {
            return Ok(Some(Doubt::KeyTwice));
        }
        // What the table frees is hidden from readers of tables alone, which hardly any are.
        if says_two_things(section, |_| false) {
            return Ok(Some(Doubt::NamedTwice));
        }
        for part in [Some(section), section.hybrid()].into_iter().flatten() {
            let unreadable = |cause| Error::Xref { offset: part.offset() as u64, cause };
            if part.names_twice() {
                return Ok(Some(Doubt::NamedTwice));
            }
            if part.has_undefined_type().map_err(unreadable)? {
                return Ok(Some(Doubt::UndefinedType));
            }
            if let SectionKind::Stream { id } = part.kind()
                && !is_plain(view, part.trailer())?
            {
                return Ok(Some(Doubt::Coding(id.0)));
            }
        }
    }
    Ok(None)
}

/// What is in doubt of object `number` in use. `streams` are the object streams that were looked at.
pub(super) fn doubt_of_object(
    view: View<'_>,
    number: u32,
    entry: Entry,
    streams: &HashSet<u32>,
) -> Result<Option<Doubt>, Error> {
    match view.raw(number) {
        // What stands there under another generation is null here, and an object to others.
        Ok(raw) if raw.id().is_none() && matches!(entry, Entry::Offset { .. }) => {
            return Ok(Some(Doubt::Unreadable(number)));
        }
        Ok(_) => {}
        Err(Error::Effort(cause)) => return Err(Error::Effort(cause)),
        Err(_) => return Ok(Some(Doubt::Unreadable(number))),
    }
    let Entry::Compressed { stream, index } = entry else {
        return without_end(view, number, entry);
    };
    if !view.reader.stands_at_index(number, stream, index)? {
        return Ok(Some(Doubt::Misplaced(number)));
    }
    if streams.contains(&stream) {
        return Ok(None);
    }
    let Some(location) = view.reader.locate(stream)? else { return Ok(None) };
    let mut numbers = view.reader.numbers_in((stream, 0))?;
    let count = numbers.len();
    numbers.sort_unstable();
    numbers.dedup();
    if numbers.len() < count {
        return Ok(Some(Doubt::NamedTwice));
    }
    let dictionary = view.raw(stream)?.dictionary().ok().flatten();
    if !dictionary.map_or(Ok(false), |dictionary| is_plain(view, &dictionary))? {
        return Ok(Some(Doubt::Coding(stream)));
    }
    without_end(view, stream, location.entry)
}

fn without_end(view: View<'_>, number: u32, entry: Entry) -> Result<Option<Doubt>, Error> {
    let Entry::Offset { offset, generation } = entry else { return Ok(None) };
    let has_end = view.reader.has_end((number, generation), offset)?;
    Ok((!has_end).then_some(Doubt::WithoutEnd(number)))
}

fn is_plain(view: View<'_>, dictionary: &RawDictionary) -> Result<bool, Error> {
    Ok(!has_key_twice(dictionary)
        && is_decoded_alike(dictionary, |value| view.reader.resolve(value))?)
}
