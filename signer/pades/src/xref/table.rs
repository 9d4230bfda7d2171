//! Cross-reference tables, read in place.

use bytes::Bytes;
use seal::{Effort, EffortError, Held};

use super::previous::previous;
use super::runs::Runs;
use super::{Entry, Rows, Section, SectionKind, XrefError, read_end_of_file};
use crate::limits::{MAX_IRREGULAR_ROWS, MAX_OBJECT_NUMBER};
use crate::syntax::{Lexer, RawDictionary};

/// The length of a row (ISO 32000-1 clause 7.5.4): ten digits, space, five digits, space, `n` or
/// `f`, and an end of line of two bytes.
pub(super) const ROW: usize = 20;

/// The rows of a table, by subsection.
#[derive(Debug)]
pub(super) struct TableRows {
    /// As they are written.
    subsections: Vec<Subsection>,
    runs: Runs,
    _held: Held,
}

#[derive(Debug)]
struct Subsection {
    first: u32,
    count: u32,
    /// The first number is written as 1.
    renumbered: bool,
    rows: SubsectionRows,
}

#[derive(Debug)]
enum SubsectionRows {
    /// Rows of 20 bytes each, not looked at until an object is asked for.
    Fixed(Bytes),
    /// Rows of other lengths, read one by one.
    Irregular(Vec<Entry>, #[expect(dead_code, reason = "given back with the rows")] Held),
}

/// Reads the table that begins at the start of `bytes`, `offset` bytes into the file.
pub(super) fn read_table(
    bytes: &Bytes,
    offset: usize,
    effort: &Effort,
) -> Result<Section, XrefError> {
    /// Reading the heading of a subsection and looking at its first and last row.
    const STEPS: u64 = 128;
    let mut lexer = Lexer::new(bytes, 0);
    if !lexer.keyword(b"xref") {
        return Err(XrefError::NotThere);
    }
    let mut subsections = Vec::new();
    let mut irregular = 0;
    loop {
        lexer.skip_whitespace();
        if lexer.take(b"trailer") {
            break;
        }
        if lexer.peek().is_none_or(|byte| !byte.is_ascii_digit()) {
            return Err(XrefError::NoTrailer);
        }
        effort.step(STEPS)?;
        if let Some(subsection) = read_subsection(bytes, &mut lexer, &mut irregular, effort)? {
            subsections.push(subsection);
        }
    }
    lexer.skip_whitespace();
    let trailer_at = lexer.at();
    effort.step(trailer_at as u64 / 16)?;
    let trailer = RawDictionary::read_within(&bytes.slice(trailer_at..), Some(effort))?;
    let end = trailer_at + trailer.length();
    Ok(Section {
        offset,
        stated: offset as u64,
        kind: SectionKind::Table,
        previous: previous(&trailer)?,
        end_of_file: read_end_of_file(&bytes.slice(end..), offset + end, effort)?,
        trailer,
        length: end,
        rows: Rows::Table(TableRows::new(subsections, effort)?),
        hybrid: None,
    })
}

fn read_subsection(
    bytes: &Bytes,
    lexer: &mut Lexer<'_>,
    irregular: &mut usize,
    effort: &Effort,
) -> Result<Option<Subsection>, XrefError> {
    let first = lexer.unsigned().ok_or(XrefError::Subsection)?;
    lexer.skip_whitespace();
    let count = lexer.unsigned().ok_or(XrefError::Subsection)?;
    if first.checked_add(count).is_none_or(|end| end > u64::from(MAX_OBJECT_NUMBER) + 1) {
        return Err(XrefError::Subsection);
    }
    let (Ok(mut first), Ok(count)) = (u32::try_from(first), u32::try_from(count)) else {
        return Err(XrefError::Subsection);
    };
    if count == 0 {
        return Ok(None);
    }
    lexer.skip_whitespace();
    let start = lexer.at();
    let length = count as usize * ROW;
    let rows = bytes.get(start..start + length).filter(|rows| {
        // The ends and, in small tables, all rows: a table whose rows are 20 bytes long at both
        // ends and not in between is found out when an object is asked for.
        let check = if count <= 64 { count as usize } else { 1 };
        let last = &rows[length - ROW..];
        rows.chunks(ROW).take(check).all(|row| fixed_row(row).is_some())
            && fixed_row(last).is_some()
    });
    let rows = match rows {
        Some(_) => {
            lexer.advance(length);
            SubsectionRows::Fixed(bytes.slice(start..start + length))
        }
        None => {
            let (rows, held) = read_rows(lexer, first, count, irregular, effort)?;
            SubsectionRows::Irregular(rows, held)
        }
    };
    let mut renumbered = false;
    // A table that numbers from 1 while its first row is the head of the free list, which is
    // object 0, numbers wrongly. Readers know this fault; every object that is asked for is
    // checked to stand at its offset.
    if first == 1
        && row(&rows, 0) == Some(Entry::Free)
        && bytes[start..].starts_with(b"0000000000 65535 f")
    {
        (first, renumbered) = (0, true);
    }
    Ok(Some(Subsection { first, count, renumbered, rows }))
}

fn read_rows(
    lexer: &mut Lexer<'_>,
    first: u32,
    count: u32,
    irregular: &mut usize,
    effort: &Effort,
) -> Result<(Vec<Entry>, Held), XrefError> {
    /// Reading a row.
    const STEPS: u64 = 64;
    *irregular += count as usize;
    if *irregular > MAX_IRREGULAR_ROWS {
        return Err(XrefError::Row { number: u64::from(first) });
    }
    let mut rows = Vec::new();
    let mut held = effort.hold(0)?;
    for index in 0..count {
        if rows.len() == rows.capacity() {
            held.grow(2 * (rows.len() * size_of::<Entry>()) as u64)?;
        }
        effort.step(STEPS)?;
        let row = irregular_row(lexer);
        rows.push(row.ok_or(XrefError::Row { number: u64::from(first) + u64::from(index) })?);
    }
    Ok((rows, held))
}

/// A row of any length: two numbers and `n` or `f`, separated by white space.
fn irregular_row(lexer: &mut Lexer<'_>) -> Option<Entry> {
    lexer.skip_whitespace();
    let offset = lexer.unsigned()?;
    lexer.skip_whitespace();
    let generation = lexer.unsigned()?;
    lexer.skip_whitespace();
    if lexer.keyword(b"n") {
        Some(in_use(offset, u16::try_from(generation).ok()?))
    } else {
        lexer.keyword(b"f").then_some(Entry::Free)
    }
}

/// A row of exactly 20 bytes.
pub(super) fn fixed_row(row: &[u8]) -> Option<Entry> {
    let digits = |digits: &[u8]| {
        digits.iter().try_fold(0_u64, |value, digit| {
            digit.is_ascii_digit().then(|| value * 10 + u64::from(digit - b'0'))
        })
    };
    let offset = digits(row.get(..10)?)?;
    let generation = digits(row.get(11..16)?)?;
    let [_, end @ ..] = row.get(17..ROW)? else { return None };
    let separated = row[10] == b' ' && row[16] == b' ';
    if !separated || !matches!(end, b" \r" | b" \n" | b"\r\n" | b"\n\n" | b"\r\r" | b"  ") {
        return None;
    }
    match row[17] {
        b'n' => Some(in_use(offset, u16::try_from(generation).ok()?)),
        b'f' => Some(Entry::Free),
        _ => None,
    }
}

/// Byte 0 is the header, never an object: writers put zero there for objects that do not exist.
fn in_use(offset: u64, generation: u16) -> Entry {
    if offset == 0 { Entry::Free } else { Entry::Offset { offset, generation } }
}

fn row(rows: &SubsectionRows, index: u32) -> Option<Entry> {
    let index = index as usize;
    match rows {
        SubsectionRows::Fixed(bytes) => fixed_row(bytes.get(index * ROW..(index + 1) * ROW)?),
        SubsectionRows::Irregular(rows, _) => rows.get(index).copied(),
    }
}

impl TableRows {
    fn new(subsections: Vec<Subsection>, effort: &Effort) -> Result<Self, EffortError> {
        let runs = Runs::new(subsections.iter().map(|one| (one.first, one.count)), effort)?;
        let held = effort.hold((subsections.len() * size_of::<Subsection>()) as u64)?;
        Ok(Self { subsections, runs, _held: held })
    }

    pub(super) fn entry(&self, number: u32) -> Result<Option<Entry>, XrefError> {
        let Some((index, at)) = self.runs.find(number) else { return Ok(None) };
        match self.subsections.get(index).and_then(|subsection| row(&subsection.rows, at)) {
            Some(entry) => Ok(Some(entry)),
            None => Err(XrefError::Row { number: u64::from(number) }),
        }
    }

    pub(super) fn is_renumbered(&self) -> bool {
        self.subsections.iter().any(|one| one.renumbered)
    }

    pub(super) fn memory(&self) -> usize {
        let irregular = self.subsections.iter().map(|subsection| match &subsection.rows {
            SubsectionRows::Fixed(_) => 0,
            SubsectionRows::Irregular(rows, _) => rows.len() * size_of::<Entry>(),
        });
        self.subsections.len() * size_of::<Subsection>() + irregular.sum::<usize>()
    }

    pub(super) fn runs(&self) -> &Runs {
        &self.runs
    }
}
