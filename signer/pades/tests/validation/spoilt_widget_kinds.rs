//! Fields and annotations that are something else than they pass for, after a seal.

use cades::report::Indication;

use super::document::*;
use super::handmade::{Handmade, with_reference};
use super::pki::Pki;
use super::sealed::{FAILED, Sealed, UNDECIDED};
use super::update::{next_number, object, update};

#[test]
fn new_field_may_be_no_annotation_of_another_kind() {
    let sealed = Sealed::new();
    let rest = "/Contents (Pay 100000) /DA (/Helv 12 Tf 0 g) /BS << /W 9 >>";
    let entries = format!("/FT /Sig /T (New) /Rect [72 300 272 400] /F 4 {rest}");
    for kind in ["/FreeText", "/Text", "/Square", "/Stamp", "(Widget)"] {
        let mut objects = sealed.with_field(&entries);
        let field = objects.last_mut().unwrap();
        field.1 = field.1.replace("/Subtype /Widget", &format!("/Subtype {kind}"));
        sealed.assert(kind, &sealed.update(&objects), FAILED, "field-added");
    }
}

#[test]
fn widget_of_a_new_field_may_have_no_kind_or_value_of_its_own() {
    let sealed = Sealed::new();
    let (field, widget) = (sealed.next, sealed.next + 1);
    let with = |entries: &str| {
        let place = "/Type /Annot /Subtype /Widget /Rect [72 300 272 400] /F 4 /P 3 0 R";
        sealed.update(&[
            sealed.with(FORM, "/Fields [", &format!("/Fields [{field} 0 R ")),
            sealed.annotated("[", &format!("[{widget} 0 R ")),
            (field, format!("<< /FT /Sig /T (New) /Kids [{widget} 0 R] >>")),
            (widget, format!("<< {place} /Parent {field} 0 R {entries} >>")),
        ])
    };
    for entries in ["/FT /Tx /V (Pay 100000) /DA (/F1 12 Tf 0 g)", "/FT /Ch", "/V (Pay 100000)"] {
        sealed.assert(entries, &with(entries), FAILED, "field-added");
    }
    sealed.assert_passed("the same kind", &with("/FT /Sig"));
}

#[test]
fn field_may_not_become_an_annotation_of_another_kind() {
    let plain = document();
    let rest = "/Contents (Pay 100000) /DA (/Helv 12 Tf 0 g)";
    let bare = object(&plain, COUNTERSIGNATURE).replace("/Type /Annot /Subtype /Widget", rest);
    let sealed = Sealed::of(&update(&plain, &[(COUNTERSIGNATURE, bare)]));
    let named = |entry: &str| {
        sealed.update(&[sealed.with(COUNTERSIGNATURE, "/FT", &format!("{entry} /FT"))])
    };
    for entry in ["/Subtype /FreeText", "/Type /Catalog"] {
        sealed.assert(entry, &named(entry), FAILED, "field-changed");
    }
    sealed.assert_passed("a widget", &named("/Type /Annot /Subtype /Widget"));
}

#[test]
fn annotation_that_is_hidden_may_do_nothing_either() {
    let pki = Pki::new();
    let dictionary = with_reference("DocMDP", "/P 3");
    let certified =
        Handmade { dictionary: &dictionary, ..Handmade::default() }.sign(&pki, &document());
    let (next, kind) = (next_number(&certified), next_number(&certified) + 1);
    for (entries, expected) in [
        ("/Subtype /Text /Contents (x)", Indication::TotalPassed),
        ("/Subtype /Link /AA << /PO << /S /Hide /T (payee) >> >>", UNDECIDED),
        ("/Subtype /Link /A << /S /JavaScript /JS (x) >>", UNDECIDED),
        ("/Subtype /Screen", UNDECIDED),
        ("/Subtype /FileAttachment", UNDECIDED),
        ("/Subtype /Text /F 6", UNDECIDED),
        ("", UNDECIDED),
        (&format!("/Subtype {kind} 0 R /FT /Tx /T (payee) /V (x)"), FAILED),
    ] {
        let annotations =
            object(&certified, ANNOTATIONS).replacen('[', &format!("[{next} 0 R "), 1);
        let annotation = format!("<< /Type /Annot /F 2 /Rect [0 0 9 9] {entries} >>");
        let objects =
            [(ANNOTATIONS, annotations), (next, annotation), (kind, "/Widget".to_owned())];
        let validation = validated(&pki, &update(&certified, &objects));
        assert_eq!(validation.signatures[0].report.indication, expected, "{entries}");
        assert_eq!(modifications(&validation), ["annotation-added"], "{entries}");
    }
}
