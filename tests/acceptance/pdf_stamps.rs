//! A PDF's first page as the image of a seal: drawn where it must be as it looks by itself, accepted by all, and
//! refused where it is hostile or would break what the document claims.

mod hostile;

use serde_json::{Value, json};

use crate::{
    appearance::{act, turned},
    drawn::{ours, poppler_at},
    fixtures,
    oracle::{
        self, Raster, mutool_pages, page_text, pdfsig, pyhanko, qpdf_check, verapdf, workspace,
    },
    pdf_a,
    pdf_signature::find,
    pdf_writer::{PdfWriter, deflate},
    server::{API_KEY, Answer, Server, send},
};

/// A page of 300 by 400 units, of which 100 by 200 in its middle are shown, turned by so much and twice as large,
/// with a picture, outlines and text in a font that is embedded. It is made by hand, with a script, metadata, a
/// link, and things that nobody draws.
pub fn stamp(turn: u32) -> Vec<u8> {
    let font = std::fs::read(workspace().join("signer/pades/fonts/OpenSans-Regular-subset.ttf"));
    let font = font.expect("the font");
    let page = format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [-50 -50 250 350] /CropBox [20 30 120 230] /Rotate {turn} \
         /UserUnit 2 /Contents [4 0 R 5 0 R] /AA << /O 12 0 R >> /Metadata 13 0 R \
         /Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://karen.example) >> >>] >>"
    );
    let pixels: Vec<u8> = (0..16 * 16_u32)
        .flat_map(
            |at| if (at / 16 + at % 16) / 4 % 2 == 0 { [200, 30, 40] } else { [250, 220, 60] },
        )
        .collect();
    let pixels = deflate(&pixels);
    let resources = "<< /Font << /F1 7 0 R >> /XObject << /Im 10 0 R /Fm 11 0 R /Unused 14 0 R >> \
                     /ExtGState << /Half << /ca 0.5 >> >> >>";
    let width = |letter: u8| match letter {
        b'R' => "618",
        b'i' => "253",
        b'b' => "613",
        _ => "561",
    };
    let widths = (32..=255).map(width).collect::<Vec<_>>().join(" ");
    let font_entries = format!("/Filter /FlateDecode /Length1 {}", font.len());
    PdfWriter::new("1.7", "\n")
        .object(1, "<< /Type /Catalog /Pages 2 0 R /OpenAction 12 0 R >>")
        .object(2, &format!("<< /Type /Pages /Kids [3 0 R] /Count 1 /Resources {resources} >>"))
        .object(3, &page)
        .stream(
            4,
            "/Filter /FlateDecode",
            &deflate(b"q 0.9 0.95 1 rg -50 -50 300 400 re f 0.1 0.2 0.5 RG 4 w 24 34 92 192 re S Q q 40 0 0 40 30 40 cm"),
        )
        .stream(5, "", b"/Im Do Q BT /F1 20 Tf 0.1 g 36 200 Td (Ribe) Tj ET /Fm Do")
        .object(
            7,
            &format!(
                "<< /Type /Font /Subtype /TrueType /BaseFont /SEGLAA+OpenSans /FirstChar 32 /LastChar 255 \
                 /Widths [{widths}] /Encoding /WinAnsiEncoding /FontDescriptor 8 0 R >>"
            ),
        )
        .object(
            8,
            "<< /Type /FontDescriptor /FontName /SEGLAA+OpenSans /Flags 32 /FontBBox [-500 -300 1200 1100] \
             /ItalicAngle 0 /Ascent 1000 /Descent -300 /CapHeight 700 /StemV 80 /FontFile2 9 0 R >>",
        )
        .stream(9, &font_entries, &deflate(&font))
        .stream(
            10,
            "/Type /XObject /Subtype /Image /Width 16 /Height 16 /BitsPerComponent 8 /ColorSpace /DeviceRGB \
             /Filter /FlateDecode",
            &pixels,
        )
        .stream(
            11,
            "/Type /XObject /Subtype /Form /BBox [0 0 60 60] /Matrix [1 0 0 1 40 120] /StructParents 4",
            b"/Half gs 0 0.5 0.2 rg 30 60 m 60 0 l 0 0 l f",
        )
        .object(12, "<< /S /JavaScript /JS (app.alert\\(1\\)) >>")
        .stream(13, "/Type /Metadata /Subtype /XML", b"<author>Karen</author>")
        .stream(14, "/Type /XObject /Subtype /Form /BBox [0 0 1 1]", b"% nobody draws this")
        .object(15, "<< /Author (Karen) >>")
        .table("/Root 1 0 R /Info 15 0 R")
        .finish()
}

