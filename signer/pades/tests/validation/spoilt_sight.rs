//! What is seen on screen or on paper after a seal, and who answers for it.

use cades::report::Indication;
use pades::SignatureOptions;
use seal::Certification;

use super::document::*;
use super::handmade::{Handmade, time_stamp, with_reference};
use super::pki::{Pki, noon};
use super::sealed::{FAILED, FORM_XOBJECT, Sealed, UNDECIDED, assert_judged};
use super::update::{next_number, object, stream, update};

const SHOWN: &str = "/T (Cover) /Rect [60 690 400 730] /F 132 /AP << /N 16 0 R >>";

#[test]
fn what_is_printed_or_comes_into_view_is_seen() {
    let sealed = Sealed::new();
    for (flags, expected) in [
        ("", FAILED),
        ("/F 4", FAILED),
        ("/F 36", FAILED),
        ("/F 288", FAILED),
        ("/F 1", FAILED),
        // No integer, or bits that no reader knows: readers differ.
        ("/F 2.0", FAILED),
        ("/F 4294967298", FAILED),
        ("/F -1", FAILED),
        ("/F 2", Indication::TotalPassed),
        ("/F 38", Indication::TotalPassed),
        ("/F 32", Indication::TotalPassed),
    ] {
        let entries =
            format!("/FT /Sig /T (Cover) /Rect [60 690 400 730] {flags} /AP << /N 16 0 R >>");
        let validation = validated(&sealed.pki, &sealed.update(&sealed.with_field(&entries)));
        assert_eq!(validation.signatures[0].report.indication, expected, "{flags}");
    }
}

#[test]
fn what_readers_draw_without_an_appearance_is_seen() {
    let sealed = Sealed::new();
    let field = "/FT /Sig /T (Cover) /Rect [60 690 400 730] /F 4";
    for (entries, expected) in [
        ("/MK << /BG [1 1 1] >>", FAILED),
        ("/MK << /BC [0] >> /BS << /W 20 >>", FAILED),
        ("/MK << /R 90 /BG [] >>", Indication::TotalPassed),
        ("/MK << >> /DA (/F1 0 Tf 0 g)", Indication::TotalPassed),
    ] {
        let pdf = sealed.update(&sealed.with_field(&format!("{field} {entries}")));
        let validation = validated(&sealed.pki, &pdf);
        assert_eq!(validation.signatures[0].report.indication, expected, "{entries}");
    }
}

#[test]
fn every_widget_of_a_field_is_looked_at() {
    let sealed = Sealed::new();
    let next = sealed.next;
    let widget = "/Type /Annot /Subtype /Widget /F 4 /Rect [60 690 400 730]";
    let field = |kids: &str| format!("<< /FT /Sig /T (Cover) /Kids [{kids}] >>");
    let kid = |number: u32, rest: &str| (number, format!("<< {widget} {rest} >>"));
    let form = sealed.with(FORM, "/Fields [", &format!("/Fields [{next} 0 R "));
    let (first, second) = (next + 1, next + 2);
    let pdf = sealed.update(&[
        form.clone(),
        (next, field(&format!("{first} 0 R {second} 0 R"))),
        kid(first, ""),
        kid(second, "/AP << /N 16 0 R >>"),
    ]);
    sealed.assert("the second widget", &pdf, FAILED, "unsigned-appearance");
    let pdf = sealed.update(&[
        form,
        (next, field(&format!("{first} 0 R"))),
        (first, format!("<< /Kids [{second} 0 R] >>")),
        kid(second, "/AP << /N 16 0 R >>"),
    ]);
    sealed.assert("a widget further down", &pdf, FAILED, "field-added");
}

