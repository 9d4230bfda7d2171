//! What makes other readers search the file, and what they would find.
//!
//! A reader that comes upon something unexpected searches the whole file and takes of each number
//! the object that stands last, whether or not a section names it. An update holds nothing that it
//! does not name (`written`), but what was signed may: an object that nothing named when it was
//! signed, or text in a stream that reads like one. So an update that is not written to the letter
//! may follow only a document in which a search finds what its sections name (ISO 32000-2 clause
//! 7.5.4: the sections say where an object stands, and nothing else does).

use std::collections::{HashMap, HashSet};

use lopdf::ObjectId;
use memchr::memmem;

use super::super::finding::{Code, Finding};
use super::Comparison;
use super::found::{id_of, readable};
use super::written::{begins_trailer, header_before};
use crate::error::Error;
use crate::reader::Reader;
use crate::syntax::{Lexer, is_whitespace};
use crate::unseen::references;
use crate::xref::{Entry, Section, SectionKind, stream_extent};

/// Bytes looked through for a step.
const BYTES: usize = 8;

/// Looking up a row or an object.
const STEPS: u64 = 64;

impl Comparison<'_> {
    /// Holds an update by the newest `sections`, in which the objects `touched` are new, against
    /// what a search would bring to light.
    pub(super) fn judge_search(&mut self, sections: usize, touched: &[u32]) -> Result<(), Error> {
        let cause = match self.odd_section(sections)? {
            Some(cause) => Some(cause),
            None => self.odd_object(sections, touched)?,
        };
        let Some(cause) = cause else { return Ok(()) };
        if let Some(at) = found_by_search(self.old.reader)? {
            let text = format!(
                "{cause}: readers that then search the file find at byte {at} an object that its \
                 sections do not name there"
            );
            self.other(Finding::new(Code::BytesUnnamed, text));
        }
        Ok(())
    }

    /// What about the update's sections is not as every reader expects.
    fn odd_section(&self, sections: usize) -> Result<Option<&'static str>, Error> {
        let reader = self.new.reader;
        let all = reader.sections();
        let end = all.iter().map(Section::end).max().unwrap_or(0);
        for (index, section) in all.iter().enumerate().take(sections) {
            reader.effort().step((section.extent().len() / BYTES) as u64)?;
            let bytes = reader.source().from(section.offset());
            if !section.is_by_the_letter(&bytes, reader.origin()) {
                return Ok(Some(
                    "the update's cross-reference section is not written to the letter",
                ));
            }
            let size = section.trailer().value(b"Size").and_then(|size| size.as_unsigned());
            if size.is_none_or(|size| size < u64::from(end)) {
                return Ok(Some("`/Size` in the update's trailer leaves out objects"));
            }
            let leads_there = |older: &Section, previous: u64| {
                // Where the file before it states its own section counts as well.
                let stated = older.end_of_file().map(|marker| marker.startxref);
                older.offset() as u64 == previous || stated == Some(previous)
            };
            let older = all.get(index + 1).zip(section.previous());
            if older.is_some_and(|(older, previous)| !leads_there(older, previous)) {
                return Ok(Some("`/Prev` in the update's trailer leads to no section's beginning"));
            }
            for part in [Some(section), section.hybrid()].into_iter().flatten() {
                if self.odd_row(part)? {
                    return Ok(Some("a row of the update leads to no object's beginning"));
                }
            }
            // Its own `/Prev` is not to be followed (clause 7.5.8.4), but some readers do.
            if section.hybrid().is_some_and(|stream| stream.previous().is_some()) {
                return Ok(Some(
                    "`/Prev` in the stream of a hybrid update leads to other sections",
                ));
            }
        }
        Ok(None)
    }

    /// Whether a row of the section leads to anything but the first digit of `N G obj`.
    fn odd_row(&self, section: &Section) -> Result<bool, Error> {
        let reader = self.new.reader;
        for number in section.own_subsections().flat_map(|(first, count)| first..first + count) {
            reader.effort().step(STEPS)?;
            let Ok(Some(Entry::Offset { offset, generation })) = section.own_entry(number) else {
                continue;
            };
            let at = usize::try_from(offset).ok().and_then(|at| at.checked_add(reader.origin()));
            let header = format!("{number} {generation} obj");
            if !at.is_some_and(|at| reader.source().from(at).starts_with(header.as_bytes())) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What about the update's objects or trailers is not as every reader expects.
    fn odd_object(&self, sections: usize, touched: &[u32]) -> Result<Option<&'static str>, Error> {
        const NOWHERE: &str = "the update refers to an object that does not exist";
        let (old, new) = (self.old.reader, self.new.reader);
        for section in &new.sections()[..sections] {
            for (key, value) in section.trailer().entries() {
                if !nowhere(new, value.bytes())?.is_empty() {
                    let before = old.trailer_value(&key);
                    let before = before.map(|value| nowhere(old, value.bytes())).transpose()?;
                    if !nowhere(new, value.bytes())?.is_subset(&before.unwrap_or_default()) {
                        return Ok(Some(NOWHERE));
                    }
                }
            }
        }
        for &number in touched {
            new.effort().step(STEPS)?;
            let Some(id) = id_of(new, number)? else { continue };
            let Some(value) = readable(new.raw_as_written(id))? else { continue };
            let led_nowhere = nowhere(new, value.bytes())?;
            if !led_nowhere.is_empty() {
                let before = match id_of(old, number)? {
                    Some(id) => readable(old.raw_as_written(id))?,
                    None => None,
                };
                let before = before.map(|value| nowhere(old, value.bytes())).transpose()?;
                if !led_nowhere.is_subset(&before.unwrap_or_default()) {
                    return Ok(Some(NOWHERE));
                }
            }
            let Some(dictionary) = value.dictionary().ok().flatten() else { continue };
            let data = value.bytes().slice(dictionary.length()..);
            let mut lexer = Lexer::new(&data, 0);
            lexer.skip_whitespace();
            if !lexer.take(b"stream")
                || !matches!(new.locate(number)?, Some(location) if matches!(location.entry, Entry::Offset { .. }))
            {
                continue;
            }
            let length = dictionary.value(b"Length").map(|length| new.resolve_as_written(length));
            let length = length.and_then(|length| length.ok()?.as_unsigned());
            let found = stream_extent(&data, length).ok().map(|(data, _)| data.len() as u64);
            if found.is_none() || found != length {
                return Ok(Some("`/Length` of a stream of the update does not lead to its end"));
            }
        }
        Ok(None)
    }
}

