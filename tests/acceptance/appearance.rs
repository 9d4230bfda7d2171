//! Visible seals: painted where they were asked for, accepted by all, silent about persons.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::{
    fixtures,
    oracle::{self, Raster, mutool_pages, page_text, pdfsig, pyhanko, qpdf_check},
    pdf_writer::PdfWriter,
    server::{API_KEY, Answer, Server, send},
};

const ORGANISATION: &str = "Havnsted Kommune";

/// A page of 300 by 200 units, of which the middle is shown, turned and enlarged.
pub fn turned(turn: u32) -> Vec<u8> {
    let page = format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /CropBox [50 20 250 180] \
         /Rotate {turn} /UserUnit 2 /Resources << >> /Contents 4 0 R >>"
    );
    PdfWriter::new("1.7", "\n")
        .object(1, "<< /Type /Catalog /Pages 2 0 R >>")
        .object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
        .object(3, &page)
        .stream(4, "", b"0.9 g 0 0 300 200 re f")
        .table("/Root 1 0 R")
        .finish()
}

/// Asks for an act as a form, with an image.
pub async fn act(
    server: &Server,
    act: &str,
    bearer: &str,
    document: &[u8],
    options: &Value,
    image: Option<&[u8]>,
) -> Answer {
    let mut form = Form::new()
        .part("options", Part::text(options.to_string()))
        .part("document", Part::bytes(document.to_vec()));
    if let Some(image) = image {
        form = form.part("image", Part::bytes(image.to_vec()));
    }
    send(server.post(&format!("/v1/{act}")).bearer_auth(bearer).multipart(form)).await
}

async fn seal(server: &Server, document: &[u8], appearance: Value, image: Option<&[u8]>) -> Answer {
    let options = json!({ "profile": "decisions", "appearance": appearance });
    act(server, "seals", API_KEY, document, &options, image).await
}

#[tokio::test]
async fn seal_is_painted_in_its_rectangle_and_nowhere_else() {
    let server = Server::demo().await;
    let (x, y, width, height) = (70, 30, 180, 60);
    let fixtures = fixtures::signable().into_iter();
    let mut documents: Vec<_> =
        fixtures.map(|fixture| (fixture.name.to_owned(), fixture.bytes)).collect();
    documents.extend([0, 90, 180, 270].map(|turn| (format!("turned by {turn}"), turned(turn))));
    for (name, document) in documents {
        let appearance = json!({ "page": "last", "rect": [x, y, width, height] });
        let sealed = seal(&server, &document, appearance, None).await.ok().body;
        let (before, after) = (Raster::of(&document, 1), Raster::of(&sealed, 1));
        let (columns, rows) = after.difference(&before).expect("something is painted");
        assert!(
            columns.start >= x
                && columns.end <= x + width
                && rows.start >= y
                && rows.end <= y + height,
            "{name}: {columns:?} {rows:?}"
        );
        // Text is set from the left, and lies along the rectangle whichever way the page is turned.
        assert!(columns.start < x + 6 && columns.len() > 2 * rows.len(), "{name}: {columns:?}");
        let text = page_text(&sealed, 1);
        for expected in ["Sealed by Havnsted Kommune", "CVR 12345674", " 20"] {
            assert!(text.contains(expected), "{name}: {text}");
        }
        assert!(!text.contains("Decisions"), "{name}: {text}");
    }
}

#[tokio::test]
async fn each_preset_says_whose_it_is_and_when_and_lines_are_plain_where_they_are_chosen() {
    let server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    let shown = async |appearance: Value| {
        let sealed = seal(&server, &document, appearance, None).await.ok().body;
        page_text(&sealed, 1)
    };
    for preset in ["full", "compact", "line"] {
        for size in [[120, 40], [200, 70], [320, 110]] {
            let [width, height] = size;
            let rect = [50, 100, width, height];
            let text = shown(json!({ "rect": rect, "preset": preset, "language": "da" })).await;
            assert!(text.contains("Forseglet af Havnsted Kommune"), "{preset} {size:?}: {text}");
            assert!(text.contains("kl."), "{preset} {size:?}: {text}");
        }
    }
    let rect = [50, 100, 320, 110];
    let full = shown(json!({ "rect": rect, "preset": "full", "show": ["profile"] })).await;
    assert!(full.contains("Short-lived certificate: check at localhost:"), "{full}");
    assert!(full.contains("Profile: Decisions"), "{full}");
    for plain in [
        json!({ "rect": rect, "preset": "plain" }),
        json!({ "rect": rect, "show": ["signer", "time", "profile"] }),
    ] {
        let text = shown(plain).await;
        for line in ["Sealed by Havnsted Kommune", "Time: 2", "+0", "Profile: Decisions"] {
            assert!(text.contains(line), "{text}");
        }
        assert!(!text.contains("check at"), "{text}");
    }
}

