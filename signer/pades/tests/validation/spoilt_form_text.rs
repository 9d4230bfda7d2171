//! What the text of fields looks like: buttons, fonts and the form's defaults.

use cades::report::Indication;

use super::document::*;
use super::handmade::{Handmade, with_reference};
use super::pki::Pki;
use super::sealed::{FAILED, FORM_XOBJECT, Sealed};
use super::update::{object, stream, update};

/// The document with these entries of the form replaced, sealed.
fn with_form(from: &str, to: &str) -> Sealed {
    let base = document();
    let form = object(&base, FORM);
    assert!(form.contains(from), "{form}");
    Sealed::of(&update(&base, &[(FORM, form.replacen(from, to, 1))]))
}

#[test]
fn push_button_has_no_value_that_would_explain_another_look() {
    let base = document();
    let button = "<< /Type /Annot /Subtype /Widget /FT /Btn /Ff 65536 /T (pay) /P 3 0 R \
                  /Rect [72 400 272 440] /F 4 /MK << /CA (Pay) >> /AP << /N 22 0 R >> >>";
    let sealed = Sealed::of(&update(&base, &[(BRANCH, button.to_owned())]));
    let next = sealed.next;
    let attack = stream(FORM_XOBJECT, "BT /F1 12 Tf (Attacker) Tj ET");
    let look = format!("/V (x) /AP << /N {next} 0 R >>");
    for (what, objects, code) in [
        ("a value", vec![sealed.with(BRANCH, "/F 4", "/F 4 /V (x)")], "field-changed"),
        (
            "a value and an appearance",
            vec![sealed.with(BRANCH, "/AP << /N 22 0 R >>", &look), (next, attack.clone())],
            "appearance-changed",
        ),
        (
            "an appearance in place",
            vec![sealed.with(BRANCH, "/F 4", "/F 4 /V (x)"), (BRANCH_APPEARANCE, attack)],
            "appearance-changed",
        ),
        ("a caption", vec![sealed.with(BRANCH, "(Pay)", "(Pay more)")], "field-changed"),
        (
            "a caption with a value",
            vec![sealed.with(BRANCH, "/MK << /CA (Pay) >>", "/V (x) /MK << /CA (More) >>")],
            "field-changed",
        ),
    ] {
        sealed.assert(what, &sealed.update(&objects), FAILED, code);
    }
}

#[test]
fn what_fills_nothing_explains_no_look() {
    for (kind, before, value, code) in [
        ("/FT /Tx", "", "()", "appearance-changed"),
        ("/FT /Tx", "", "<FEFF>", "appearance-changed"),
        ("/FT /Tx", "/V ()", "<FEFF>", "appearance-changed"),
        ("/FT /Tx", "/V ()", "( )", "appearance-changed"),
        ("/FT /Tx", "", "<FEFF200B>", "appearance-changed"),
        ("/FT /Tx", "", "5", "field-changed"),
        ("/FT /Tx", "", "22 0 R", "field-changed"),
        ("/FT /Tx /Ff 8192", "", "(secret)", "field-changed"),
        ("/FT /Ch", "", "[]", "appearance-changed"),
        ("/FT /Ch", "", "[()]", "appearance-changed"),
        ("/FT /Btn", "", "/Off", "appearance-changed"),
        ("/FT /Btn", "", "(Yes)", "field-changed"),
        ("", "", "(x)", "field-changed"),
    ] {
        let what = format!("{kind} {before} to {value}");
        let field = format!(
            "<< /Type /Annot /Subtype /Widget {kind} {before} /T (pay) /P 3 0 R \
             /Rect [0 0 595 842] /F 4 >>"
        );
        let sealed = Sealed::of(&update(&document(), &[(BRANCH, field.clone())]));
        let next = sealed.next;
        let attack = stream(FORM_XOBJECT, "BT /F1 48 Tf (PAY 1000000) Tj ET");
        let with = |entries: &str| {
            let field = field.replacen(before, "", usize::from(!before.is_empty()));
            (BRANCH, field.replace("/F 4", &format!("/F 4 {entries}")))
        };
        let states =
            if value == "/Off" { format!("<< /Off {next} 0 R >>") } else { format!("{next} 0 R") };
        let filled = with(&format!("/V {value} /AP << /N {states} >>"));
        let pdf = sealed.update(&[filled, (next, attack.clone())]);
        sealed.assert(&what, &pdf, FAILED, code);
    }
}

