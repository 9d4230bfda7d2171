//! Updates after a seal that replace what the document shows.

use cades::report::Indication;
use pades::{Entry, Reader};

use super::document::{
    CATALOG, CITY, CONTENT, FONT, FORM, LETTERHEAD, NOTE, PAGE, PAGES, codes, validated,
};
use super::handmade::{Handmade, catalog_with};
use super::pki::{Pki, noon};
use super::sealed::{FAILED, FORM_XOBJECT, Sealed};
use super::update::{object, stream, update, update_with};

#[test]
fn page_content_may_not_change() {
    let sealed = Sealed::new();
    let next = sealed.next;
    let attack = stream("", "BT /F1 14 Tf 72 770 Td (Somebody else decides.) Tj ET");
    for (what, objects, code) in [
        ("content replaced", vec![(CONTENT, attack.clone())], "object-replaced"),
        (
            "another content",
            vec![
                sealed.with(PAGE, "/Contents 4 0 R", &format!("/Contents {next} 0 R")),
                (next, attack.clone()),
            ],
            "page-changed",
        ),
        (
            "more content",
            vec![
                sealed.with(PAGE, "/Contents 4 0 R", &format!("/Contents [4 0 R {next} 0 R]")),
                (next, attack),
            ],
            "page-changed",
        ),
        (
            "a crop box",
            vec![sealed.with(PAGE, "/Parent", "/CropBox [0 0 9 9] /Parent")],
            "page-changed",
        ),
        (
            "a rotation",
            vec![sealed.with(PAGES, "/Count 1", "/Count 1 /Rotate 180")],
            "page-tree-changed",
        ),
        ("an action", vec![sealed.with(PAGE, "/Parent", "/AA << >> /Parent")], "page-changed"),
        (
            "the entry of a program that is no text",
            vec![sealed.with(PAGES, "/Count 1", "/Count 1 /ITXT [3 0 R]")],
            "page-tree-changed",
        ),
        (
            "a font replaced",
            vec![sealed.with(FONT, "Helvetica", "ZapfDingbats")],
            "object-replaced",
        ),
        (
            "a letterhead replaced",
            vec![(LETTERHEAD, stream(FORM_XOBJECT, "q Q"))],
            "object-replaced",
        ),
        (
            "a page added",
            vec![
                sealed.with(PAGES, "[3 0 R]", &format!("[3 0 R {next} 0 R]")),
                (next, "<< /Type /Page /Parent 2 0 R >>".to_owned()),
            ],
            "page-tree-changed",
        ),
        (
            "a page replaced",
            vec![
                sealed.with(PAGES, "[3 0 R]", &format!("[{next} 0 R]")),
                (next, "<< /Type /Page /Parent 2 0 R >>".to_owned()),
            ],
            "page-tree-changed",
        ),
        (
            "the same key twice",
            vec![sealed.with(
                PAGE,
                "/Parent 2 0 R",
                "/Parent 2 0 R /Contents 5 0 R /Contents 4 0 R",
            )],
            "object-replaced",
        ),
        ("a page that is none", vec![(PAGE, "[ ]".to_owned())], "object-replaced"),
    ] {
        // The same key twice is found, whichever of the two is taken.
        sealed.assert(what, &sealed.update(&objects), FAILED, code);
    }
}

#[test]
fn only_numbers_that_every_reader_takes_for_the_same_are_no_change() {
    let base = |matrix: &str| {
        let letterhead = |matrix: &str| {
            stream(&format!("{FORM_XOBJECT} /Matrix [{matrix}]"), "BT /F1 12 Tf (Havnsted) Tj ET")
        };
        let sealed =
            Sealed::of(&update(&super::document::document(), &[(LETTERHEAD, letterhead(matrix))]));
        (sealed, letterhead)
    };
    for (before, after) in [
        ("1 0 0 1 0 -0x", "1 0 0 1 0 -40x"),
        ("1 0 0 1 0 null", "1 0 0 1 0 -40x"),
        ("1 0 0 1 0 5", "1 0 0 1 0 --5"),
        ("1 0 0 1 0 -1073741824.0", "1 0 0 1 0 -1073741864.0"),
        ("1 0 0 1 0 99999999999999999999", "1 0 0 1 0 99999999999999999998"),
    ] {
        let (sealed, letterhead) = base(before);
        let pdf = sealed.update(&[(LETTERHEAD, letterhead(after))]);
        sealed.assert(after, &pdf, FAILED, "object-replaced");
    }
    for (before, after) in
        [("1 0 0 1 0.50 0", "1. 0 -0.0 1 .5 +0"), ("1 0 0 1 0 -40x", "1 0 0 1.0 0 -40x")]
    {
        let (sealed, letterhead) = base(before);
        sealed.assert_passed(after, &sealed.update(&[(LETTERHEAD, letterhead(after))]));
    }
    let sealed = Sealed::new();
    for rotation in ["180x", "--180", "1.8.0", "bogus"] {
        let page = sealed.with(PAGE, "/Parent", &format!("/Rotate {rotation} /Parent"));
        sealed.assert(rotation, &sealed.update(&[page]), FAILED, "page-changed");
    }
    let nothing = sealed.with(PAGE, "/Parent", "/Rotate null /Parent");
    sealed.assert_passed("null", &sealed.update(&[nothing]));
}

