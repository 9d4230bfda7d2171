//! Updates of fields whose look hangs on another object, after a seal.

use super::document::*;
use super::sealed::{FAILED, FORM_XOBJECT, Sealed, UNDECIDED};
use super::update::{next_number, object, stream, update};

#[test]
fn widget_that_its_parent_does_not_list_showed_something_all_the_same() {
    let name = "/FT /Tx /T (payee)";
    let value = "/V (World Health Organisation)";
    let plain = document();
    let payee = object(&plain, PAYEE).replace(name, "/Parent 7 0 R").replace(value, "");
    let sealed = Sealed::of(&update(&plain, &[(PAYEE, payee)]));
    let filled = sealed.with(CITY, "/T (city)", "/T (city) /V (x)");
    let look = stream(FORM_XOBJECT, "BT /F1 12 Tf (Attacker) Tj ET");
    let next = sealed.next;
    let replaced = sealed.with(PAYEE, "/N 10 0 R", &format!("/N {next} 0 R"));
    for (what, objects) in [
        ("another look", vec![filled.clone(), replaced, (next, look.clone())]),
        ("a look in place", vec![filled, (PAYEE_APPEARANCE, look)]),
    ] {
        sealed.assert(what, &sealed.update(&objects), UNDECIDED, "field-value-replaced");
    }
}

#[test]
fn parent_may_not_be_filled_to_restyle_a_widget_with_a_value_of_its_own() {
    let plain = document();
    let widget = "<< /Type /Annot /Subtype /Widget /Parent 7 0 R /Rect [72 660 272 680] /F 4 \
                  /V (100) >>";
    for kids in ["/Kids [9 0 R]", ""] {
        let city = object(&plain, CITY).replace("/AP << /N 8 0 R >>", kids);
        let objects = [(CITY, city), (PAYEE, widget.to_owned())];
        let sealed = Sealed::of(&update(&plain, &objects));
        let filled = sealed.with(CITY, "0 g)", "1 g) /V (x)");
        sealed.assert(kids, &sealed.update(&[filled]), UNDECIDED, "field-value-replaced");
    }
}

#[test]
fn box_that_showed_a_state_without_its_value_may_not_be_turned_off_unseen() {
    let plain = document();
    let agreed = object(&plain, AGREED).replace("/AS /Off /V /Off", "/AS /Yes");
    let sealed = Sealed::of(&update(&plain, &[(AGREED, agreed)]));
    let off = sealed.with(AGREED, "/AS /Yes", "/AS /Off /V /X");
    sealed.assert("off", &sealed.update(&[off]), UNDECIDED, "field-value-replaced");
}

#[test]
fn box_shows_the_state_that_its_value_names() {
    let sealed = Sealed::new();
    let with = |state: &str, value: &str| {
        let to = format!("/AS {state} /V {value}");
        sealed.update(&[sealed.with(AGREED, "/AS /Off /V /Off", &to)])
    };
    sealed.assert_passed("on", &with("/Yes", "/Yes"));
    sealed.assert("another value", &with("/Yes", "/No"), FAILED, "appearance-changed");
}

#[test]
fn field_with_a_value_may_not_be_put_above_others() {
    let sealed = Sealed::new();
    let next = sealed.next;
    let signature = (next, format!("<< /FT /Sig /T (New) /Parent {PAYEE} 0 R >>"));
    let above = sealed.with(PAYEE, "/FT /Tx", &format!("/FT /Tx /Kids [{next} 0 R]"));
    sealed.assert("a text", &sealed.update(&[above, signature]), FAILED, "field-changed");
    // One that holds nothing and is nowhere may take others.
    let plain = document();
    let group = "<< /T (group) /FT /Tx >>".to_owned();
    let sealed = Sealed::of(&update(&plain, &[(TOTAL, group)]));
    let signature = (next, format!("<< /FT /Sig /T (New) /Parent {TOTAL} 0 R >>"));
    let above = sealed.with(TOTAL, "/FT /Tx", &format!("/FT /Tx /Kids [{next} 0 R]"));
    sealed.assert_passed("a group", &sealed.update(&[above, signature]));
}

/// The document with a field that is its own widget given a parent: `group`, object [`TOTAL`].
fn with_parent(field: u32, kid: &str, group: &str) -> Sealed {
    let plain = document();
    let name = object(&plain, field);
    let form = object(&plain, FORM).replace(&format!(" {field} 0 R"), "");
    let start = name.find("/FT").unwrap();
    let end = start + name[start..].find(')').unwrap() + 1;
    let kid = name.replace(&name[start..end], &format!("/Parent {TOTAL} 0 R {kid}"));
    Sealed::of(&update(&plain, &[(field, kid), (TOTAL, group.to_owned()), (FORM, form)]))
}

