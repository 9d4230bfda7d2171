//! Cross-reference streams, inflated when the first object is asked for.

use std::sync::OnceLock;

use bytes::Bytes;
use memchr::memmem;
use seal::Effort;

use super::previous::previous;
use super::runs::Runs;
use super::{Entry, Rows, Section, SectionKind, XrefError, read_end_of_file};
use crate::filter;
use crate::limits::MAX_OBJECT_NUMBER;
use crate::syntax::{Lexer, RawDictionary, RawValue, SyntaxError};

/// Bytes that a cross-reference stream may inflate to beyond its rows.
const SLACK: usize = 64 << 10;

/// The rows of a cross-reference stream (ISO 32000-1 clause 7.5.8.3).
#[derive(Debug)]
pub(super) struct StreamRows {
    dictionary: RawDictionary,
    data: Bytes,
    decoded: OnceLock<Bytes>,
    widths: [usize; 3],
    runs: Runs,
    /// How many rows stand before those of each run, as they are written; and how many there are.
    rows_before: Vec<usize>,
    rows: usize,
    effort: Effort,
}

/// Reads the cross-reference stream that begins at the start of `bytes`, `offset` bytes into the
/// file.
pub(super) fn read_stream(
    bytes: &Bytes,
    offset: usize,
    effort: &Effort,
) -> Result<Section, XrefError> {
    let mut lexer = Lexer::new(bytes, 0);
    let id = header(&mut lexer).ok_or(XrefError::NotThere)?;
    lexer.skip_whitespace();
    let at = lexer.at();
    if !lexer.rest().starts_with(b"<<") {
        return Err(XrefError::NotThere);
    }
    let dictionary = RawDictionary::read_within(&bytes.slice(at..), Some(effort))?;
    let kind = dictionary.value(b"Type").and_then(|value| value.as_name());
    if kind.is_some_and(|kind| kind != b"XRef") || dictionary.value(b"W").is_none() {
        return Err(XrefError::NotThere);
    }
    let length = dictionary.value(b"Length").and_then(|value| value.as_unsigned());
    let after = at + dictionary.length();
    let extent = stream_extent(&bytes.slice(after..), length);
    let looked = extent.as_ref().map_or(bytes.len() - after, |(_, end)| *end);
    effort.step(looked as u64 / 16)?;
    let (data, end) = extent.map_err(|_| XrefError::StreamEnd)?;
    let mut lexer = Lexer::new(bytes, after + end);
    lexer.skip_whitespace();
    lexer.keyword(b"endobj");
    let end = lexer.at();
    effort.step((end - after) as u64 / 16)?;
    let written = index(&dictionary)?;
    let mut rows = 0;
    let rows_before = written.iter().map(|(_, count)| {
        let before = rows;
        rows += *count as usize;
        before
    });
    let rows_before = rows_before.collect();
    let rows = StreamRows {
        widths: widths(&dictionary)?,
        runs: Runs::new(written.into_iter(), effort)?,
        rows_before,
        rows,
        dictionary: dictionary.clone(),
        data,
        decoded: OnceLock::new(),
        effort: effort.clone(),
    };
    Ok(Section {
        offset,
        stated: offset as u64,
        kind: SectionKind::Stream { id },
        previous: previous(&dictionary)?,
        end_of_file: read_end_of_file(&bytes.slice(end..), offset + end, effort)?,
        trailer: dictionary,
        length: end,
        rows: Rows::Stream(rows),
        hybrid: None,
    })
}

/// The object header `N G obj`.
pub(crate) fn header(lexer: &mut Lexer<'_>) -> Option<lopdf::ObjectId> {
    let number = u32::try_from(lexer.unsigned()?).ok()?;
    lexer.skip_whitespace();
    let generation = u16::try_from(lexer.unsigned()?).ok()?;
    lexer.skip_whitespace();
    lexer.take(b"obj").then_some((number, generation))
}

/// A stream whose data does not begin or end.
#[derive(Debug)]
pub(crate) struct StreamExtentError;

/// The data of a stream, given the bytes after its dictionary and its `/Length`; and where the
/// bytes after `endstream` begin.
///
/// A `/Length` that does not lead to `endstream` is not used: the data then ends at the first
/// `endstream`, as in other readers. Nothing is signed on the strength of it: what the data holds
/// is checked by whoever decodes it.
pub(crate) fn stream_extent(
    bytes: &Bytes,
    length: Option<u64>,
) -> Result<(Bytes, usize), StreamExtentError> {
    const END: &[u8] = b"endstream";
    let mut lexer = Lexer::new(bytes, 0);
    lexer.skip_whitespace();
    if !lexer.take(b"stream") {
        return Err(StreamExtentError);
    }
    if !lexer.take(b"\r\n") && !lexer.take(b"\n") {
        lexer.take(b"\r");
    }
    let start = lexer.at();
    let end = length
        .and_then(|length| start.checked_add(usize::try_from(length).ok()?))
        .filter(|&end| end <= bytes.len());
    if let Some(end) = end {
        let mut after = Lexer::new(bytes, end);
        after.skip_whitespace();
        if after.take(END) {
            return Ok((bytes.slice(start..end), after.at()));
        }
    }
    let data = &bytes[start..];
    let end = memmem::find(data, END).ok_or(StreamExtentError)?;
    let trimmed = match &data[..end] {
        [.., b'\r', b'\n'] => end - 2,
        [.., b'\r' | b'\n'] => end - 1,
        _ => end,
    };
    Ok((bytes.slice(start..start + trimmed), start + end + END.len()))
}