#[test]
fn time_stamp_answers_for_nothing_that_is_shown() {
    for certify in [None, Some("/P 2"), Some("/P 3")] {
        let pki = Pki::new();
        let dictionary = certify.map(|p| with_reference("DocMDP", p));
        let base = match &dictionary {
            Some(dictionary) => {
                Handmade { dictionary, ..Handmade::default() }.sign(&pki, &document())
            }
            None => pki.seal(&document()),
        };
        let stamped = Handmade { field: SHOWN, ..time_stamp() }.sign(&pki, &base);
        let what = format!("a new field, {certify:?}");
        let passed = |pdf: &[u8]| {
            let validation = validated(&pki, pdf);
            validation.signatures.iter().find(|s| s.field == "Cover").unwrap().report.indication
        };
        assert_eq!(passed(&stamped), Indication::TotalPassed, "{what}");
        let validation = validated(&pki, &stamped);
        let first = validation.signatures.iter().find(|s| s.field != "Cover").unwrap();
        assert_eq!(first.report.indication, UNDECIDED, "{what}");
        assert_eq!(modifications(&validation), ["visible-time-stamp-added"], "{what}");
        let hidden = Handmade { field: "/T (Hidden) /Rect [0 0 0 0] /F 132", ..time_stamp() };
        let validation = validated(&pki, &hidden.sign(&pki, &base));
        for signature in &validation.signatures {
            assert_eq!(signature.report.indication, Indication::TotalPassed, "{certify:?}");
        }
    }
}

#[test]
fn time_stamp_in_a_visible_field_that_was_there_is_questionable() {
    let pki = Pki::new();
    for certify in [Certification::None, Certification::FormFilling] {
        let options = SignatureOptions { certify, ..SignatureOptions::new(noon()) };
        let base = pki.seal_as(&document(), &options);
        // The time-stamp is made in a field of its own, and its value moved to the one that was
        // there: what is covered does not matter here, but whose picture it is.
        let next = next_number(&base);
        let value = (next, "<< /Type /DocTimeStamp /SubFilter /ETSI.RFC3161 >>".to_owned());
        let field = object(&base, COUNTERSIGNATURE)
            .replace("/F 132", &format!("/F 132 /V {next} 0 R /AP << /N 16 0 R >>"));
        let pdf = update(&base, &[(COUNTERSIGNATURE, field), value]);
        let validation = validated(&pki, &pdf);
        assert_eq!(modifications(&validation), ["visible-time-stamp-added"], "{certify:?}");
        let sealed = validation.signatures.iter().find(|s| s.field != "Countersignature").unwrap();
        assert_eq!(sealed.report.indication, UNDECIDED, "{certify:?}");
    }
}

#[test]
fn signature_answers_for_its_own_field_and_not_for_another_of_that_name() {
    let pki = Pki::new();
    let base = pki.seal(&document());
    // A visible signature of somebody unknown, then one that passes, in a field of the same name.
    let stranger = Handmade { field: SHOWN, ..Handmade::default() }.sign(&Pki::new(), &base);
    let hidden = "/T (Cover) /Rect [0 0 0 0] /F 132";
    let ours = Handmade { field: hidden, ..Handmade::default() };
    let stamp = Handmade { field: hidden, ..time_stamp() };
    for (what, pdf) in
        [("signed", ours.sign(&pki, &stranger)), ("stamped", stamp.sign(&pki, &stranger))]
    {
        let validation = validated(&pki, &pdf);
        let first = validation.signatures.iter().find(|s| s.field != "Cover").unwrap();
        assert_eq!(first.report.indication, UNDECIDED, "{what}");
        assert!(codes(first).contains(&"visible-signature-added"), "{what}");
    }
    let own = Handmade { field: SHOWN, ..Handmade::default() }.sign(&pki, &base);
    for signature in validated(&pki, &own).signatures {
        assert_eq!(signature.report.indication, Indication::TotalPassed, "{}", signature.field);
    }
}

#[test]
fn field_that_was_no_widget_may_not_become_one_that_shows_something() {
    let base = update(
        &document(),
        &[(PAYEE, object(&document(), PAYEE).replace("/Type /Annot /Subtype /Widget ", ""))],
    );
    let sealed = Sealed::of(&base);
    let widget = sealed.with(PAYEE, "<<", "<< /Subtype /Widget");
    sealed.assert("a field is shown", &sealed.update(&[widget]), FAILED, "field-changed");
}

