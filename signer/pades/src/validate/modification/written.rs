//! The bytes of an update: what it holds, it says.
//!
//! Other readers search a file for objects when something in it is not as they expect, and then
//! show what no section names. So every byte after a signature must belong to something that the
//! update's own section names (ISO 32000-2 clauses 7.5.4, 7.5.6 and 7.5.8), whatever makes them
//! search; and no section may say two things of one number.

use std::collections::HashMap;
use std::ops::Range;

use memchr::{memchr2, memmem};

use super::super::finding::{Code, Finding};
use super::Comparison;
use super::judge::of;
use crate::error::Error;
use crate::limits::MAX_OBJECT_NUMBER;
use crate::syntax::is_whitespace;
use crate::xref::{Entry, Section, SectionKind};

/// Looking up a row.
const STEPS: u64 = 32;

/// Bytes looked through for a step.
const BYTES: u64 = 8;

/// What an update holds that its sections name.
#[derive(Default)]
struct Named {
    /// Where it stands, in bytes from the start of the file.
    ranges: Vec<Range<usize>>,
    /// Where each `N G obj` begins.
    headers: Vec<usize>,
    /// Trailers that stand by themselves.
    trailers: usize,
}

impl Comparison<'_> {
    /// Holds the bytes of the update against its sections, the newest `sections`.
    pub(super) fn judge_written(&mut self, sections: usize) -> Result<(), Error> {
        let reader = self.new.reader;
        let update = self.old.reader.source().length()..reader.source().length();
        let mut named = Named::default();
        for section in &reader.sections()[..sections] {
            self.judge_trailer(section);
            for part in [Some(section), section.hybrid()].into_iter().flatten() {
                self.judge_rows(part, &update, &mut named)?;
            }
        }
        reader.effort().check()?;
        let bytes = reader.source().from(update.start);
        reader.effort().step(bytes.len() as u64 / BYTES)?;
        named.ranges.sort_unstable_by_key(|range| range.start);
        named.headers.sort_unstable();
        if let Some(at) = named.unnamed(&bytes, update.start) {
            let text = format!(
                "the update holds something at byte {at} that its cross-reference section does \
                 not name, and that readers find which repair the file"
            );
            self.other(Finding::new(Code::BytesUnnamed, text));
        }
        Ok(())
    }

    /// A trailer that other readers take for damaged makes them search for objects.
    fn judge_trailer(&mut self, section: &Section) {
        let mut keys: Vec<_> = section.trailer().entries().map(|(key, _)| key).collect();
        let count = keys.len();
        keys.sort_unstable();
        keys.dedup();
        if keys.len() < count {
            let text = "the update's trailer has the same key twice";
            self.other(Finding::new(Code::TrailerChanged, text));
        }
        // Programs in wide use leave out what only older sections name.
        let end = section.end();
        let size = section.trailer().value(b"Size").and_then(|size| size.as_unsigned());
        let fits = |size: u64| (u64::from(end)..=u64::from(MAX_OBJECT_NUMBER) + 1).contains(&size);
        if !size.is_some_and(fits) {
            let text = format!(
                "`/Size` in the update's trailer is no integer above every object number that it names, \
                 of which the largest is {}",
                end.saturating_sub(1)
            );
            self.other(Finding::new(Code::TrailerChanged, text));
        }
    }

    /// Looks at what each row of one section leads to.
    fn judge_rows(
        &mut self,
        section: &Section,
        update: &Range<usize>,
        named: &mut Named,
    ) -> Result<(), Error> {
        let reader = self.new.reader;
        let unreadable = |cause| Error::Xref { offset: section.offset() as u64, cause };
        named.ranges.push(section.extent());
        match section.kind() {
            SectionKind::Table => named.trailers += 1,
            SectionKind::Stream { .. } => named.headers.push(section.offset()),
        }
        if section.names_twice() {
            let text = "the update's cross-reference section names an object number twice";
            self.other(Finding::new(Code::NumberNamedTwice, text));
        }
        if section.has_undefined_type().map_err(unreadable)? {
            let text =
                "a row of the update's cross-reference stream has a type that is not defined";
            self.other(Finding::new(Code::ObjectUnreadable, text));
        }
        if section.is_renumbered() {
            let text = "the update's table gives the head of the free list the number 1: to some \
                        readers object 1 is free";
            self.other(of(1, Code::ObjectFreed, text));
        }
        let mut compressed: HashMap<u32, Vec<(u32, u32)>> = HashMap::new();
        let mut held = reader.effort().hold(0)?;
        for number in section.own_subsections().flat_map(|(first, count)| first..first + count) {
            reader.effort().step(STEPS)?;
            let (offset, generation) = match section.own_entry(number).map_err(unreadable)? {
                Some(Entry::Offset { offset, generation }) => (offset, generation),
                Some(Entry::Compressed { stream, index }) => {
                    held.grow(2 * size_of::<(u32, u32)>() as u64)?;
                    compressed.entry(stream).or_default().push((number, index));
                    continue;
                }
                Some(Entry::Free) | None => continue,
            };
            let start = usize::try_from(offset).unwrap_or(usize::MAX);
            if start.saturating_add(reader.origin()) < update.start {
                continue;
            }
            match reader.range_at((number, generation), offset) {
                Ok(Some(range)) => {
                    named.headers.push(range.start);
                    named.ranges.push(range);
                    self.judge_object_stream((number, generation))?;
                }
                Err(Error::Effort(cause)) => return Err(Error::Effort(cause)),
                Ok(None) | Err(_) => {
                    let text = "it does not stand where the update says";
                    self.other(of(number, Code::ObjectUnreadable, text));
                }
            }
        }
        self.judge_indexes(compressed)
    }

    /// An object stream's objects are found by their index (clause 7.5.8.3), and by their number in
    /// other readers.
    fn judge_indexes(&mut self, rows: HashMap<u32, Vec<(u32, u32)>>) -> Result<(), Error> {
        let reader = self.new.reader;
        for (stream, rows) in rows {
            let generation = match reader.locate(stream)?.map(|location| location.entry) {
                Some(Entry::Offset { generation, .. }) => generation,
                Some(Entry::Compressed { .. } | Entry::Free) | None => 0,
            };
            let numbers = match reader.numbers_in((stream, generation)) {
                Ok(numbers) => numbers,
                Err(Error::Effort(cause)) => return Err(Error::Effort(cause)),
                Err(_) => Vec::new(),
            };
            reader.effort().step(rows.len() as u64)?;
            let elsewhere = |(number, index): &&(u32, u32)| {
                numbers.get(*index as usize).is_none_or(|there| there != number)
            };
            if let Some((number, _)) = rows.iter().find(elsewhere) {
                let text = "it does not stand in its object stream where the update says";
                self.other(of(*number, Code::ObjectUnreadable, text));
            }
        }
        Ok(())
    }

    /// Readers that search find every object of an object stream, named or not.
    fn judge_object_stream(&mut self, id: (u32, u16)) -> Result<(), Error> {
        let reader = self.new.reader;
        let dictionary = reader.raw_as_written(id)?.dictionary().ok().flatten();
        let kind = dictionary.and_then(|one| one.value(b"Type")?.as_name());
        if kind.as_deref() != Some(b"ObjStm") {
            return Ok(());
        }
        let mut numbers = match reader.numbers_in(id) {
            Ok(numbers) => numbers,
            Err(Error::Effort(cause)) => return Err(Error::Effort(cause)),
            Err(_) => {
                let text = "the object stream cannot be read";
                self.other(of(id.0, Code::ObjectUnreadable, text));
                return Ok(());
            }
        };
        let count = numbers.len();
        numbers.sort_unstable();
        numbers.dedup();
        if numbers.len() < count {
            let text = "the object stream holds an object number twice";
            self.other(of(id.0, Code::NumberNamedTwice, text));
        }
        for number in numbers {
            let entry = reader.locate(number)?.map(|location| location.entry);
            if !matches!(entry, Some(Entry::Compressed { stream, .. }) if stream == id.0) {
                let text = format!(
                    "the object stream holds object {number}, which the update does not name there"
                );
                self.other(of(id.0, Code::BytesUnnamed, text));
                break;
            }
        }
        Ok(())
    }
}

