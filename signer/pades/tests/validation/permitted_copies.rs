//! Updates that say in another way what was said before.

use cades::report::Indication;
use pades::SignatureOptions;
use seal::Certification;

use super::document::*;
use super::handmade::{Handmade, catalog_with, with_reference};
use super::pki::{Pki, noon};
use super::sealed::{FAILED, Sealed, assert_judged};
use super::update::{object, stream, update, update_with};

const PASSED: Indication = Indication::TotalPassed;

#[test]
fn identifier_may_change() {
    let sealed = Sealed::new();
    let pdf = update_with(&sealed.pdf, &[], &[], "/ID [<02> <02>]");
    sealed.assert_passed("another identifier", &pdf);
    assert_eq!(modifications(&validated(&sealed.pki, &pdf)), ["identifier-changed"]);
}

#[test]
fn catalog_may_stand_under_another_number() {
    let sealed = Sealed::new();
    let next = sealed.next;
    let root = format!("/Root {next} 0 R");
    let copy = (next, object(&sealed.pdf, CATALOG));
    let pdf = update_with(&sealed.pdf, std::slice::from_ref(&copy), &[], &root);
    sealed.assert_passed("the same catalog", &pdf);
    // It is a catalog from then on: what it may not change the older one may not either.
    let spoilt = copy.1.replacen("<<", "<< /OpenAction [3 0 R /Fit] ", 1);
    let pdf = update(&pdf, &[(next, spoilt)]);
    sealed.assert("then another", &pdf, FAILED, "catalog-changed");
}

#[test]
fn equal_copies_stand_for_what_they_copy() {
    let base = document();
    let resources = "<< /Font << /F1 5 0 R >> /XObject << /X1 16 0 R >> >>";
    let page = object(&base, PAGE).replace(resources, "19 0 R");
    let objects = [(PAGE, page), (CHECKED, resources.to_owned())];
    let sealed = Sealed::of(&update(&base, &objects));
    let next = sealed.next;
    let font = object(&sealed.pdf, FONT);
    let letterhead = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources << /Font << /F1 5 0 R >> >>",
        "BT /F1 12 Tf (Havnsted Kommune) Tj ET",
    );
    let refer = |to: &str| sealed.with(PAGE, "19 0 R", to);
    let number = |number: u32| format!("{number} 0 R");
    let copied = resources.replace("5 0 R", &number(next + 1)).replace("16 0 R", &number(next + 2));
    for (what, objects) in [
        ("a copy", vec![refer(&number(next)), (next, resources.to_owned())]),
        ("in place", vec![refer(resources)]),
        (
            "a copy all through",
            vec![
                refer(&number(next)),
                (next, copied.clone()),
                (next + 1, font.clone()),
                (next + 2, letterhead.clone()),
            ],
        ),
        (
            "a copy of the page",
            vec![sealed.with(PAGES, "3 0 R", &number(next)), (next, object(&sealed.pdf, PAGE))],
        ),
    ] {
        let pdf = sealed.update(&objects);
        sealed.assert_passed(what, &pdf);
        assert_eq!(modifications(&validated(&sealed.pki, &pdf)), [""; 0], "{what}");
    }
    for (what, objects) in [
        (
            "a font that is another",
            vec![
                refer(&number(next)),
                (next, copied.clone()),
                (next + 1, font.replace("Helvetica", "Symbol")),
                (next + 2, letterhead.clone()),
            ],
        ),
        (
            "a drawing that is another",
            vec![
                refer(&number(next)),
                (next, copied),
                (next + 1, font),
                (next + 2, letterhead.replace("Havnsted", "Havnstad")),
            ],
        ),
    ] {
        sealed.assert(what, &sealed.update(&objects), FAILED, "page-changed");
    }
    // Readers differ in which of two they take.
    let twice = object(&sealed.pdf, PAGE).replacen("/Contents", "/Contents 22 0 R /Contents", 1);
    let copy = sealed.with(PAGES, "3 0 R", &number(next));
    let pdf = sealed.update(&[copy, (next, twice)]);
    sealed.assert("a copy with a key twice", &pdf, FAILED, "page-tree-changed");
    // Equal when it was put there, and changed in the update after.
    let copied = sealed.update(&[refer(&number(next)), (next, resources.to_owned())]);
    let pdf = update(&copied, &[(next, resources.replace("5 0 R", "16 0 R"))]);
    sealed.assert("a copy that is changed later", &pdf, FAILED, "object-replaced");
    // Equal to what is there now, and not to what was signed.
    let pdf = sealed.update(&[
        refer(&number(next)),
        (next, resources.to_owned()),
        (FONT, object(&sealed.pdf, FONT).replace("Helvetica", "Symbol")),
    ]);
    sealed.assert("a copy over a font that is changed", &pdf, FAILED, "object-replaced");
}

