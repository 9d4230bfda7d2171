//! What the reader accepts, and what it refuses with which cause.

use bytes::Bytes;

use super::*;
use crate::error::{Error, ObjectError, StartxrefError};
use crate::generate::{pages, pages_with_object_streams, pages_with_table, with_table};
use crate::xref::{SectionKind, XrefError};

/// Replaces the only occurrence of `from`.
fn replaced(file: &[u8], from: &str, to: &str) -> Vec<u8> {
    let at: Vec<usize> = file
        .windows(from.len())
        .enumerate()
        .filter(|(_, window)| *window == from.as_bytes())
        .map(|(at, _)| at)
        .collect();
    assert_eq!(at.len(), 1, "`{from}` stands there {} times", at.len());
    [&file[..at[0]], to.as_bytes(), &file[at[0] + from.len()..]].concat()
}

fn open(file: impl Into<Bytes>) -> Result<Reader, Error> {
    Reader::open(file.into())
}

/// The catalog's `/Type`, which shows that the catalog was found.
fn catalog_type(reader: &Reader) -> Result<Option<Vec<u8>>, Error> {
    let root = reader.resolve(reader.trailer_value(b"Root").unwrap())?;
    let dictionary = root.dictionary().unwrap();
    Ok(dictionary.and_then(|catalog| catalog.value(b"Type")).and_then(|value| value.as_name()))
}

/// A file of which every row of the cross-reference table is changed by `row`.
fn with_rows(row: impl Fn(&str) -> String) -> Vec<u8> {
    let file = pages_with_table(2, 10);
    let start = memchr::memmem::find(&file, b"\nxref\n0 7\n").unwrap() + 10;
    let end = memchr::memmem::find(&file, b"trailer").unwrap();
    let rows = std::str::from_utf8(&file[start..end]).unwrap();
    let changed: String = rows.lines().map(|line| row(line.trim_end())).collect();
    [&file[..start], changed.as_bytes(), &file[end..]].concat()
}

#[test]
fn both_kinds_of_section_lead_to_the_same_objects() {
    let objects = pages(150, 20);
    let table = open(pages_with_table(150, 20)).unwrap();
    let streams = open(pages_with_object_streams(150, 20)).unwrap();
    assert_eq!(table.sections()[0].kind(), SectionKind::Table);
    assert!(matches!(streams.sections()[0].kind(), SectionKind::Stream { .. }));
    for reader in [&table, &streams] {
        for (index, object) in objects.iter().enumerate() {
            let raw = reader.raw((u32::try_from(index).unwrap() + 1, 0)).unwrap();
            assert!(raw.bytes().starts_with(&object[..object.len() / 2]), "object {}", index + 1);
        }
        assert!(reader.raw((9_999, 0)).unwrap().bytes().starts_with(b"null"));
        assert_eq!(catalog_type(reader).unwrap(), Some(b"Catalog".to_vec()));
    }
}

#[test]
fn the_oracle_reads_the_same_objects() {
    for file in [pages_with_table(5, 50), pages_with_object_streams(5, 50)] {
        let oracle = lopdf::Document::load_mem(&file).unwrap();
        let reader = open(file).unwrap();
        let mut compared = 0;
        for (id, object) in &oracle.objects {
            let ours = reader.object(*id).unwrap();
            match (object, &ours) {
                (lopdf::Object::Stream(theirs), lopdf::Object::Stream(ours)) => {
                    assert_eq!((&theirs.dict, &theirs.content), (&ours.dict, &ours.content));
                }
                _ => assert_eq!(object, &ours),
            }
            compared += 1;
        }
        assert!(compared >= 12);
    }
}

#[test]
fn an_objects_range_reaches_from_its_number_to_endobj() {
    let file = pages_with_table(1, 10);
    let reader = open(file.clone()).unwrap();
    for number in 1..=4 {
        let range = reader.object_range((number, 0)).unwrap().unwrap();
        assert!(file[range.clone()].starts_with(format!("{number} 0 obj").as_bytes()));
        assert!(file[range].ends_with(b"endobj"));
    }
    assert_eq!(reader.object_range((77, 0)).unwrap(), None);
}

