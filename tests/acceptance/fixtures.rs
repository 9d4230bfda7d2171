//! Our own PDF files, one for each thing about a file that signing must get right or refuse.
//!
//! `cargo run -p acceptance --example fixtures` writes them to `fixtures/`; a test sees to it that
//! what is committed there is what this code makes.

use crate::pdf_writer::PdfWriter;

/// A fixture: its file name and its bytes.
pub struct Fixture {
    /// The name of the file in `fixtures/`.
    pub name: &'static str,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Every fixture that can be signed.
pub fn signable() -> Vec<Fixture> {
    [
        ("one-page.pdf", one_page("\n")),
        ("crlf.pdf", one_page("\r\n")),
        ("no-trailing-eol.pdf", no_trailing_eol()),
        ("object-streams.pdf", object_streams()),
        ("hybrid.pdf", hybrid()),
        ("first-section-last.pdf", first_section_last()),
        ("three-revisions.pdf", three_revisions()),
        ("acroform-direct.pdf", acroform_direct()),
        ("acroform-indirect.pdf", acroform_indirect()),
        ("empty-signature-field.pdf", empty_signature_field("[0 0 0 0]")),
        ("visible-signature-field.pdf", empty_signature_field("[72 600 272 660]")),
        ("indirect-annots.pdf", indirect_annots()),
        ("rotated.pdf", rotated()),
        ("deep-page-tree.pdf", deep_page_tree()),
        ("direct-page.pdf", direct_page()),
        ("danish-text.pdf", danish_text()),
        ("bytes-before-header.pdf", bytes_before_header()),
    ]
    .map(|(name, bytes)| Fixture { name, bytes })
    .into()
}

/// Every fixture that must be refused, each for one reason.
pub fn refused() -> Vec<Fixture> {
    [
        ("refused-certified.pdf", certified()),
        ("refused-encrypted.pdf", encrypted()),
        ("refused-page-tree-loop.pdf", page_tree_loop()),
        ("refused-prev-loop.pdf", prev_loop()),
        ("refused-xfa.pdf", xfa()),
    ]
    .map(|(name, bytes)| Fixture { name, bytes })
    .into()
}

const CATALOG: &str = "<< /Type /Catalog /Pages 2 0 R >>";
const PAGES: &str = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>";
const PAGE: &str = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
                    /Resources << /Font << /F1 5 0 R >> >> >>";
const FONT: &str = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica \
                    /Encoding /WinAnsiEncoding >>";
const TEXT: &[u8] = b"BT /F1 14 Tf 72 770 Td (The municipality decides.) Tj ET";
const ID: &str = "/ID [<5365676C20666978747572652E303031> <5365676C20666978747572652E303031>]";

/// A writer that holds one page of text as objects 2 to 5; the catalog is object 1.
fn page_with(end_of_line: &'static str, catalog: &str, page: &str) -> PdfWriter {
    let mut pdf = PdfWriter::new("1.7", end_of_line);
    pdf.object(1, catalog).object(2, PAGES).object(3, page).stream(4, "", TEXT).object(5, FONT);
    pdf
}

fn trailer(more: &str) -> String {
    format!("/Root 1 0 R {ID} {more}")
}

/// The plainest document.
fn one_page(end_of_line: &'static str) -> Vec<u8> {
    page_with(end_of_line, CATALOG, PAGE).table(&trailer("")).finish()
}

fn no_trailing_eol() -> Vec<u8> {
    let mut bytes = one_page("\n");
    bytes.pop();
    bytes
}

fn object_streams() -> Vec<u8> {
    let mut pdf = PdfWriter::new("1.5", "\n");
    pdf.stream(4, "", TEXT)
        .object_stream(6, &[(1, CATALOG), (2, PAGES), (3, PAGE), (5, FONT)])
        .reference_stream(7, &trailer(""))
        .finish()
}

/// Every reader finds the page; only readers of cross-reference streams find the font, which a
/// second revision moved to an object stream.
fn hybrid() -> Vec<u8> {
    let mut pdf = page_with("\n", CATALOG, PAGE);
    pdf.table(&trailer("")).object_stream(6, &[(5, FONT)]);
    let stream = pdf.hybrid_stream(7);
    pdf.table(&trailer(&format!("/XRefStm {stream}"))).finish()
}

/// The section that readers start from stands at the top of the file and its `/Prev` points
/// forward, as in a linearised file.
fn first_section_last() -> Vec<u8> {
    // The top section has fixed widths, so a first pass with offset 0 gives its true length.
    let build = |later: usize, rest: &[usize]| -> (Vec<u8>, usize, Vec<usize>) {
        let mut bytes = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
        let top = bytes.len();
        let offset = |at: usize| rest.get(at).copied().unwrap_or(0);
        bytes.extend(
            format!(
                "xref\n4 2\n{:010} 00000 n \n{:010} 00000 n \ntrailer\n<< /Size 6 /Prev {later:010} \
                 {} >>\nstartxref\n0\n%%EOF\n",
                offset(3),
                offset(4),
                trailer("")
            )
            .bytes(),
        );
        let mut offsets = Vec::new();
        let stream = format!(
            "<< /Length {} >>\nstream\n{}\nendstream",
            TEXT.len(),
            String::from_utf8_lossy(TEXT)
        );
        for (number, body) in [(1, CATALOG), (2, PAGES), (3, PAGE), (4, &stream), (5, FONT)] {
            offsets.push(bytes.len());
            bytes.extend(format!("{number} 0 obj\n{body}\nendobj\n").bytes());
        }
        let later = bytes.len();
        bytes.extend(b"xref\n0 4\n0000000000 65535 f \n");
        for at in &offsets[..3] {
            bytes.extend(format!("{at:010} 00000 n \n").bytes());
        }
        bytes.extend(format!("trailer\n<< /Size 4 >>\nstartxref\n{top}\n%%EOF\n").bytes());
        (bytes, later, offsets)
    };
    let (_, later, offsets) = build(0, &[]);
    build(later, &offsets).0
}

fn three_revisions() -> Vec<u8> {
    let mut pdf = page_with("\n", CATALOG, PAGE);
    pdf.table(&trailer(""))
        .stream(4, "", b"BT /F1 14 Tf 72 770 Td (The municipality decided again.) Tj ET")
        .table(&trailer(""))
        .object(6, "<< /Title (Decision) >>")
        .table(&trailer("/Info 6 0 R"))
        .finish()
}

const TEXT_FIELD: &str = "<< /Type /Annot /Subtype /Widget /FT /Tx /T (case) /V (2026-17) \
                          /Rect [72 700 272 720] /F 4 /P 3 0 R /DA (/F1 10 Tf 0 g) >>";
const FORM: &str = "<< /Fields [6 0 R] /DR << /Font << /F1 5 0 R >> >> /DA (/F1 10 Tf 0 g) >>";

fn page_with_annots(annots: &str) -> String {
    PAGE.replacen("/Type /Page", &format!("/Type /Page /Annots {annots}"), 1)
}

fn acroform_direct() -> Vec<u8> {
    let catalog = format!("<< /Type /Catalog /Pages 2 0 R /AcroForm {FORM} >>");
    page_with("\n", &catalog, &page_with_annots("[6 0 R]"))
        .object(6, TEXT_FIELD)
        .table(&trailer(""))
        .finish()
}

/// The form, its `/Fields` and the page's `/Annots` are each an object of their own, and a field
/// has a kid of the name that new signature fields usually get.
fn acroform_indirect() -> Vec<u8> {
    page_with("\n", "<< /Type /Catalog /Pages 2 0 R /AcroForm 7 0 R >>", &page_with_annots("8 0 R"))
        .object(6, "<< /T (Signature1) /FT /Tx /Kids [10 0 R] >>")
        .object(7, &FORM.replacen("[6 0 R]", "9 0 R", 1))
        .object(8, "[10 0 R]")
        .object(9, "[6 0 R]")
        .object(
            10,
            "<< /Type /Annot /Subtype /Widget /Parent 6 0 R /T (case) /V (2026-17) \
             /Rect [72 700 272 720] /F 4 /P 3 0 R /DA (/F1 10 Tf 0 g) >>",
        )
        .table(&trailer(""))
        .finish()
}

fn empty_signature_field(rectangle: &str) -> Vec<u8> {
    let field = format!(
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Approval) /Rect {rectangle} /F 132 /P 3 0 R >>"
    );
    let catalog = format!("<< /Type /Catalog /Pages 2 0 R /AcroForm {FORM} >>");
    page_with("\n", &catalog, &page_with_annots("[6 0 R]"))
        .object(6, &field)
        .table(&trailer(""))
        .finish()
}

