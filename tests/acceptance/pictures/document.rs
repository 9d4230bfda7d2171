//! The documents that are signed: two small pages with everything on them that can be changed
//! later, in the spellings that the standard allows.

use std::collections::BTreeMap;

use fastrand::Rng;

pub const CATALOG: u32 = 1;
pub const PAGES: u32 = 2;
pub const PAGE: u32 = 3;
pub const CONTENT: u32 = 4;
pub const FONT: u32 = 5;
pub const FORM: u32 = 6;
/// A text field without a value, and its appearance, which shows nothing.
pub const CITY: u32 = 7;
pub const CITY_APPEARANCE: u32 = 8;
/// A text field with a value.
pub const PAYEE: u32 = 9;
pub const PAYEE_APPEARANCE: u32 = 10;
/// Empty signature fields: without room, and with a rectangle.
pub const APPROVAL: u32 = 11;
pub const COUNTERSIGNATURE: u32 = 12;
pub const INFORMATION: u32 = 13;
/// A hidden annotation with an appearance.
pub const NOTE: u32 = 14;
/// A check box, a push button, and what they show.
pub const AGREED: u32 = 15;
pub const LETTERHEAD: u32 = 16;
pub const BUTTON: u32 = 17;
pub const BUTTON_APPEARANCE: u32 = 18;
pub const CHECKED: u32 = 19;
pub const ANNOTATIONS: u32 = 20;
/// A text field with a value whose appearance readers make, in a font that may be missing.
pub const MEMO: u32 = 21;
/// A signature field with an appearance that stands on no page.
pub const PREPARED: u32 = 22;
pub const PREPARED_APPEARANCE: u32 = 23;
/// A layer that is off.
pub const LAYER: u32 = 24;
/// The second page, which inherits what it needs.
pub const SECOND_PAGE: u32 = 25;
pub const SHARED_RESOURCES: u32 = 26;
/// A drawing that uses the page's resources.
pub const BARE: u32 = 27;
pub const GRAPHICS_STATE: u32 = 28;
/// A resource of the form that nothing uses.
pub const SPARE: u32 = 29;
pub const SECOND_CONTENT: u32 = 30;
/// A text field with an appearance that is no widget.
pub const LOOSE: u32 = 31;
/// A field that holds another, whose appearance readers make.
pub const GROUP: u32 = 32;
pub const MEMBER: u32 = 33;
/// A signature field whose widget stands two levels below it.
pub const DEEP: u32 = 34;
pub const DEEP_NODE: u32 = 35;
pub const DEEP_WIDGET: u32 = 36;
pub const DEEP_APPEARANCE: u32 = 37;

/// Where fields stand on the first page.
pub const CITY_PLACE: [i32; 4] = [20, 200, 120, 215];
pub const PAYEE_PLACE: [i32; 4] = [20, 180, 120, 195];
pub const MEMO_PLACE: [i32; 4] = [20, 140, 120, 155];
pub const MEMBER_PLACE: [i32; 4] = [20, 120, 120, 135];
pub const AGREED_PLACE: [i32; 4] = [20, 160, 32, 172];
pub const COUNTERSIGNATURE_PLACE: [i32; 4] = [20, 20, 120, 50];

/// A form XObject.
pub fn drawing(content: &str) -> String {
    let entries = "/Type /XObject /Subtype /Form /BBox [0 0 100 15] \
                   /Resources << /Font << /F1 5 0 R >> >>";
    stream(entries, content)
}

/// A stream object.
pub fn stream(entries: &str, data: &str) -> String {
    format!("<< {entries} /Length {} >>\nstream\n{data}\nendstream", data.len())
}

/// Text in a drawing.
pub fn text(text: &str) -> String {
    format!("BT /F1 10 Tf 1 3 Td ({text}) Tj ET")
}

pub fn rectangle(place: [i32; 4]) -> String {
    let [left, bottom, right, top] = place;
    format!("[{left} {bottom} {right} {top}]")
}

