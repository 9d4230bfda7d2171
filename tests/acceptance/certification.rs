//! A profile certifies PDFs (ISO 32000-2 clause 12.8.2.2), and nothing is added that it forbids.

use serde_json::{Value, json};

use crate::{
    configuration::configuration,
    fixtures,
    issuer::Issuer,
    oracle::{Dss, pdfsig, pyhanko, qpdf_check},
    pdf_writer::PdfWriter,
    server::Server,
};

/// One whose seals certify unless asked otherwise, at every level.
pub async fn server() -> Server {
    let configuration = configuration()
        .replacen("signatures_per_credential = 1", "signatures_per_credential = 1\ncertify = 1", 1)
        .replacen(r#"levels = ["B-B", "B-T"]"#, r#"levels = ["B-B", "B-T", "B-LT", "B-LTA"]"#, 1)
        .replacen("in_document = 1", "in_document = 9", 1);
    Server::configured(&configuration, &Issuer::new().key_set()).await
}

fn indications(report: &Value) -> Vec<&str> {
    let signatures = report["signatures"].as_array().expect("signatures");
    signatures.iter().map(|signature| signature["indication"].as_str().unwrap_or("?")).collect()
}

#[tokio::test]
async fn certified_documents_are_accepted_by_all_and_take_what_they_permit() {
    let server = server().await;
    let trust = server.pki("trust-anchor.pem").await;
    let crls = [server.pki("root.crl").await, server.pki("issuing-ca.crl").await];
    let crls: Vec<&[u8]> = crls.iter().map(Vec::as_slice).collect();
    let document = fixtures::named("one-page.pdf");
    for (query, permission, seals) in [
        ("profile=decisions", "1", 1),
        ("profile=decisions&certify=2", "2", 2),
        ("profile=decisions&certify=2&level=B-LTA", "2", 2),
    ] {
        let mut sealed = server.seal(query, &document).await.ok();
        let evidence = query.contains("B-LTA").then_some("evidence-after-certification");
        assert_eq!(sealed.header("segl-warning"), evidence.unwrap_or_default(), "{query}");
        let text = String::from_utf8_lossy(&sealed.body).into_owned();
        assert!(text.contains(&format!("/TransformMethod /DocMDP /TransformParams << /Type /TransformParams /V /1.2 /P {permission} >>")));
        let second = server.seal("profile=decisions&certify=none", &sealed.body).await;
        if seals == 2 {
            sealed = second.ok();
        } else {
            assert_eq!(second.broken_rules(), ["document-certification"]);
        }
        let report = server.validate(&sealed.body).await;
        let ours = indications(&report);
        assert!(ours.iter().all(|indication| *indication == "TOTAL-PASSED"), "{query}: {report}");
        // It does not judge document time-stamps.
        let poppler = pdfsig(&sealed.body);
        let valid = poppler.iter().filter(|one| one.valid).count();
        assert_eq!(valid, seals, "{query}: {poppler:?}");
        assert_eq!(qpdf_check(&sealed.body).0, 0, "{query}");
        let verdicts = pyhanko(&sealed.body, &trust, &crls).expect("pyHanko reads it");
        assert!(verdicts.iter().all(|one| one.intact && one.bottom_line), "{query}: {verdicts:?}");
    }
}

#[tokio::test]
async fn visible_seal_after_a_certification_is_made_with_a_warning() {
    let server = server().await;
    let document = fixtures::named("one-page.pdf");
    let certified = server.seal("profile=decisions&certify=2", &document).await.ok().body;
    let options = json!({ "profile": "decisions", "certify": "none",
        "appearance": { "rect": [50, 50, 200, 60] } });
    let sealed = server.seal_with(&certified, &options.to_string()).await.ok();
    assert_eq!(sealed.header("segl-warning"), "visible-after-certification");
    let poppler = pdfsig(&sealed.body);
    assert!(poppler.len() == 2 && poppler.iter().all(|one| one.valid), "{poppler:?}");
    // ISO 32000 is read both ways: somebody has to look.
    let report = server.validate(&sealed.body).await;
    assert_eq!(indications(&report), ["INDETERMINATE", "TOTAL-PASSED"], "{report}");
    let unseen = server.seal("profile=decisions&certify=none", &certified).await.ok();
    assert_eq!(unseen.header("segl-warning"), "");
}

/// Evidence is permitted after P=2, with a warning (after P=3 in `augmentation::another_product`).
/// After P=1 ISO 32000-2 permits it as well, but Acrobat counts it as a change: it is refused.
#[tokio::test]
async fn certified_documents_are_raised_with_a_warning_unless_nothing_is_permitted() {
    let server = server().await;
    let document = fixtures::named("one-page.pdf");
    let trust = server.pki("trust-anchor.pem").await;
    let query = "profile=decisions&certify=2&level=B-B";
    let mut certified = server.seal(query, &document).await.ok().body;
    for level in ["B-T", "B-LT", "B-LTA", "B-LTA"] {
        let answer = server.augment(level, &certified, &[]).await.ok();
        assert_eq!(answer.header("segl-warning"), "evidence-after-certification", "{query}");
        certified = answer.body;
        let report = server.validate(&certified).await;
        assert!(indications(&report).iter().all(|one| *one == "TOTAL-PASSED"), "{report:#}");
        assert_eq!(report["signatures"][0]["level"], format!("PAdES-{level}"), "{report:#}");
        let question = Dss { document: &certified, trust: &trust, ..Dss::default() };
        let Some(report) = question.judge().await else { continue };
        let report = report.expect("DSS reads it");
        let complete = level != "B-T";
        assert!(!complete || report.passed(), "{query} {level}: {report:#?}");
    }
    for level in ["B-B", "B-T"] {
        let query = format!("profile=decisions&certify=1&level={level}");
        let certified = server.seal(&query, &document).await.ok().body;
        for target in ["B-T", "B-LT", "B-LTA"].into_iter().skip(usize::from(level == "B-T")) {
            let refused = server.augment(target, &certified, &[]).await;
            assert_eq!(refused.status, 422, "{}", refused.text());
            let problem = refused.problem();
            assert_eq!(problem["type"], "urn:segl:problem:document-forbids", "{problem}");
        }
    }
    let uncertified = server.seal("profile=decisions&certify=none&level=B-B", &document).await.ok();
    let answer = server.augment("B-LTA", &uncertified.body, &[]).await.ok();
    assert_eq!(answer.header("segl-warning"), "");
}

#[tokio::test]
async fn nothing_but_pdfs_is_certified() {
    let server = server().await;
    let document = fixtures::named("one-page.pdf");
    // The profile's way is that of its PDFs; another document is sealed all the same.
    server.seal("profile=decisions&format=cades", &document).await.ok();
    let asked = server.seal("profile=decisions&format=cades&certify=2", &document).await;
    assert_eq!(asked.status, 400, "{}", asked.text());
    assert!(asked.problem()["detail"].as_str().is_some_and(|text| text.contains("certify")));
}

/// A document with a text field `Amount`, and a field for a signature with these entries.
fn with_field(entries: &str) -> Vec<u8> {
    let field = format!(
        "<< /FT /Sig /T (Here) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /P 3 0 R {entries} >>"
    );
    PdfWriter::new("1.7", "\n")
        .object(1, "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R 5 0 R] >> >>")
        .object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
        .object(
            3,
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 300] /Resources << >> \
             /Annots [4 0 R 5 0 R] >>",
        )
        .object(
            4,
            "<< /FT /Tx /T (Amount) /V (1) /Type /Annot /Subtype /Widget /Rect [9 9 90 30] \
             /P 3 0 R >>",
        )
        .object(5, &field)
        .table("/Root 1 0 R")
        .finish()
}

