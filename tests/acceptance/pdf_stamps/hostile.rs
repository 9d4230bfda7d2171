//! Stamps that somebody made to do harm: each is refused by name, soon, and the service goes on.

use std::{
    io::Write,
    time::{Duration, Instant},
};

use flate2::{Compression, write::ZlibEncoder};

use super::*;

/// A stamp that draws object 10, with these objects beside.
fn drawing(page: &str, others: &[(u32, &str, Vec<u8>)]) -> Vec<u8> {
    let mut pdf = PdfWriter::new("1.7", "\n");
    pdf.object(1, "<< /Type /Catalog /Pages 2 0 R >>")
        .object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
        .object(
            3,
            &format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R \
                 /Resources << /XObject << /X 10 0 R >> >> {page} >>"
            ),
        )
        .stream(4, "", b"/X Do");
    for (number, entries, data) in others {
        pdf.stream(*number, entries, data);
    }
    pdf.table("/Root 1 0 R").finish()
}

const FORM: &str = "/Subtype /Form /BBox [0 0 9 9]";

/// A hundred mebibytes of spaces, in some hundred kilobytes.
fn bomb_of_spaces() -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    (0..100).for_each(|_| encoder.write_all(&[b' '; 1 << 20]).expect("memory"));
    encoder.finish().expect("memory")
}

/// A form that draws the next one, so often.
fn chain(length: u32, content: &str) -> Vec<u8> {
    let entries: Vec<String> = (0..length)
        .map(|at| format!("{FORM} /Resources << /XObject << /X {} 0 R >> >>", at + 11))
        .collect();
    let mut all: Vec<_> = (10..)
        .zip(&entries)
        .map(|(number, entries)| (number, entries.as_str(), content.as_bytes().to_vec()))
        .collect();
    all.push((10 + length, FORM, b"0 0 9 9 re f".to_vec()));
    drawing("", &all)
}

#[tokio::test]
async fn hostile_stamps_are_refused_by_name_and_soon() {
    let server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    let circle = format!("{FORM} /Resources << /XObject << /X 10 0 R >> >>");
    let layer = format!("{FORM} /OC << /Type /OCG /Name (L) >>");
    let bomb = format!("{FORM} /Filter /FlateDecode");
    let form = |entries: &str, data: &[u8]| drawing("", &[(10, entries, data.to_vec())]);
    let seen = "/Annots [<< /Type /Annot /Subtype /Stamp /Rect [0 0 9 9] >>]";
    for (name, stamp, told) in [
        ("in circles", form(&circle, b"/X Do"), "needs itself"),
        ("10,000 forms", chain(10_000, "/X Do"), "nested deeper"),
        ("again and again", chain(9, &"/X Do ".repeat(30)), "operations"),
        ("bomb", form(&bomb, &bomb_of_spaces()), "bytes, decoded"),
        ("layer", form(&layer, b""), "layers"),
        ("elsewhere", form(&format!("{FORM} /F (/etc/passwd)"), b""), "another file"),
        ("PostScript", form("/Type /XObject /Subtype /PS", b"showpage"), "PostScript"),
        ("reference", form(&format!("{FORM} /Ref << /F (a.pdf) /Page 0 >>"), b""), "Ref"),
        ("annotation", drawing(seen, &[(10, FORM, Vec::new())]), "annotations"),
        ("encrypted", oracle::encrypted(&vectors(), "256"), "encrypted"),
        ("no PDF", b"%PDF-1.7\nand nothing more".to_vec(), "startxref"),
        ("cut off", stamp(0)[..2_000].to_vec(), "startxref"),
    ] {
        assert!(stamp.len() < 2 << 20, "{name} has {} bytes", stamp.len());
        let begun = Instant::now();
        let refused = seal(&server, &document, json!({ "rect": [50, 50, 200, 80] }), &stamp).await;
        assert_eq!(refused.status, 422, "{name}: {}", refused.text());
        let problem = refused.problem();
        assert_eq!(problem["type"], "urn:segl:problem:image-not-usable", "{name}: {problem}");
        let detail = problem["detail"].as_str().expect("a detail");
        assert!(detail.contains(told), "{name}: {detail}");
        assert!(begun.elapsed() < Duration::from_secs(10), "{name}: {:?}", begun.elapsed());
    }
    let mut long = stamp(0);
    long.resize((2 << 20) + 1, b' ');
    let refused = seal(&server, &document, json!({ "rect": [50, 50, 200, 80] }), &long).await;
    assert_eq!(refused.status, 413, "{}", refused.text());
    seal(&server, &document, json!({ "rect": [50, 50, 200, 80] }), &stamp(0)).await.ok();
}
