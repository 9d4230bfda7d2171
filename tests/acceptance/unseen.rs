//! What a document holds and its pages do not show: an act over it is refused, or done with a
//! warning in answer, receipt and audit log; a validation finds it by name.

use serde_json::Value;

use crate::{
    pdf_writer::PdfWriter,
    server::{API_KEY, Answer, Server},
};

/// One page, with these entries in the catalog and these in the page, and one more object.
fn document(catalog: &str, page: &str, object: &str) -> Vec<u8> {
    let mut writer = PdfWriter::new("1.7", "\n");
    writer
        .object(1, &format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>"))
        .object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
        .object(3, &format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] {page} >>"))
        .object(4, object);
    writer.table("/Root 1 0 R");
    writer.finish()
}

/// A page whose content stands in another file.
pub fn external() -> Vec<u8> {
    document("", "/Contents 4 0 R", "<< /Length 0 /F (elsewhere.txt) >>\nstream\n\nendstream")
}

fn scripted() -> Vec<u8> {
    document("/OpenAction 4 0 R", "", "<< /S /JavaScript /JS (app.alert\\(1\\)) >>")
}

fn findings(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().expect("findings");
    findings.iter().map(|finding| finding["code"].as_str().expect("a code")).collect()
}

async fn receipt(server: &Server, sealed: &Answer) -> Value {
    server.get_as(sealed.header("location"), API_KEY).await.ok().json()
}

#[tokio::test]
async fn what_is_unseen_is_told_in_header_receipt_and_validation() {
    let server = Server::demo().await;
    let sealed = server.seal("profile=decisions", &scripted()).await.ok();
    assert_eq!(sealed.header("segl-warning"), "javascript");
    assert_eq!(receipt(&server, &sealed).await["warnings"], serde_json::json!(["javascript"]));
    let report = server.validate(&sealed.body).await;
    assert_eq!(findings(&report), ["javascript"]);
    assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED");

    let plain = server.seal("profile=decisions", &document("", "", "null")).await.ok();
    assert_eq!(plain.header("segl-warning"), "");
    assert!(receipt(&server, &plain).await.get("warnings").is_none());
}

#[tokio::test]
async fn what_lies_outside_the_signature_is_refused_unless_the_profile_allows_it() {
    let html = [b"<html><script>alert(1)</script>\n", &document("", "", "null")[..]].concat();
    let server = Server::demo().await;
    for document in [&external(), &html] {
        let refused = server.seal("profile=decisions", document).await;
        assert_eq!(refused.broken_rules(), ["document-seen"], "{}", refused.text());
    }
    let junk = [b"junk\n", &document("", "", "null")[..]].concat();
    let sealed = server.seal("profile=decisions", &junk).await.ok();
    assert_eq!(sealed.header("segl-warning"), "leading-bytes");
}

#[tokio::test]
async fn a_header_that_stands_too_late_makes_no_cms() {
    let server = Server::demo().await;
    for (before, status) in [(1_000, 200), (1_020, 422), (5_000, 422)] {
        let document = [&vec![b'x'; before], &document("", "", "null")[..]].concat();
        let answer = server.seal("profile=decisions", &document).await;
        assert_eq!(answer.status, status, "{before}: {}", answer.text());
    }
    let document = [&[b'x'; 5_000], &document("", "", "null")[..]].concat();
    let asked = server.seal("profile=decisions&format=cades", &document).await;
    assert_eq!(asked.status, 200);
}