#[tokio::test]
async fn visible_seals_are_accepted_by_all() {
    let server = Server::demo().await;
    let trust = server.pki("trust-anchor.pem").await;
    let image = oracle::png_of(&turned(0));
    for fixture in ["one-page.pdf", "acroform-indirect.pdf", "hybrid.pdf", "object-streams.pdf"] {
        let mut document = fixtures::named(fixture);
        for seals in 1..=2 {
            let place = json!({ "rect": [50, 100 * seals, 200, 60], "language": "da",
                "text": ["Afgørelse truffet på Ærø"] });
            let image = (seals == 2).then_some(image.as_slice());
            document = seal(&server, &document, place, image).await.ok().body;
            let report = server.validate(&document).await;
            let signatures = report["signatures"].as_array().expect("signatures");
            assert_eq!(signatures.len(), seals);
            for signature in signatures {
                assert_eq!(signature["indication"], "TOTAL-PASSED", "{fixture}: {report}");
            }
            let poppler = pdfsig(&document);
            assert!(poppler.len() == seals && poppler.iter().all(|one| one.valid), "{fixture}");
            assert_eq!(qpdf_check(&document).0, 0, "{fixture}: {:?}", qpdf_check(&document));
            assert_eq!(mutool_pages(&document), Ok(1), "{fixture}");
            let verdicts = pyhanko(&document, &trust, &[]).expect("pyHanko reads it");
            assert_eq!(verdicts.len(), seals);
            assert!(verdicts.iter().all(|one| one.is_good()), "{fixture}: {verdicts:?}");
            let text = page_text(&document, 1);
            assert!(text.contains("Forseglet af Havnsted Kommune"), "{fixture}: {text}");
            assert!(text.contains("Afgørelse truffet på Ærø"), "{fixture}: {text}");
        }
        // The second seal is named as a change that the first one permits.
        let report = server.validate(&document).await;
        let changes = report["modifications"].to_string();
        assert!(changes.contains("visible-signature-added"), "{fixture}: {changes}");
    }
}

#[tokio::test]
async fn images_are_painted_with_and_without_text() {
    let server = Server::demo().await;
    let document = turned(0);
    // 400 by 320 pixels, all of one gray.
    let (png, jpeg) = (oracle::png_of(&document), oracle::jpeg_of(&document));
    let before = Raster::of(&document, 1);
    for (name, image) in [("PNG", &png), ("JPEG", &jpeg)] {
        let alone = json!({ "rect": [100, 100, 100, 80], "show": [] });
        let sealed = seal(&server, &document, alone, Some(image)).await.ok().body;
        let gray = Raster::of(&sealed, 1).pixel(150, 140);
        let there = Raster::of(&document, 1).pixel(150, 140);
        assert!(gray.iter().zip(there).all(|(one, other)| one.abs_diff(other) < 12), "{gray:?}");
        let beside = json!({ "rect": [20, 20, 200, 60] });
        let sealed = seal(&server, &document, beside, Some(image)).await.ok().body;
        let (columns, rows) = Raster::of(&sealed, 1).difference(&before).expect("painted");
        assert!(columns.start >= 20 && columns.end <= 220, "{name}: {columns:?}");
        assert!(rows.start >= 20 && rows.end <= 80, "{name}: {rows:?}");
        assert_eq!(qpdf_check(&sealed).0, 0, "{name}");
    }
    // What is seen through shows the page behind it.
    let blank = Raster::of(&fixtures::named("one-page.pdf"), 1);
    let clear = oracle::png_of(&fixtures::named("one-page.pdf"));
    let over = json!({ "rect": [300, 300, 200, 200], "show": [] });
    let sealed =
        seal(&server, &document, json!({ "rect": [50, 50, 200, 200], "show": [] }), Some(&clear))
            .await
            .ok()
            .body;
    let painted = Raster::of(&sealed, 1);
    assert_eq!(painted.pixel(150, 60), before.pixel(150, 60), "the page behind an empty place");
    let sealed = seal(&server, &fixtures::named("one-page.pdf"), over, Some(&png)).await.ok().body;
    assert!(Raster::of(&sealed, 1).difference(&blank).is_some());
}

#[tokio::test]
async fn encrypted_documents_show_their_seal() {
    let server = Server::demo().await;
    for method in ["128 --use-aes=n", "128 --use-aes=y", "256"] {
        let document = oracle::encrypted(&fixtures::named("one-page.pdf"), method);
        let place = json!({ "rect": [50, 100, 200, 60] });
        let image = oracle::png_of(&turned(0));
        let sealed = seal(&server, &document, place, Some(&image)).await.ok().body;
        let added = String::from_utf8_lossy(&sealed[document.len()..]).into_owned();
        assert!(!added.contains("begincmap") && !added.contains("Electronic seal"), "{method}");
        let text = page_text(&sealed, 1);
        assert!(text.contains("Sealed by Havnsted Kommune"), "{method}: {text}");
        let (columns, rows) = Raster::of(&sealed, 1)
            .difference(&Raster::of(&document, 1))
            .expect("something is painted");
        assert!(columns.start >= 50 && columns.end <= 250, "{method}: {columns:?}");
        assert!(rows.start >= 100 && rows.end <= 160, "{method}: {rows:?}");
        assert_eq!(qpdf_check(&sealed).0, 0, "{method}: {:?}", qpdf_check(&sealed));
        let poppler = pdfsig(&sealed);
        assert!(poppler.len() == 1 && poppler[0].valid, "{method}: {poppler:?}");
    }
}

