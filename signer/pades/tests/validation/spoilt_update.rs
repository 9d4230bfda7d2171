//! Updates after a signature that nothing permits, or that a person has to look at.

use cades::report::Indication;
use pades::{Certify, Entry, Reader, SignatureOptions};

use super::document::*;
use super::handmade::{Handmade, catalog_with, with_reference};
use super::pki::{Pki, noon};
use super::update::{next_number, object, stream, update, update_with};

/// A document that has been sealed, and its objects.
struct Sealed {
    pki: Pki,
    pdf: Vec<u8>,
    /// The first number that is free.
    next: u32,
}

impl Sealed {
    fn new() -> Self {
        let pki = Pki::new();
        let pdf = pki.seal(&document());
        let next = next_number(&pdf);
        Self { pki, pdf, next }
    }

    /// An object with a text in it replaced.
    fn with(&self, number: u32, from: &str, to: &str) -> (u32, String) {
        let text = object(&self.pdf, number);
        assert!(text.contains(from), "`{from}` in {text}");
        (number, text.replacen(from, to, 1))
    }

    /// The document with these objects replaced or added.
    fn update(&self, objects: &[(u32, String)]) -> Vec<u8> {
        update(&self.pdf, objects)
    }

    /// A new signature field with these entries, in the form and on the page.
    fn with_field(&self, entries: &str) -> Vec<(u32, String)> {
        let next = self.next;
        vec![
            self.with(FORM, "/Fields [", &format!("/Fields [{next} 0 R ")),
            self.with(ANNOTATIONS, "[", &format!("[{next} 0 R ")),
            (next, format!("<< /Type /Annot /Subtype /Widget /P 3 0 R {entries} >>")),
        ]
    }

    fn assert(&self, what: &str, pdf: &[u8], indication: Indication, code: &str) {
        assert_judged(&self.pki, what, pdf, indication, code);
    }
}

/// Asserts what the first signature says, and that it names the change.
fn assert_judged(pki: &Pki, what: &str, pdf: &[u8], indication: Indication, code: &str) {
    let validation = validated(pki, pdf);
    let signature = &validation.signatures[0];
    let found = codes(signature);
    assert_eq!(signature.report.indication, indication, "{what}: {found:?}");
    assert!(found.contains(&code), "{what}: {found:?}, not {code}");
    assert!(modifications(&validation).contains(&code), "{what}: it is not listed");
    assert_eq!(signature.report.covers.as_deref(), Some("revision"), "{what}");
}