#[test]
fn field_whose_corners_are_almost_the_same_is_seen() {
    let sealed = Sealed::new();
    let field = |rectangle: &str| {
        let entries = format!("/FT /Sig /T (Cover) /Rect [{rectangle}] /F 4 /AP << /N 16 0 R >>");
        sealed.update(&sealed.with_field(&entries))
    };
    let wide = "16777216 16777216.0 16777217 16777217.0";
    sealed.assert(wide, &field(wide), FAILED, "unsigned-appearance");
    sealed.assert_passed("a point", &field("4.0 +0 4 -0.00"));
}

#[test]
fn object_that_was_named_before_it_was_written_may_not_be_added() {
    let base = super::document::document();
    let page = object(&base, PAGE).replace("/Contents 4 0 R", "/Contents [4 0 R 90 0 R]");
    let sealed = Sealed::of(&update(&base, &[(PAGE, page)]));
    let attack = stream("", "BT /F1 14 Tf 72 770 Td (Somebody else decides.) Tj ET");
    sealed.assert("more content", &sealed.update(&[(90, attack)]), FAILED, "object-replaced");
}

#[test]
fn catalog_and_trailer_may_not_change() {
    let sealed = Sealed::new();
    let next = sealed.next;
    let script = "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>";
    for (what, objects, code) in [
        ("a script", vec![catalog_with(&sealed.pdf, script)], "catalog-changed"),
        (
            "a name",
            vec![sealed.with(CATALOG, "/Dests << >>", "/Dests << /A 3 0 R >>")],
            "catalog-changed",
        ),
        ("no version", vec![catalog_with(&sealed.pdf, "/Version /9x9")], "catalog-changed"),
        ("a lower version", vec![catalog_with(&sealed.pdf, "/Version 17")], "catalog-changed"),
        (
            "metadata that are none",
            vec![
                catalog_with(&sealed.pdf, &format!("/Metadata {next} 0 R")),
                (next, stream("", "x")),
            ],
            "catalog-changed",
        ),
        (
            "a catalog that is none",
            vec![(CATALOG, "[]".to_owned()), (6, "[]".to_owned())],
            "object-replaced",
        ),
    ] {
        let pdf = sealed.update(&objects);
        if what == "a catalog that is none" {
            let validation = validated(&sealed.pki, &pdf);
            assert!(validation.signatures.is_empty(), "{what}");
            assert!(!validation.findings.is_empty(), "{what}");
            continue;
        }
        sealed.assert(what, &pdf, FAILED, code);
    }
    let other = object(&sealed.pdf, CATALOG).replacen("<<", "<< /OpenAction [3 0 R /Fit] ", 1);
    let pdf = update_with(&sealed.pdf, &[(next, other)], &[], &format!("/Root {next} 0 R"));
    sealed.assert("another catalog", &pdf, FAILED, "catalog-changed");
    let pdf = update_with(&sealed.pdf, &[], &[], &format!("/Root {PAGES} 0 R"));
    assert!(validated(&sealed.pki, &pdf).signatures.is_empty());
    let copy = (NOTE, object(&sealed.pdf, CATALOG));
    let pdf = update_with(&sealed.pdf, &[copy], &[], &format!("/Root {NOTE} 0 R"));
    sealed.assert("a note made the catalog", &pdf, FAILED, "trailer-changed");
    for (what, number) in [("a font", FONT), ("a note", NOTE), ("a field", CITY)] {
        let pdf = update_with(&sealed.pdf, &[], &[number], "");
        sealed.assert(what, &pdf, FAILED, "object-freed");
    }
}

