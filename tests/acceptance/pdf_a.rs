//! Documents for the archive (ISO 19005): each claims a flavour of PDF/A and is of it.

use crate::{fixtures::Fixture, pdf_writer::PdfWriter};

const ID: &str = "/ID [<5365676C205044462F41> <5365676C205044462F41>]";

/// An empty page of every flavour that signing meets.
pub fn every_flavour() -> Vec<Fixture> {
    [
        ("PDF/A-1b", "1.4", 1, 'B'),
        ("PDF/A-1a", "1.4", 1, 'A'),
        ("PDF/A-2b", "1.7", 2, 'B'),
        ("PDF/A-2u", "1.7", 2, 'U'),
        ("PDF/A-2a", "1.7", 2, 'A'),
        ("PDF/A-3b", "1.7", 3, 'B'),
    ]
    .map(|(name, version, part, conformance)| {
        let mut pdf = empty_page(version, part, conformance);
        Fixture { name, bytes: pdf.table(&format!("/Root 1 0 R {ID}")).finish() }
    })
    .into_iter()
    .chain([Fixture { name: WITH_INTENT, bytes: with_output_intent() }])
    .collect()
}

/// The fixture that says in which colours to mix what is seen through.
pub const WITH_INTENT: &str = "PDF/A-2b with an output intent";

fn with_output_intent() -> Vec<u8> {
    let catalog = "<< /Type /Catalog /Pages 2 0 R /Metadata 5 0 R /OutputIntents [8 0 R] >>";
    let intent = "<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) \
                  /Info (sRGB) /DestOutputProfile 9 0 R >>";
    empty_page("1.7", 2, 'B')
        .object(1, catalog)
        .object(8, intent)
        .stream(9, "/N 3", &profile())
        .table(&format!("/Root 1 0 R {ID}"))
        .finish()
}

/// A colour profile of a display (ICC.1:2001-04): three primaries and one gamma.
fn profile() -> Vec<u8> {
    let fixed = |number: f64| ((number * 65_536.0).round() as i32).to_be_bytes();
    let colour = |xyz: [f64; 3]| [b"XYZ \0\0\0\0".to_vec(), xyz.map(fixed).concat()].concat();
    let curve = b"curv\0\0\0\0\0\0\0\x01\x02\x33\0\0".to_vec();
    let description = [&b"desc\0\0\0\0\0\0\0\x05sRGB\0"[..], &[0; 8 + 3 + 67 + 1]].concat();
    let white = [0.9642, 1.0, 0.8249];
    let tags = [
        (b"desc", description),
        (b"cprt", b"text\0\0\0\0none\0\0\0\0".to_vec()),
        (b"wtpt", colour(white)),
        (b"rXYZ", colour([0.4361, 0.2225, 0.0139])),
        (b"gXYZ", colour([0.3851, 0.7169, 0.0971])),
        (b"bXYZ", colour([0.1431, 0.0606, 0.7141])),
        (b"rTRC", curve.clone()),
        (b"gTRC", curve.clone()),
        (b"bTRC", curve),
    ];
    let word = |number: usize| u32::try_from(number).expect("short").to_be_bytes();
    let mut table = word(tags.len()).to_vec();
    let mut content = Vec::new();
    let start = 128 + 4 + 12 * tags.len();
    for (name, value) in tags {
        let (offset, length) = (word(start + content.len()), word(value.len()));
        table.extend([&name[..], &offset, &length].concat());
        content.extend(value);
        content.resize(content.len().next_multiple_of(4), 0);
    }
    let date = [2026, 1, 1, 0, 0, 0].map(u16::to_be_bytes).concat();
    let mut header = word(start + content.len()).to_vec();
    header.extend(b"\0\0\0\0\x02\x10\0\0mntrRGB XYZ ");
    header.extend(date);
    header.extend(b"acsp");
    header.resize(68, 0);
    header.extend(white.map(fixed).concat());
    header.resize(128, 0);
    [header, table, content].concat()
}

/// Claims PDF/A-2b, and shows text in a font that is not embedded (ISO 19005-2 clause 6.2.11.4.1).
pub fn false_claim() -> Vec<u8> {
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 7 0 R \
                /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica \
                /Encoding /WinAnsiEncoding >> >> >> >>";
    empty_page("1.7", 2, 'B')
        .object(3, page)
        .stream(7, "", b"BT /F1 14 Tf 72 770 Td (The municipality decides.) Tj ET")
        .table(&format!("/Root 1 0 R {ID}"))
        .finish()
}

/// The catalog is object 1, the only page object 3; conformance `A` is tagged.
fn empty_page(version: &str, part: u8, conformance: char) -> PdfWriter {
    let tagged = if conformance == 'A' {
        "/Lang (da-DK) /MarkInfo << /Marked true >> /StructTreeRoot 6 0 R"
    } else {
        ""
    };
    let metadata = format!(
        "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\
         <pdfaid:part>{part}</pdfaid:part><pdfaid:conformance>{conformance}</pdfaid:conformance>\
         </rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>"
    );
    let mut pdf = PdfWriter::new(version, "\n");
    pdf.object(1, &format!("<< /Type /Catalog /Pages 2 0 R /Metadata 5 0 R {tagged} >>"))
        .object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
        .object(
            3,
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
             /Resources << >> >>",
        )
        .stream(4, "", b"q Q")
        .stream(5, "/Type /Metadata /Subtype /XML", metadata.as_bytes())
        .object(6, "<< /Type /StructTreeRoot >>");
    pdf
}
