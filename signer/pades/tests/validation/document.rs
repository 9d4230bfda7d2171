//! The document that the tests sign, and what they ask of a validation.

use bytes::Bytes;
use pades::validate::{SignatureValidation, Validation, validate};

use super::pki::{Pki, noon};
use super::update::stream;

/// Objects of [`document`].
pub const CATALOG: u32 = 1;
pub const PAGES: u32 = 2;
pub const PAGE: u32 = 3;
pub const CONTENT: u32 = 4;
pub const FONT: u32 = 5;
pub const FORM: u32 = 6;
/// A text field without a value, and its appearance, which shows nothing.
pub const CITY: u32 = 7;
pub const CITY_APPEARANCE: u32 = 8;
/// A text field with a value, and its appearance.
pub const PAYEE: u32 = 9;
pub const PAYEE_APPEARANCE: u32 = 10;
/// An empty signature field that shows nothing.
pub const APPROVAL: u32 = 11;
/// An empty signature field with a rectangle on the page.
pub const COUNTERSIGNATURE: u32 = 12;
pub const INFORMATION: u32 = 13;
/// An annotation: a note.
pub const NOTE: u32 = 14;
/// A check box, with an appearance for each state.
pub const AGREED: u32 = 15;
/// The appearance of the text field [`STAMP`] and, on the page, a letterhead.
pub const LETTERHEAD: u32 = 16;
pub const STAMP: u32 = 17;
/// A text field of which nothing may be changed by hand (read-only), without a value.
pub const TOTAL: u32 = 18;
pub const CHECKED: u32 = 19;
/// A list of annotations that stands for `/Annots` of the page and for nothing else.
pub const ANNOTATIONS: u32 = 20;

/// A text field without a value, whose appearance nothing else has.
pub const BRANCH: u32 = 21;
pub const BRANCH_APPEARANCE: u32 = 22;

/// One page with a form of every kind of field.
pub fn document() -> Vec<u8> {
    let text = |name: &str, rest: &str| {
        format!(
            "<< /Type /Annot /Subtype /Widget /FT /Tx /T ({name}) /F 4 /P 3 0 R \
             /DA (/F1 12 Tf 0 g) {rest} >>"
        )
    };
    let appearance = "/Type /XObject /Subtype /Form /BBox [0 0 200 20] \
                      /Resources << /Font << /F1 5 0 R >> >>";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R /Names << /Dests << >> >> >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Annots 20 0 R \
         /Resources << /Font << /F1 5 0 R >> /XObject << /X1 16 0 R >> >> >>"
            .to_owned(),
        stream("", "BT /F1 14 Tf 72 770 Td (The municipality decides.) Tj ET /X1 Do"),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        "<< /Fields [7 0 R 9 0 R 11 0 R 12 0 R 15 0 R 17 0 R 18 0 R 21 0 R] \
         /DR << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        text("city", "/Rect [72 700 272 720] /AP << /N 8 0 R >>"),
        stream(appearance, "/Tx BMC EMC"),
        text("payee", "/Rect [72 660 272 680] /V (World Health Organisation) /AP << /N 10 0 R >>"),
        stream(appearance, "/Tx BMC BT /F1 12 Tf (World Health Organisation) Tj ET EMC"),
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Approval) /Rect [0 0 0 0] /F 132 /P 3 0 R >>"
            .to_owned(),
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Countersignature) /Rect [72 72 272 122] \
         /F 132 /P 3 0 R >>"
            .to_owned(),
        "<< /Title (Decision) /ModDate (D:20260701120000Z) >>".to_owned(),
        "<< /Type /Annot /Subtype /Text /Rect [400 700 420 720] /Contents (A note) /F 4 >>"
            .to_owned(),
        "<< /Type /Annot /Subtype /Widget /FT /Btn /T (agreed) /Rect [72 600 92 620] /F 4 /AS /Off \
         /V /Off /P 3 0 R /AP << /N << /Yes 19 0 R /Off 8 0 R >> >> >>"
            .to_owned(),
        stream(appearance, "BT /F1 12 Tf (Havnsted Kommune) Tj ET"),
        text("stamp", "/Rect [72 560 272 580] /AP << /N 16 0 R >>"),
        text("total", "/Rect [72 520 272 540] /Ff 1"),
        stream(appearance, "q 0 0 20 20 re S Q"),
        "[7 0 R 9 0 R 11 0 R 12 0 R 14 0 R 15 0 R 17 0 R 18 0 R 21 0 R]".to_owned(),
        text("branch", "/Rect [72 480 272 500] /AP << /N 22 0 R >>"),
        stream(appearance, "/Tx BMC EMC"),
    ];
    let mut pdf = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut rows = String::new();
    for (index, object) in objects.iter().enumerate() {
        rows.push_str(&format!("{:010} 00000 n \n", pdf.len()));
        pdf.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", index + 1).as_bytes());
    }
    let (start, size) = (pdf.len(), objects.len() + 1);
    pdf.extend_from_slice(
        format!(
            "xref\n0 {size}\n0000000000 65535 f \n{rows}trailer\n<< /Size {size} /Root 1 0 R \
             /Info 13 0 R /ID [<01> <01>] >>\nstartxref\n{start}\n%%EOF\n"
        )
        .as_bytes(),
    );
    pdf
}

/// What a validation at noon says of a document.
pub fn validated(pki: &Pki, pdf: &[u8]) -> Validation {
    validate(&Bytes::copy_from_slice(pdf), &pki.trust(), noon()).expect("a readable document")
}

/// The codes of a signature's findings.
pub fn codes(signature: &SignatureValidation) -> Vec<&'static str> {
    signature.report.findings.iter().map(|finding| finding.code).collect()
}

/// The codes of the modifications.
pub fn modifications(validation: &Validation) -> Vec<&'static str> {
    validation.modifications.iter().map(|finding| finding.code.as_str()).collect()
}