#[test]
fn evidence_may_not_hide_anything_else() {
    let sealed = Sealed::new();
    let next = sealed.next;
    let store = |entries: &str| catalog_with(&sealed.pdf, &format!("/DSS << {entries} >>"));
    // The font is listed as evidence first, and replaced afterwards.
    let listed = sealed
        .update(&[store(&format!("/Certs [{FONT} 0 R {next} 0 R]")), (next, stream("", "x"))]);
    sealed.assert("a font as evidence", &listed, FAILED, "evidence-malformed");
    let twice = update(&listed, &[(FONT, object(&listed, FONT).replace("Helvetica", "Symbol"))]);
    sealed.assert("a font that is also evidence", &twice, FAILED, "object-replaced");
    let good = sealed.update(&[store(&format!("/Certs [{next} 0 R]")), (next, stream("", "x"))]);
    let over = update(&good, &[(next, stream("", "y"))]);
    sealed.assert("evidence overwritten", &over, FAILED, "evidence-malformed");
    for (what, entries) in [
        ("another entry", "/Pages 2 0 R"),
        ("no array", "/Certs 3 0 R"),
        ("records that are none", "/VRI [ ]"),
        ("a record with another entry", "/VRI << /AB << /Page 3 0 R >> >>"),
    ] {
        sealed.assert(what, &sealed.update(&[store(entries)]), FAILED, "evidence-malformed");
    }
}

#[test]
fn updates_that_say_two_things_at_once_are_found() {
    let sealed = Sealed::new();
    // A table, and a cross-reference stream beside it.
    let next = sealed.next;
    let hybrid = |objects: &[(u32, String)], freed: &[u32], number: u32, place: usize| {
        let entries = format!(
            "/Type /XRef /W [1 4 2] /Index [{number} 1] /Size {} /Filter /ASCIIHexDecode",
            next + 2
        );
        let rows = stream(&entries, &format!("01 {place:08X} 0000>"));
        let at = sealed.pdf.len();
        let objects = [&[(next, rows)], objects].concat();
        update_with(&sealed.pdf, &objects, freed, &format!("/XRefStm {at}"))
    };
    let at = sealed.pdf.windows(8).position(|word| word == b"\n4 0 obj").unwrap() + 1;
    for (what, pdf, code) in [
        ("in the stream alone", hybrid(&[], &[], CONTENT, 0), "object-freed"),
        ("freed in the table", hybrid(&[], &[CONTENT], CONTENT, at), "hybrid-update"),
        (
            "elsewhere in the table",
            hybrid(&[(CONTENT, stream("", "q Q"))], &[], CONTENT, at),
            "hybrid-update",
        ),
    ] {
        sealed.assert(what, &pdf, FAILED, code);
    }
    sealed.assert_passed("the same in both", &hybrid(&[], &[], CONTENT, at));
    sealed.assert_passed("a new object", &hybrid(&[], &[next + 1], next + 1, at));
}

#[test]
fn object_stream_may_not_be_replaced_under_its_objects() {
    let pki = Pki::new();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/object-streams.pdf");
    let pdf = pki.seal(&std::fs::read(path).unwrap());
    let validation = validated(&pki, &pdf);
    assert_eq!(validation.signatures[0].report.indication, Indication::TotalPassed);
    let reader = Reader::open(pdf.clone().into()).unwrap();
    let holder = (1..reader.max_object_number())
        .find_map(|number| match reader.locate(number).unwrap()?.entry {
            Entry::Compressed { stream, .. } => Some(stream),
            Entry::Free | Entry::Offset { .. } => None,
        })
        .unwrap();
    let replaced = stream("/Type /ObjStm /N 1 /First 4", "2 0 << >>");
    let pdf = update(&pdf, &[(holder, replaced)]);
    let validation = pades::validate::validate(&pdf.into(), &pki.trust(), noon());
    // Either the document cannot be read any more, or the signature says why.
    if let Ok(validation) = validation {
        for signature in &validation.signatures {
            assert_eq!(signature.report.indication, FAILED);
            assert!(codes(signature).contains(&"object-stream-replaced"));
        }
    }
}

#[test]
fn change_after_more_changes_than_are_listed_is_not_passed_over() {
    let sealed = Sealed::new();
    let next = sealed.next;
    let numbers = next..next + 1001;
    let listed: String = numbers.clone().map(|number| format!("{number} 0 R ")).collect();
    let mut objects = vec![sealed.with(FORM, "/Fields [", &format!("/Fields [{listed}"))];
    objects.extend(numbers.map(|number| (number, format!("<< /FT /Sig /T (f{number}) >>"))));
    let pdf = Handmade::default().sign(&sealed.pki, &sealed.update(&objects));
    let attack = stream("", "BT /F1 14 Tf 72 770 Td (Somebody else decides.) Tj ET");
    let pdf = update(&pdf, &[(CONTENT, attack)]);
    let validation = validated(&sealed.pki, &pdf);
    assert_eq!(validation.signatures.len(), 2);
    for signature in &validation.signatures {
        assert_eq!(signature.report.indication, FAILED, "{}", signature.field);
    }
}
