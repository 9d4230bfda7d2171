//! Whether a section is written as the standard says to the letter: readers that find anything else
//! may search the file for objects instead.

use super::table::{ROW, fixed_row};
use super::{Entry, Section, SectionKind};

impl Section {
    /// Whether table and trailer, or the cross-reference stream, and the end of the file behind them
    /// (ISO 32000-2 clauses 7.5.4, 7.5.5 and 7.5.8.2) are written as every reader expects. `bytes`
    /// begin with the section; offsets in the file count from `origin`.
    pub(crate) fn is_by_the_letter(&self, bytes: &[u8], origin: usize) -> bool {
        let Some((section, rest)) = bytes.split_at_checked(self.length) else { return false };
        let is_plain = match self.kind {
            SectionKind::Table => table(section).is_some(),
            SectionKind::Stream { .. } => {
                let kind = self.trailer.value(b"Type").and_then(|kind| kind.as_name());
                kind.as_deref() == Some(b"XRef") && section.ends_with(b"endobj")
            }
        };
        let stated = self.offset.checked_sub(origin).map(|offset| offset.to_string());
        is_plain && stated.is_some_and(|at| end(rest, &at).is_some())
    }
}

/// A table and the beginning of its trailer; what stands in the trailer is read elsewhere.
fn table(bytes: &[u8]) -> Option<()> {
    let mut rest = line(bytes.strip_prefix(b"xref")?)?;
    loop {
        if let Some(trailer) = rest.strip_prefix(b"trailer") {
            return trailer.trim_ascii_start().starts_with(b"<<").then_some(());
        }
        let (first, after) = number(rest)?;
        let (count, after) = number(after.strip_prefix(b" ")?)?;
        let (rows, after) = line(after)?.split_at_checked(count.checked_mul(ROW)?)?;
        let mut rows = rows.chunks_exact(ROW);
        // Object 0 is the head of the free list; one that is called 1 is taken for either.
        let heads = rows.clone().next().is_none_or(|head| match first {
            0 => fixed_row(head) == Some(Entry::Free),
            1 => !head.starts_with(b"0000000000 65535"),
            _ => true,
        });
        let is_row = |row: &[u8]| {
            let says_free = row.get(17) == Some(&b'f');
            let ends = [b" \r", b" \n", b"\r\n"].iter().any(|end| row.ends_with(*end));
            ends && fixed_row(row).is_some_and(|row| (row == Entry::Free) == says_free)
        };
        if !heads || !rows.all(is_row) {
            return None;
        }
        rest = after;
    }
}

/// `startxref`, the offset as it is expected, and `%%EOF`; before them a program may name itself in a
/// comment.
fn end(bytes: &[u8], stated: &str) -> Option<()> {
    let mut rest = bytes.trim_ascii_start();
    while rest.starts_with(b"%") {
        let length = rest.iter().take_while(|byte| !matches!(byte, b'\r' | b'\n')).count();
        rest = rest[length..].trim_ascii_start();
    }
    let rest = line(rest.strip_prefix(b"startxref")?)?.strip_prefix(stated.as_bytes())?;
    line(rest)?.starts_with(b"%%EOF").then_some(())
}

/// What stands after one end of line.
fn line(bytes: &[u8]) -> Option<&[u8]> {
    [&b"\r\n"[..], b"\n", b"\r"].iter().find_map(|end| bytes.strip_prefix(*end))
}

fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let length = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = bytes.split_at(length);
    Some((std::str::from_utf8(digits).ok()?.parse().ok()?, rest))
}
