//! Attacks by annotations that are added or changed: evil annotations.

use super::{
    document::{ANNOTATIONS, LOOSE, MEMBER, NOTE, PREPARED, drawing, rectangle, text},
    scene::{Scene, Step},
};

pub const STEPS: [Step; 11] = [
    ("annotation with an appearance", |scene| {
        let subtype =
            scene.one_of(&["FreeText", "Stamp", "Square", "Watermark", "Widget", "Link", "Odd"]);
        let look = scene.add(drawing(&text("Attacker")));
        any(scene, &format!("/Subtype /{subtype} /AP << /N {look} 0 R >>"));
    }),
    ("annotation with an appearance by state", |scene| {
        let look = scene.add(drawing(&text("Attacker")));
        any(scene, &format!("/Subtype /Stamp /AS /On /AP << /N << /On {look} 0 R >> >>"));
    }),
    ("annotation in a layer", |scene| {
        let look = scene.add(drawing(&text("Attacker")));
        let layer = scene.one_of(&["24 0 R", "<< /Type /OCG >>"]);
        any(scene, &format!("/Subtype /Stamp /OC {layer} /AP << /N {look} 0 R >>"));
    }),
    ("annotation that readers draw", |scene| {
        let drawn = scene.one_of(&[
            "/Line /L [10 10 290 290] /C [1 0 0] /BS << /W 9 >>",
            "/Square /C [1 0 0] /IC [0 1 0]",
            "/Circle /C [1 0 0] /IC [0 1 0]",
            "/Ink /InkList [[10 10 290 290]] /C [1 0 0]",
            "/Highlight /QuadPoints [20 290 200 290 20 270 200 270] /C [1 1 0]",
            "/StrikeOut /QuadPoints [20 290 200 290 20 270 200 270] /C [1 0 0]",
            "/FreeText /DA (/Helv 12 Tf 1 0 0 rg) /Contents (Attacker)",
            "/Text /Name /Note /Contents (Attacker)",
            "/Polygon /Vertices [10 10 290 10 290 290] /C [1 0 0]",
            "/Link /Border [0 0 9] /C [1 0 0]",
            "/FileAttachment /Name /PushPin",
            "/Popup /Open true /Contents (Attacker)",
        ]);
        any(scene, &format!("/Subtype {drawn}"));
    }),
    ("annotation that stands in the list itself", |scene| {
        let annotation = "<< /Subtype /Square /Rect [20 220 120 250] /C [1 0 0] /F 4 >>";
        scene.edit(ANNOTATIONS, "[", &format!("[{annotation} "));
    }),
    ("hidden annotation shown", |scene| {
        let flags = scene.one_of(&["/F 4", "/F 36", "/F 0", ""]);
        scene.edit(NOTE, "/F 2", flags);
    }),
    ("hidden annotation moved and drawn", |scene| {
        let look = scene.add(drawing(&text("Attacker")));
        scene.edit(NOTE, "/F 2 /AP << /N 18 0 R >>", &format!("/F 4 /AP << /N {look} 0 R >>"));
    }),
    ("annotation removed", |scene| {
        let number = scene.one_of(&["7 0 R ", "9 0 R ", "17 0 R ", "33 0 R "]);
        scene.edit(ANNOTATIONS, number, "");
    }),
    ("annotations in another order", |scene| {
        scene.edit(ANNOTATIONS, "7 0 R 9 0 R", "9 0 R 7 0 R");
    }),
    ("prepared field put on the page", |scene| scene.annotate(PREPARED)),
    ("field put on the page twice", |scene| {
        let number = scene.one_of(&[LOOSE, MEMBER]);
        scene.annotate(number);
    }),
];

/// Flags, of every kind.
pub fn flags(scene: &mut Scene<'_>) -> String {
    let flags = [
        "",
        "/F 4",
        "/F 36",
        "/F 132",
        "/F 32",
        "/F 2",
        "/F 1",
        "/F 288",
        "/F 292",
        "/F 0",
        "/F 2.0",
        "/F 4294967298",
        "/F -1",
        "/F 1000000002",
        "/F (2)",
        "/F [2]",
    ];
    scene.one_of(&flags).to_owned()
}

/// Rectangles with and without room.
pub fn place(scene: &mut Scene<'_>) -> [i32; 4] {
    scene.one_of(&[
        [20, 220, 180, 250],
        [20, 220, 180, 250],
        [0, 0, 300, 300],
        [180, 250, 20, 220],
        [100, 100, 100, 100],
        [100, 20, 100, 280],
        [20, 280, 280, 280],
    ])
}

fn any(scene: &mut Scene<'_>, entries: &str) {
    let (flags, place) = (flags(scene), place(scene));
    let place = match scene.dice.u8(..12) {
        0 => String::new(),
        1 => "/Rect [20 220]".to_owned(),
        _ => format!("/Rect {}", rectangle(place)),
    };
    let annotation = scene.add(format!("<< /Type /Annot {entries} {flags} {place} >>"));
    scene.annotate(annotation);
}