/// Outlines in gray, and a small picture: what every document may have.
pub fn vectors() -> Vec<u8> {
    PdfWriter::new("1.4", "\n")
        .object(1, "<< /Type /Catalog /Pages 2 0 R >>")
        .object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
        .object(
            3,
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 60] /Contents 4 0 R /Rotate 180 \
             /Group << /S /Transparency /CS /DeviceRGB /I true >> /Resources << /XObject << /Im 5 0 R /Fm 6 0 R >> \
             /ExtGState << /a0 << /CA 1 /ca 1 >> >> >> >>",
        )
        .stream(
            4,
            "",
            b"q /a0 gs 0.2 g 50 30 m 70 55 30 55 50 30 c f 2 w 0.1 0.2 0.6 RG 5 5 90 50 re S Q \
              q 20 0 0 20 10 10 cm /Im Do Q /Fm Do",
        )
        .stream(
            5,
            "/Type /XObject /Subtype /Image /Width 2 /Height 2 /BitsPerComponent 8 /ColorSpace /DeviceGray",
            &[0, 128, 200, 60],
        )
        .stream(
            6,
            "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << >>",
            b"0.5 g 0 0 9 9 re f 0.7 0.1 0.1 rg 1 1 4 4 re f",
        )
        .table("/Root 1 0 R")
        .finish()
}

