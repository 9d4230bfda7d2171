//! Signed documents, and updates that leave their signatures valid.

use cades::report::Indication;
use pades::SignatureOptions;

use super::document::{
    AGREED, APPROVAL, BRANCH, BRANCH_APPEARANCE, CATALOG, CITY, FORM, INFORMATION, PAGES, TOTAL,
    codes, document, modifications, validated,
};
use super::pki::{Pki, noon};
use super::update::{next_number, object, stream, update, update_with};

#[test]
fn sealed_document_passes_and_is_covered_whole() {
    let pki = Pki::new();
    let validation = validated(&pki, &pki.seal(&document()));
    let [signature] = &validation.signatures[..] else { panic!("one signature") };
    assert_eq!(signature.report.indication, Indication::TotalPassed, "{signature:#?}");
    assert_eq!(signature.report.level_name(), Some("PAdES-B-B"));
    assert_eq!(signature.report.covers.as_deref(), Some("whole document"));
    assert_eq!(signature.revision, Some(2));
    assert_eq!((validation.document.pages, validation.document.revisions), (Some(1), 2));
    assert!(validation.modifications.is_empty() && validation.findings.is_empty());
}

#[test]
fn report_serialises_as_the_interface_says() {
    let pki = Pki::new();
    let json = serde_json::to_value(validated(&pki, &pki.seal(&document()))).unwrap();
    for (pointer, expected) in [
        ("/document/pages", "1"),
        ("/document/version", "\"1.7\""),
        ("/signatures/0/indication", "\"TOTAL-PASSED\""),
        ("/signatures/0/sub_indication", "null"),
        ("/signatures/0/kind", "\"seal\""),
        ("/signatures/0/level", "\"PAdES-B-B\""),
        ("/signatures/0/covers", "\"whole document\""),
        ("/signatures/0/signer/organization", "\"Havnsted Kommune\""),
        ("/signatures/0/sub_filter", "\"ETSI.CAdES.detached\""),
        ("/modifications", "[]"),
    ] {
        let found = json.pointer(pointer).unwrap_or_else(|| panic!("{pointer} in {json:#}"));
        assert_eq!(found.to_string(), expected, "{pointer}");
    }
}

#[test]
fn second_and_third_seal_leave_the_earlier_ones_valid() {
    let pki = Pki::new();
    let sealed = pki.seal(&pki.seal_with_time_stamp(&pki.seal(&document())));
    let validation = validated(&pki, &sealed);
    let covers: Vec<_> =
        validation.signatures.iter().map(|s| s.report.covers.as_deref().unwrap()).collect();
    assert_eq!(covers, ["revision", "revision", "whole document"]);
    for signature in &validation.signatures {
        assert_eq!(signature.report.indication, Indication::TotalPassed, "{signature:#?}");
    }
    let levels: Vec<_> =
        validation.signatures.iter().map(|s| s.report.level_name().unwrap()).collect();
    assert_eq!(levels, ["PAdES-B-B", "PAdES-B-T", "PAdES-B-B"]);
    assert_eq!(modifications(&validation), ["signature-field-added"; 2]);
}

#[test]
fn existing_field_is_signed() {
    let pki = Pki::new();
    let options =
        SignatureOptions { field: Some("Approval".to_owned()), ..SignatureOptions::new(noon()) };
    let validation = validated(&pki, &pki.seal_as(&pki.seal(&document()), &options));
    assert_eq!(modifications(&validation), ["signature-added"]);
    for signature in &validation.signatures {
        assert_eq!(signature.report.indication, Indication::TotalPassed, "{signature:#?}");
    }
}

#[test]
fn a_field_may_be_given_a_lock_when_it_is_signed_and_not_otherwise() {
    let pki = Pki::new();
    let lock = "/Lock << /Type /SigFieldLock /Action /All >>";
    let with = |pdf: &[u8], entries: &str| {
        let field = object(pdf, APPROVAL).replace("/F 132", &format!("/F 132 {entries}"));
        (APPROVAL, field)
    };
    let locked = update(&document(), &[with(&document(), lock)]);
    let value = "<< /Type /Sig /SubFilter /ETSI.CAdES.detached >>".to_owned();
    for (what, base, from, to, expected) in [
        ("signed and locked", document(), "", format!("{lock} /V @"), Indication::TotalPassed),
        ("locked", document(), "", lock.to_owned(), Indication::TotalFailed),
        ("signed", locked.clone(), "", "/V @".to_owned(), Indication::TotalPassed),
        ("signed and eased", locked.clone(), "/All", "/V @".to_owned(), Indication::TotalFailed),
        ("signed and freed", locked, lock, "/V @".to_owned(), Indication::TotalFailed),
    ] {
        let sealed = pki.seal(&base);
        let next = next_number(&sealed);
        let (number, field) = with(&sealed, &to.replace('@', &format!("{next} 0 R")));
        let to = if from == lock { "" } else { "/Include /Fields [(x)]" };
        let field = if from.is_empty() { field } else { field.replace(from, to) };
        let pdf = update(&sealed, &[(number, field), (next, value.clone())]);
        let validation = validated(&pki, &pdf);
        let first = validation.signatures.iter().find(|s| s.field != "Approval").unwrap();
        assert_eq!(first.report.indication, expected, "{what}: {:?}", codes(first));
    }
}

