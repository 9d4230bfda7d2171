//! Documents whose first page has a reader do more than it ever can, or take more memory than there is; their
//! second page is a page like any other.

use std::fmt::Write;

use flate2::{Compress, Compression, FlushCompress};

use crate::pdf_writer::{PdfWriter, deflate};

/// Their names, and they.
pub fn files() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("nested-forms.pdf", nested_forms()),
        ("flate-over-flate.pdf", flate_over_flate()),
        ("giant-image.pdf", giant_image()),
        ("giant-pattern.pdf", giant_pattern()),
        ("soft-masks.pdf", soft_masks()),
        ("blank-lines.pdf", blank_lines()),
    ]
}

/// The first page has these resources, and this content with these entries; objects from 10 on are free.
fn document(resources: &str, (entries, content): (&str, &[u8])) -> PdfWriter {
    let mut pdf = PdfWriter::new("1.7", "\n");
    pdf.object(1, "<< /Type /Catalog /Pages 2 0 R >>");
    pdf.object(2, "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 /MediaBox [0 0 400 400] >>");
    let resources = format!("<< /Font << /F 7 0 R >> {resources} >>");
    for (page, content) in [(3, 5), (4, 6)] {
        let parts = format!("/Resources {resources} /Contents {content} 0 R");
        pdf.object(page, &format!("<< /Type /Page /Parent 2 0 R {parts} >>"));
    }
    pdf.stream(5, entries, content);
    pdf.stream(6, "", b"BT /F 20 Tf 20 200 Td (A page like any other) Tj ET");
    let font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>";
    pdf.object(7, font);
    pdf
}

fn ended(mut pdf: PdfWriter) -> Vec<u8> {
    pdf.table("/Root 1 0 R").finish()
}

/// Forms of which each draws the next one twice: 2^45 times the last.
pub fn nested_forms() -> Vec<u8> {
    let mut pdf = document("/XObject << /X 10 0 R >>", ("", b"/X Do"));
    let form = "/Type /XObject /Subtype /Form /BBox [0 0 400 400]";
    for at in 10..55 {
        let next = format!("{form} /Resources << /XObject << /X {} 0 R >> >>", at + 1);
        pdf.stream(at, &next, b"/X Do /X Do");
    }
    pdf.stream(55, form, b"0 0 10 10 re f");
    ended(pdf)
}

/// Content that is compressed twice, and inflates to 8 GB of spaces.
fn flate_over_flate() -> Vec<u8> {
    const BLOCK: usize = 4 << 20;
    let mut compress = Compress::new(Compression::best(), false);
    let mut block = Vec::with_capacity(BLOCK);
    let done = compress.compress_vec(&vec![b' '; BLOCK], &mut block, FlushCompress::Full);
    done.expect("a block");
    // A block that refers to nothing before it can be repeated (RFC 1951).
    let mut inner = vec![0x78, 0x9C];
    for _ in 0..(8 << 30) / BLOCK {
        inner.extend_from_slice(&block);
    }
    let content = deflate(&inner);
    ended(document("", ("/Filter [/FlateDecode /FlateDecode]", &content)))
}

/// An image of 10,000,000,000 pixels in 12,500 bytes: each row is as the one above it, which takes a bit (ITU-T
/// T.6).
fn giant_image() -> Vec<u8> {
    let mut pdf = document("/XObject << /X 10 0 R >>", ("", b"q 400 0 0 400 0 0 cm /X Do Q"));
    let image = "/Type /XObject /Subtype /Image /Width 100000 /Height 100000 /BitsPerComponent 1 \
                 /ColorSpace /DeviceGray /Filter /CCITTFaxDecode \
                 /DecodeParms << /K -1 /Columns 100000 /Rows 100000 >>";
    pdf.stream(10, image, &[0xFF; 12_500]);
    ended(pdf)
}

/// A pattern whose cells are small and many, and each of which has another pattern in it.
fn giant_pattern() -> Vec<u8> {
    let fill = b"/Pattern cs /P scn 0 0 400 400 re f";
    let mut pdf = document("/Pattern << /P 10 0 R >>", ("", fill));
    let pattern = "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 400 400] \
                   /XStep 0.01 /YStep 0.01";
    for at in 10..30 {
        let next = format!("{pattern} /Resources << /Pattern << /P {} 0 R >> >>", at + 1);
        let fills = [&fill[..], b"\n"].concat().repeat(20);
        pdf.stream(at, &next, &fills);
    }
    pdf.stream(30, &format!("{pattern} /Resources << >>"), b"0 0 400 400 re f");
    ended(pdf)
}

/// Fills behind soft masks of the whole page.
fn soft_masks() -> Vec<u8> {
    let content = b"/G gs 0 0 400 400 re f\n".repeat(200_000);
    let content = deflate(&content);
    let resources = "/ExtGState << /G 10 0 R >>";
    let mut pdf = document(resources, ("/Filter /FlateDecode", &content));
    pdf.object(10, "<< /Type /ExtGState /SMask << /Type /Mask /S /Luminosity /G 11 0 R >> >>");
    let group = "/Type /XObject /Subtype /Form /BBox [0 0 400 400] \
                 /Group << /S /Transparency /CS /DeviceGray >>";
    pdf.stream(11, group, b"0.5 g 0 0 400 400 re f");
    ended(pdf)
}

/// Lines as high as the page, of which nothing is seen, and each of which is another one.
fn blank_lines() -> Vec<u8> {
    let mut content = String::from("BT 1 g /F 400 Tf ");
    for at in 0..100_000 {
        let up = if at % 2 == 0 { 350 } else { -350 };
        write!(content, "0 {up} Td (m) Tj ").expect("a line");
    }
    content.push_str("ET");
    let content = deflate(content.as_bytes());
    ended(document("", ("/Filter /FlateDecode", &content)))
}