const FAILED: Indication = Indication::TotalFailed;
const UNDECIDED: Indication = Indication::Indeterminate;
const FORM_XOBJECT: &str = "/Type /XObject /Subtype /Form /BBox [0 0 200 20]";

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
                (next, attack.clone()),
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
    let copy = object(&sealed.pdf, CATALOG);
    let root = format!("/Root {next} 0 R");
    let pdf = update_with(&sealed.pdf, &[(next, copy)], &[], &root);
    sealed.assert("another catalog", &pdf, FAILED, "trailer-changed");
    let pdf = update_with(&sealed.pdf, &[], &[], "/ID [<02> <02>]");
    sealed.assert("another identifier", &pdf, FAILED, "trailer-changed");
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
fn what_a_field_held_or_showed_may_not_change_unseen() {
    let sealed = Sealed::new();
    let next = sealed.next;
    let attack = stream(FORM_XOBJECT, "BT /F1 12 Tf (Attacker) Tj ET");
    let new = (next, attack.clone());
    let appearance = format!("/AP << /N {next} 0 R >>");
    let replaced = format!("/V (Attacker) {appearance}");
    for (what, objects, indication, code) in [
        (
            "a value replaced",
            vec![
                sealed.with(PAYEE, "/V (World Health Organisation) /AP << /N 10 0 R >>", &replaced),
                new.clone(),
            ],
            UNDECIDED,
            "field-value-replaced",
        ),
        (
            "a value removed",
            vec![sealed.with(PAYEE, "/V (World Health Organisation)", "")],
            UNDECIDED,
            "field-value-replaced",
        ),
        (
            "a field that showed something filled",
            vec![sealed.with(STAMP, "/AP << /N 16 0 R >>", &replaced), new.clone()],
            UNDECIDED,
            "field-value-replaced",
        ),
        (
            "a read-only field filled",
            vec![sealed.with(TOTAL, "/Ff 1", "/Ff 1 /V (1000)")],
            UNDECIDED,
            "field-value-replaced",
        ),
        (
            "an appearance replaced in place",
            vec![(PAYEE_APPEARANCE, attack.clone())],
            FAILED,
            "appearance-changed",
        ),
        (
            "another appearance",
            vec![sealed.with(PAYEE, "/AP << /N 10 0 R >>", &appearance), new.clone()],
            FAILED,
            "appearance-changed",
        ),
        (
            "an appearance that several fields have",
            vec![
                sealed.with(CITY, "/T (city)", "/T (city) /V (x)"),
                (CITY_APPEARANCE, attack.clone()),
            ],
            FAILED,
            "object-replaced",
        ),
        (
            "an appearance that the page has too",
            vec![
                sealed.with(STAMP, "/T (stamp)", "/T (stamp) /V (x)"),
                (LETTERHEAD, attack.clone()),
            ],
            FAILED,
            "object-replaced",
        ),
        (
            "the states of a box",
            vec![sealed.with(AGREED, "/Yes 19 0 R", &format!("/Yes {next} 0 R")), new],
            FAILED,
            "appearance-changed",
        ),
        ("a state of a box", vec![(CHECKED, attack)], FAILED, "object-replaced"),
    ] {
        sealed.assert(what, &sealed.update(&objects), indication, code);
    }
}

#[test]
fn fields_may_not_change_but_for_their_values() {
    let sealed = Sealed::new();
    for (what, objects, code) in [
        ("moved", vec![sealed.with(CITY, "72 700 272 720", "0 0 595 842")], "field-changed"),
        ("hidden", vec![sealed.with(PAYEE, "/F 4", "/F 6")], "field-changed"),
        ("renamed", vec![sealed.with(CITY, "(city)", "(town)")], "field-changed"),
        ("of another kind", vec![sealed.with(CITY, "/FT /Tx", "/FT /Ch")], "field-changed"),
        (
            "with an action",
            vec![sealed.with(CITY, "/F 4", "/F 4 /A << /S /URI >>")],
            "field-changed",
        ),
        ("in another font", vec![sealed.with(PAYEE, "/F1 12 Tf", "/F1 1 Tf")], "field-changed"),
        ("writable", vec![sealed.with(TOTAL, "/Ff 1", "/Ff 0")], "field-changed"),
        ("removed", vec![sealed.with(FORM, "9 0 R ", "")], "field-removed"),
        (
            "in another order",
            vec![sealed.with(FORM, "7 0 R 9 0 R", "9 0 R 7 0 R")],
            "field-removed",
        ),
        ("twice", vec![sealed.with(FORM, "7 0 R", "7 0 R 7 0 R")], "field-added"),
        (
            "with appearances to be made anew",
            vec![sealed.with(FORM, "/DR", "/NeedAppearances true /DR")],
            "form-changed",
        ),
        ("with XFA", vec![sealed.with(FORM, "/DR", "/XFA [] /DR")], "form-changed"),
        ("with another font", vec![sealed.with(FORM, "/F1 5 0 R", "/F1 16 0 R")], "form-changed"),
        (
            "a signature field moved",
            vec![sealed.with(APPROVAL, "[0 0 0 0]", "[0 0 595 842]")],
            "field-changed",
        ),
        (
            "a signature field that shows something unsigned",
            vec![sealed.with(COUNTERSIGNATURE, "/F 132", "/F 132 /AP << /N 16 0 R >>")],
            "field-changed",
        ),
    ] {
        sealed.assert(what, &sealed.update(&objects), FAILED, code);
    }
}