impl Named {
    /// The first byte of an update, `bytes` that stand at `start`, that is not named: between what
    /// is, or what reads like an object or a trailer within it, be it a string, a comment or a
    /// stream's data.
    fn unnamed(&self, bytes: &[u8], start: usize) -> Option<usize> {
        let mut at = 0;
        for range in &self.ranges {
            let next = range.start.saturating_sub(start).min(bytes.len());
            if let Some(stray) = bytes.get(at..next).and_then(stray) {
                return Some(start + at + stray);
            }
            at = at.max(range.end.saturating_sub(start).min(bytes.len()));
        }
        if let Some(stray) = stray(&bytes[at..]) {
            return Some(start + at + stray);
        }
        let headers = memmem::find_iter(bytes, b"obj").filter_map(|at| header_before(bytes, at));
        let is_unnamed = |at: &usize| self.headers.binary_search(at).is_err();
        let trailers =
            memmem::find_iter(bytes, b"trailer").filter(|at| begins_trailer(&bytes[*at..]));
        let mut headers = headers.map(|at| start + at).filter(is_unnamed);
        headers.next().or_else(|| trailers.map(|at| start + at).nth(self.trailers))
    }
}

/// Whether a dictionary follows the word `trailer` that stands here.
pub(super) fn begins_trailer(bytes: &[u8]) -> bool {
    let after = &bytes[b"trailer".len()..];
    let space = after.iter().take_while(|&&byte| is_whitespace(byte)).count();
    after[space..].starts_with(b"<<")
}

/// The first byte that is neither white space nor of a comment, or is of a comment in which an
/// object begins.
fn stray(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += bytes[at..].iter().take_while(|&&byte| is_whitespace(byte)).count();
        let line = &bytes[at..];
        if line.first()? != &b'%' {
            return Some(at);
        }
        let length = memchr2(b'\r', b'\n', line).unwrap_or(line.len());
        if memmem::find(&line[..length], b"obj").is_some() {
            return Some(at);
        }
        at += length;
    }
}

/// Where the `N G obj` begins whose `obj` stands at `at`; none if no two numbers stand before it.
pub(super) fn header_before(bytes: &[u8], at: usize) -> Option<usize> {
    let back = |end: usize, is_part: fn(&u8) -> bool| {
        end - bytes[..end].iter().rev().take_while(|byte| is_part(byte)).count()
    };
    let space: fn(&u8) -> bool = |byte| is_whitespace(*byte);
    let generation_end = back(at, space);
    let generation = back(generation_end, u8::is_ascii_digit);
    let number_end = back(generation, space);
    let number = back(number_end, u8::is_ascii_digit);
    let is_header = number < number_end && number_end < generation && generation < generation_end;
    is_header.then_some(number)
}