#[test]
fn document_time_stamp_raises_the_level() {
    let pki = Pki::new();
    let validation = validated(&pki, &pki.time_stamp(&pki.seal(&document())));
    let [seal, stamp] = &validation.signatures[..] else { panic!("two signatures") };
    assert_eq!(stamp.report.indication, Indication::TotalPassed, "{stamp:#?}");
    assert_eq!(stamp.sub_filter.as_deref(), Some("ETSI.RFC3161"));
    assert_eq!(seal.report.indication, Indication::TotalPassed, "{seal:#?}");
    assert_eq!(seal.report.level_name(), Some("PAdES-B-T"));
    assert_eq!(seal.report.best_signature_time, noon());
    assert_eq!(modifications(&validation), ["time-stamp-added"]);
}

#[test]
fn visible_signature_passes_with_the_one_that_it_belongs_to() {
    let pki = Pki::new();
    let options = SignatureOptions {
        field: Some("Countersignature".to_owned()),
        ..SignatureOptions::new(noon())
    };
    let sealed = pki.seal_as(&pki.seal(&document()), &options);
    let validation = validated(&pki, &sealed);
    assert_eq!(modifications(&validation), ["visible-signature-added"]);
    for signature in &validation.signatures {
        assert_eq!(signature.report.indication, Indication::TotalPassed, "{signature:#?}");
    }
}

#[test]
fn harmless_updates_are_listed_and_permitted() {
    let pki = Pki::new();
    let sealed = pki.seal(&document());
    let next = next_number(&sealed);
    let with = |number, from: &str, to: &str| {
        let text = object(&sealed, number);
        assert!(text.contains(from), "{text}");
        (number, text.replace(from, to))
    };
    let appearance = "/Type /XObject /Subtype /Form /BBox [0 0 200 20]";
    let filled = "BT /F1 12 Tf (Havnsted) Tj ET";
    let metadata = stream("/Type /Metadata /Subtype /XML", "<x:xmpmeta/>");
    for (what, expected, pdf) in [
        (
            "an empty field is filled",
            "field-filled",
            update(
                &sealed,
                &[
                    with(
                        CITY,
                        "/AP << /N 8 0 R >>",
                        &format!("/V (Havnsted) /AP << /N {next} 0 R >>"),
                    ),
                    (next, stream(appearance, filled)),
                ],
            ),
        ),
        (
            "an empty field is filled, and its appearance replaced in place",
            "field-filled",
            update(
                &sealed,
                &[
                    with(BRANCH, "/T (branch)", "/T (branch) /V (Havnsted)"),
                    (BRANCH_APPEARANCE, stream(appearance, filled)),
                ],
            ),
        ),
        (
            "a box is checked",
            "field-filled",
            update(&sealed, &[with(AGREED, "/AS /Off /V /Off", "/AS /Yes /V /Yes")]),
        ),
        (
            "a field is made read-only",
            "field-locked",
            update(&sealed, &[with(CITY, "/T (city)", "/T (city) /Ff 1")]),
        ),
        (
            "evidence is added",
            "evidence-changed",
            update(
                &sealed,
                &[
                    with(
                        CATALOG,
                        "/Pages 2 0 R",
                        &format!("/Pages 2 0 R /DSS << /Certs [{next} 0 R] >>"),
                    ),
                    (next, stream("", "certificate")),
                ],
            ),
        ),
        (
            "the title is changed",
            "information-changed",
            update(&sealed, &[with(INFORMATION, "(Decision)", "(Resolution)")]),
        ),
        (
            "metadata are added",
            "metadata-changed",
            update(
                &sealed,
                &[
                    with(CATALOG, "/Pages 2 0 R", &format!("/Pages 2 0 R /Metadata {next} 0 R")),
                    (next, metadata),
                ],
            ),
        ),
        (
            "the program that wrote last names its version in the page tree",
            "information-changed",
            update(&sealed, &[with(PAGES, "/Type /Pages", "/Type /Pages /ITXT (2.1.7)")]),
        ),
        (
            "a font is added to the form",
            "form-resources-added",
            update(&sealed, &[with(FORM, "/F1 5 0 R", "/F1 5 0 R /F2 5 0 R")]),
        ),
    ] {
        let validation = validated(&pki, &pdf);
        let signature = &validation.signatures[0];
        assert_eq!(signature.report.indication, Indication::TotalPassed, "{what}: {signature:#?}");
        assert_eq!(signature.report.covers.as_deref(), Some("revision"), "{what}");
        assert_eq!(modifications(&validation), [expected], "{what}");
    }
}