#[test]
fn fields_and_annotations_that_cover_the_page_are_found() {
    let sealed = Sealed::new();
    let next = sealed.next;
    let cover = "/Rect [0 0 595 842] /F 4 /AP << /N 16 0 R >>";
    for (what, objects, code) in [
        (
            "an unsigned field with an appearance",
            sealed.with_field(&format!("/FT /Sig /T (Cover) {cover}")),
            "unsigned-appearance",
        ),
        ("a text field", sealed.with_field(&format!("/FT /Tx /T (Cover) {cover}")), "field-added"),
        (
            "a signature field with an action",
            sealed.with_field("/FT /Sig /T (Act) /Rect [0 0 0 0] /AA << >>"),
            "field-added",
        ),
        (
            "a signature field with the same key twice",
            sealed.with_field("/FT /Sig /T (Two) /Rect [0 0 0 0] /Rect [0 0 595 842]"),
            "field-added",
        ),
        (
            "a widget that no field has",
            sealed.with_field(&format!("/FT /Sig /T (Dangling) {cover}")).split_off(1),
            "annotation-added",
        ),
        (
            "an annotation",
            vec![
                sealed.with(ANNOTATIONS, "[", &format!("[{next} 0 R ")),
                (next, format!("<< /Type /Annot /Subtype /FreeText {cover} >>")),
            ],
            "annotation-added",
        ),
        (
            "a direct annotation",
            vec![sealed.with(ANNOTATIONS, "[", "[<< /Subtype /Stamp /Rect [0 0 9 9] >> ")],
            "annotation-added",
        ),
        (
            "an annotation removed",
            vec![sealed.with(ANNOTATIONS, "14 0 R ", "")],
            "annotation-removed",
        ),
        ("a note changed", vec![sealed.with(NOTE, "A note", "Another")], "annotation-changed"),
        (
            "annotations in another order",
            vec![sealed.with(ANNOTATIONS, "7 0 R 9 0 R", "9 0 R 7 0 R")],
            "annotation-removed",
        ),
    ] {
        sealed.assert(what, &sealed.update(&objects), FAILED, code);
    }
}

#[test]
fn visible_signature_of_a_stranger_is_questionable() {
    let sealed = Sealed::new();
    let options = SignatureOptions {
        field: Some("Countersignature".to_owned()),
        ..SignatureOptions::new(noon())
    };
    let stranger = Pki::new().seal_as(&sealed.pdf, &options);
    let validation = validated(&sealed.pki, &stranger);
    let own = validation.signatures.iter().find(|s| s.field != "Countersignature").unwrap();
    assert_eq!(own.report.indication, UNDECIDED);
    assert!(codes(own).contains(&"visible-signature-added"));
}

#[test]
fn signed_field_may_not_change() {
    let sealed = Sealed::new();
    let twice = sealed.pki.seal(&sealed.pdf);
    let validation = validated(&sealed.pki, &twice);
    let [first, ..] = &validation.signatures[..] else { panic!("signatures") };
    assert_eq!(first.report.indication, Indication::TotalPassed);
    // The widget of the first seal is the first object that its update added.
    let widget = (next_number(&document())..sealed.next)
        .find(|number| object(&sealed.pdf, *number).contains("/Widget"))
        .unwrap();
    let text = object(&sealed.pdf, widget);
    let start = text.find("/Rect").unwrap();
    let end = start + text[start..].find(']').unwrap() + 1;
    let moved = text.replace(&text[start..end], "/Rect[0 0 595 842]/AP<</N 16 0 R>>");
    let pdf = sealed.update(&[(widget, moved)]);
    sealed.assert("the widget shows something", &pdf, FAILED, "signed-field-changed");
    // An empty field is given the signature of the other.
    let signature = text.split("/V").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let replay = sealed.with(APPROVAL, "/F 132", &format!("/F 132 /V {signature} 0 R"));
    sealed.assert("a signature replayed", &sealed.update(&[replay]), FAILED, "field-changed");
}