#[test]
fn what_fills_nothing_explains_no_look_that_is_overwritten_in_place() {
    let sealed = Sealed::new();
    let attack = stream(FORM_XOBJECT, "BT /F1 48 Tf (PAY 1000000) Tj ET");
    for value in ["()", "( )", "<FEFF200B>", "null", "5", "/Off", "[()]", "bogus"] {
        let objects = [
            sealed.with(BRANCH, "/F 4", &format!("/F 4 /V {value}")),
            (BRANCH_APPEARANCE, attack.clone()),
        ];
        sealed.assert(value, &sealed.update(&objects), FAILED, "appearance-changed");
    }
    // A field that only holds others has no value.
    let next = sealed.next;
    let held = (next, "<< /T (below) /Parent 21 0 R /V (x) >>".to_owned());
    let objects = [
        sealed.with(BRANCH, "/F 4", &format!("/F 4 /V (x) /Kids [{next} 0 R]")),
        held,
        (BRANCH_APPEARANCE, attack),
    ];
    sealed.assert("a field below", &sealed.update(&objects), FAILED, "appearance-changed");
}

#[test]
fn a_blank_value_is_a_change_to_whoever_forbids_each() {
    let pki = Pki::new();
    for (method, parameters, expected) in [
        ("DocMDP", "/P 1", FAILED),
        ("DocMDP", "/P 2", Indication::TotalPassed),
        ("FieldMDP", "/Action /All", FAILED),
        ("FieldMDP", "/Action /Exclude /Fields [(branch)]", Indication::TotalPassed),
    ] {
        let dictionary = with_reference(method, parameters);
        let signed =
            Handmade { dictionary: &dictionary, ..Handmade::default() }.sign(&pki, &document());
        for value in ["()", "( )"] {
            let field = object(&signed, BRANCH).replace("/F 4", &format!("/F 4 /V {value}"));
            let pdf = update(&signed, &[(BRANCH, field)]);
            let validation = validated(&pki, &pdf);
            let what = format!("{parameters} {value}");
            assert_eq!(validation.signatures[0].report.indication, expected, "{what}");
            assert_eq!(modifications(&validation), ["field-filled"], "{what}");
        }
    }
}

#[test]
fn font_that_a_field_names_may_not_be_added_later() {
    let base = document();
    let named = object(&base, PAYEE).replace("/F1 12 Tf", "/F#39 12 Tf");
    let sealed = Sealed::of(&update(&base, &[(PAYEE, named)]));
    for (what, font, passes) in [
        ("one that is named", "/F9 5 0 R", false),
        ("one that nobody names", "/F8 5 0 R", true),
        ("one that is named, in another spelling", "/#469 5 0 R", false),
    ] {
        let pdf = sealed.update(&[sealed.with(FORM, "/F1 5 0 R", &format!("/F1 5 0 R {font}"))]);
        if passes {
            sealed.assert_passed(what, &pdf);
        } else {
            sealed.assert(what, &pdf, FAILED, "form-changed");
        }
    }
}

#[test]
fn font_that_a_widget_outside_of_the_form_names_may_not_be_added_later() {
    let base = document();
    let widget = |subtype: &str, rest: &str| {
        format!(
            "<< /Type /Annot /Subtype /{subtype} /FT /Tx /T (aside) /V (100) /Contents (100) \
             /Rect [300 300 400 320] /F 4 /DA (/F9 12 Tf 0 g) {rest} >>"
        )
    };
    for (subtype, rest, passes) in
        [("Widget", "", false), ("FreeText", "", false), ("FreeText", "/AP << /N 10 0 R >>", true)]
    {
        let sealed = Sealed::of(&update(&base, &[(NOTE, widget(subtype, rest))]));
        let pdf = sealed.update(&[sealed.with(FORM, "/F1 5 0 R", "/F1 5 0 R /F9 5 0 R")]);
        if passes {
            sealed.assert_passed(subtype, &pdf);
        } else {
            sealed.assert(subtype, &pdf, FAILED, "form-changed");
        }
    }
}

