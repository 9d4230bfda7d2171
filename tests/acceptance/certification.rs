//! A profile certifies PDFs (ISO 32000-2 clause 12.8.2.2), and nothing is added that it forbids.

use serde_json::Value;

use crate::{
    configuration::configuration,
    fixtures,
    issuer::Issuer,
    oracle::{pdfsig, pyhanko, qpdf_check},
    server::Server,
};

async fn server() -> Server {
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
async fn nothing_but_pdfs_is_certified() {
    let server = server().await;
    let document = fixtures::named("one-page.pdf");
    // The profile's way is that of its PDFs; another document is sealed all the same.
    server.seal("profile=decisions&format=cades", &document).await.ok();
    let asked = server.seal("profile=decisions&format=cades&certify=2", &document).await;
    assert_eq!(asked.status, 400, "{}", asked.text());
    assert!(asked.problem()["detail"].as_str().is_some_and(|text| text.contains("certify")));
}
