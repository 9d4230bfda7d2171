//! Attacks on pages and what they draw: incremental saving and shadow attacks.

use super::{
    document::{
        BARE, CONTENT, FONT, GRAPHICS_STATE, LAYER, LETTERHEAD, PAGE, PAGES, SECOND_CONTENT,
        SECOND_PAGE, SHARED_RESOURCES, drawing, stream, text,
    },
    scene::{Scene, Step},
};

const ATTACK: &str = "BT /F1 12 Tf 20 220 Td (Somebody else decides.) Tj ET";

pub const STEPS: [Step; 23] = [
    ("content replaced", |scene| scene.set(CONTENT, stream("", ATTACK))),
    ("content of the second page replaced", |scene| {
        scene.set(SECOND_CONTENT, stream("", ATTACK));
    }),
    ("content added", |scene| {
        let more = scene.add(stream("", ATTACK));
        scene.edit(PAGE, "[4 0 R", &format!("[4 0 R {more} 0 R"));
    }),
    ("content by another reference", |scene| {
        let other = scene.add(stream("", ATTACK));
        scene.edit(PAGE, "4 0 R", &format!("{other} 0 R"));
    }),
    ("content freed", |scene| scene.free(CONTENT)),
    ("font replaced", |scene| scene.edit(FONT, "Helvetica", "Symbol")),
    ("drawing replaced", |scene| scene.set(LETTERHEAD, drawing(&text("Attacker")))),
    ("drawing by another reference", |scene| {
        let other = scene.add(drawing(&text("Attacker")));
        scene.edit(PAGE, "/X1 16 0 R", &format!("/X1 {other} 0 R"));
    }),
    ("drawing without resources replaced", |scene| scene.edit(BARE, "(Bare)", "(Evil)")),
    ("graphics state", |scene| scene.edit(GRAPHICS_STATE, "0.5", "0.1")),
    ("box", |scene| {
        let key = scene.one_of(&["CropBox", "MediaBox"]);
        let entry = format!("/{key} [0 0 200 200]");
        scene.edit(PAGE, "/MediaBox [0 0 300 300]", &entry);
    }),
    ("box that is inherited", |scene| {
        scene.edit(PAGES, "/MediaBox [0 0 300 300]", "/MediaBox [0 0 250 250]");
    }),
    ("rotation", |scene| {
        let turn = scene.one_of(&["90", "270", "180"]);
        let (number, other) = (scene.one_of(&[PAGE, SECOND_PAGE, PAGES]), "/Rotate");
        let object = scene.object(number).replace(other, "/Old");
        scene.set(number, object);
        scene.enter(number, &format!("/Rotate {turn}"));
    }),
    ("rotation as a real", |scene| {
        scene.edit(PAGES, "/Rotate 90", "/Rotate 90.0");
        scene.edit(PAGES, "/Rotate 180", "/Rotate 180.0");
    }),
    ("unit", |scene| scene.enter(PAGE, "/UserUnit 2")),
    ("resources that are inherited", |scene| {
        let font = scene.add("<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>");
        if scene.dice.bool() {
            scene.set(SHARED_RESOURCES, format!("<< /Font << /F1 {font} 0 R >> >>"));
        } else {
            scene.enter(SECOND_PAGE, &format!("/Resources << /Font << /F1 {font} 0 R >> >>"));
        }
    }),
    ("resources that are nearly equal", |scene| {
        let font = scene.add("<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>");
        let copy = scene.add(format!("<< /Font << /F1 {font} 0 R >> >>"));
        scene.edit(PAGES, "26 0 R", &format!("{copy} 0 R"));
    }),
    ("page replaced", |scene| {
        let content = scene.add(stream("", ATTACK));
        let page = scene.object(PAGE).replace("4 0 R", &format!("{content} 0 R"));
        let page = scene.add(page);
        scene.edit(PAGES, "3 0 R", &format!("{page} 0 R"));
    }),
    ("pages in another order", |scene| scene.edit(PAGES, "3 0 R 25 0 R", "25 0 R 3 0 R")),
    ("page removed or added", |scene| {
        let kids = scene.one_of(&["[3 0 R]", "[3 0 R 25 0 R 25 0 R]"]);
        scene.edit(PAGES, "[3 0 R 25 0 R]", kids);
    }),
    ("layer shown", |scene| match scene.dice.u8(..4) {
        0 => scene.edit(scene.document.root, "/OFF [24 0 R]", ""),
        1 => scene.edit(scene.document.root, "/OFF [24 0 R]", "/OFF []"),
        2 => scene.edit(scene.document.root, "/OFF", "/BaseState /ON /ON [24 0 R] /Off"),
        _ => {
            scene.edit(LAYER, "/OCG", "/OCMD");
            scene.edit(PAGE, "/L 24 0 R", "/L << /Type /OCG >>");
        }
    }),
    ("catalog under another number", catalog),
    ("pages by another catalog in place", |scene| {
        let kids = scene.add(scene.object(PAGES).replace("3 0 R 25 0 R", "25 0 R"));
        scene.edit(scene.document.root, "/Pages 2 0 R", &format!("/Pages {kids} 0 R"));
    }),
];

/// Another catalog, with other pages or another layer.
fn catalog(scene: &mut Scene<'_>) {
    let kids = scene.add(scene.object(PAGES).replace("3 0 R 25 0 R", "25 0 R"));
    let catalog = match scene.dice.bool() {
        true => {
            scene.object(scene.document.root).replace("/Pages 2 0 R", &format!("/Pages {kids} 0 R"))
        }
        false => scene.object(scene.document.root).replace("/OFF [24 0 R]", ""),
    };
    let root = scene.add(catalog);
    scene.trailer = format!("/Root {root} 0 R");
    scene.commit();
    scene.document.root = root;
}
