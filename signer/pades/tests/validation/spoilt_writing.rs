//! Updates after a seal whose bytes say to other readers what their sections do not say.

use super::document::CONTENT;
use super::sealed::{FAILED, Sealed};
use super::update::{last_startxref, object, stream};

const ATTACK: &str = "BT /F1 14 Tf 72 770 Td (Somebody else decides.) Tj ET";

/// The document with `body` and a section with these rows after it.
fn written(sealed: &Sealed, body: &[u8], rows: &str, trailer: &str) -> Vec<u8> {
    let previous = last_startxref(&sealed.pdf);
    let mut pdf = [&sealed.pdf, body].concat();
    let at = pdf.len();
    let section = format!(
        "xref\n{rows}trailer\n<< {trailer} /Root 1 0 R /Prev {previous} >>\nstartxref\n{at}\n%%EOF\n"
    );
    pdf.extend_from_slice(section.as_bytes());
    pdf
}

fn attack() -> String {
    format!("{CONTENT} 0 obj\n{}\nendobj\n", stream("", ATTACK))
}

#[test]
fn an_object_that_no_section_names_is_refused_whatever_makes_readers_search() {
    let sealed = Sealed::new();
    let next = sealed.next;
    let good = format!("/Size {next}");
    for (what, rows, trailer) in [
        ("nothing", "0 0\n", good.as_str()),
        ("no size", "0 0\n", ""),
        ("a small size", "0 0\n", "/Size 1"),
        ("a negative size", "0 0\n", "/Size -1"),
        ("a short row", "0 1\n0000000000 65535 f\n", good.as_str()),
        ("a comment in the table", "%x\n0 0\n", good.as_str()),
    ] {
        let pdf = written(&sealed, attack().as_bytes(), rows, trailer);
        sealed.assert(what, &pdf, FAILED, "bytes-unnamed");
    }
    for (what, body) in [
        ("in a comment", format!("% {CONTENT} 0 obj << >> endobj\n")),
        ("a trailer", "trailer << /Root 2 0 R >>\n".to_owned()),
        ("a word", "x\n".to_owned()),
    ] {
        let pdf = written(&sealed, body.as_bytes(), "0 0\n", &good);
        sealed.assert(what, &pdf, FAILED, "bytes-unnamed");
    }
    sealed.assert(
        "in a stream",
        &sealed.update(&[(next, stream("", &attack()))]),
        FAILED,
        "bytes-unnamed",
    );
    let hidden = stream("/Type /ObjStm /N 1 /First 4", "4 0 << >>");
    sealed.assert(
        "in an object stream",
        &sealed.update(&[(next, hidden)]),
        FAILED,
        "bytes-unnamed",
    );
    let pdf = written(&sealed, b"\n% a remark\n\n", "0 0\n", &good);
    sealed.assert_passed("white space and a comment", &pdf);
}

#[test]
fn a_trailer_or_row_that_makes_readers_search_is_refused() {
    let sealed = Sealed::new();
    let next = sealed.next;
    for size in ["", "/Size -1", "/Size 99.0", "/Size null", "/Size 5 0 R", "/Size 2147483648"] {
        let pdf = written(&sealed, b"", "0 0\n", size);
        sealed.assert(size, &pdf, FAILED, "trailer-changed");
    }
    let pdf = written(&sealed, b"", "0 0\n", &format!("/Size 1 /Size {next}"));
    sealed.assert("twice", &pdf, FAILED, "trailer-changed");
    let rows = format!("{next} 1\n9999999999 00000 n \n");
    let pdf = written(&sealed, b"", &rows, &format!("/Size {}", next + 1));
    sealed.assert("outside the file", &pdf, FAILED, "object-unreadable");
}

#[test]
fn a_number_that_a_section_names_twice_is_refused() {
    let sealed = Sealed::new();
    let next = sealed.next;
    let good = format!("{CONTENT} 0 obj\n{}\nendobj\n", object(&sealed.pdf, CONTENT));
    let (first, second) = (sealed.pdf.len(), sealed.pdf.len() + good.len());
    let body = [good, attack()].concat();
    let rows = format!("{CONTENT} 1\n{first:010} 00000 n \n{CONTENT} 1\n{second:010} 00000 n \n");
    let pdf = written(&sealed, body.as_bytes(), &rows, &format!("/Size {next}"));
    sealed.assert("in a table", &pdf, FAILED, "number-named-twice");

    let mut pdf = [&sealed.pdf, body.as_bytes()].concat();
    let (at, previous) = (pdf.len(), last_startxref(&sealed.pdf));
    let entries = format!(
        "/Type /XRef /W [1 4 2] /Index [4 1 4 1] /Size {} /Root 1 0 R /Prev {previous} /Filter \
         /ASCIIHexDecode",
        next + 1
    );
    let rows = stream(&entries, &format!("01{first:08X}000001{second:08X}0000>"));
    let section = format!("{next} 0 obj\n{rows}\nendobj\nstartxref\n{at}\n%%EOF\n");
    pdf.extend_from_slice(section.as_bytes());
    sealed.assert("in a stream", &pdf, FAILED, "number-named-twice");
}
