//! From `startxref` through the `/Prev` chain.

use std::collections::HashSet;
use std::sync::Arc;

use memchr::memmem;
use seal::Effort;

use super::stream::read_stream;
use super::table::read_table;
use super::{Section, XrefError};
use crate::error::{Error, Limit, StartxrefError};
use crate::limits::{MAX_SECTIONS, MAX_XREF_MEMORY, TAIL_SEARCH};
use crate::source::Source;
use crate::syntax::Lexer;

/// The section that the last `startxref` names, in bytes from the start of the file.
///
/// What follows the marker may be white space, zeros or junk, but no objects: those would be an
/// update that was cut off, or content that only a repairing reader shows.
fn startxref(source: &Source, origin: usize) -> Result<u64, Error> {
    const KEYWORD: &[u8] = b"startxref";
    let piece = source.last_piece();
    let tail = &piece[piece.len().saturating_sub(TAIL_SEARCH)..];
    let at = memmem::rfind(tail, KEYWORD).ok_or(Error::Startxref(StartxrefError::Missing))?;
    let mut lexer = Lexer::new(tail, at + KEYWORD.len());
    lexer.skip_whitespace();
    let offset = lexer.unsigned().ok_or(Error::Startxref(StartxrefError::NoOffset))?;
    let after = lexer.rest();
    let objects = [&b"endobj"[..], b" obj", b"trailer", b"xref"];
    if objects.iter().any(|word| memmem::find(after, word).is_some()) {
        return Err(Error::Startxref(StartxrefError::IncompleteUpdate));
    }
    offset
        .checked_add(origin as u64)
        .filter(|&offset| offset < source.length() as u64)
        .ok_or(Error::Startxref(StartxrefError::OutsideFile { offset }))
}

/// Every section from the one that `startxref` names to the oldest, newest first. Offsets in the
/// file count from `origin`.
pub(crate) fn read_chain(
    source: &Source,
    origin: usize,
    effort: &Effort,
) -> Result<Vec<Section>, Error> {
    let mut sections = Vec::new();
    let mut visited = HashSet::new();
    let mut next = Some(startxref(source, origin)?);
    let (mut taken, mut memory) = (0, 0);
    while let Some(offset) = next {
        let damaged = |cause| Error::Xref { offset, cause };
        if !visited.insert(offset) {
            return Err(damaged(XrefError::Loop));
        }
        if sections.len() == MAX_SECTIONS {
            return Err(Error::Limit { limit: Limit::Sections, maximum: MAX_SECTIONS as u64 });
        }
        let mut section = read_section(source, offset, effort).map_err(damaged)?;
        section.stated = offset;
        section.previous = section.previous.map(|offset| offset.saturating_add(origin as u64));
        if let Some(end) = &mut section.end_of_file {
            end.startxref = end.startxref.saturating_add(origin as u64);
        }
        section.hybrid = hybrid(source, &section, origin, effort)?.map(Arc::new);
        // Sections stand side by side, but two may name the same hybrid stream.
        for part in [Some(&section), section.hybrid()].into_iter().flatten() {
            taken += part.length;
            memory += part.memory();
        }
        if taken > 4 * source.length() || memory > MAX_XREF_MEMORY {
            return Err(damaged(XrefError::Overlap));
        }
        next = section.previous;
        sections.push(section);
    }
    Ok(sections)
}

fn read_section(source: &Source, offset: u64, effort: &Effort) -> Result<Section, XrefError> {
    let offset = usize::try_from(offset).map_err(|_| XrefError::NotThere)?;
    let bytes = source.from(offset);
    let mut lexer = Lexer::new(&bytes, 0);
    // Some writers point to the end of line before the section.
    lexer.skip_whitespace();
    effort.step(lexer.at() as u64)?;
    let (offset, bytes) = (offset + lexer.at(), bytes.slice(lexer.at()..));
    if bytes.starts_with(b"xref") {
        read_table(&bytes, offset, effort)
    } else if bytes.first().is_some_and(u8::is_ascii_digit) {
        read_stream(&bytes, offset, effort)
    } else {
        Err(XrefError::NotThere)
    }
}

/// The stream that `/XRefStm` names; its own `/Prev` is not followed (clause 7.5.8.4).
fn hybrid(
    source: &Source,
    section: &Section,
    origin: usize,
    effort: &Effort,
) -> Result<Option<Section>, Error> {
    let Some(value) = section.trailer.value(b"XRefStm") else { return Ok(None) };
    let damaged = |offset, cause| Error::Xref { offset, cause };
    let offset = value
        .as_unsigned()
        .ok_or_else(|| damaged(section.offset as u64, XrefError::Entry("XRefStm")))?;
    let start = usize::try_from(offset).ok().and_then(|offset| offset.checked_add(origin));
    let start = start.ok_or_else(|| damaged(offset, XrefError::NotThere))?;
    let bytes = source.from(start);
    let mut lexer = Lexer::new(&bytes, 0);
    lexer.skip_whitespace();
    let at = lexer.at();
    effort.step(at as u64)?;
    let stream = read_stream(&bytes.slice(at..), start + at, effort);
    stream.map(Some).map_err(|cause| damaged(offset, cause))
}