#[test]
fn irregular_rows_are_read() {
    for row in [
        |line: &str| format!("{line}\n"),
        |line: &str| format!("{line}\r"),
        |line: &str| format!("{line}   \r\n"),
        |line: &str| format!("{} \r\n", line.trim_start_matches('0')).replace(" 65535", "0 65535"),
    ] {
        let file = with_rows(row);
        // The rows' lengths move nothing that stands before them.
        let reader = open(file).unwrap();
        assert_eq!(catalog_type(&reader).unwrap(), Some(b"Catalog".to_vec()));
    }
}

#[test]
fn a_table_that_numbers_its_free_head_as_1_is_read_from_0() {
    let file = replaced(&pages_with_table(2, 10), "xref\n0 7\n", "xref\n1 7\n");
    assert_eq!(catalog_type(&open(file).unwrap()).unwrap(), Some(b"Catalog".to_vec()));
}

#[test]
fn a_size_that_is_too_small_does_not_hide_objects() {
    let file = replaced(&pages_with_table(2, 10), "/Size 7", "/Size 2");
    let reader = open(file).unwrap();
    assert_eq!(reader.max_object_number(), 6);
    assert!(reader.raw((6, 0)).unwrap().is_dictionary());
}

#[test]
fn what_only_a_repair_could_read_is_refused_with_its_cause() {
    let file = pages_with_table(2, 10);
    let text = String::from_utf8_lossy(&file).into_owned();
    let start: u64 =
        text.rsplit("startxref\n").next().unwrap().lines().next().unwrap().parse().unwrap();
    let xref = |cause| Error::Xref { offset: start, cause };
    let cut = |to: usize| file[..to].to_vec();
    let startxref = memchr::memmem::rfind(&file, b"startxref").unwrap();
    // The section's offset counts from the bytes before the header.
    let counted =
        replaced(&file, &format!("startxref\n{start}"), &format!("startxref\n{}", start + 5));
    let counted = [b"junk\n", &counted[..]].concat();
    let cases: Vec<(&str, Vec<u8>, Error)> = vec![
        ("empty", vec![], Error::HeaderMissing),
        ("no header", b"hello".repeat(500), Error::HeaderMissing),
        ("leading bytes that count", counted, Error::BytesBeforeHeader { count: 5 }),
        ("truncated", cut(startxref - 3), Error::Startxref(StartxrefError::Missing)),
        ("no offset", cut(startxref + 9), Error::Startxref(StartxrefError::NoOffset)),
        (
            "outside",
            replaced(&file, &format!("startxref\n{start}"), "startxref\n99999999"),
            Error::Startxref(StartxrefError::OutsideFile { offset: 99_999_999 }),
        ),
        (
            "cut update",
            [&file[..], b"9 0 obj\n<< >>\nendobj\n"].concat(),
            Error::Startxref(StartxrefError::IncompleteUpdate),
        ),
        (
            "wrong offset",
            replaced(&file, &format!("startxref\n{start}"), "startxref\n9"),
            Error::Xref { offset: 9, cause: XrefError::NotThere },
        ),
        (
            "impossible number",
            replaced(&file, "xref\n0 7", "xref\n4294967296 7"),
            xref(XrefError::Subsection),
        ),
        ("no trailer", replaced(&file, "trailer", "trialer"), xref(XrefError::NoTrailer)),
        (
            "too few rows",
            replaced(&file, "xref\n0 7", "xref\n0 8"),
            xref(XrefError::Row { number: 7 }),
        ),
        ("loop", replaced(&file, "/Root", &format!("/Prev {start} /Root")), xref(XrefError::Loop)),
        (
            "wrong /Prev",
            replaced(&file, "/Root", "/Prev 20 /Root"),
            Error::Xref { offset: 20, cause: XrefError::NotThere },
        ),
        (
            "/Prev of another kind",
            replaced(&file, "/Root", "/Prev /None /Root"),
            xref(XrefError::Entry("Prev")),
        ),
    ];
    for (name, file, error) in cases {
        assert_eq!(open(file).unwrap_err(), error, "{name}");
    }
}