fn indirect_annots() -> Vec<u8> {
    page_with("\n", CATALOG, &page_with_annots("6 0 R"))
        .object(6, "[7 0 R]")
        .object(7, "<< /Type /Annot /Subtype /Text /Rect [72 600 92 620] /Contents (Note) /F 4 >>")
        .table(&trailer(""))
        .finish()
}

/// Rotation and size are inherited from the page tree.
fn rotated() -> Vec<u8> {
    let mut pdf = PdfWriter::new("1.7", "\n");
    pdf.object(1, CATALOG)
        .object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 /Rotate 90 /MediaBox [0 0 595 842] >>")
        .object(3, &PAGE.replacen("/MediaBox [0 0 595 842] ", "", 1))
        .stream(4, "", TEXT)
        .object(5, FONT)
        .table(&trailer(""))
        .finish()
}

/// Thirty levels of page tree above the page.
fn deep_page_tree() -> Vec<u8> {
    const LEVELS: u32 = 30;
    let mut pdf = PdfWriter::new("1.7", "\n");
    pdf.object(1, CATALOG).stream(4, "", TEXT).object(5, FONT);
    let node = |level: u32| if level == 0 { 2 } else { 5 + level };
    for level in 0..LEVELS {
        let kid = if level + 1 == LEVELS { 3 } else { node(level + 1) };
        let parent = match level {
            0 => String::new(),
            _ => format!("/Parent {} 0 R ", node(level - 1)),
        };
        pdf.object(node(level), &format!("<< /Type /Pages {parent}/Kids [{kid} 0 R] /Count 1 >>"));
    }
    let parent = format!("/Parent {} 0 R", node(LEVELS - 1));
    pdf.object(3, &PAGE.replacen("/Parent 2 0 R", &parent, 1)).table(&trailer("")).finish()
}