#[test]
fn evidence_that_a_later_store_leaves_out_is_read_where_a_signature_covers_it() {
    let pki = Pki::new();
    let base = document();
    let next = next_number(&base);
    let catalog = object(&base, CATALOG);
    let list = format!("/Pages 2 0 R /DSS << /CRLs [{next} 0 R] >>");
    // None that could be read, which is told wherever it stands.
    let stored = update(
        &base,
        &[(CATALOG, catalog.replace("/Pages 2 0 R", &list)), (next, stream("", "a list"))],
    );
    let emptied = |pdf: &[u8]| {
        let other = object(pdf, CATALOG).replace(&list, "/Pages 2 0 R /DSS << /CRLs [] >>");
        update(pdf, &[(CATALOG, other)])
    };
    let told = |pdf: &[u8]| {
        let validation = validated(&pki, pdf);
        let signature = &validation.signatures[0];
        assert_eq!(signature.report.indication, Indication::TotalPassed, "{signature:#?}");
        codes(signature).iter().filter(|code| **code == "revocation-data-unreadable").count()
    };
    assert_eq!(told(&pki.seal(&stored)), 1);
    assert_eq!(told(&emptied(&pki.seal(&stored))), 1);
    assert_eq!(told(&pki.seal(&emptied(&stored))), 0);
}

#[test]
fn fields_may_be_locked_after_they_were_signed_or_filled() {
    let pki = Pki::new();
    let sealed = pki.seal(&document());
    let signed = (next_number(&document())..next_number(&sealed))
        .find(|number| object(&sealed, *number).contains("/Widget"))
        .unwrap();
    let field = object(&sealed, signed);
    assert!(field.contains("/F 132"), "{field}");
    for (number, from, to) in [
        (signed, "/F 132", "/F 196 /Ff 1"),
        (TOTAL, "/F 4", "/F 708"),
        (CITY, "/F 4", "/F 4 /Ff 1"),
    ] {
        let pdf = update(&sealed, &[(number, object(&sealed, number).replace(from, to))]);
        let validation = validated(&pki, &pdf);
        let indication = validation.signatures[0].report.indication;
        assert_eq!(indication, Indication::TotalPassed, "{to}: {validation:#?}");
        assert_eq!(modifications(&validation), ["field-locked"], "{to}");
    }
    for (number, from, to) in [(signed, "/F 132", "/F 134"), (TOTAL, "/F 4", "/F 5")] {
        let pdf = update(&sealed, &[(number, object(&sealed, number).replace(from, to))]);
        let indication = validated(&pki, &pdf).signatures[0].report.indication;
        assert_eq!(indication, Indication::TotalFailed, "{to}");
    }
}

#[test]
fn certification_may_come_after_an_approval() {
    let pki = Pki::new();
    let sealed = pki.seal(&document());
    let next = next_number(&sealed);
    let catalog = object(&sealed, CATALOG);
    let with = |permissions: &str| {
        let catalog = catalog.replacen("<<", &format!("<< /Perms << {permissions} >>"), 1);
        update(&sealed, &[(CATALOG, catalog), (next, "<< /Type /Sig >>".to_owned())])
    };
    for (permissions, expected) in [
        (format!("/DocMDP {next} 0 R"), Indication::TotalPassed),
        (format!("/UR3 {next} 0 R"), Indication::TotalFailed),
        ("/DocMDP 3 0 R".to_owned(), Indication::TotalFailed),
    ] {
        let validation = validated(&pki, &with(&permissions));
        let indication = validation.signatures[0].report.indication;
        assert_eq!(indication, expected, "{permissions}: {validation:#?}");
    }
}

#[test]
fn updates_that_change_nothing_are_not_listed() {
    let pki = Pki::new();
    let sealed = pki.seal(&document());
    let next = next_number(&sealed);
    for (what, same) in [
        ("an identical object", update(&sealed, &[(TOTAL, object(&sealed, TOTAL))])),
        ("an object that nothing uses", update(&sealed, &[(next, "<< /A 1 >>".to_owned())])),
        ("nothing at all", update_with(&sealed, &[], &[], "")),
    ] {
        let validation = validated(&pki, &same);
        assert_eq!(modifications(&validation), [""; 0], "{what}");
        assert_eq!(validation.signatures[0].report.indication, Indication::TotalPassed, "{what}");
    }
}

#[test]
fn filled_field_is_listed_with_its_values() {
    let pki = Pki::new();
    let sealed = pki.seal(&document());
    let text = object(&sealed, CITY).replace("/T (city)", "/T (city) /V (Havnsted)");
    let validation = validated(&pki, &update(&sealed, &[(CITY, text)]));
    let [filled] = &validation.modifications[..] else { panic!("one modification") };
    assert_eq!(filled.field.as_deref(), Some("city"));
    assert_eq!(filled.old_value.as_deref(), Some(""));
    assert_eq!(filled.new_value.as_deref(), Some("Havnsted"));
    assert_eq!(filled.revision, Some(3));
    assert!(codes(&validation.signatures[0]).iter().all(|code| *code != "field-filled"));
}