#[test]
fn form_resource_that_nothing_uses_may_be_replaced() {
    let sealed = with_form(
        "/DR << ",
        "/DR << /XObject << /FRM 22 0 R /X2 8 0 R >> /Encoding << /E 5 0 R >> ",
    );
    let next = sealed.next;
    let new = (next, stream(FORM_XOBJECT, "0 0 9 9 re f"));
    let replaced = sealed.with(FORM, "/FRM 22 0 R", &format!("/FRM {next} 0 R"));
    sealed.assert_passed("another object", &sealed.update(&[replaced, new.clone()]));
    // An appearance has it too.
    let in_place = sealed.update(&[(BRANCH_APPEARANCE, new.1)]);
    sealed.assert("in place", &in_place, FAILED, "appearance-changed");
    let used = sealed.with(FORM, "/F1 5 0 R", "/F1 19 0 R");
    sealed.assert("a font that fields use", &sealed.update(&[used]), FAILED, "form-changed");
}

#[test]
fn appearance_without_resources_may_use_any_of_the_form() {
    let base = document();
    let bare = stream("/Type /XObject /Subtype /Form /BBox [0 0 200 20]", "/FRM Do");
    let sealed = Sealed::of(&update(&base, &[(BRANCH_APPEARANCE, bare)]));
    let added = sealed.with(FORM, "/DR << ", "/DR << /XObject << /FRM 16 0 R >> ");
    sealed.assert("a drawing", &sealed.update(&[added]), FAILED, "form-changed");
}

#[test]
fn defaults_of_the_form_that_fields_would_take_may_not_be_added() {
    let base = document();
    let bare = object(&base, TOTAL).replace("/DA (/F1 12 Tf 0 g)", "/V (1000)");
    let sealed = Sealed::of(&update(&base, &[(TOTAL, bare)]));
    for entry in ["/DA (/F1 99 Tf 0 g)", "/Q 2", "/NeedAppearances true"] {
        let pdf = sealed.update(&[sealed.with(FORM, "/DR", &format!("{entry} /DR"))]);
        sealed.assert(entry, &pdf, FAILED, "form-changed");
    }
    let sealed = Sealed::new();
    let added = sealed.with(FORM, "/DR", "/DA (/F1 99 Tf 0 g) /DR");
    sealed.assert_passed("all fields have their own", &sealed.update(&[added]));
}

#[test]
fn appearance_that_is_empty_or_leads_nowhere_is_made_by_readers() {
    let base = document();
    let bare = |appearance: &str| {
        let text = object(&base, PAYEE).replace("/DA (/F1 12 Tf 0 g)", "");
        Sealed::of(&update(&base, &[(PAYEE, text.replace("/AP << /N 10 0 R >>", appearance))]))
    };
    let default =
        |sealed: &Sealed| sealed.update(&[sealed.with(FORM, "/DR", "/DA (/F1 12 Tf 0 g) /DR")]);
    for appearance in [
        "",
        "/AP << >>",
        "/AP << /D 10 0 R >>",
        "/AP << /N << >> >>",
        "/AP << /N << /On 10 0 R >> >> /AS /Off",
        "/AP << /N 999 0 R >>",
    ] {
        let sealed = bare(appearance);
        sealed.assert(appearance, &default(&sealed), FAILED, "form-changed");
    }
    let sealed = bare("/AP << /N << /On 10 0 R >> >> /AS /On");
    let added = sealed.with(FORM, "/DR", "/DA (/F1 12 Tf 0 g) /DR");
    sealed.assert_passed("an appearance", &sealed.update(&[added]));
}