#[tokio::test]
async fn what_the_author_of_a_field_demands_is_heeded_over_http() {
    let server = server().await;
    let query = "profile=decisions&certify=none&field=Here";
    for lock in
        ["/Action /All", "/Action /Include /Fields [(Amount)]", "/Action /Exclude /Fields []"]
    {
        let document = with_field(&format!("/Lock << /Type /SigFieldLock {lock} >>"));
        let sealed = server.seal(query, &document).await.ok().body;
        let added = String::from_utf8_lossy(&sealed[document.len()..]).into_owned();
        assert!(added.contains("/TransformMethod /FieldMDP"), "{added}");
        assert_eq!(indications(&server.validate(&sealed).await), ["TOTAL-PASSED"]);
        // Who fills the field in afterwards breaks the seal.
        let filled = sealed_and_filled(&sealed);
        let report = server.validate(&filled).await;
        assert_eq!(indications(&report), ["TOTAL-FAILED"], "{lock}: {report}");
    }
    let free = server.seal("profile=decisions&certify=none", &with_field("")).await.ok().body;
    let report = server.validate(&sealed_and_filled(&free)).await;
    assert_ne!(indications(&report), ["TOTAL-FAILED"], "the lock alone forbids it: {report}");
    for seed in
        ["/Ff 8 /Reasons [(Approved)]", "/MDP << /P 1 >>", "/Ff 64 /DigestMethod [(SHA512)]"]
    {
        let document = with_field(&format!("/SV << /Type /SV {seed} >>"));
        let refused = server.seal(query, &document).await;
        assert_eq!(refused.status, 422, "{seed}: {}", refused.text());
        assert_eq!(refused.problem()["type"], "urn:segl:problem:field-not-usable");
    }
    let reasons = with_field("/SV << /Type /SV /Ff 8 /Reasons [(Approved)] >>");
    server.seal(&format!("{query}&reason=Approved"), &reasons).await.ok();
    let certified = with_field("/SV << /Type /SV /MDP << /P 1 >> >>");
    server.seal("profile=decisions&certify=1&field=Here", &certified).await.ok();
}

/// The document with an update that fills in its text field.
fn sealed_and_filled(document: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(document);
    let (_, previous) = text.rsplit_once("startxref\n").expect("a PDF");
    let previous = previous.lines().next().expect("an offset").to_owned();
    let (_, size) = text.rsplit_once("/Size ").expect("a trailer");
    let size = size.split_whitespace().next().expect("a figure").to_owned();
    let mut filled = document.to_vec();
    let object = filled.len();
    filled.extend_from_slice(
        b"4 0 obj\n<< /FT /Tx /T (Amount) /V (1000000) /Type /Annot /Subtype /Widget \
          /Rect [9 9 90 30] /P 3 0 R >>\nendobj\n",
    );
    let section = filled.len();
    filled.extend_from_slice(
        format!(
            "xref\n4 1\n{object:010} 00000 n \ntrailer\n<< /Size {size} /Root 1 0 R \
             /Prev {previous} >>\nstartxref\n{section}\n%%EOF\n"
        )
        .as_bytes(),
    );
    filled
}
