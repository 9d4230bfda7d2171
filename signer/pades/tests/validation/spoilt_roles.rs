//! Updates of objects that are more than one thing to the document, after a seal.

use super::document::*;
use super::sealed::{FAILED, Sealed};
use super::update::{object, overwrite, stream, update};

/// The document with these objects replaced, sealed.
fn with(replaced: &[(u32, &str, &str)]) -> Sealed {
    let plain = document();
    let objects: Vec<_> = replaced
        .iter()
        .map(|&(number, from, to)| {
            let text = object(&plain, number);
            assert!(text.contains(from), "{from} in {text}");
            (number, text.replacen(from, to, 1))
        })
        .collect();
    Sealed::of(&update(&plain, &objects))
}

#[test]
fn catalog_or_page_that_serves_as_a_list_of_resources_may_not_change() {
    let font =
        |base: &str| format!("/Extensions << /Type /Font /Subtype /Type1 /BaseFont {base} >>");
    let sealed = with(&[
        (CATALOG, "/Names", &format!("{} /Names", font("/Helvetica"))),
        (PAGE, "/Font << /F1 5 0 R >>", "/Font 1 0 R"),
    ]);
    let changed = sealed.with(CATALOG, "/Helvetica", "/Symbol");
    sealed.assert("fonts", &sealed.update(&[changed]), FAILED, "object-replaced");
    let sealed =
        with(&[(PAGE, "/Resources << ", "/ITXT /DeviceRGB /Resources << /ColorSpace 3 0 R ")]);
    let changed = sealed.with(PAGE, "/DeviceRGB", "/DeviceCMYK");
    sealed.assert("colour spaces", &sealed.update(&[changed]), FAILED, "object-replaced");
}

#[test]
fn page_that_destinations_and_annotations_name_may_be_signed_on() {
    let sealed = with(&[
        (
            CATALOG,
            "/Names",
            "/OpenAction [3 0 R /Fit] /Dests << /a << /D [3 0 R /Fit] >> >> /Names",
        ),
        (NOTE, "/F 4", "/F 4 /P 3 0 R /A << /S /GoTo /D [3 0 R /XYZ null null null] >>"),
    ]);
    let signed = sealed.pki.seal(&sealed.pdf);
    sealed.assert_passed("destinations", &signed);
    let metadata = (sealed.next, stream("/Type /Metadata /Subtype /XML", "<x/>"));
    let described =
        sealed.with(CATALOG, "/Names", &format!("/Metadata {} 0 R /Names", sealed.next));
    sealed.assert_passed("metadata", &sealed.update(&[described, metadata]));
}

#[test]
fn object_that_references_do_not_find_may_not_be_given_the_generation_that_they_name() {
    // A reader that looks at generations finds no font in what was sealed.
    let sealed = with(&[(PAGE, "/F1 5 0 R", "/F1 5 1 R")]);
    let same = (FONT, object(&sealed.pdf, FONT));
    let pdf = sealed.update(&[same]);
    sealed.assert_passed("a copy", &pdf);
    let pdf = overwrite(&pdf, b"5 0 obj", b"5 1 obj");
    let pdf = overwrite(&pdf, b" 00000 n", b" 00001 n");
    sealed.assert("another generation", &pdf, FAILED, "object-replaced");
}

#[test]
fn stream_that_does_not_end_in_what_was_sealed_may_not_end_in_an_update() {
    let plain = document();
    let content = "BT /F1 14 Tf 72 770 Td (The municipality decides.) Tj ET";
    let font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Name (";
    for (what, number, unended) in [
        ("a long length", CONTENT, format!("<< /Length 90000 >>\nstream\n{content}\nendstream")),
        (
            "a length past the end",
            CONTENT,
            format!("<< /Length 99 >>\nstream\n{content}\nendstream"),
        ),
        ("no end", CONTENT, format!("<< /Length 90000 >>\nstream\n{content}\n")),
        ("a string", FONT, font.to_owned()),
    ] {
        let sealed = Sealed::of(&update(&plain, &[(number, unended)]));
        let data = format!("{}) >> {content}", " ".repeat(90_000));
        let metadata = (sealed.next, stream("/Type /Metadata /Subtype /XML", &data));
        let described =
            sealed.with(CATALOG, "/Names", &format!("/Metadata {} 0 R /Names", sealed.next));
        sealed.assert(what, &sealed.update(&[described, metadata]), FAILED, "object-unreadable");
    }
    // Where it stands before its end it is found there.
    let short = format!("<< /Length 9 >>\nstream\n{content}\nendstream");
    let sealed = Sealed::of(&update(&plain, &[(CONTENT, short)]));
    sealed.assert_passed("a short length", &sealed.pki.seal(&sealed.pdf));
}
