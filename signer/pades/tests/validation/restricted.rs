//! Restrictions by a signature or by the lock of its field (ISO 32000-2 clause 12.8.2, table 236):
//! wherever they stand, the validation keeps to them, and so does the signing side.

use cades::report::Indication;
use pades::Document;

use super::document::*;
use super::handmade::{Handmade, USUAL, with_reference};
use super::pki::Pki;
use super::sealed::{FAILED, assert_judged};
use super::update::{next_number, object, update};

fn filled(pdf: &[u8]) -> Vec<u8> {
    update(pdf, &[(CITY, object(pdf, CITY).replace("/F 4", "/F 4 /V (Havnsted)"))])
}

/// The strictest P as the signing side reads it, and how many signatures it counts.
fn believed(pdf: &[u8]) -> (Option<u8>, usize) {
    let facts = Document::open(pdf.to_vec().into()).unwrap().facts();
    (facts.certification, facts.signed_fields.len())
}

#[test]
fn p_of_a_lock_restricts_the_document_wherever_it_stands() {
    let pki = Pki::new();
    let elsewhere = "/Action /Include /Fields [(elsewhere)]";
    let lock = |p: &str| format!("/T (Handmade) /Lock << {elsewhere} /P {p} >>");
    let named = "/T (Handmade)";
    for (what, dictionary, field, access) in [
        ("FieldMDP", with_reference("FieldMDP", &format!("{elsewhere} /P 1")), named, Some(1)),
        ("lock", USUAL.to_owned(), lock("1").as_str(), Some(1)),
        ("lock, P 1.0", USUAL.to_owned(), lock("1.0").as_str(), Some(1)),
        ("lock, P undefined", USUAL.to_owned(), lock("/One").as_str(), Some(1)),
        ("DocMDP, P 1.0", with_reference("DocMDP", "/P 1.0"), named, Some(1)),
        (
            "a single reference",
            with_reference("DocMDP", "/P 1").replace("[<<", "<<").replace(">>]", ">>"),
            named,
            Some(1),
        ),
        ("no name", with_reference("DocMDP", "/P 1"), "", Some(1)),
        ("lock, P 2", USUAL.to_owned(), lock("2").as_str(), Some(2)),
        ("no restriction", USUAL.to_owned(), named, None),
    ] {
        let handmade = Handmade { dictionary: &dictionary, field, ..Handmade::default() };
        let signed = handmade.sign(&pki, &document());
        assert_eq!(believed(&signed), (access, 1), "{what}");
        assert_eq!(validated(&pki, &signed).signatures.len(), 1, "{what}");
        let filled = filled(&signed);
        if access == Some(1) {
            assert_judged(&pki, what, &filled, FAILED, "field-filled");
        } else {
            let judged = &validated(&pki, &filled).signatures[0];
            assert_eq!(judged.report.indication, Indication::TotalPassed, "{what}");
        }
    }
}

#[test]
fn what_is_forbidden_is_told_with_the_restriction_that_forbids_it() {
    let pki = Pki::new();
    let lock = |entries: &str| format!("/T (Handmade) /Lock << {entries} >>");
    for (dictionary, field, told) in [
        (USUAL.to_owned(), lock("/Action /All"), "FieldMDP or `/Lock` locks the field"),
        (
            USUAL.to_owned(),
            lock("/Action /Include /Fields [(elsewhere)] /P 1"),
            "P=1 of the signature `Handmade` does not permit it",
        ),
        (
            with_reference("DocMDP", "/P 1"),
            "/T (Handmade)".to_owned(),
            "P=1 of the signature `Handmade` does not permit it",
        ),
    ] {
        let handmade = Handmade { dictionary: &dictionary, field: &field, ..Handmade::default() };
        let filled = filled(&handmade.sign(&pki, &document()));
        let validation = validated(&pki, &filled);
        let findings = validation.signatures[0].report.findings.iter();
        let found: Vec<_> = findings.filter(|finding| finding.code == "field-filled").collect();
        assert!(
            matches!(found[..], [finding] if finding.explanation.contains(told)),
            "{field}: {found:?}"
        );
        // The change itself is told without it, for it is no single signature's.
        assert!(validation.modifications.iter().all(|one| !one.explanation.contains(told)));
    }
}

#[test]
fn a_lock_holds_for_a_name_in_another_encoding() {
    let pki = Pki::new();
    let renamed = object(&document(), CITY).replace("(city)", "<41A0>");
    let base = update(&document(), &[(CITY, renamed)]);
    for names in ["[<FEFF004120AC>]", "[<EFBBBF41E282AC>]", "[<41A0>]"] {
        for (dictionary, field) in [
            (
                with_reference("FieldMDP", &format!("/Action /Include /Fields {names}")),
                String::new(),
            ),
            (USUAL.to_owned(), format!("/Lock << /Action /Include /Fields {names} >>")),
        ] {
            let field = format!("/T (Handmade) {field}");
            let handmade =
                Handmade { dictionary: &dictionary, field: &field, ..Handmade::default() };
            let signed = handmade.sign(&pki, &base);
            assert_judged(&pki, names, &filled(&signed), FAILED, "field-filled");
        }
    }
}

#[test]
fn a_restriction_is_read_as_it_was_when_it_was_signed() {
    let pki = Pki::new();
    let base = document();
    let parameters = next_number(&base);
    let base = update(&base, &[(parameters, "<< /Action /All /P 1 >>".to_owned())]);
    let dictionary = USUAL.replace(
        "/M",
        &format!(
            "/Reference [<< /TransformMethod /FieldMDP /TransformParams {parameters} 0 R >>] /M"
        ),
    );
    let signed = Handmade { dictionary: &dictionary, ..Handmade::default() }.sign(&pki, &base);
    assert_eq!(believed(&signed), (Some(1), 1));
    let eased = "<< /Action /Include /Fields [(elsewhere)] /P 3 >>".to_owned();
    let eased = update(&signed, &[(parameters, eased)]);
    assert_judged(&pki, "eased and filled", &filled(&eased), FAILED, "field-filled");
}

#[test]
fn a_lock_holds_for_the_name_by_parents_and_for_that_by_kids() {
    let pki = Pki::new();
    let plain = document();
    let next = next_number(&plain);
    let [listing, named] = [next, next + 1];
    let city = object(&plain, CITY).replace("/T (city)", &format!("/Parent {named} 0 R /T (city)"));
    let base = [
        (CITY, city),
        (listing, format!("<< /T (form) /Kids [{CITY} 0 R] >>")),
        (named, "<< /T (other) >>".to_owned()),
    ];
    let form = object(&plain, FORM).replace("[7 0 R", &format!("[{listing} 0 R"));
    let below = update(&plain, &[&base[..], &[(FORM, form)]].concat());
    let beside = update(&plain, &base);
    for (base, locked, passes) in [
        (&below, "form", false),
        (&below, "form.city", false),
        (&below, "other.city", false),
        (&below, "city", true),
        (&beside, "city", false),
        (&beside, "other", false),
        (&beside, "form", true),
    ] {
        let parameters = format!("/Action /Include /Fields [({locked})]");
        let dictionary = with_reference("FieldMDP", &parameters);
        let signed = Handmade { dictionary: &dictionary, ..Handmade::default() }.sign(&pki, base);
        let pdf = filled(&signed);
        if passes {
            let judged = &validated(&pki, &pdf).signatures[0];
            assert_eq!(judged.report.indication, Indication::TotalPassed, "{locked}");
        } else {
            assert_judged(&pki, locked, &pdf, FAILED, "field-filled");
        }
    }
}
