//! Documents that programs read in several ways when they are sealed: what an update of them changes,
//! it changes for some.

use super::document::*;
use super::handmade::Handmade;
use super::pki::Pki;
use super::sealed::{FAILED, Sealed, assert_judged};
use super::update::*;

/// What the page has for its content in the readers for which it is no array of [`CONTENT`].
const HARMLESS: u32 = 45;
/// The content of the page, an array.
const CONTENTS: u32 = 40;

/// The document, whose page has [`CONTENTS`], which is still to be written.
fn base() -> Vec<u8> {
    let base = document();
    let page = object(&base, PAGE).replace("/Contents 4 0 R", "/Contents 40 0 R");
    update(&base, &[(PAGE, page), (HARMLESS, "null".to_owned())])
}

/// The document with an object stream with these entries and data, and with a row for [`CONTENTS`] in a
/// cross-reference stream: its type and its index.
fn packed(entries: &str, data: &[u8], row: (u8, u8)) -> Vec<u8> {
    packed_onto(base(), entries, data, row)
}

/// The same of another document.
fn packed_onto(mut pdf: Vec<u8>, entries: &str, data: &[u8], (kind, index): (u8, u8)) -> Vec<u8> {
    let (previous, stream) = (last_startxref(&pdf), next_number(&pdf));
    let section = stream + 1;
    let at = pdf.len();
    let head = format!("{stream} 0 obj\n<< /Type /ObjStm {entries} /Length {} >>", data.len());
    pdf.extend_from_slice(&[head.as_bytes(), b"\nstream\n", data, END].concat());
    let start = pdf.len();
    let row = |kind: u8, place: usize, index: u8| {
        [&[kind][..], &u32::try_from(place).unwrap().to_be_bytes(), &[index]].concat()
    };
    let rows = [row(kind, stream as usize, index), row(1, at, 0), row(1, start, 0)].concat();
    let head = format!(
        "{section} 0 obj\n<< /Type /XRef /Size {} /Root 1 0 R /Prev {previous} /W [1 4 1] \
         /Index [{CONTENTS} 1 {stream} 2] /Length {} >>",
        section + 1,
        rows.len()
    );
    pdf.extend_from_slice(&[head.as_bytes(), b"\nstream\n", &rows, END].concat());
    pdf.extend_from_slice(format!("startxref\n{start}\n%%EOF\n").as_bytes());
    pdf
}

const END: &[u8] = b"\nendstream\nendobj\n";

/// Data in a zlib stream that is not compressed, without its checksum.
fn zlib(data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap();
    let lengths = [length.to_le_bytes(), (!length).to_le_bytes()].concat();
    [&[0x78, 0x01, 0x01][..], &lengths, data].concat()
}

/// The document with [`CONTENTS`] twice, and the rows and the trailer's entries that `written` makes of
/// where they stand.
fn twice(written: fn(usize, usize, &mut Vec<u8>) -> String) -> Vec<u8> {
    let mut pdf = base();
    let previous = last_startxref(&pdf);
    let harmless = pdf.len();
    pdf.extend_from_slice(format!("{CONTENTS} 0 obj\n[{HARMLESS} 0 R]\nendobj\n").as_bytes());
    let shown = pdf.len();
    pdf.extend_from_slice(format!("{CONTENTS} 0 obj\n[{CONTENT} 0 R]\nendobj\n").as_bytes());
    let section = written(harmless, shown, &mut pdf);
    let start = pdf.len();
    let end = format!("/Size 47 /Root 1 0 R /Prev {previous} >>\nstartxref\n{start}\n%%EOF\n");
    pdf.extend_from_slice([section, end].concat().as_bytes());
    pdf
}

/// Seals the document, and replaces what some readers show as the page's content.
fn assert_failed(what: &str, document: &[u8], code: &str) {
    let sealed = Sealed::of(document);
    sealed.assert_passed(what, &sealed.pdf);
    let attack = stream("", "BT /F1 14 Tf 72 770 Td (Somebody else decides.) Tj ET /X1 Do");
    sealed.assert(what, &sealed.update(&[(CONTENT, attack)]), FAILED, code);
}

#[test]
fn what_an_object_leads_to_that_cannot_be_read_is_not_known() {
    let coded = packed("/N 1 /First 5 /Filter /LZWDecode", b"\x80coded", (2, 0));
    assert_failed("a filter", &coded, "object-unreadable");
    let pdf = update(&base(), &[(CONTENTS, "[4 0 R]".to_owned())]);
    let at = position_from_end(&pdf, b"40 0 obj").unwrap();
    let row = |at: usize| format!("{at:010} 00000 n").into_bytes();
    let elsewhere = overwrite(&pdf, &row(at), &row(at + 2));
    assert_failed("a row that leads elsewhere", &elsewhere, "object-unreadable");
    let generation = overwrite(&pdf, b"40 0 obj", b"40 1 obj");
    assert_failed("another generation", &generation, "object-unreadable");
}