/// The first byte at which a search of the whole file finds an object where no section says that it
/// stands.
fn found_by_search(reader: &Reader) -> Result<Option<usize>, Error> {
    /// Of a number and its place, as a table grows.
    const MEMORY: u64 = 64;
    let effort = reader.effort();
    let mut last: HashMap<u32, usize> = HashMap::new();
    let mut held = effort.hold(0)?;
    let mut before = 0;
    for piece in reader.source().pieces() {
        effort.step((piece.len() / BYTES) as u64)?;
        for start in memmem::find_iter(piece, b"obj").filter_map(|at| header_before(piece, at)) {
            effort.step(STEPS)?;
            let digits: Vec<u8> =
                piece[start..].iter().copied().take_while(u8::is_ascii_digit).take(11).collect();
            let number = std::str::from_utf8(&digits).ok().and_then(|digits| digits.parse().ok());
            if let Some(number) = number
                && last.insert(number, before + start).is_none()
            {
                held.grow(MEMORY)?;
            }
        }
        for start in memmem::find_iter(piece, b"trailer") {
            let at = before + start;
            let is_own = |section: &Section| section.extent().contains(&at);
            effort.step(reader.sections().len() as u64)?;
            if begins_trailer(&piece[start..]) && !reader.sections().iter().any(is_own) {
                return Ok(Some(at));
            }
        }
        before += piece.len();
    }
    let streams = reader.sections().iter().flat_map(|one| [Some(one), one.hybrid()]).flatten();
    let streams = streams.filter(|one| matches!(one.kind(), SectionKind::Stream { .. }));
    let streams: HashSet<usize> = streams.map(Section::offset).collect();
    let mut found = None;
    for (number, at) in last {
        effort.step(STEPS)?;
        if !streams.contains(&at) && !is_named(reader, number, at)? {
            found = Some(found.map_or(at, |first: usize| first.min(at)));
        }
    }
    Ok(found)
}

/// Whether the sections say that object `number` stands at byte `at`, and what an object stream there
/// holds stands in it.
fn is_named(reader: &Reader, number: u32, at: usize) -> Result<bool, Error> {
    let entry = reader.locate(number)?.map(|location| location.entry);
    let Some(Entry::Offset { offset, generation }) = entry else { return Ok(false) };
    let stated = usize::try_from(offset).unwrap_or(usize::MAX).saturating_add(reader.origin());
    let Some(between) = at.checked_sub(stated) else { return Ok(false) };
    let bytes = reader.source().from(stated);
    if !bytes.get(..between).is_some_and(|bytes| bytes.iter().all(|byte| is_whitespace(*byte))) {
        return Ok(false);
    }
    let id = (number, generation);
    let dictionary = readable(reader.raw_as_written(id))?.and_then(|raw| raw.dictionary().ok()?);
    let kind = dictionary.and_then(|one| one.value(b"Type")?.as_name());
    match kind.as_deref() {
        Some(b"ObjStm") => {}
        // A section that is none of the document's.
        Some(b"XRef") => return Ok(false),
        _ => return Ok(true),
    }
    let Some(numbers) = readable(reader.numbers_in(id))? else { return Ok(false) };
    for held in numbers {
        let entry = reader.locate(held)?.map(|location| location.entry);
        if !matches!(entry, Some(Entry::Compressed { stream, .. }) if stream == number) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The objects that a value refers to and that do not exist.
fn nowhere(reader: &Reader, bytes: &[u8]) -> Result<HashSet<ObjectId>, Error> {
    let mut nowhere = HashSet::new();
    let mut failed = None;
    let looked = references(bytes, &mut |id| {
        let found = reader.effort().step(STEPS).map_err(Error::from);
        match found.and_then(|()| id_of(reader, id.0)) {
            Ok(found) if found == Some(id) => {}
            Ok(_) => {
                nowhere.insert(id);
            }
            Err(error) => failed = Some(error),
        }
    });
    reader.effort().step(looked as u64)?;
    match failed {
        Some(Error::Effort(cause)) => Err(Error::Effort(cause)),
        _ => Ok(nowhere),
    }
}