/// `/W`: the widths of a row's three fields, in bytes.
fn widths(dictionary: &RawDictionary) -> Result<[usize; 3], XrefError> {
    let wrong = || XrefError::Entry("W");
    let array = dictionary.value(b"W").and_then(|value| value.array()).ok_or_else(wrong)?;
    let mut widths = [0; 3];
    let mut elements = array.take(3);
    for width in &mut widths {
        let element = elements.next().ok_or_else(wrong)??.as_unsigned().filter(|&w| w <= 8);
        *width = element.and_then(|w| usize::try_from(w).ok()).ok_or_else(wrong)?;
    }
    if widths.iter().sum::<usize>() == 0 { Err(wrong()) } else { Ok(widths) }
}

/// `/Index`: pairs of first number and count, in the order in which their rows stand; by default
/// all numbers below `/Size`. Pairs without a row are left out.
fn index(dictionary: &RawDictionary) -> Result<Vec<(u32, u32)>, XrefError> {
    let number = |value: Result<RawValue, SyntaxError>| -> Result<u32, XrefError> {
        let number = value?.as_unsigned().filter(|&n| n <= u64::from(MAX_OBJECT_NUMBER) + 1);
        number.and_then(|n| u32::try_from(n).ok()).ok_or(XrefError::Entry("Index"))
    };
    let Some(value) = dictionary.value(b"Index") else {
        let size = dictionary.value(b"Size").ok_or(XrefError::Entry("Size"))?;
        return Ok(vec![(0, number(Ok(size))?)]);
    };
    let mut elements = value.array().ok_or(XrefError::Entry("Index"))?;
    let mut runs = Vec::new();
    while let Some(first) = elements.next() {
        let first = number(first)?;
        let count = number(elements.next().ok_or(XrefError::Entry("Index"))?)?;
        if first.checked_add(count).is_none_or(|end| end > MAX_OBJECT_NUMBER + 1) {
            return Err(XrefError::Entry("Index"));
        }
        if count > 0 {
            runs.push((first, count));
        }
    }
    Ok(runs)
}

impl StreamRows {
    pub(super) fn entry(&self, number: u32) -> Result<Option<Entry>, XrefError> {
        let Some((index, at)) = self.runs.find(number) else { return Ok(None) };
        let malformed = || XrefError::Row { number: u64::from(number) };
        let before = self.rows_before.get(index).ok_or_else(malformed)?;
        let row_length = self.widths.iter().sum::<usize>();
        let start = (before + at as usize) * row_length;
        let decoded = self.decoded()?;
        let row = decoded.get(start..start + row_length);
        let mut rest = row.ok_or_else(malformed)?;
        let [kind, second, third] = self.widths.map(|width| {
            let (field, after) = rest.split_at(width);
            rest = after;
            (width > 0)
                .then(|| field.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte)))
        });
        Ok(match (kind.unwrap_or(1), second.unwrap_or(0), third.unwrap_or(0)) {
            (0, ..) | (1, 0, _) => Some(Entry::Free),
            (1, offset, generation) => {
                let generation = u16::try_from(generation).map_err(|_| malformed())?;
                Some(Entry::Offset { offset, generation })
            }
            (2, stream, index) => {
                let stream = u32::try_from(stream).map_err(|_| malformed())?;
                let index = u32::try_from(index).map_err(|_| malformed())?;
                Some(Entry::Compressed { stream, index })
            }
            // Any other type is a reference to the null object (clause 7.5.8.3).
            _ => Some(Entry::Free),
        })
    }

    /// Whether a row is of another type than 0, 1 and 2.
    pub(super) fn has_undefined_type(&self) -> Result<bool, XrefError> {
        let (width, row_length) = (self.widths[0], self.widths.iter().sum::<usize>());
        let decoded = self.decoded()?;
        self.effort.step(decoded.len() as u64)?;
        let is_defined = |row: &[u8]| match row.get(..width) {
            Some([zeros @ .., kind]) => *kind <= 2 && zeros.iter().all(|byte| *byte == 0),
            _ => true,
        };
        Ok(!decoded.chunks(row_length).take(self.rows).all(is_defined))
    }

    /// The rows' length when inflated.
    pub(super) fn memory(&self) -> usize {
        self.rows * self.widths.iter().sum::<usize>()
    }

    pub(super) fn runs(&self) -> &Runs {
        &self.runs
    }

    fn decoded(&self) -> Result<&Bytes, XrefError> {
        if let Some(decoded) = self.decoded.get() {
            return Ok(decoded);
        }
        // The dictionary's values are direct (clause 7.5.8.2).
        // A predictor adds a byte a row; some writers write a few rows too many.
        let maximum = 2 * self.memory() + SLACK;
        let (dictionary, effort) = (&self.dictionary, &self.effort);
        let decoded = filter::decode::<XrefError>(dictionary, &self.data, maximum, effort, Ok)?;
        Ok(self.decoded.get_or_init(|| decoded))
    }
}
