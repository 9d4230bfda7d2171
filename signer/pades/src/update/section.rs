//! The cross-reference section and trailer of an update.

use super::Update;
use crate::error::Error;
use crate::reader::Reader;
use crate::syntax::RawValue;
use crate::xref::{Section, SectionKind};

/// Entries that belong to one section, one stream or one state of the file, and not to the next
/// section's trailer. Every other entry goes on, known or not: "the added trailer shall contain all
/// the entries (except the Prev entry)" (ISO 32000-2 clause 7.5.6).
///
/// `AuthCode` authenticates the bytes before it (ISO/TS 32004), `DocChecksum` is OpenOffice's hash of
/// them.
const NOT_INHERITED: [&[u8]; 18] = [
    b"AuthCode",
    b"DocChecksum",
    b"Size",
    b"Prev",
    b"Root",
    b"Encrypt",
    b"ID",
    b"XRefStm",
    b"Type",
    b"W",
    b"Index",
    b"Length",
    b"Filter",
    b"DecodeParms",
    b"DL",
    b"F",
    b"FFilter",
    b"FDecodeParms",
];

/// The second file identifier of an update (ISO 32000-1 clause 14.4): new with each writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identifier([u8; 16]);

impl Identifier {
    /// The first half of a SHA-256 or longer digest.
    pub(crate) fn of(digest: &[u8]) -> Self {
        let mut half = [0; 16];
        half.copy_from_slice(&digest[..16]);
        Self(half)
    }
}

/// Where an object of the update stands, in bytes from the file's header.
pub(super) struct Row {
    pub(super) number: u32,
    pub(super) generation: u16,
    pub(super) offset: usize,
}

/// Writes the section for `rows`, which are in the order of their numbers.
pub(super) fn write(
    update: &mut Update<'_>,
    tail: &mut Vec<u8>,
    mut rows: Vec<Row>,
    identifier: &Identifier,
) -> Result<(), Error> {
    let reader = update.reader;
    let newest = &reader.sections()[0];
    // Offsets count from the header; `/ByteRange` alone counts from the start of the file.
    let start = reader.source().length() + tail.len() - reader.origin();
    match newest.kind() {
        SectionKind::Table => {
            write_table(tail, &rows);
            tail.extend_from_slice(b"trailer\n<<");
            write_trailer(tail, reader, newest, size(reader, &rows), identifier)?;
            tail.extend_from_slice(b"\n>>\n");
        }
        SectionKind::Stream { .. } => {
            let (number, generation) = update.allocate()?;
            rows.push(Row { number, generation, offset: start });
            let (widths, data) = stream_rows(&rows);
            let index: Vec<String> =
                runs(&rows).map(|run| format!("{} {}", run[0].number, run.len())).collect();
            let head = format!(
                "{number} {generation} obj\n<<\n/Type /XRef\n/W [1 {widths} 2]\n/Index [{}]\n/Length {}",
                index.join(" "),
                data.len()
            );
            tail.extend_from_slice(head.as_bytes());
            write_trailer(tail, reader, newest, size(reader, &rows), identifier)?;
            tail.extend_from_slice(b"\n>>\nstream\n");
            tail.extend_from_slice(&data);
            tail.extend_from_slice(b"\nendstream\nendobj\n");
        }
    }
    tail.extend_from_slice(format!("startxref\n{start}\n%%EOF\n").as_bytes());
    Ok(())
}

fn write_table(tail: &mut Vec<u8>, rows: &[Row]) {
    tail.extend_from_slice(b"xref\n");
    for run in runs(rows) {
        tail.extend_from_slice(format!("{} {}\n", run[0].number, run.len()).as_bytes());
        for row in run {
            let row = format!("{:010} {:05} n \n", row.offset, row.generation);
            tail.extend_from_slice(row.as_bytes());
        }
    }
}

/// Runs of rows with consecutive numbers.
fn runs(rows: &[Row]) -> impl Iterator<Item = &[Row]> {
    rows.chunk_by(|row, next| row.number + 1 == next.number)
}

/// The width of the offsets, and the rows of a cross-reference stream: type, offset, generation.
fn stream_rows(rows: &[Row]) -> (usize, Vec<u8>) {
    let furthest = rows.iter().map(|row| row.offset as u64).max().unwrap_or(0);
    let width = (64 - furthest.leading_zeros() as usize).div_ceil(8).max(1);
    let mut data = Vec::with_capacity(rows.len() * (width + 3));
    for row in rows {
        data.push(1);
        data.extend_from_slice(&(row.offset as u64).to_be_bytes()[8 - width..]);
        data.extend_from_slice(&row.generation.to_be_bytes());
    }
    (width, data)
}

/// "1 greater than the highest object number defined in the file" (ISO 32000-2 table 15), whatever
/// higher numbers references name that lead to nothing.
fn size(reader: &Reader, rows: &[Row]) -> u32 {
    rows.iter().map(|row| row.number).fold(reader.max_object_number(), u32::max) + 1
}

/// The newest trailer's entries, with what is new.
fn write_trailer(
    tail: &mut Vec<u8>,
    reader: &Reader,
    newest: &Section,
    size: u32,
    identifier: &Identifier,
) -> Result<(), Error> {
    for entry in newest.trailer().verbatim(&NOT_INHERITED) {
        tail.push(b'\n');
        tail.extend_from_slice(entry);
    }
    for (key, name) in [(&b"Root"[..], "\n/Root "), (b"Encrypt", "\n/Encrypt ")] {
        if let Some(value) = reader.trailer_value(key) {
            tail.extend_from_slice(name.as_bytes());
            tail.extend_from_slice(value.bytes());
        }
    }
    let second: String = identifier.0.iter().map(|byte| format!("{byte:02x}")).collect();
    let first = first_identifier(reader)?;
    let first = match first {
        Some(first) => first.bytes().clone(),
        // The key of an encrypted document depends on the identifier: on none, if there is none.
        None if reader.is_encrypted() => "<>".into(),
        None => format!("<{second}>").into(),
    };
    tail.extend_from_slice(b"\n/ID [");
    tail.extend_from_slice(&first);
    // As the file states it: readers that do not skip white space there found it at that offset, and
    // tell revisions apart by it.
    let previous = newest.stated_offset() - reader.origin() as u64;
    let rest = format!(" <{second}>]\n/Size {size}\n/Prev {previous}");
    tail.extend_from_slice(rest.as_bytes());
    Ok(())
}

/// The identifier that the file was first written with, as it stands there.
fn first_identifier(reader: &Reader) -> Result<Option<RawValue>, Error> {
    let Some(identifiers) = reader.trailer_value(b"ID") else { return Ok(None) };
    let first = reader.resolve(identifiers)?.array().and_then(|mut array| array.next());
    Ok(first.and_then(Result::ok).filter(|first| first.as_string().is_some()))
}
