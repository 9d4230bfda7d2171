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
    .into()
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