#[test]
fn updates_that_say_two_things_at_once_are_found() {
    let sealed = Sealed::new();
    // A table, and a cross-reference stream beside it that only some readers look at.
    let next = sealed.next;
    let entries =
        format!("/Type /XRef /W [1 4 2] /Index [4 1] /Size {next} /Filter /ASCIIHexDecode");
    let rows = stream(&entries, "01 00000000 0000>");
    let at = sealed.pdf.len();
    let pdf = update_with(&sealed.pdf, &[(next, rows)], &[], &format!("/XRefStm {at}"));
    sealed.assert("a hybrid update", &pdf, FAILED, "hybrid-update");
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
fn certification_forbids_what_it_does_not_name() {
    let pki = Pki::new();
    let fill = |pdf: &[u8]| {
        update(pdf, &[(CITY, object(pdf, CITY).replace("/F 4", "/F 4 /V (Havnsted)"))])
    };
    let replace = |pdf: &[u8]| {
        update(pdf, &[(PAYEE, object(pdf, PAYEE).replace("World Health Organisation", "Attacker"))])
    };
    let certified = |certify| {
        let options = SignatureOptions { certify: Some(certify), ..SignatureOptions::new(noon()) };
        pki.seal_as(&document(), &options)
    };
    let (none, filling) = (certified(Certify::NoChanges), certified(Certify::FormFilling));
    assert_judged(&pki, "P=1, filled", &fill(&none), FAILED, "field-filled");
    let title = object(&none, INFORMATION).replace("Decision", "Resolution");
    let titled = update(&none, &[(INFORMATION, title)]);
    assert_judged(&pki, "P=1, another title", &titled, FAILED, "information-changed");
    for (what, pdf) in [("filled", fill(&filling)), ("replaced", replace(&filling))] {
        let validation = validated(&pki, &pdf);
        let signature = &validation.signatures[0];
        assert_eq!(signature.certification, Some(2));
        assert_eq!(signature.report.indication, Indication::TotalPassed, "P=2, {what}");
    }
}

#[test]
fn annotations_over_a_document_that_permits_them_are_questionable() {
    let pki = Pki::new();
    let dictionary = with_reference("DocMDP", "/P 3");
    let certified =
        Handmade { dictionary: &dictionary, ..Handmade::default() }.sign(&pki, &document());
    let next = next_number(&certified);
    let annotated = |rectangle: &str| {
        let annotations =
            object(&certified, ANNOTATIONS).replacen('[', &format!("[{next} 0 R "), 1);
        let annotation = format!(
            "<< /Type /Annot /Subtype /FreeText /Rect [{rectangle}] /AP << /N 16 0 R >> >>"
        );
        update(&certified, &[(ANNOTATIONS, annotations), (next, annotation)])
    };
    assert_judged(&pki, "P=3", &annotated("0 0 595 842"), UNDECIDED, "annotation-added");
    let hidden = validated(&pki, &annotated("0 0 0 0"));
    assert_eq!(hidden.signatures[0].report.indication, Indication::TotalPassed);
    assert_eq!(modifications(&hidden), ["annotation-added"]);
}

#[test]
fn locked_field_may_not_be_filled() {
    let pki = Pki::new();
    let fill = |pdf: &[u8]| {
        update(pdf, &[(CITY, object(pdf, CITY).replace("/F 4", "/F 4 /V (Havnsted)"))])
    };
    for (parameters, indication) in [
        ("/Action /Include /Fields [(city)]", FAILED),
        ("/Action /Include /Fields [(payee)]", Indication::TotalPassed),
        ("/Action /Exclude /Fields [(payee)]", FAILED),
        ("/Action /Exclude /Fields [(city)]", Indication::TotalPassed),
        ("/Action /All", FAILED),
    ] {
        let dictionary = with_reference("FieldMDP", parameters);
        let locked =
            Handmade { dictionary: &dictionary, ..Handmade::default() }.sign(&pki, &document());
        let validation = validated(&pki, &fill(&locked));
        assert_eq!(validation.signatures[0].report.indication, indication, "{parameters}");
        assert_eq!(modifications(&validation), ["field-filled"], "{parameters}");
    }
}