#[test]
fn appearances_that_readers_make_stay_those_that_are_shown() {
    let sealed = with_form("/DR", "/NeedAppearances true /DR");
    for value in ["", "/NeedAppearances false"] {
        let pdf = sealed.update(&[sealed.with(FORM, "/NeedAppearances true", value)]);
        sealed.assert(value, &pdf, FAILED, "form-changed");
    }
}

#[test]
fn parent_of_fields_may_not_be_filled_to_restyle_them() {
    let base = document();
    let named = object(&base, PAYEE)
        .replace("/DA (/F1 12 Tf 0 g)", "/Parent 18 0 R")
        .replace("/AP << /N 10 0 R >>", "");
    let parent = "<< /T (form) /FT /Tx /DA (/F1 12 Tf 0 g) /Kids [9 0 R] >>".to_owned();
    let form = object(&base, FORM).replace("9 0 R ", "");
    let sealed = Sealed::of(&update(&base, &[(PAYEE, named), (TOTAL, parent), (FORM, form)]));
    let styled = sealed.with(TOTAL, "/DA (/F1 12 Tf 0 g)", "/V (x) /DA (/F1 1 Tf 1 g)");
    sealed.assert("restyled", &sealed.update(&[styled]), FAILED, "field-changed");
}

#[test]
fn font_of_the_marks_of_boxes_may_not_be_added_where_readers_draw_them() {
    let with_box = |appearance: &str| {
        let entries = "/FT /Btn /T (box) /DA (/F1 0 Tf 0 g) /MK << /CA (4) >> /V /Yes /AS /Yes";
        let place = "/Type /Annot /Subtype /Widget /Rect [72 300 172 400] /F 4 /P 3 0 R";
        let object = format!("<< {place} {entries} {appearance} >>");
        Sealed::of(&update(&document(), &[(TOTAL, object)]))
    };
    let added =
        |sealed: &Sealed| sealed.update(&[sealed.with(FORM, "/F1 5 0 R", "/F1 5 0 R /ZaDb 5 0 R")]);
    let sealed = with_box("");
    sealed.assert("no appearance", &added(&sealed), FAILED, "form-changed");
    let sealed = with_box("/AP << /N << /Yes 10 0 R >> >>");
    sealed.assert_passed("an appearance", &added(&sealed));
}

#[test]
fn font_that_a_parent_outside_of_the_form_names_may_not_be_added_later() {
    let base = document();
    let widget = "/Type /Annot /Subtype /Widget /Parent 18 0 R /Rect [300 300 400 320] /F 4";
    let parent = "<< /FT /Tx /T (aside) /V (100) /DA (/F9 12 Tf 0 g) >>".to_owned();
    let form = object(&base, FORM).replace(" 18 0 R", "").replace("/DR", "/DA (/F1 9 Tf) /DR");
    let list = object(&base, ANNOTATIONS).replace(" 18 0 R", "");
    let objects =
        [(NOTE, format!("<< {widget} >>")), (TOTAL, parent), (FORM, form), (ANNOTATIONS, list)];
    let sealed = Sealed::of(&update(&base, &objects));
    let pdf = sealed.update(&[sealed.with(FORM, "/F1 5 0 R", "/F1 5 0 R /F9 19 0 R")]);
    sealed.assert("a parent", &pdf, FAILED, "form-changed");
}

#[test]
fn names_of_fonts_are_compared_as_each_reader_reads_them() {
    let base = document();
    let named = object(&base, PAYEE).replace("/F1 12 Tf", "/F#39 12 Tf");
    let sealed = Sealed::of(&update(&base, &[(PAYEE, named)]));
    for font in ["/F#2339", "/F9#00", "/F1#00x"] {
        let added = sealed.with(FORM, "/F1 5 0 R", &format!("/F1 5 0 R {font} 19 0 R"));
        sealed.assert(font, &sealed.update(&[added]), FAILED, "form-changed");
    }
}