#[test]
fn measures_may_be_written_as_reals() {
    let sealed = Sealed::new();
    let page = sealed.with(PAGE, "[0 0 595 842]", "[0.0 0 595.000 842.]");
    let pdf = sealed.update(&[page]);
    sealed.assert_passed("a media box", &pdf);
    let turned = update(
        &document(),
        &[(PAGE, object(&document(), PAGE).replace("/Parent", "/Rotate 90 /Parent"))],
    );
    let sealed = Sealed::of(&turned);
    let pdf = sealed.update(&[sealed.with(PAGE, "/Rotate 90", "/Rotate 90.0")]);
    sealed.assert("a rotation", &pdf, FAILED, "page-changed");
}

#[test]
fn tab_order_may_be_stated() {
    let sealed = Sealed::new();
    let pdf = sealed.update(&[sealed.with(PAGE, "/Parent", "/Tabs /S /Parent")]);
    sealed.assert_passed("a tab order", &pdf);
    assert_eq!(modifications(&validated(&sealed.pki, &pdf)), ["tab-order-changed"]);
    let pdf = sealed.update(&[sealed.with(PAGE, "/Parent", "/Tabs 4 0 R /Parent")]);
    sealed.assert("no tab order", &pdf, FAILED, "page-changed");
    // In a certified document, too, unless nothing may change.
    for (p, indication) in [("/P 1", FAILED), ("/P 2", PASSED), ("/P 3", PASSED)] {
        let pki = Pki::new();
        let dictionary = with_reference("DocMDP", p);
        let certified =
            Handmade { dictionary: &dictionary, ..Handmade::default() }.sign(&pki, &document());
        let page = object(&certified, PAGE).replacen("/Parent", "/Tabs /S /Parent", 1);
        let validation = validated(&pki, &update(&certified, &[(PAGE, page)]));
        assert_eq!(modifications(&validation), ["tab-order-changed"], "{p}");
        assert_eq!(validation.signatures[0].report.indication, indication, "{p}");
    }
}

#[test]
fn records_may_state_their_type() {
    let sealed = Sealed::new();
    let next = sealed.next;
    let store = |records: &str| {
        let entry = format!("/DSS << /Certs [{next} 0 R] /VRI << {records} >> >>");
        sealed.update(&[catalog_with(&sealed.pdf, &entry), (next, stream("", "x"))])
    };
    let record = format!("/AB << /Cert [{next} 0 R] >>");
    sealed.assert_passed("a type", &store(&format!("/Type /VRI {record}")));
    let other = store(&format!("/Type 3 0 R {record}"));
    sealed.assert("a page", &other, FAILED, "evidence-malformed");
}

#[test]
fn evidence_may_come_with_the_name_of_the_program_that_brings_it() {
    let pki = Pki::new();
    let options =
        SignatureOptions { certify: Certification::NoChanges, ..SignatureOptions::new(noon()) };
    let certified = pki.seal_as(&document(), &options);
    let information = object(&certified, INFORMATION);
    let upkeep =
        information.replace("20260701", "20260702").replace("/Title", "/Producer (X) /Title");
    let next = super::update::next_number(&certified);
    let store = catalog_with(&certified, &format!("/DSS << /Certs [{next} 0 R] >>"));
    let evidence = (next, stream("", "certificate"));
    let pdf = update(&certified, &[(INFORMATION, upkeep.clone()), store.clone(), evidence.clone()]);
    let validation = validated(&pki, &pdf);
    assert_eq!(
        validation.signatures[0].report.indication,
        Indication::TotalPassed,
        "{validation:#?}"
    );
    let titled = information.replace("Decision", "Resolution");
    for (what, objects) in [
        ("no evidence", vec![(INFORMATION, upkeep.clone())]),
        ("another title", vec![(INFORMATION, titled), store.clone(), evidence.clone()]),
    ] {
        assert_judged(&pki, what, &update(&certified, &objects), FAILED, "information-changed");
    }
    let filled = object(&certified, CITY).replace("/F 4", "/F 4 /V (Havnsted)");
    let objects = [(INFORMATION, upkeep), store, evidence, (CITY, filled)];
    assert_judged(&pki, "a filled field", &update(&certified, &objects), FAILED, "field-filled");
}