/// The page is no object of its own: it stands inside `/Kids`.
fn direct_page() -> Vec<u8> {
    let mut pdf = PdfWriter::new("1.7", "\n");
    pdf.object(1, CATALOG)
        .object(2, &format!("<< /Type /Pages /Kids [{PAGE}] /Count 1 >>"))
        .stream(4, "", TEXT)
        .object(5, FONT)
        .table(&trailer(""))
        .finish()
}

fn danish_text() -> Vec<u8> {
    let mut pdf = PdfWriter::new("1.7", "\n");
    let text = b"BT /F1 14 Tf 72 770 Td (R\xF8dgr\xF8d med fl\xF8de p\xE5 \xC6r\xF8) Tj ET";
    let title: String =
        "\u{FEFF}Afgørelse på Ærø".encode_utf16().map(|unit| format!("{unit:04X}")).collect();
    pdf.object(1, "<< /Type /Catalog /Pages 2 0 R /Lang (da-DK) >>")
        .object(2, PAGES)
        .object(3, PAGE)
        .stream(4, "", text)
        .object(5, FONT)
        .object(6, &format!("<< /Title <{title}> >>"))
        .table(&trailer("/Info 6 0 R"))
        .finish()
}

fn bytes_before_header() -> Vec<u8> {
    [b"mail header\n".as_slice(), &one_page("\n")].concat()
}

/// Certified with P=1: nothing may be added (ISO 32000-2 clause 12.8.2.2).
fn certified() -> Vec<u8> {
    let form = "/AcroForm << /Fields [6 0 R] /SigFlags 3 >>";
    let catalog = format!("<< /Type /Catalog /Pages 2 0 R {form} /Perms << /DocMDP 7 0 R >> >>");
    let mut pdf = page_with("\n", &catalog, &page_with_annots("[6 0 R]"));
    pdf.object(
        6,
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Certification) /V 7 0 R \
         /Rect [0 0 0 0] /F 132 /P 3 0 R >>",
    );
    // No signature of anybody: the permission alone is what this file is about.
    let value = "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached \
                 /ByteRange [0 0 0 0] /Contents <00> /Reference [ << /Type /SigRef \
                 /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /P 1 \
                 /V /1.2 >> >> ] >>";
    pdf.object(7, value).table(&trailer("")).finish()
}

/// The trailer names an encryption dictionary (the strings in it open nothing).
fn encrypted() -> Vec<u8> {
    let key = "41".repeat(32);
    page_with("\n", CATALOG, PAGE)
        .object(
            6,
            &format!("<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <{key}> /U <{key}> >>"),
        )
        .table(&trailer("/Encrypt 6 0 R"))
        .finish()
}

fn page_tree_loop() -> Vec<u8> {
    let mut pdf = PdfWriter::new("1.7", "\n");
    pdf.object(1, CATALOG)
        .object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
        .object(3, "<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 1 >>")
        .table(&trailer(""))
        .finish()
}

/// The only section's `/Prev` points at itself.
fn prev_loop() -> Vec<u8> {
    let mut pdf = page_with("\n", CATALOG, PAGE);
    let start = pdf.len();
    pdf.table(&trailer(&format!("/Prev {start}"))).finish()
}

/// A form that only XFA readers can show (ISO 32000-2 annex K).
fn xfa() -> Vec<u8> {
    page_with(
        "\n",
        "<< /Type /Catalog /Pages 2 0 R /NeedsRendering true \
         /AcroForm << /Fields [] /XFA 6 0 R >> >>",
        PAGE,
    )
    .stream(6, "", b"<xdp:xdp xmlns:xdp=\"http://ns.adobe.com/xdp/\"></xdp:xdp>")
    .table(&trailer(""))
    .finish()
}

/// A document whose page has a content stream of this many bytes.
pub fn with_content(length: usize) -> Vec<u8> {
    let mut pdf = PdfWriter::new("1.7", "\n");
    let mut content = TEXT.to_vec();
    content.resize(length.max(TEXT.len()), b' ');
    pdf.object(1, CATALOG)
        .object(2, PAGES)
        .object(3, PAGE)
        .stream(4, "", &content)
        .object(5, FONT)
        .table(&trailer(""))
        .finish()
}

/// A fixture's bytes.
pub fn named(name: &str) -> Vec<u8> {
    signable()
        .into_iter()
        .chain(refused())
        .find(|fixture| fixture.name == name)
        .unwrap_or_else(|| panic!("no fixture is called `{name}`"))
        .bytes
}
