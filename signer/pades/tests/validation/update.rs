//! Incremental updates by hand, good and bad.

use std::fmt::Write;

use pades::Reader;

/// An object of a document as it is written in its newest revision.
pub fn object(pdf: &[u8], number: u32) -> String {
    let reader = Reader::open(pdf.to_vec().into()).unwrap();
    let raw = reader.raw((number, 0)).unwrap();
    String::from_utf8(raw.extent().unwrap().to_vec()).unwrap()
}

/// The number of the object that the newest trailer calls its `/Size`: the first that is free.
pub fn next_number(pdf: &[u8]) -> u32 {
    Reader::open(pdf.to_vec().into()).unwrap().max_object_number() + 1
}

/// A stream object.
pub fn stream(entries: &str, data: &str) -> String {
    format!("<< {entries} /Length {} >>\nstream\n{data}\nendstream", data.len())
}

/// The document with these objects replaced or added.
pub fn update(pdf: &[u8], objects: &[(u32, String)]) -> Vec<u8> {
    update_with(pdf, objects, &[], "")
}

/// The same; the numbers in `freed` are freed, and `trailer` is added to the trailer.
pub fn update_with(pdf: &[u8], objects: &[(u32, String)], freed: &[u32], trailer: &str) -> Vec<u8> {
    let previous = last_startxref(pdf);
    let root = Reader::open(pdf.to_vec().into()).unwrap().trailer_value(b"Root").unwrap();
    let (root, _) = root.as_reference().unwrap();
    let mut out = pdf.to_vec();
    let mut rows = Vec::new();
    for (number, object) in objects {
        rows.push((*number, Some(out.len())));
        out.extend_from_slice(format!("{number} 0 obj\n{object}\nendobj\n").as_bytes());
    }
    rows.extend(freed.iter().map(|number| (*number, None)));
    rows.sort_unstable();
    let size = rows.iter().map(|(number, _)| number + 1).max().unwrap_or(1).max(next_number(pdf));
    let start = out.len();
    let mut section = "xref\n".to_owned();
    for (number, offset) in rows {
        match offset {
            Some(offset) => writeln!(section, "{number} 1\n{offset:010} 00000 n ").unwrap(),
            None => writeln!(section, "{number} 1\n0000000000 00001 f ").unwrap(),
        }
    }
    // A trailer entry that is given stands for the usual one.
    let root = if trailer.contains("/Root") { String::new() } else { format!("/Root {root} 0 R ") };
    write!(
        section,
        "trailer\n<< /Size {size} {root}/Prev {previous} {trailer} >>\nstartxref\n{start}\n%%EOF\n"
    )
    .unwrap();
    out.extend_from_slice(section.as_bytes());
    out
}

pub fn last_startxref(pdf: &[u8]) -> usize {
    let at = position_from_end(pdf, b"startxref").unwrap() + b"startxref".len();
    let digits: String = pdf[at..]
        .iter()
        .map(|byte| char::from(*byte))
        .skip_while(|c| c.is_whitespace())
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().unwrap()
}

pub fn position(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

pub fn position_from_end(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).rposition(|window| window == needle)
}

/// The document with `from` replaced by `to`, of the same length, where it stands last.
pub fn overwrite(pdf: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let at = position_from_end(pdf, from).expect("it stands there");
    let mut out = pdf.to_vec();
    out[at..at + from.len()].copy_from_slice(to);
    out
}
