//! Revocation: openssl asks the responder as any client would and accepts what it says; it checks
//! the revocation lists; pkilint finds nothing in answers and lists.

use std::fs;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;

use crate::{
    fixtures,
    oracle::{Folder, lint_ocsp_response, lint_revocation_list, openssl},
    pdf_signature::PdfSignature,
    server::{Server, send},
    tlv::Cms,
};

/// A revocable seal's certificate and those above it, as files.
async fn folder(server: &Server) -> Folder {
    let page = fixtures::named("one-page.pdf");
    let sealed = server.seal("profile=register&level=B-B", &page).await.ok().body;
    let folder = Folder::new();
    folder.write("root.pem", &server.pki("trust-anchor.pem").await);
    for name in ["issuing-ca", "tsa"] {
        folder.write(name, &server.pki(&format!("{name}.cer")).await);
    }
    let issuing = fs::read(folder.path("issuing-ca")).expect("a certificate");
    let cms = PdfSignature::last(&sealed).cms;
    let certificates = Cms::parts(&cms).certificates;
    let mut leaves = certificates.into_iter().map(|range| cms[range].to_vec());
    folder.write("leaf", &leaves.find(|one| *one != issuing).expect("a leaf"));
    for name in ["issuing-ca", "tsa", "leaf"] {
        openssl(&folder, &format!("x509 -inform DER -in @{name} -out @{name}.pem"))
            .expect("a certificate");
    }
    folder
}

/// What `openssl ocsp` says after asking the service itself.
fn ask(folder: &Folder, server: &Server, which: &str) -> String {
    let address = server.publisher();
    let asked = format!(
        "ocsp -url {address}/pki/ocsp -CAfile @root.pem -verify_other @issuing-ca.pem {which}"
    );
    let said = openssl(folder, &asked).unwrap_or_else(|said| panic!("{which}: {said}"));
    assert!(said.contains("Response verify OK") && !said.contains("WARNING"), "{said}");
    said
}

const LEAF: &str = "-issuer @issuing-ca.pem -cert @leaf.pem";

/// The leaf's serial number in hexadecimal.
fn serial(folder: &Folder) -> String {
    let said = openssl(folder, "x509 -in @leaf.pem -noout -serial").expect("a certificate");
    said.trim().strip_prefix("serial=").expect("a serial number").to_lowercase()
}

#[tokio::test]
async fn openssl_is_told_good_revoked_and_unknown_of_every_certificate() {
    let server = Server::demo().await;
    let folder = folder(&server).await;
    assert!(ask(&folder, &server, LEAF).contains("leaf.pem: good"));
    assert!(ask(&folder, &server, &format!("-sha256 {LEAF}")).contains("leaf.pem: good"));
    for name in ["issuing-ca", "tsa"] {
        let which = format!("-issuer @root.pem -cert @{name}.pem");
        assert!(ask(&folder, &server, &which).contains(&format!("{name}.pem: good")));
    }
    let never = "-issuer @issuing-ca.pem -serial 0x51112233445566778899aabbccddeeff00";
    assert!(ask(&folder, &server, never).contains(": unknown"));

    let path = format!("/certificates/{}/revoke", serial(&folder));
    server.control(&path, json!({ "reason": "keyCompromise" })).await.ok();
    let said = ask(&folder, &server, LEAF);
    assert!(said.contains("leaf.pem: revoked") && said.contains("keyCompromise"), "{said}");
}

#[tokio::test]
async fn a_get_is_answered_as_a_post_is() {
    let server = Server::demo().await;
    let folder = folder(&server).await;
    openssl(&folder, &format!("ocsp -no_nonce -reqout @request {LEAF}")).expect("a request");
    let request = fs::read(folder.path("request")).expect("a request");
    let escaped = STANDARD.encode(request).replace('+', "%2B").replace('/', "%2F");
    let answer = server.get(&format!("/pki/ocsp/{escaped}")).await.ok();
    assert_eq!(answer.header("content-type"), "application/ocsp-response");
    folder.write("answer", &answer.body);
    let judge = format!(
        "ocsp -respin @answer -CAfile @root.pem -verify_other @issuing-ca.pem -no_nonce {LEAF}"
    );
    assert!(openssl(&folder, &judge).expect("an answer").contains("leaf.pem: good"));
    let post = server.post("/pki/ocsp").header("content-type", "application/ocsp-request");
    let malformed = send(post.body("?")).await.ok();
    assert_eq!(malformed.body, [0x30, 3, 0x0a, 1, 1]);
}

#[tokio::test]
async fn openssl_checks_the_lists_and_finds_what_is_revoked() {
    let server = Server::demo().await;
    let folder = folder(&server).await;
    let path = format!("/certificates/{}/revoke", serial(&folder));
    let check = async |expected: bool| {
        let mut lists = Vec::new();
        for name in ["root", "issuing-ca"] {
            folder.write(name, &server.pki(&format!("{name}.crl")).await);
            openssl(&folder, &format!("crl -inform DER -in @{name} -out @{name}.crl"))
                .expect("a list");
            lists.extend(fs::read(folder.path(&format!("{name}.crl"))).expect("a list"));
        }
        folder.write("lists.pem", &lists);
        let verify = "verify -x509_strict -crl_check_all -CRLfile @lists.pem -CAfile @root.pem \
                      -untrusted @issuing-ca.pem @leaf.pem";
        let said = openssl(&folder, verify);
        assert_eq!(said.is_ok(), expected, "{said:?}");
    };
    check(true).await;
    server.control(&path, json!({})).await.ok();
    check(false).await;
}

#[tokio::test]
async fn pkilint_finds_nothing_in_answers_and_lists() {
    let server = Server::demo().await;
    let folder = folder(&server).await;
    let path = format!("/certificates/{}/revoke", serial(&folder));
    for revoked in [false, true] {
        if revoked {
            server.control(&path, json!({ "reason": "superseded" })).await.ok();
        }
        for which in [LEAF, "-issuer @root.pem -cert @issuing-ca.pem"] {
            ask(&folder, &server, &format!("{which} -respout @answer"));
            let answer = fs::read(folder.path("answer")).expect("an answer");
            assert_eq!(lint_ocsp_response(&answer), Vec::<String>::new());
        }
        for (name, kind) in [("root", "ARL"), ("issuing-ca", "CRL")] {
            let list = server.pki(&format!("{name}.crl")).await;
            assert_eq!(lint_revocation_list(&list, kind), Vec::<String>::new());
        }
    }
}

#[tokio::test]
async fn seals_from_before_and_after_a_rollover_are_valid() {
    let server = Server::demo().await;
    let page = fixtures::named("one-page.pdf");
    let before = server.seal("profile=decisions&level=B-T", &page).await.ok().body;
    for path in ["/issuing-ca/roll-over", "/time-stamping/roll-over"] {
        server.control(path, json!({})).await.ok();
    }
    let after = server.seal("profile=decisions&level=B-T", &page).await.ok().body;
    for sealed in [before, after] {
        let judged = server.validate(&sealed).await;
        assert_eq!(judged["signatures"][0]["indication"], "TOTAL-PASSED", "{judged}");
    }
    server.get("/pki/issuing-ca-2.crl").await.ok();
}
