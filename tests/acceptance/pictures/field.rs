//! Attacks on fields: values, appearances, buttons, and fields that were never signed.

use super::{
    annotation::{flags, place},
    document::{
        AGREED, BUTTON, BUTTON_APPEARANCE, CHECKED, CITY, CITY_APPEARANCE, COUNTERSIGNATURE, DEEP,
        DEEP_APPEARANCE, DEEP_WIDGET, FONT, FORM, GROUP, LOOSE, MEMBER, MEMBER_PLACE, MEMO,
        MEMO_PLACE, PAYEE, PAYEE_APPEARANCE, PAYEE_PLACE, PREPARED, SPARE, drawing, rectangle,
        text,
    },
    scene::{Scene, Step},
};

pub const STEPS: [Step; 33] = [
    ("empty signature field with an appearance", |scene| {
        let look = attack(scene);
        new_field(scene, &format!("/FT /Sig /AP << /N {look} 0 R >>"));
    }),
    ("empty signature field with a background", |scene| {
        let look =
            scene.one_of(&["/BG [0 0 1]", "/BC [1 0 0]", "/BG [] /BC [0]", "/CA (Attacker)"]);
        new_field(scene, &format!("/FT /Sig /MK << {look} >> /BS << /W 5 >>"));
    }),
    ("empty signature field with two widgets", |scene| {
        let look = attack(scene);
        let name = scene.name();
        let (flags, place) = (flags(scene), place(scene));
        let widget = "<< /Type /Annot /Subtype /Widget /F 4";
        let first = scene.add(format!("{widget} /Rect [150 20 160 30] >>"));
        let second = scene
            .add(format!("{widget} {flags} /Rect {} /AP << /N {look} 0 R >> >>", rectangle(place)));
        let field =
            scene.add(format!("<< /FT /Sig /T ({name}) /Kids [{first} 0 R {second} 0 R] >>"));
        scene.annotate(first);
        scene.annotate(second);
        scene.enlist(field);
    }),
    ("signature that is none", |scene| {
        let look = attack(scene);
        new_field(scene, &format!("/FT /Sig /V << /Type /Sig >> /AP << /N {look} 0 R >>"));
    }),
    ("time-stamp that is none", |scene| {
        let look = attack(scene);
        let entries = "/FT /Sig /V << /Type /DocTimeStamp /SubFilter /ETSI.RFC3161 >>";
        new_field(scene, &format!("{entries} /AP << /N {look} 0 R >>"));
    }),
    ("text field", |scene| {
        let look = attack(scene);
        new_field(scene, &format!("/FT /Tx /V (Attacker) /AP << /N {look} 0 R >>"));
    }),
    ("field without a kind", |scene| {
        let look = attack(scene);
        new_field(scene, &format!("/AP << /N {look} 0 R >>"));
    }),
    ("value replaced", |scene| {
        let look = attack(scene);
        // Who certifies a document may have permitted it.
        scene.explained.push(PAYEE_PLACE);
        scene.edit(PAYEE, "(World Health)", "(Attacker)");
        scene.edit(PAYEE, "10 0 R", &format!("{look} 0 R"));
    }),
    ("value removed", |scene| {
        scene.explained.push(PAYEE_PLACE);
        scene.edit(PAYEE, "/V (World Health) /AP << /N 10 0 R >>", "");
    }),
    ("value that readers draw replaced", |scene| {
        scene.explained.extend([MEMO_PLACE, MEMBER_PLACE]);
        let (number, from) = scene.one_of(&[(MEMO, "(1000)"), (MEMBER, "(2000)")]);
        scene.edit(number, from, "(9999)");
    }),
    ("appearance in place", |scene| scene.set(PAYEE_APPEARANCE, drawing(&text("Attacker")))),
    ("appearance that others have, in place", |scene| {
        scene.enter(CITY, "/V (Attacker)");
        scene.set(CITY_APPEARANCE, drawing(&text("Attacker")));
    }),
    ("appearance by another reference", |scene| {
        let look = attack(scene);
        scene.edit(PAYEE, "10 0 R", &format!("{look} 0 R"));
    }),
    ("appearance for a value that readers draw", |scene| {
        let look = attack(scene);
        let number = scene.one_of(&[MEMO, MEMBER]);
        scene.enter(number, &format!("/AP << /N {look} 0 R >>"));
    }),
    ("flags, place or style of a field", |scene| {
        let number = scene.one_of(&[PAYEE, MEMO, MEMBER, BUTTON, COUNTERSIGNATURE, DEEP_WIDGET]);
        let (from, to) = scene.one_of(&[
            ("/F 4", "/F 2"),
            ("/F 4", "/F 36"),
            ("/Rect [", "/Rect [5 5 295 295] /Old ["),
            ("/F1 10 Tf", "/F1 20 Tf"),
            ("/F9 10 Tf", "/F1 10 Tf"),
            ("/F 4", "/F 4 /MK << /BG [1 0 0] >>"),
            ("/F 4", "/F 4 /Q 2"),
            ("/F 4", "/F 4 /Ff 8192"),
            ("/F 4", "/F 4 /MaxLen 2 /Ff 16777216"),
            ("/F 4", "/F 4 /AS /Off"),
            ("/F 4", "/F 4 /OC 24 0 R"),
        ]);
        scene.edit(number, from, to);
    }),
    ("field made a widget", |scene| scene.enter(LOOSE, "/Type /Annot /Subtype /Widget")),
    ("prepared field made a signed one", |scene| {
        scene.enter(PREPARED, "/V << /Type /Sig >>");
        scene.annotate(PREPARED);
    }),
    ("states of a box", |scene| match scene.dice.u8(..4) {
        0 => scene.set(CHECKED, drawing(&text("Attacker"))),
        1 => scene.edit(AGREED, "/AS /Off", "/AS /Yes"),
        2 => {
            let look = attack(scene);
            scene.edit(AGREED, "/Off 8 0 R", &format!("/Off {look} 0 R"));
        }
        _ => {
            let look = attack(scene);
            scene.edit(AGREED, "/V /Off /AS /Off", "/V /Yes /AS /Yes");
            scene.edit(AGREED, "/Yes 19 0 R", &format!("/Yes {look} 0 R"));
        }
    }),
    ("push button with a value and another look", |scene| {
        let look = attack(scene);
        scene.enter(BUTTON, "/V (Attacker)");
        scene.edit(BUTTON, "18 0 R", &format!("{look} 0 R"));
    }),
    ("push button drawn anew in place", |scene| {
        scene.enter(BUTTON, "/V /Attacker");
        scene.set(BUTTON_APPEARANCE, drawing(&text("Attacker")));
    }),
    ("caption of a push button", |scene| {
        scene.enter(BUTTON, "/V (Attacker)");
        scene.edit(BUTTON, "(Pay)", "(Attacker)");
        scene.edit(BUTTON, "/AP << /N 18 0 R >>", "");
    }),
    ("font of the form", |scene| {
        let font = scene.one_of(&["Symbol", "ZapfDingbats", "Courier-Bold"]);
        let font = scene.add(format!("<< /Type /Font /Subtype /Type1 /BaseFont /{font} >>"));
        let name = scene.one_of(&["F9", "#469", "F1"]);
        scene.edit(FORM, "/F9 5 0 R", "");
        scene.edit(FORM, "/F1 5 0 R", &format!("/{name} {font} 0 R"));
    }),
    ("font of the form added", |scene| {
        let font = scene.add("<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>");
        if !scene.object(FORM).contains("/F9") {
            scene.edit(FORM, "/F1 5 0 R", &format!("/F1 5 0 R /F9 {font} 0 R"));
        }
    }),
    ("resources of the form by another reference", |scene| {
        let font = scene.add("<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>");
        let fonts = scene.add(format!("<< /F1 {font} 0 R /F9 {font} 0 R >>"));
        scene.edit(FORM, "/Font <<", &format!("/Font {fonts} 0 R /Old <<"));
    }),
    ("default appearance of the form", |scene| {
        let entry =
            scene.one_of(&["/DA (/F1 30 Tf 1 0 0 rg)", "/Q 2", "/NeedAppearances true", "/XFA []"]);
        scene.enter(FORM, entry);
    }),
    ("appearances not made anew any more", |scene| {
        let other = scene.one_of(&["", "/NeedAppearances false"]);
        scene.edit(FORM, "/NeedAppearances true", other);
    }),
    ("fields removed", |scene| scene.edit(FORM, "7 0 R 9 0 R", "7 0 R")),
    ("form replaced", |scene| scene.edit(scene.document.root, "/AcroForm 6 0 R", "")),
    ("fields restyled by what holds them", |scene| {
        scene.edit(GROUP, "/F1 10 Tf 0 g", "/F1 20 Tf 1 0 0 rg");
        if scene.dice.bool() {
            scene.enter(GROUP, "/V (Attacker)");
        }
    }),
    ("appearance of a widget far below", |scene| {
        scene.set(DEEP_APPEARANCE, drawing(&text("Attacker")));
        let sub = scene.one_of(&["", "/SubFilter /ETSI.RFC3161"]);
        scene.enter(DEEP, &format!("/V << /Type /Sig {sub} >>"));
    }),
    ("resource of the form in place", |scene| scene.set(SPARE, drawing(&text("Attacker")))),
    ("font of fields in place", |scene| {
        scene.set(FONT, "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>")
    }),
    ("field freed", |scene| {
        let number = scene.one_of(&[PAYEE, PAYEE_APPEARANCE, BUTTON_APPEARANCE, MEMO]);
        scene.free(number);
    }),
];

fn attack(scene: &mut Scene<'_>) -> u32 {
    scene.add(drawing(&text("Attacker")))
}

fn new_field(scene: &mut Scene<'_>, entries: &str) {
    let (flags, place, name) = (flags(scene), place(scene), scene.name());
    let field = scene.add(format!(
        "<< /Type /Annot /Subtype /Widget /T ({name}) /P 3 0 R /Rect {} {flags} {entries} >>",
        rectangle(place)
    ));
    scene.annotate(field);
    scene.enlist(field);
}