/// The objects of a document, which differ a little from one seed to the next.
pub fn document(dice: &mut Rng) -> BTreeMap<u32, String> {
    let widget = |kind: &str, name: &str, place: [i32; 4], rest: &str| {
        format!(
            "<< /Type /Annot /Subtype /Widget /FT /{kind} /T ({name}) /F 4 /P 3 0 R /Rect {} {rest} >>",
            rectangle(place)
        )
    };
    let written = "/DA (/F1 10 Tf 0 g)";
    let anew = if dice.u8(..4) == 0 { "/NeedAppearances true" } else { "" };
    let missing = if dice.bool() { "" } else { "/F9 5 0 R" };
    let turn = *dice.choice(&["", "", "/Rotate 90", "/Rotate 180"]).expect("a turn");
    let objects = [
        (
            CATALOG,
            "<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R /OCProperties << /OCGs [24 0 R] \
                   /D << /OFF [24 0 R] /Order [24 0 R] >> >> >>"
                .to_owned(),
        ),
        (
            PAGES,
            format!(
                "<< /Type /Pages /Kids [3 0 R 25 0 R] /Count 2 /MediaBox [0 0 300 300] \
                   /Resources 26 0 R {turn} >>"
            ),
        ),
        (
            PAGE,
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents [4 0 R] \
                /Annots 20 0 R /Resources << /Font << /F1 5 0 R >> /XObject << /X1 16 0 R \
                /X2 27 0 R >> /Properties << /L 24 0 R >> /ExtGState << /G 28 0 R >> >> >>"
                .to_owned(),
        ),
        (
            CONTENT,
            stream(
                "",
                "BT /F1 12 Tf 20 275 Td (The municipality decides.) Tj ET \
                 q 1 0 0 1 20 255 cm /X1 Do Q /X2 Do \
                 /OC /L BDC BT /F1 12 Tf 150 275 Td (In a layer) Tj ET EMC \
                 q /G gs 260 250 20 20 re f Q",
            ),
        ),
        (FONT, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned()),
        (
            FORM,
            format!(
                "<< /Fields [7 0 R 9 0 R 11 0 R 12 0 R 15 0 R 17 0 R 21 0 R 22 0 R 31 0 R \
                 32 0 R 34 0 R] /SigFlags 3 {anew} /DR << /Font << /F1 5 0 R {missing} >> \
                 /XObject << /Spare 29 0 R >> >> >>"
            ),
        ),
        (CITY, widget("Tx", "city", CITY_PLACE, &format!("{written} /AP << /N 8 0 R >>"))),
        (CITY_APPEARANCE, drawing("/Tx BMC EMC")),
        (
            PAYEE,
            widget(
                "Tx",
                "payee",
                PAYEE_PLACE,
                &format!("{written} /V (World Health) /AP << /N 10 0 R >>"),
            ),
        ),
        (PAYEE_APPEARANCE, drawing(&text("World Health"))),
        (APPROVAL, widget("Sig", "Approval", [0; 4], "")),
        (COUNTERSIGNATURE, widget("Sig", "Countersignature", COUNTERSIGNATURE_PLACE, "")),
        (INFORMATION, "<< /Title (Decision) /ModDate (D:20260701120000Z) >>".to_owned()),
        (
            NOTE,
            "<< /Type /Annot /Subtype /Square /Rect [150 150 250 165] /F 2 \
                /AP << /N 18 0 R >> >>"
                .to_owned(),
        ),
        (
            AGREED,
            widget(
                "Btn",
                "agreed",
                AGREED_PLACE,
                "/V /Off /AS /Off /AP << /N << /Yes 19 0 R /Off 8 0 R >> >>",
            ),
        ),
        (LETTERHEAD, drawing(&text("Havnsted"))),
        (
            BUTTON,
            widget(
                "Btn",
                "pay",
                [150, 200, 250, 215],
                "/Ff 65536 /MK << /CA (Pay) >> /DA (/F1 10 Tf 0 g) /AP << /N 18 0 R >>",
            ),
        ),
        (BUTTON_APPEARANCE, drawing(&text("Pay"))),
        (CHECKED, drawing("2 2 80 10 re f")),
        (
            ANNOTATIONS,
            "[7 0 R 9 0 R 11 0 R 12 0 R 14 0 R 15 0 R 17 0 R 21 0 R 31 0 R 33 0 R 36 0 R]"
                .to_owned(),
        ),
        (MEMO, widget("Tx", "memo", MEMO_PLACE, "/DA (/F9 10 Tf 0 g) /V (1000)")),
        (
            PREPARED,
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Prepared) /F 4 \
                    /Rect [150 100 250 115] /AP << /N 23 0 R >> >>"
                .to_owned(),
        ),
        (PREPARED_APPEARANCE, drawing(&text("Prepared"))),
        (LAYER, "<< /Type /OCG /Name (Layer) >>".to_owned()),
        (SECOND_PAGE, "<< /Type /Page /Parent 2 0 R /Contents 30 0 R >>".to_owned()),
        (SHARED_RESOURCES, "<< /Font << /F1 5 0 R >> >>".to_owned()),
        (
            BARE,
            stream(
                "/Type /XObject /Subtype /Form /BBox [0 0 300 300]",
                "BT /F1 10 Tf 150 255 Td (Bare) Tj ET",
            ),
        ),
        (GRAPHICS_STATE, "<< /Type /ExtGState /ca 0.5 >>".to_owned()),
        (SPARE, drawing("0 0 9 9 re f")),
        (SECOND_CONTENT, stream("", "BT /F1 12 Tf 20 275 Td (The second page) Tj ET")),
        (
            LOOSE,
            "<< /FT /Tx /T (loose) /F 4 /P 3 0 R /Rect [150 180 250 195] \
                 /AP << /N 16 0 R >> /V (Havnsted) >>"
                .to_owned(),
        ),
        (GROUP, "<< /T (group) /FT /Tx /DA (/F1 10 Tf 0 g) /Kids [33 0 R] >>".to_owned()),
        (
            MEMBER,
            "<< /Type /Annot /Subtype /Widget /T (member) /Parent 32 0 R /F 4 /P 3 0 R \
                  /Rect [20 120 120 135] /V (2000) >>"
                .to_owned(),
        ),
        (DEEP, "<< /FT /Sig /T (Deep) /Kids [35 0 R] >>".to_owned()),
        (DEEP_NODE, "<< /Parent 34 0 R /Kids [36 0 R] >>".to_owned()),
        (
            DEEP_WIDGET,
            "<< /Type /Annot /Subtype /Widget /Parent 35 0 R /F 4 /P 3 0 R \
                       /Rect [150 60 250 75] /AP << /N 37 0 R >> >>"
                .to_owned(),
        ),
        (DEEP_APPEARANCE, drawing("0 0 1 1 re n")),
    ];
    objects.into_iter().collect()
}
