//! Where other readers begin to read a file.
//!
//! They take the last `startxref` of the last 1,024 bytes, and search the whole file where none is
//! there; and a file whose length its linearization dictionary states they read from the section
//! behind that dictionary (ISO 32000-2 annex F.3.3). So a file may be read in another way for nothing
//! but its length.

use memchr::memmem;

use super::finding::{Code, Finding};
use crate::reader::Reader;
use crate::revision::Revision;
use crate::syntax::{Lexer, RawDictionary, is_whitespace, token};

/// How far from the end of a file readers look for `startxref`, and from its beginning for the end of
/// its first object.
const LOOKED_THROUGH: usize = 1_024;

/// What a file says of itself that is linearized.
pub(super) struct Linearization {
    /// `/L`: the length of the file that is read as one, each as it is written there.
    lengths: Vec<Vec<u8>>,
    /// Where the section stands that is read first.
    section: Option<usize>,
    /// Where the header stands: some readers count from there.
    origin: usize,
}

impl Linearization {
    /// Reads the first object of the file, if it is a linearization dictionary.
    pub(super) fn read(reader: &Reader) -> Option<Self> {
        let bytes = reader.source().from(reader.origin());
        let mut lexer = Lexer::new(&bytes, 0);
        lexer.skip_whitespace();
        lexer.unsigned()?;
        lexer.skip_whitespace();
        lexer.unsigned()?;
        lexer.skip_whitespace();
        if !lexer.take(b"obj") {
            return None;
        }
        lexer.skip_whitespace();
        let dictionary =
            RawDictionary::read_within(&bytes.slice(lexer.at()..), Some(reader.effort()));
        let dictionary = dictionary.ok()?;
        dictionary.value(b"Linearized")?;
        let lengths = dictionary.entries().filter(|(key, _)| key == b"L");
        let lengths = lengths.filter_map(|(_, value)| token::number(&value.parse_exactly().ok()?));
        let lengths = lengths.collect();
        let start = &bytes[..bytes.len().min(LOOKED_THROUGH)];
        let section = memmem::find(start, b"endobj").map(|at| {
            let at = at + b"endobj".len();
            let space = bytes[at..].iter().take_while(|&&byte| is_whitespace(byte)).count();
            reader.origin() + at + space
        });
        Some(Self { lengths, section, origin: reader.origin() })
    }

    /// Whether readers take a file of this length, whose newest section stands at `newest`, for one that
    /// is linearized, and begin with another section.
    fn leads_elsewhere(&self, length: usize, newest: usize) -> bool {
        let is_stated = |length: usize| {
            let length = i64::try_from(length).unwrap_or(i64::MAX);
            let length = token::number(&lopdf::Object::Integer(length));
            length.is_some_and(|length| self.lengths.contains(&length))
        };
        self.section != Some(newest)
            && (is_stated(length) || is_stated(length.saturating_sub(self.origin)))
    }
}

/// Why readers begin elsewhere than at the newest section of a revision whose `%%EOF` ends at `marker`,
/// with as many ends of line behind it as there may be.
pub(super) fn entrance_fault(
    reader: &Reader,
    revision: &Revision,
    document: &[u8],
    marker: usize,
    linearization: Option<&Linearization>,
) -> Option<Finding> {
    let lines = document[marker..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let start = marker.saturating_sub(LOOKED_THROUGH);
    let startxref = memmem::rfind(&document[start..marker], b"startxref").map(|at| start + at);
    if startxref.is_none_or(|at| marker + lines - at > LOOKED_THROUGH) {
        let text = "`startxref` stands further from the end than readers look for it: they search the \
                    file instead";
        return Some(Finding::new(Code::ReadElsewhere, text));
    }
    let newest = reader.sections().get(revision.sections.start)?.offset();
    let leads_elsewhere =
        |length| linearization.is_some_and(|one| one.leads_elsewhere(length, newest));
    (marker..=marker + lines).any(leads_elsewhere).then(|| {
        let text = "the file is as long as its linearization dictionary says, and readers begin with \
                    another cross-reference section than its newest";
        Finding::new(Code::ReadElsewhere, text)
    })
}