/// An empty page of a letter's size.
fn empty() -> Vec<u8> {
    PdfWriter::new("1.7", "\n")
        .object(1, "<< /Type /Catalog /Pages 2 0 R >>")
        .object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
        .object(3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>")
        .table("/Root 1 0 R")
        .finish()
}

async fn seal(server: &Server, document: &[u8], appearance: Value, image: &[u8]) -> Answer {
    let options = json!({ "profile": "decisions", "appearance": appearance });
    act(server, "seals", API_KEY, document, &options, Some(image)).await
}

/// A picture in gray: columns, rows, and a byte a pixel.
type Picture = (usize, usize, Vec<u8>);

/// How many of a hundred thousand pixels of `part` differ visibly from those of `whole` at this place.
fn differing(whole: &Picture, part: &Picture, (left, top): (usize, usize)) -> usize {
    let mut count = 0;
    for row in 0..part.1 {
        let theirs = &part.2[row * part.0..][..part.0];
        let ours = &whole.2[(top + row) * whole.0 + left..][..part.0];
        count += theirs.iter().zip(ours).filter(|(one, other)| one.abs_diff(**other) > 48).count();
    }
    count * 100_000 / (part.0 * part.1)
}

/// Keeps a document where somebody can look at it.
fn kept(name: &str, document: &[u8]) {
    let Some(folder) = std::env::var_os("SEGL_PICTURES") else { return };
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(std::path::Path::new(&folder).join(name), document).expect("it is kept");
}

#[tokio::test]
async fn stamp_is_drawn_in_its_place_as_its_page_looks_by_itself() {
    let server = Server::demo().await;
    for turn in [0, 90, 180, 270] {
        let stamp = stamp(turn);
        // Within a margin of two points there is room for the page at half its size: a unit is a point there,
        // as it is to poppler, which takes no notice of a page's unit.
        let [width, height] = if turn % 180 == 90 { [200, 100] } else { [100, 200] };
        let place =
            json!({ "rect": [60, 500, width + 4, height + 4], "preset": "plain", "show": [] });
        let sealed = seal(&server, &empty(), place, &stamp).await.ok().body;
        kept(&format!("stamp-{turn}.pdf"), &sealed);
        let page = poppler_at(&sealed, 0, 144).expect("poppler draws it");
        let alone = poppler_at(&stamp, 0, 144).expect("poppler draws it");
        assert_eq!((alone.0, alone.1), (2 * width, 2 * height));
        let at = (2 * 62, page.1 - 2 * (502 + height));
        let here = differing(&page, &alone, at);
        assert!(here < 600, "turned by {turn}: {here} of 100,000 pixels differ");
        for (across, down) in [(3, 0), (0, 3)] {
            let beside = differing(&page, &alone, (at.0 + across, at.1 + down));
            assert!(
                beside > 3 * here.max(200),
                "turned by {turn}: {beside} differ beside it, {here} there"
            );
        }
        // Nothing is drawn around it: what its crop box hides stays hidden.
        let painted = Raster::of(&sealed, 1).difference(&Raster::of(&empty(), 1)).expect("painted");
        assert_eq!(painted, (62..62 + width, 502..502 + height), "turned by {turn}");
        // So does our own program, and it reads the text on it.
        let pages = rendering::Pages::open(sealed.clone()).expect("pages");
        let picture = pages.draw(0, 2 * 595).expect("a picture");
        assert!(picture.undrawn.is_empty(), "{:?}", picture.undrawn);
        let own = differing(&ours(&picture.png), &alone, at);
        assert!(own < 3_000, "turned by {turn}: {own} of 100,000 pixels differ in our own picture");
        let lines = pages.text(0).expect("text").lines;
        assert!(lines.iter().any(|line| line.text.contains("Ribe")), "{lines:?}");
        assert!(page_text(&sealed, 1).contains("Ribe"));
    }
}

#[tokio::test]
async fn stamp_is_accepted_by_all_and_brings_nothing_but_what_is_drawn() {
    let server = Server::demo().await;
    let trust = server.pki("trust-anchor.pem").await;
    for fixture in ["one-page.pdf", "acroform-indirect.pdf", "hybrid.pdf", "object-streams.pdf"] {
        let original = fixtures::named(fixture);
        let mut document = original.clone();
        for seals in 1..=2 {
            let place = json!({ "rect": [50, 150 * seals, 250, 80], "language": "da" });
            document = seal(&server, &document, place, &stamp(90)).await.ok().body;
            let report = server.validate(&document).await;
            let signatures = report["signatures"].as_array().expect("signatures");
            assert_eq!(signatures.len(), seals);
            for signature in signatures {
                assert_eq!(signature["indication"], "TOTAL-PASSED", "{fixture}: {report:#}");
            }
            let poppler = pdfsig(&document);
            assert!(poppler.len() == seals && poppler.iter().all(|one| one.valid), "{fixture}");
            assert_eq!(qpdf_check(&document).0, 0, "{fixture}: {:?}", qpdf_check(&document));
            assert_eq!(mutool_pages(&document), Ok(1), "{fixture}");
            let verdicts = pyhanko(&document, &trust, &[]).expect("pyHanko reads it");
            assert!(
                verdicts.len() == seals && verdicts.iter().all(|one| one.is_good()),
                "{verdicts:?}"
            );
        }
        let added = &document[original.len()..];
        for gone in
            ["Karen", "karen", "JavaScript", "OpenAction", "/AA", "StructParents", "nobody draws"]
        {
            assert_eq!(find(added, gone.as_bytes()), None, "{fixture}: {gone} came along");
        }
        // Anybody asks the page.
        let address = server.address.replace("127.0.0.1", "localhost");
        let part = reqwest::multipart::Part::bytes(document).file_name("a.pdf");
        let form = reqwest::multipart::Form::new().part("document", part);
        let asked = reqwest::Client::new().post(format!("{address}/verify?lang=en"));
        let told =
            send(asked.header("Sec-Fetch-Site", "same-origin").multipart(form)).await.ok().text();
        assert!(told.contains("This file is genuine"), "{fixture}: {told}");
    }
}

#[tokio::test]
async fn stamp_stands_where_a_logo_does_in_every_preset() {
    let server = Server::demo().await;
    // Its own red and yellow; nothing else is so bright.
    let is_bright = |[red, green, blue]: [u8; 3]| red > 230 && green > 190 && blue < 100;
    for (preset, [width, height]) in
        [("full", [320, 110]), ("compact", [250, 70]), ("line", [400, 60]), ("plain", [250, 80])]
    {
        let place = json!({ "rect": [50, 300, width, height], "preset": preset });
        let sealed = seal(&server, &empty(), place, &stamp(90)).await.ok().body;
        kept(&format!("stamp-{preset}.pdf"), &sealed);
        let page = Raster::of(&sealed, 1);
        let bright: Vec<_> = (0..595)
            .flat_map(|column| (0..842).map(move |row| (column, row)))
            .filter(|(column, row)| is_bright(page.pixel(*column, *row)))
            .collect();
        assert!(bright.len() > 8, "{preset}: {}", bright.len());
        for (column, row) in bright {
            let within =
                (50..50 + width * 2 / 5).contains(&column) && (300..300 + height).contains(&row);
            assert!(within, "{preset}: {column}, {row}");
        }
        assert!(page_text(&sealed, 1).contains("Sealed by Havnsted Kommune"), "{preset}");
    }
}

#[tokio::test]
async fn signature_may_be_nothing_but_a_stamp() {
    let server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    let token = server.token("mads", &[&document]).await;
    let look = json!({ "rect": [50, 50, 200, 80], "preset": "plain", "show": [] });
    let options = json!({ "profile": "staff", "appearance": look });
    let signed = act(&server, "signatures", &token, &document, &options, Some(&vectors())).await;
    let signed = signed.ok().body;
    assert!(!page_text(&signed, 1).contains("Mads"), "{}", page_text(&signed, 1));
    let before = Raster::of(&document, 1);
    assert!(Raster::of(&signed, 1).difference(&before).is_some(), "it is seen");
    let report = server.validate(&signed).await;
    assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED", "{report:#}");
}

#[tokio::test]
async fn stamp_in_an_encrypted_document_is_encrypted_with_it() {
    let server = Server::demo().await;
    // A palette is a string among the entries of a stream.
    let palette = PdfWriter::new("1.7", "\n")
        .object(1, "<< /Type /Catalog /Pages 2 0 R >>")
        .object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
        .object(
            3,
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 50 50] /Contents 4 0 R \
             /Resources << /XObject << /Im 5 0 R >> >> >>",
        )
        .stream(4, "", b"50 0 0 50 0 0 cm /Im Do")
        .stream(
            5,
            "/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 \
             /ColorSpace [/Indexed /DeviceRGB 1 <000000FA2800>]",
            b"\x01",
        )
        .table("/Root 1 0 R")
        .finish();
    for method in ["128 --use-aes=n", "128 --use-aes=y", "256"] {
        let document = oracle::encrypted(&fixtures::named("one-page.pdf"), method);
        let place = json!({ "rect": [300, 100, 54, 54], "show": [] });
        let sealed = seal(&server, &document, place, &palette).await.ok().body;
        let added = &sealed[document.len()..];
        assert_eq!(find(added, b"000000FA2800"), None, "{method}");
        let [red, green, blue] = Raster::of(&sealed, 1).pixel(327, 127);
        assert!(
            red > 240 && green.abs_diff(40) < 12 && blue < 12,
            "{method}: {red} {green} {blue}"
        );
        assert_eq!(qpdf_check(&sealed).0, 0, "{method}: {:?}", qpdf_check(&sealed));
        assert!(pdfsig(&sealed)[0].valid, "{method}");
    }
}

#[tokio::test]
async fn document_for_the_archive_stays_one_or_refuses_the_stamp() {
    let server = Server::demo().await;
    let mut faults = Vec::new();
    for flavour in pdf_a::every_flavour() {
        let (name, document) = (flavour.name, flavour.bytes);
        let place = json!({ "rect": [50, 100, 250, 80] });
        let refused = seal(&server, &document, place.clone(), &stamp(0)).await;
        assert_eq!(refused.status, 422, "{name}");
        let problem = refused.problem();
        assert_eq!(problem["type"], "urn:segl:problem:appearance-not-usable", "{name}");
        let told = problem["detail"].as_str().expect("a detail");
        assert!(told.contains("PDF/A") && told.contains("text"), "{name}: {told}");
        let sealed = seal(&server, &document, place, &vectors()).await.ok().body;
        kept(&format!("stamp-{}.pdf", name.replace(['/', ' '], "-")), &sealed);
        match verapdf(&sealed).await {
            None => return,
            Some(after) if after == Ok(vec![]) => {}
            Some(after) => faults.push(format!("{name}: {after:#?}")),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn turned_pages_show_the_stamp_upright() {
    let server = Server::demo().await;
    let upright = vectors();
    let alone = poppler_at(&upright, 0, 144).expect("poppler draws it");
    for turn in [0, 90, 180, 270] {
        let place = json!({ "rect": [40, 60, 104, 64], "show": [] });
        let sealed = seal(&server, &turned(turn), place, &upright).await.ok().body;
        // Poppler takes no notice of the page's unit, which is two points.
        let page = poppler_at(&sealed, 0, 288).expect("poppler draws it");
        let at = (2 * 42, page.1 - 2 * (62 + 60));
        // The stamp has no ground of its own: the page's gray is seen, and white is lighter by 25.
        let here = differing(&page, &alone, at);
        assert!(here < 1_500, "turned by {turn}: {here} of 100,000 pixels differ");
    }
}
