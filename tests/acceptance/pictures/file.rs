//! Attacks on the file: byte ranges, wrapping, cross-reference sections, evidence.

use super::{
    document::{CATALOG, CONTENT, FONT, LETTERHEAD, PAGE, drawing, stream, text},
    revision::{Document, Objects, Spelling},
    scene::{Scene, Step},
};
use crate::pdf_writer::PdfWriter;

const ATTACK: &str = "BT /F1 12 Tf 20 220 Td (Somebody else decides.) Tj ET";

pub const STEPS: [Step; 16] = [
    ("bytes at the end", |scene| {
        scene
            .document
            .bytes
            .extend_from_slice(format!("4 0 obj\n{}\nendobj\n", stream("", ATTACK)).as_bytes());
    }),
    ("update without an end", |scene| {
        scene.set(CONTENT, stream("", ATTACK));
        scene.commit();
        let end = scene.document.bytes.len();
        scene.document.bytes.truncate(end - b"%%EOF\n".len());
    }),
    ("update whose section is not led to", |scene| {
        scene.set(CONTENT, stream("", ATTACK));
        let old = scene.document.section;
        scene.commit_as(Spelling::Table);
        patch(
            scene,
            &format!("startxref\n{}", scene.document.section),
            &format!("startxref\n{old}"),
        );
    }),
    ("byte range", |scene| {
        let other = scene.one_of(&[
            "/Byterange [",
            "/ByteRange (",
            "/ByteRange [ null ",
            "/ByteRange [-0 ",
        ]);
        patch(scene, "/ByteRange [0 ", other);
    }),
    ("two byte ranges", |scene| patch(scene, "/Filter /Adobe.PPKLite", "/ByteRange[0 9 9 9] /A")),
    ("gap with an object in it", |scene| {
        let bytes = &scene.document.bytes;
        let end = bytes.windows(3).rposition(|word| word == b"00>").expect("padding");
        let object = format!(">4 0 obj {} endobj", stream("", ATTACK));
        let start = end + 2 - object.len();
        scene.document.bytes[start..end + 2].copy_from_slice(object.as_bytes());
    }),
    ("a byte of what is signed", |scene| {
        let at = scene.dice.usize(20..scene.ends[0]);
        scene.document.bytes[at] ^= 1;
    }),
    ("text of what is signed", |scene| patch(scene, "(The municipality", "(Tha municipality")),
    ("signed revision left out", |scene| {
        let mut writer = PdfWriter::resume(scene.document.bytes.clone(), first_section(scene), 400);
        writer.object(CONTENT, &stream("", ATTACK));
        writer.table("/Root 1 0 R");
        scene.document.bytes = writer.finish();
    }),
    ("section that hides what is beyond its size", |scene| {
        let mut writer = PdfWriter::resume(scene.document.bytes.clone(), scene.document.section, 2);
        writer.object(CATALOG, &scene.document.objects[&CATALOG]);
        writer.table(&format!("/Root {} 0 R", scene.document.root));
        scene.document.bytes = writer.finish();
        scene.ends.push(scene.document.bytes.len());
    }),
    ("hybrid that says two things", |scene| {
        let other = scene.document.bytes.len();
        let object = format!("4 0 obj\n{}\nendobj\n", stream("", ATTACK));
        scene.document.bytes.extend_from_slice(object.as_bytes());
        hybrid(scene, Some(other));
    }),
    ("hybrid that hides an object from some", |scene| hybrid(scene, None)),
    ("font as evidence, then replaced", |scene| {
        scene.enter(scene.document.root, "/DSS << /Certs [5 0 R] >>");
        scene.commit();
        scene.edit(FONT, "Helvetica", "Symbol");
    }),
    ("drawing as a validation record, then replaced", |scene| {
        scene.enter(scene.document.root, "/DSS << /VRI << /AB << /TS 16 0 R >> >> >>");
        scene.commit();
        scene.set(LETTERHEAD, drawing(&text("Attacker")));
    }),
    ("information that is the page", |scene| {
        scene.trailer = "/Info 3 0 R /Root 1 0 R".to_owned();
        scene.edit(PAGE, "4 0 R", "30 0 R");
    }),
    ("object stream replaced", |scene| {
        let streams = objects_streams(&scene.document);
        let number = streams.last().copied().unwrap_or(CONTENT);
        scene.set(number, stream("/Type /ObjStm /N 1 /First 4", "4 0 << >>"));
        scene.commit_as(Spelling::Table);
    }),
];

/// Replaces a text, where it stands last, by another in the same room.
fn patch(scene: &mut Scene<'_>, from: &str, to: &str) {
    let bytes = &mut scene.document.bytes;
    let at = bytes.windows(from.len()).rposition(|window| window == from.as_bytes());
    if let Some(at) = at
        && to.len() <= from.len()
    {
        bytes[at..at + from.len()].fill(b' ');
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
}

/// The section of the document as it was before it was signed.
fn first_section(scene: &Scene<'_>) -> usize {
    let end = scene.ends[0];
    let text = String::from_utf8_lossy(&scene.document.bytes[end - 40..end]).into_owned();
    let (_, rest) = text.rsplit_once("startxref\n").expect("a section");
    rest.split('\n').next().and_then(|place| place.parse().ok()).expect("a place")
}

/// An update whose table has the page's content, and whose stream has it elsewhere or again.
fn hybrid(scene: &mut Scene<'_>, other: Option<usize>) {
    let mut objects = Objects::new();
    match other {
        Some(_) => objects.insert(CONTENT, Some(scene.object(CONTENT))),
        None => objects.insert(CONTENT, None),
    };
    let place = scene.document.bytes.len();
    let offset = other.unwrap_or_else(|| {
        let word = b"\n4 0 obj";
        scene.document.bytes.windows(word.len()).position(|w| w == word).expect("the content") + 1
    });
    let rows = stream(
        "/Type /XRef /W [1 4 2] /Index [4 1] /Size 400 /Filter /ASCIIHexDecode",
        &format!("01 {offset:08X} 0000>"),
    );
    let number = scene.document.allocate();
    let object = format!("{number} 0 obj\n{rows}\nendobj\n");
    scene.document.bytes.extend_from_slice(object.as_bytes());
    scene.document.update(&objects, Spelling::Table, &format!("/XRefStm {place}"));
    scene.ends.push(scene.document.bytes.len());
}

/// The numbers of the object streams in the file.
fn objects_streams(document: &Document) -> Vec<u32> {
    let text = String::from_utf8_lossy(&document.bytes).into_owned();
    let before = text.match_indices("/Type /ObjStm").map(|(at, _)| &text[..at]);
    before
        .filter_map(|text| text.rsplit_once(" 0 obj")?.0.rsplit_once('\n')?.1.parse().ok())
        .collect()
}