#[test]
fn junk_without_objects_after_the_end_is_read_over() {
    for junk in [&b"\0"[..], b"\r\n\r\n", b"-->"] {
        let file = [pages_with_table(1, 10), junk.repeat(1_000)].concat();
        assert!(open(file).is_ok());
    }
}

#[test]
fn an_object_that_does_not_stand_at_its_offset_is_refused() {
    let file = with_rows(|line| {
        format!("{} \n", line.replace("0000000015 00000 n", "0000000017 00000 n"))
    });
    let reader = open(file).unwrap();
    let cause = ObjectError::NotAtOffset { offset: 17 };
    assert_eq!(catalog_type(&reader).unwrap_err(), Error::Object { id: (1, 0), cause });
}

#[test]
fn an_object_stream_that_does_not_hold_its_object_is_refused() {
    let file = pages_with_object_streams(2, 10);
    let file = replaced(&file, "/Type /ObjStm", "/Type /Xbject");
    let error = catalog_type(&open(file).unwrap()).unwrap_err();
    assert!(
        matches!(error, Error::Object { id: (1, 0), cause: ObjectError::NotInStream { .. } }),
        "{error}"
    );
}

#[test]
fn references_that_lead_nowhere_are_refused() {
    let objects = [(1, b"2 0 R".to_vec()), (2, b"1 0 R".to_vec())];
    let reader = open(with_table(objects, "/Root 1 0 R")).unwrap();
    let error = reader.resolve(reader.trailer_value(b"Root").unwrap()).unwrap_err();
    assert_eq!(error, Error::Object { id: (1, 0), cause: ObjectError::ReferenceLoop });
}

#[test]
fn a_stream_whose_length_is_wrong_ends_at_endstream() {
    for length in ["3", "99999", "1 0 R", "-1", "4 0 R"] {
        let objects = [
            (1, format!("<< /Length {length} >>\nstream\nthe data\nendstream").into_bytes()),
            (4, b"7".to_vec()),
        ];
        let reader = open(with_table(objects, "/Root 1 0 R")).unwrap();
        assert_eq!(reader.stream((1, 0)).unwrap(), "the data", "{length}");
    }
}

#[test]
fn a_hybrid_files_hidden_objects_are_found() {
    // Object 2 is free in the table, and stands in the stream.
    let mut file = b"%PDF-1.5\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n".to_vec();
    let hidden = file.len();
    file.extend_from_slice(b"2 0 obj\n<< /Type /Pages >>\nendobj\n");
    let stream = file.len();
    let row = [1, 0, u8::try_from(hidden).unwrap(), 0];
    let entries = "/Type /XRef /W [1 2 1] /Index [2 1] /Size 3";
    file.extend_from_slice(b"3 0 obj\n");
    file.extend_from_slice(&crate::generate::stream(entries, &row));
    file.extend_from_slice(b"\nendobj\n");
    let start = file.len();
    let end = format!(
        "xref\n0 3\n0000000002 65535 f \n0000000009 00000 n \n0000000000 65535 f \n\
         trailer\n<< /Size 3 /Root 1 0 R /XRefStm {stream} >>\nstartxref\n{start}\n%%EOF"
    );
    file.extend_from_slice(end.as_bytes());
    let reader = open(file).unwrap();
    assert!(reader.sections()[0].hybrid().is_some());
    assert!(reader.raw((2, 0)).unwrap().is_dictionary());
}