#[test]
fn value_that_is_null_is_the_one_that_is_inherited() {
    let name = "/FT /Tx /T (group)";
    let group = format!("<< {name} /V (World Health Organisation) /Kids [{PAYEE} 0 R] >>");
    let sealed = with_parent(PAYEE, "", &group);
    let value = "/V (World Health Organisation)";
    let (look, null) = (sealed.next, sealed.next + 1);
    for written in ["null".to_owned(), format!("{null} 0 R")] {
        let (_, widget) = sealed.with(PAYEE, "/N 10 0 R", &format!("/N {look} 0 R"));
        let widget = widget.replace(value, &format!("/V {written}"));
        let objects = [
            (PAYEE, widget),
            (look, stream(FORM_XOBJECT, "0 0 200 20 re f")),
            (null, "null".to_owned()),
        ];
        // The kid of the group has the group's value, and nothing else.
        let without = sealed.with(PAYEE, value, "");
        let sealed = Sealed::of(&update(&document(), &[without, (TOTAL, group.clone())]));
        let pdf = sealed.update(&objects);
        sealed.assert(&written, &pdf, FAILED, "appearance-changed");
    }
    let group = format!("<< /FT /Btn /T (group) /V /Yes /Kids [{AGREED} 0 R] >>");
    let sealed = with_parent(AGREED, "", &group);
    let on = sealed.with(AGREED, "/AS /Off /V /Off", "/AS /Yes");
    let sealed = Sealed::of(&update(&document(), &[on, (TOTAL, group)]));
    let off = sealed.with(AGREED, "/AS /Yes", "/V null /AS /Off");
    sealed.assert("a box", &sealed.update(&[off]), FAILED, "appearance-changed");
}

#[test]
fn flags_that_are_no_integer_may_be_any() {
    let plain = document();
    let payee = object(&plain, PAYEE).replace("/AP << /N 10 0 R >>", "/Ff 4096.0");
    let sealed = Sealed::of(&update(&plain, &[(PAYEE, payee)]));
    let lost = sealed.with(PAYEE, "/Ff 4096.0", "/Ff 1");
    sealed.assert("many lines no more", &sealed.update(&[lost]), FAILED, "field-changed");
}

#[test]
fn options_and_captions_that_readers_show_may_not_be_restyled_by_a_fill() {
    let place = "/Type /Annot /Subtype /Widget /Rect [72 300 272 400] /F 4 /P 3 0 R";
    let list = |flags: &str| {
        let list = "/FT /Ch /T (list) /DA (/F1 12 Tf 0 g) /Opt [(Alpha) (Beta)]";
        Sealed::of(&update(&document(), &[(TOTAL, format!("<< {place} {list} {flags} >>"))]))
    };
    let filled = |sealed: &Sealed| sealed.update(&[sealed.with(TOTAL, "0 g)", "1 g) /V (Alpha)")]);
    let sealed = list("");
    sealed.assert("a list", &filled(&sealed), UNDECIDED, "field-value-replaced");
    let sealed = list("/Ff 131072");
    sealed.assert_passed("a list that is opened to be seen", &filled(&sealed));
    let plain = document();
    let city = object(&plain, CITY).replace("/AP << /N 8 0 R >>", "/Kids [18 0 R]");
    let button = "/FT /Btn /Ff 65536 /Parent 7 0 R /MK << /CA (Pay 100) >>";
    let form = object(&plain, FORM).replace(" 18 0 R", "");
    let objects = [(TOTAL, format!("<< {place} {button} >>")), (CITY, city), (FORM, form)];
    let sealed = Sealed::of(&update(&plain, &objects));
    let restyled = sealed.with(CITY, "0 g)", "1 g) /V (x)");
    sealed.assert("a button", &sealed.update(&[restyled]), UNDECIDED, "field-value-replaced");
}

#[test]
fn field_that_is_shown_itself_may_not_be_given_widgets_or_fields() {
    let plain = document();
    let widget = "/Type /Annot /Subtype /Widget /F 4 /P 3 0 R";
    let payee = object(&plain, PAYEE).replace("/AP << /N 10 0 R >>", "");
    let boxed = object(&plain, COUNTERSIGNATURE).replace("/F 132", "/F 4 /MK << /BG [1 0 0] >>");
    let sealed = Sealed::of(&update(&plain, &[(PAYEE, payee), (COUNTERSIGNATURE, boxed)]));
    let next = sealed.next;
    for (field, kid) in [
        (PAYEE, format!("{widget} /FT /Sig /Rect [0 0 0 0]")),
        (PAYEE, format!("{widget} /FT /Sig /Rect [72 400 372 420]")),
        (COUNTERSIGNATURE, format!("{widget} /Rect [0 0 0 0]")),
        (COUNTERSIGNATURE, "/FT /Sig /T (New)".to_owned()),
    ] {
        let parent = sealed.with(field, "/T (", &format!("/Kids [{next} 0 R] /T ("));
        let objects = [
            parent,
            sealed.annotated("[", &format!("[{next} 0 R ")),
            (next, format!("<< {kid} /Parent {field} 0 R >>")),
        ];
        sealed.assert(&kid, &sealed.update(&objects), FAILED, "field-changed");
    }
}

#[test]
fn list_of_kids_may_not_grow_below_a_field_that_is_shown_itself() {
    let plain = document();
    let list = next_number(&plain);
    let payee = object(&plain, PAYEE).replace("/FT /Tx", &format!("/FT /Tx /Kids {list} 0 R"));
    let sealed = Sealed::of(&update(&plain, &[(PAYEE, payee), (list, "[]".to_owned())]));
    let next = sealed.next;
    let kid = format!("<< /FT /Sig /T (New) /Parent {PAYEE} 0 R >>");
    let pdf = sealed.update(&[(list, format!("[{next} 0 R]")), (next, kid)]);
    sealed.assert("a field", &pdf, FAILED, "field-changed");
}

#[test]
fn new_field_may_not_have_the_name_of_one_of_another_kind() {
    let sealed = Sealed::new();
    let named = |name: &str| {
        sealed.update(&sealed.with_field(&format!("/FT /Sig /T {name} /Rect [0 0 0 0] /F 132")))
    };
    for name in ["(payee)", "<FEFF00700061007900650065>"] {
        sealed.assert(name, &named(name), FAILED, "field-added");
    }
    sealed.assert_passed("another", &named("(payees)"));
}
