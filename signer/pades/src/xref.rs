//! Cross-reference sections (ISO 32000-1 clauses 7.5.4 and 7.5.8).

mod chain;
mod letter;
mod previous;
mod runs;
mod stream;
mod table;

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use lopdf::ObjectId;
use seal::{Effort, EffortError};

pub(crate) use crate::error::XrefError;
use crate::syntax::{Lexer, RawDictionary, is_whitespace};

pub(crate) use chain::read_chain;
use runs::Runs;
use stream::StreamRows;
pub(crate) use stream::{header, stream_extent};
use table::TableRows;

/// How a section is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SectionKind {
    /// A cross-reference table with a trailer (clause 7.5.4).
    Table,
    /// A cross-reference stream (clause 7.5.8).
    Stream {
        /// The stream's own object.
        id: ObjectId,
    },
}

/// Where an object stands, as one section says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The object is free.
    Free,
    /// The object stands in the file.
    Offset {
        /// Where, in bytes from the file's header.
        offset: u64,
        /// Its generation.
        generation: u16,
    },
    /// The object stands in an object stream.
    Compressed {
        /// The object stream's number.
        stream: u32,
        /// Its index in the object stream.
        index: u32,
    },
}

/// The `startxref` and `%%EOF` that close an update (ISO 32000-1 clause 7.5.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndOfFile {
    /// The section that `startxref` names, in bytes from the start of the file.
    pub startxref: u64,
    /// Where the bytes after `%%EOF` and one end of line begin, from the start of the file.
    pub end: usize,
}

/// One cross-reference section: what one update, or the original file, says of its objects.
#[derive(Debug)]
pub struct Section {
    offset: usize,
    /// The offset that led here, from the start of the file: white space may stand there first.
    stated: u64,
    kind: SectionKind,
    previous: Option<u64>,
    trailer: RawDictionary,
    end_of_file: Option<EndOfFile>,
    /// From its offset to the end of its trailer or of its stream object, in bytes.
    length: usize,
    rows: Rows,
    hybrid: Option<Arc<Self>>,
}

#[derive(Debug)]
enum Rows {
    Table(TableRows),
    Stream(StreamRows),
}

impl Section {
    /// Where the section begins, in bytes from the start of the file.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The offset that led to the section, `startxref` or `/Prev`, in bytes from the start of the
    /// file: where it begins, or where the white space before it does.
    pub fn stated_offset(&self) -> u64 {
        self.stated
    }

    /// Table or stream.
    pub fn kind(&self) -> SectionKind {
        self.kind
    }

    /// `/Prev`: the section before this one, in bytes from the start of the file; `None` in the
    /// oldest.
    pub fn previous(&self) -> Option<u64> {
        self.previous
    }

    /// The trailer dictionary, or the stream's dictionary.
    pub fn trailer(&self) -> &RawDictionary {
        &self.trailer
    }

    /// The `startxref` and `%%EOF` right after this section, if they stand there.
    pub fn end_of_file(&self) -> Option<EndOfFile> {
        self.end_of_file
    }

    /// The cross-reference stream of a hybrid file that `/XRefStm` names (clause 7.5.8.4).
    pub fn hybrid(&self) -> Option<&Self> {
        self.hybrid.as_deref()
    }

    /// What the section's rows take up in memory, now or when they are inflated, in bytes.
    fn memory(&self) -> usize {
        match &self.rows {
            Rows::Table(rows) => rows.memory(),
            Rows::Stream(rows) => rows.memory(),
        }
    }

    /// What the section says of object `number`; `None` when it does not name it.
    ///
    /// In a hybrid file an entry of the stream stands before a free entry of the table, which is
    /// there only to hide the object from readers of PDF 1.4.
    ///
    /// # Errors
    /// [`XrefError`] when the object's row is malformed.
    pub fn entry(&self, number: u32) -> Result<Option<Entry>, XrefError> {
        let own = self.own_entry(number)?;
        match (own, &self.hybrid) {
            (None | Some(Entry::Free), Some(hybrid)) => Ok(hybrid.entry(number)?.or(own)),
            _ => Ok(own),
        }
    }