#[test]
fn revisions_are_told_apart() {
    let first = pages_with_table(1, 10);
    let start = memchr::memmem::rfind(&first, b"xref\n0").unwrap();
    let at = first.len();
    let update = format!(
        "1 0 obj\n<< /Type /Catalog /Pages 2 0 R /Lang (da) >>\nendobj\nxref\n1 1\n{at:010} 00000 n \n\
         trailer\n<< /Size 5 /Root 1 0 R /Prev {start} >>\nstartxref\n{}\n%%EOF\n",
        at + 60
    );
    let second = [&first[..], update.as_bytes()].concat();
    let reader = open(second.clone()).unwrap();
    let revisions = reader.revisions();
    let ends: Vec<_> = revisions.iter().map(|revision| revision.end).collect();
    assert_eq!(ends, [Some(first.len()), Some(second.len())]);
    let catalog = reader.raw((1, 0)).unwrap().extent().unwrap();
    assert!(catalog.ends_with(b"/Lang (da) >>"));
    let earlier = reader.at_revision(&revisions[0]);
    assert_eq!(earlier.source().length(), first.len());
    assert_eq!(earlier.raw((1, 0)).unwrap().extent().unwrap(), "<< /Type /Catalog /Pages 2 0 R >>");
}

#[test]
fn sections_that_share_their_bytes_are_refused() {
    // Cross-reference streams without an end of their own: each reaches to the only `endstream`.
    let mut file = b"%PDF-1.5\n".to_vec();
    let mut previous = 0;
    for _ in 0..40 {
        let start = file.len();
        let dictionary = format!("<< /Type /XRef /W [1 1 1] /Size 1 /Prev {previous} >>");
        file.extend_from_slice(format!("1 0 obj\n{dictionary}\nstream\n").as_bytes());
        previous = start;
    }
    file.extend_from_slice(format!("endstream\nendobj\nstartxref\n{previous}\n%%EOF\n").as_bytes());
    let error = open(file).unwrap_err();
    assert!(matches!(error, Error::Xref { cause: XrefError::Overlap, .. }), "{error}");
}

#[test]
fn a_section_that_declares_too_many_rows_is_refused() {
    let entries = "/Type /XRef /W [8 8 8] /Index [0 8388607] /Size 8388607";
    let mut file = b"%PDF-1.5\n1 0 obj\n".to_vec();
    file.extend_from_slice(&crate::generate::compressed_stream(entries, b""));
    file.extend_from_slice(b"\nendobj\nstartxref\n9\n%%EOF\n");
    assert_eq!(open(file).unwrap_err(), Error::Xref { offset: 9, cause: XrefError::Overlap });
}

#[test]
fn more_sections_than_the_limit_are_refused() {
    let mut file = b"%PDF-1.5\n".to_vec();
    let mut previous = 0;
    for _ in 0..=crate::limits::MAX_SECTIONS {
        let start = file.len();
        file.extend_from_slice(format!("xref\n0 0\ntrailer\n<< /Prev {previous} >>\n").as_bytes());
        previous = start;
    }
    file.extend_from_slice(format!("startxref\n{previous}\n%%EOF\n").as_bytes());
    let maximum = crate::limits::MAX_SECTIONS as u64;
    assert_eq!(open(file).unwrap_err(), Error::Limit { limit: Limit::Sections, maximum });
}

#[test]
fn an_object_is_found_in_its_stream_although_its_index_is_wrong() {
    let stream = crate::generate::stream("/Type /ObjStm /N 2 /First 8", b"1 0 2 5 (one)(two)");
    let rows = [[0, 0, 0], [2, 3, 1], [2, 3, 0], [1, 9, 0]].concat();
    let mut file = b"%PDF-1.5\n3 0 obj\n".to_vec();
    file.extend_from_slice(&stream);
    file.extend_from_slice(b"\nendobj\n");
    let start = file.len();
    file.extend_from_slice(b"4 0 obj\n");
    file.extend_from_slice(&crate::generate::stream("/Type /XRef /W [1 1 1] /Size 4", &rows));
    file.extend_from_slice(format!("\nendobj\nstartxref\n{start}\n%%EOF\n").as_bytes());
    let reader = open(file).unwrap();
    assert_eq!(reader.raw((1, 0)).unwrap().extent().unwrap(), "(one)");
    assert_eq!(reader.raw((2, 0)).unwrap().extent().unwrap(), "(two)");
    assert_eq!(reader.raw((2, 1)).unwrap().extent().unwrap(), "null");
}
