//! Fields whose value, look or name readers take from different places, after a seal.

use super::document::*;
use super::handmade::{Handmade, with_reference};
use super::pki::Pki;
use super::sealed::{FAILED, FORM_XOBJECT, Sealed, UNDECIDED, assert_judged};
use super::update::{next_number, object, stream, update};

/// The document with [`CITY`] below a field that has these entries, and that nothing else touches.
fn below(entries: &str) -> Vec<u8> {
    let plain = document();
    let kid = object(&plain, CITY).replace("/FT /Tx /T (city)", "/Parent 18 0 R");
    let kid = kid.replace("/DA (/F1 12 Tf 0 g)", "").replace("/AP << /N 8 0 R >>", "");
    let form = object(&plain, FORM).replace("[7 0 R ", "[");
    let group = format!("<< /FT /Tx /T (group) /Kids [7 0 R] {entries} >>");
    update(&plain, &[(CITY, kid), (TOTAL, group), (FORM, form)])
}

#[test]
fn field_below_one_that_has_a_key_twice_may_not_be_changed() {
    for twice in ["/V (World) /V ()", "/DA (/F1 12 Tf 0 g) /DA (/F1 24 Tf 0 g)"] {
        let sealed = Sealed::of(&below(twice));
        let filled = sealed.update(&[sealed.with(CITY, "/F 4", "/F 4 /V (x)")]);
        sealed.assert(twice, &filled, FAILED, "field-changed");
    }
    let sealed = Sealed::of(&below("/DA (/F1 12 Tf 0 g)"));
    sealed.assert_passed("once", &sealed.update(&[sealed.with(CITY, "/F 4", "/F 4 /V (x)")]));
}

#[test]
fn field_that_has_two_appearances_showed_something() {
    let plain = document();
    let city = object(&plain, CITY).replace("/AP << /N 8 0 R >>", "/AP 40 0 R");
    let appearances = |text: &str| {
        let pdf = update(&plain, &[(CITY, city.clone()), (40, text.to_owned())]);
        let sealed = Sealed::of(&pdf);
        let new = sealed.next;
        let filled = format!("/V (x) /AP << /N {new} 0 R >>");
        let look = stream(FORM_XOBJECT, "/Tx BMC BT /F1 12 Tf (x) Tj ET EMC");
        let filled = sealed.update(&[sealed.with(CITY, "/AP 40 0 R", &filled), (new, look)]);
        (sealed, filled)
    };
    let (sealed, filled) = appearances("<< /N 10 0 R /N 8 0 R >>");
    sealed.assert("two", &filled, UNDECIDED, "field-value-replaced");
    let (sealed, filled) = appearances("<< /N 8 0 R >>");
    sealed.assert_passed("one", &filled);
}

#[test]
fn list_whose_appearance_readers_make_anew_showed_its_options() {
    let plain = document();
    let list = object(&plain, CITY).replace("/FT /Tx", "/FT /Ch /Opt [(Aarhus) (Odense)]");
    for (anew, passes) in [("", true), ("/NeedAppearances true", false)] {
        let form = object(&plain, FORM).replace("/DR", &format!("{anew} /DR"));
        let sealed = Sealed::of(&update(&plain, &[(CITY, list.clone()), (FORM, form)]));
        let filled = sealed.update(&[sealed.with(CITY, "/F 4", "/F 4 /V (Aarhus)")]);
        match passes {
            true => sealed.assert_passed("as it stands", &filled),
            false => sealed.assert(anew, &filled, UNDECIDED, "field-value-replaced"),
        }
    }
}

#[test]
fn field_in_the_form_s_list_and_in_a_field_s_is_locked_by_either_name() {
    let pki = Pki::new();
    let plain = document();
    // It stands in `/Fields` still: whoever climbs from it calls it otherwise than whoever begins there.
    let group = "<< /FT /Tx /T (group) /Kids [7 0 R] >>".to_owned();
    let city = object(&plain, CITY).replace("/T (city)", "/T (city) /Parent 18 0 R");
    let base = update(&plain, &[(TOTAL, group), (CITY, city)]);
    for locked in ["city", "group.city"] {
        let parameters = format!("/Action /Include /Fields [({locked})]");
        let dictionary = with_reference("FieldMDP", &parameters);
        let pdf = Handmade { dictionary: &dictionary, ..Handmade::default() }.sign(&pki, &base);
        let city = object(&pdf, CITY).replace("/F 4", "/F 4 /V (x)");
        let filled = update(&pdf, &[(CITY, city)]);
        assert_judged(&pki, locked, &filled, FAILED, "field-filled");
    }
}

#[test]
fn new_field_and_its_widgets_name_as_their_parent_what_lists_them() {
    let sealed = Sealed::new();
    let (field, widget) = (sealed.next, sealed.next + 1);
    let rectangle = "/Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 /P 3 0 R";
    let listed = |parent: &str, of_widget: &str| {
        sealed.update(&[
            sealed.with(FORM, "/Fields [", &format!("/Fields [{field} 0 R ")),
            sealed.annotated("[", &format!("[{widget} 0 R ")),
            (field, format!("<< /FT /Sig /T (New) {parent} /Kids [{widget} 0 R] >>")),
            (widget, format!("<< {rectangle} {of_widget} >>")),
        ])
    };
    let own = format!("/Parent {field} 0 R");
    sealed.assert_passed("as it should be", &listed("", &own));
    sealed.assert("another", &listed("/Parent 9 0 R", &own), FAILED, "field-added");
    sealed.assert("of the widget", &listed("", "/Parent 9 0 R"), FAILED, "field-added");
    let next = next_number(&sealed.pdf);
    assert_eq!(next, field);
}
