//! Updates after a seal that change the form and the annotations.

use super::document::*;
use super::sealed::{FAILED, FORM_XOBJECT, Sealed, UNDECIDED};
use super::update::{stream, update};

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
fn what_a_field_showed_in_dots_is_replaced_and_not_filled() {
    let dots = |count: usize| {
        let dots: String = (0..count).map(|at| format!("{} 5 2 2 re ", 3 * at)).collect();
        let appearance = stream(FORM_XOBJECT, &format!("0 g {dots}f"));
        Sealed::of(&update(&document(), &[(BRANCH_APPEARANCE, appearance)]))
    };
    let look = stream(FORM_XOBJECT, "BT /F1 12 Tf (x) Tj ET");
    let filled = |sealed: &Sealed| {
        let next = sealed.next;
        let field =
            sealed.with(BRANCH, "/AP << /N 22 0 R >>", &format!("/V (x) /AP << /N {next} 0 R >>"));
        sealed.update(&[field, (next, look.clone())])
    };
    let sealed = dots(90);
    sealed.assert("dots", &filled(&sealed), UNDECIDED, "field-value-replaced");
    let sealed = dots(2);
    sealed.assert_passed("a border", &filled(&sealed));
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
                sealed.annotated("[", &format!("[{next} 0 R ")),
                (next, format!("<< /Type /Annot /Subtype /FreeText {cover} >>")),
            ],
            "annotation-added",
        ),
        (
            "a direct annotation",
            vec![sealed.annotated("[", "[<< /Subtype /Stamp /Rect [0 0 9 9] >> ")],
            "annotation-added",
        ),
        ("an annotation removed", vec![sealed.annotated("14 0 R ", "")], "annotation-removed"),
        ("a note changed", vec![sealed.with(NOTE, "A note", "Another")], "annotation-changed"),
        (
            "annotations in another order",
            vec![sealed.annotated("7 0 R 9 0 R", "9 0 R 7 0 R")],
            "annotation-removed",
        ),
    ] {
        sealed.assert(what, &sealed.update(&objects), FAILED, code);
    }
}