#[test]
fn object_stream_of_the_update_itself_is_decoded_alike_by_all() {
    let sealed = Sealed::of(&update(&base(), &[(CONTENTS, "[4 0 R]".to_owned())]));
    let with = |entries: &str| {
        packed_onto(
            sealed.pdf.clone(),
            &format!("/N 1 {entries}"),
            b"40 0 [4 0 R] [45 0 R]",
            (2, 0),
        )
    };
    sealed.assert_passed("a copy", &with("/First 5"));
    for entries in ["/First 13 /First 5", "/First 5 /F /ASCIIHexDecode"] {
        sealed.assert(entries, &with(entries), FAILED, "object-unreadable");
    }
}

#[test]
fn object_stream_that_was_sealed_holds_what_its_rows_say() {
    let data = b"41 0 40 8 [4 0 R] [45 0 R]";
    assert_failed("an index", &packed("/N 2 /First 10", data, (2, 0)), "object-unreadable");
    let data = b"40 0 40 8 [4 0 R] [45 0 R]";
    assert_failed("a number", &packed("/N 2 /First 10", data, (2, 1)), "number-named-twice");
    let undefined = packed("/N 1 /First 5", b"40 0 [4 0 R]", (3, 0));
    assert_failed("a type", &undefined, "object-unreadable");
}

#[test]
fn object_stream_that_was_sealed_is_decoded_alike_by_all() {
    let plain = b"40 0 [45 0 R] ";
    let predicted = zlib(&[b"\0", &plain[..]].concat());
    let hexadecimal: Vec<u8> = plain.iter().flat_map(|b| format!("{b:02x}").into_bytes()).collect();
    let predictor = "<< /Predictor 12 /Columns 14 >>";
    for (entries, data) in [
        ("/F /ASCIIHexDecode".to_owned(), plain.to_vec()),
        (format!("/Filter /FlateDecode /DP {predictor}"), zlib(plain)),
        (format!("/Filter /FlateDecode /DecodeParms [{predictor}]"), predicted.clone()),
        (format!("/Filter [/FlateDecode] /DecodeParms {predictor}"), predicted.clone()),
        ("/Filter /FlateDecode /Filter /ASCIIHexDecode".to_owned(), hexadecimal),
    ] {
        let pdf = packed(&format!("/N 1 /First 5 {entries}"), &data, (2, 0));
        assert_failed(&entries, &pdf, "object-unreadable");
    }
    for (entries, data) in [
        (format!("/Filter /FlateDecode /DecodeParms {predictor}"), predicted.clone()),
        (format!("/Filter [/FlateDecode] /DecodeParms [{predictor}]"), predicted),
        ("/Filter [/FlateDecode]".to_owned(), zlib(plain)),
    ] {
        let sealed = Sealed::of(&packed(&format!("/N 1 /First 5 {entries}"), &data, (2, 0)));
        let copy = (TOTAL, object(&sealed.pdf, TOTAL));
        sealed.assert_passed(&entries, &sealed.update(&[copy]));
    }
}

#[test]
fn sections_that_were_sealed_say_one_thing_of_each_number() {
    let in_one = twice(|harmless, shown, _| {
        format!("xref\n40 1\n{harmless:010} 00000 n \n40 1\n{shown:010} 00000 n \ntrailer\n<< ")
    });
    assert_failed("in a table", &in_one, "number-named-twice");
    let in_two = twice(|harmless, shown, pdf| {
        let stream = pdf.len();
        let head = b"44 0 obj\n<< /Type /XRef /Size 47 /Root 1 0 R /W [1 4 0] /Index [40 1] \
                     /Length 5 >>\nstream\n";
        let row = u32::try_from(shown).unwrap().to_be_bytes();
        pdf.extend_from_slice(&[head, &[1][..], &row, END].concat());
        format!("xref\n40 1\n{harmless:010} 00000 n \ntrailer\n<< /XRefStm {stream} ")
    });
    assert_failed("in a table and its stream", &in_two, "number-named-twice");
}

#[test]
fn trailer_that_was_sealed_names_one_catalog() {
    let pki = Pki::new();
    let base = update(&document(), &[(31, object(&document(), CATALOG))]);
    let trailer = "/Root 31 0 R /Root 1 0 R";
    let sealed = Handmade { trailer, ..Handmade::default() }.sign(&pki, &base);
    let pdf = update_with(&sealed, &[(30, "null".to_owned())], &[], "/Root 1 0 R");
    assert_judged(&pki, trailer, &pdf, FAILED, "trailer-changed");
}

#[test]
fn what_the_trailer_names_in_another_entry_stays_as_well() {
    let pki = Pki::new();
    let base = update(&document(), &[(31, "[<01> <02>]".to_owned())]);
    let sealed = Handmade { trailer: "/ID 31 0 R", ..Handmade::default() }.sign(&pki, &base);
    let pdf = update_with(&sealed, &[(31, "[<02> <02>]".to_owned())], &[], "/ID 31 0 R");
    assert_judged(&pki, "/ID", &pdf, FAILED, "object-replaced");
}