    /// The same without the stream of a hybrid file.
    pub(crate) fn own_entry(&self, number: u32) -> Result<Option<Entry>, XrefError> {
        match &self.rows {
            Rows::Table(rows) => rows.entry(number),
            Rows::Stream(rows) => rows.entry(number),
        }
    }

    /// The runs of object numbers that the section names: first number and count, in the order of
    /// their numbers and each number once; then those of a hybrid file's stream.
    pub fn subsections(&self) -> impl Iterator<Item = (u32, u32)> {
        let hybrid = self.hybrid().into_iter().flat_map(|hybrid| hybrid.runs().iter());
        self.runs().iter().chain(hybrid)
    }

    /// One more than the largest object number that the section names; zero if it names none.
    pub(crate) fn end(&self) -> u32 {
        self.runs().end().max(self.hybrid().map_or(0, Self::end))
    }

    /// The runs of object numbers without those of a hybrid file's stream.
    pub(crate) fn own_subsections(&self) -> impl Iterator<Item = (u32, u32)> {
        self.runs().iter()
    }

    /// Whether the section names a number twice (clauses 7.5.4 and 7.5.8.2 forbid it): some readers
    /// take the first row, others the last. Without the stream of a hybrid file.
    pub(crate) fn names_twice(&self) -> bool {
        self.runs().overlap()
    }

    /// Whether a table gives the head of the free list the number 1, and is read as if it said 0.
    pub(crate) fn is_renumbered(&self) -> bool {
        match &self.rows {
            Rows::Table(rows) => rows.is_renumbered(),
            Rows::Stream(_) => false,
        }
    }

    /// Whether a row has a type that is not defined (clause 7.5.8.3). Without the stream of a hybrid
    /// file.
    ///
    /// # Errors
    /// [`XrefError`] when the rows cannot be decoded.
    pub(crate) fn has_undefined_type(&self) -> Result<bool, XrefError> {
        match &self.rows {
            Rows::Table(_) => Ok(false),
            Rows::Stream(rows) => rows.has_undefined_type(),
        }
    }

    /// Where the section stands with the `startxref` and `%%EOF` right after it, in bytes from the
    /// start of the file.
    pub(crate) fn extent(&self) -> Range<usize> {
        let end = self.end_of_file.map_or(self.offset + self.length, |marker| marker.end);
        self.offset..end
    }

    fn runs(&self) -> &Runs {
        match &self.rows {
            Rows::Table(rows) => rows.runs(),
            Rows::Stream(rows) => rows.runs(),
        }
    }
}

/// Reads the `startxref` and `%%EOF` at the start of `bytes`, which stand `offset` bytes from the
/// start of the file.
fn read_end_of_file(
    bytes: &Bytes,
    offset: usize,
    effort: &Effort,
) -> Result<Option<EndOfFile>, EffortError> {
    let mut lexer = Lexer::new(bytes, 0);
    let marker = end_of_file(&mut lexer);
    effort.step(lexer.looked() as u64)?;
    Ok(marker.map(|startxref| EndOfFile { startxref, end: offset + lexer.at() }))
}

/// What `startxref` says, if `%%EOF` follows it; the lexer stands behind that.
fn end_of_file(lexer: &mut Lexer<'_>) -> Option<u64> {
    lexer.skip_whitespace();
    if !lexer.keyword(b"startxref") {
        return None;
    }
    lexer.skip_whitespace();
    let startxref = lexer.unsigned()?;
    while lexer.peek().is_some_and(is_whitespace) {
        lexer.advance(1);
    }
    if !lexer.take(b"%%EOF") {
        return None;
    }
    if !lexer.take(b"\r\n") && !lexer.take(b"\n") {
        lexer.take(b"\r");
    }
    Some(startxref)
}
