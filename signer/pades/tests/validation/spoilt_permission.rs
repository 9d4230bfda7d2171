//! Updates that one seal permits and another does not; and further signatures.

use cades::report::Indication;
use pades::SignatureOptions;
use seal::Certification;

use super::document::*;
use super::handmade::{Handmade, with_reference};
use super::pki::{Pki, noon};
use super::sealed::{FAILED, Sealed, UNDECIDED, assert_judged};
use super::update::{next_number, object, update};

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
fn certification_forbids_what_it_does_not_name() {
    let pki = Pki::new();
    let fill = |pdf: &[u8]| {
        update(pdf, &[(CITY, object(pdf, CITY).replace("/F 4", "/F 4 /V (Havnsted)"))])
    };
    let replace = |pdf: &[u8]| {
        update(pdf, &[(PAYEE, object(pdf, PAYEE).replace("World Health Organisation", "Attacker"))])
    };
    let certified = |certify| {
        let options = SignatureOptions { certify, ..SignatureOptions::new(noon()) };
        pki.seal_as(&document(), &options)
    };
    let (none, filling) =
        (certified(Certification::NoChanges), certified(Certification::FormFilling));
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