#[tokio::test]
async fn signature_shows_its_person_and_the_organisation() {
    let server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    let token = server.token("mads", &[&document]).await;
    let options = json!({ "profile": "staff", "appearance": { "rect": [50, 50, 200, 80] } });
    let signed = act(&server, "signatures", &token, &document, &options, None).await.ok();
    let text = page_text(&signed.body, 1);
    assert!(text.contains("Signed by Mads Bæk") && text.contains(ORGANISATION), "{text}");
}

#[tokio::test]
async fn a_page_shows_the_person_who_signed_beside_the_organisation_that_sealed() {
    let server = Server::demo().await;
    let place = json!({ "rect": [50, 50, 200, 80] });
    let sealed = seal(&server, &fixtures::named("one-page.pdf"), place, None).await.ok().body;
    let token = server.token("mads", &[&sealed]).await;
    let options = json!({ "profile": "staff", "appearance": { "rect": [300, 50, 200, 80] } });
    let signed = act(&server, "signatures", &token, &sealed, &options, None).await.ok().body;
    let text = page_text(&signed, 1);
    assert!(text.contains(&format!("Sealed by {ORGANISATION}")), "{text}");
    assert!(text.contains("Signed by Mads Bæk"), "{text}");
    // What the second one shows is its signer's, and stays beside the first one's.
    let (before, after) = (Raster::of(&sealed, 1), Raster::of(&signed, 1));
    let (columns, _) = after.difference(&before).expect("something is painted");
    assert!(columns.start >= 300 && columns.end <= 500, "{columns:?}");
    let report = server.validate(&signed).await;
    let verdicts: Vec<_> = report["signatures"].as_array().expect("signatures").iter().collect();
    assert_eq!(verdicts.len(), 2, "{report:#}");
    assert!(verdicts.iter().all(|one| one["indication"] == "TOTAL-PASSED"), "{report:#}");
    let poppler = pdfsig(&signed);
    assert!(poppler.len() == 2 && poppler.iter().all(|one| one.valid), "{poppler:?}");
}

#[tokio::test]
async fn empty_field_shows_the_seal_in_its_own_rectangle() {
    let server = Server::demo().await;
    let document = PdfWriter::new("1.7", "\n")
        .object(1, "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [5 0 R] >> >>")
        .object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
        .object(
            3,
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 300] /Resources << >> \
             /Annots [5 0 R] >>",
        )
        .object(5, "<< /FT /Sig /T (Here) /Type /Annot /Subtype /Widget /Rect [50 60 250 120] >>")
        .table("/Root 1 0 R")
        .finish();
    let options = json!({ "profile": "decisions", "field": "Here", "appearance": {} });
    let sealed = act(&server, "seals", API_KEY, &document, &options, None).await.ok().body;
    let (before, after) = (Raster::of(&document, 1), Raster::of(&sealed, 1));
    let (columns, rows) = after.difference(&before).expect("something is painted");
    assert!(columns.start >= 50 && columns.end <= 250 && rows.start >= 60 && rows.end <= 120);
    let report = server.validate(&sealed).await;
    assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED", "{report}");
}

#[tokio::test]
async fn what_cannot_be_shown_is_a_problem_of_its_own() {
    let server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    let rect = json!([50, 50, 200, 60]);
    for (appearance, image, status, problem) in [
        (json!({ "rect": [0, 0, 5000, 10] }), None, 422, "appearance-not-usable"),
        (json!({ "rect": rect, "page": 2 }), None, 422, "appearance-not-usable"),
        (json!({ "rect": rect, "text": ["漢"] }), None, 422, "appearance-not-usable"),
        (json!({ "rect": [50, 50, 9, 9] }), None, 422, "appearance-not-usable"),
        (json!({}), None, 422, "appearance-not-usable"),
        (json!({ "rect": rect }), Some(&b"GIF89a"[..]), 422, "image-not-usable"),
        (json!({ "rect": rect }), Some(b"\x89PNG\r\n\x1A\n"), 422, "image-not-usable"),
        (json!({ "rect": rect, "colour": "red" }), None, 400, "request-malformed"),
        (json!({ "rect": rect, "preset": "huge" }), None, 400, "request-malformed"),
        (Value::Null, Some(b"GIF89a"), 400, "request-malformed"),
    ] {
        let answer = seal(&server, &document, appearance.clone(), image).await;
        assert_eq!(answer.status, status, "{appearance}: {}", answer.text());
        let kind = answer.problem()["type"].as_str().unwrap_or_default().to_owned();
        assert!(kind.ends_with(problem), "{appearance}: {kind}");
    }
    let large = vec![0; (2 << 20) + 1];
    let answer = seal(&server, &document, json!({ "rect": rect }), Some(&large)).await;
    assert_eq!(answer.status, 413, "{}", answer.text());
    let options = json!({ "profile": "decisions", "format": "cades", "appearance": {} });
    assert_eq!(act(&server, "seals", API_KEY, &document, &options, None).await.status, 400);
}