#[test]
fn annotations_without_appearance_are_seen_whatever_their_rectangle() {
    let pki = Pki::new();
    let dictionary = with_reference("DocMDP", "/P 3");
    let certified =
        Handmade { dictionary: &dictionary, ..Handmade::default() }.sign(&pki, &document());
    let next = next_number(&certified);
    for subtype in ["/Line /L [0 0 595 842]", "/Text", "/Ink /InkList [[0 0 595 842]]"] {
        let annotations =
            object(&certified, ANNOTATIONS).replacen('[', &format!("[{next} 0 R "), 1);
        let annotation = format!("<< /Type /Annot /Subtype {subtype} /Rect [9 9 9 9] >>");
        let pdf = update(&certified, &[(ANNOTATIONS, annotations), (next, annotation)]);
        assert_judged(&pki, subtype, &pdf, UNDECIDED, "annotation-added");
    }
}

/// A document of which the unsigned field [`COUNTERSIGNATURE`] shows a text, and the number of that
/// appearance.
fn shown_before_it_is_signed() -> (Vec<u8>, u32) {
    let base = document();
    let appearance = next_number(&base);
    let field = object(&base, COUNTERSIGNATURE)
        .replace("/F 132", &format!("/F 4 /AP << /N {appearance} 0 R >>"));
    let text = stream(FORM_XOBJECT, "BT /F1 12 Tf (Not above 100 EUR) Tj ET");
    (update(&base, &[(COUNTERSIGNATURE, field), (appearance, text)]), appearance)
}

#[test]
fn signature_that_did_not_pass_may_not_hide_what_its_field_showed_nor_may_a_time_stamp() {
    let (base, appearance) = shown_before_it_is_signed();
    let blank = stream(FORM_XOBJECT, "");
    for (value, code, access, expected) in [
        ("/Sig /SubFilter /ETSI.CAdES.detached", "visible-signature-added", "/P 2", UNDECIDED),
        ("/Sig /SubFilter /ETSI.CAdES.detached", "visible-signature-added", "/P 1", FAILED),
        ("/DocTimeStamp /SubFilter /ETSI.RFC3161", "visible-time-stamp-added", "/P 2", UNDECIDED),
        ("/DocTimeStamp /SubFilter /ETSI.RFC3161", "visible-time-stamp-added", "/P 1", FAILED),
    ] {
        let pki = Pki::new();
        let dictionary = with_reference("DocMDP", access);
        let signed = Handmade { dictionary: &dictionary, ..Handmade::default() }.sign(&pki, &base);
        let next = next_number(&signed);
        let value = (next, format!("<< /Type {value} >>"));
        let shown = format!("/AP << /N {appearance} 0 R >>");
        let field = object(&signed, COUNTERSIGNATURE);
        assert!(field.contains(&format!("/F 4 {shown}")), "{field}");
        let filled = |from: &str, to: &str| {
            let field = field.replace(from, to).replace("/T ", &format!("/V {next} 0 R /T "));
            (COUNTERSIGNATURE, field)
        };
        for (what, mut objects) in [
            ("by its flags", vec![filled("/F 4", "/F 6")]),
            ("by its appearance", vec![filled(&shown, "")]),
            ("in place", vec![filled("/F 4", "/F 6"), (appearance, blank.clone())]),
        ] {
            objects.push(value.clone());
            assert_judged(&pki, what, &update(&signed, &objects), expected, code);
        }
    }
}

#[test]
fn time_stamp_in_a_locked_field_fails_the_signature_that_locks_it() {
    let pki = Pki::new();
    for (fields, expected) in [("(Approval)", FAILED), ("(elsewhere)", Indication::TotalPassed)] {
        let parameters = format!("/Action /Include /Fields [{fields}]");
        let dictionary = with_reference("FieldMDP", &parameters);
        let signed =
            Handmade { dictionary: &dictionary, ..Handmade::default() }.sign(&pki, &document());
        let next = next_number(&signed);
        let field = object(&signed, APPROVAL).replace("/T ", &format!("/V {next} 0 R /T "));
        let value = "<< /Type /DocTimeStamp /SubFilter /ETSI.RFC3161 >>".to_owned();
        let pdf = update(&signed, &[(APPROVAL, field), (next, value)]);
        let validation = validated(&pki, &pdf);
        assert_eq!(modifications(&validation), ["time-stamp-added"], "{fields}");
        let first = validation.signatures.iter().find(|s| s.field == "Handmade").unwrap();
        assert_eq!(first.report.indication, expected, "{fields}");
    }
}
