//! CMS seals: openssl accepts them detached and attached, and refuses changed content.

use std::fs;

use crate::{
    oracle::{Folder, openssl},
    server::Server,
};

const CONTENT: &[u8] = b"Minutes of the meeting\r\nin the town hall\n\x00\xFF";

const VERIFY: &str =
    "cms -verify -cades -binary -inform DER -in @seal -CAfile @trust.pem -out @out";

async fn folder_with_seal(server: &Server, query: &str) -> Folder {
    let answer =
        server.seal(&format!("profile=decisions&format=cades&{query}"), CONTENT).await.ok();
    // RFC 8551 section 3.2.
    let kind = answer.header("content-type");
    if query.contains("attached&") && !query.contains("detached") {
        assert_eq!(kind, "application/pkcs7-mime; smime-type=signed-data");
    } else {
        assert_eq!(kind, "application/pkcs7-signature");
    }
    let folder = Folder::new();
    folder.write("seal", &answer.body);
    folder.write("content", CONTENT);
    folder.write("trust.pem", &server.pki("trust-anchor.pem").await);
    folder
}

#[tokio::test]
async fn openssl_accepts_a_detached_seal_and_refuses_changed_content() {
    let server = Server::demo().await;
    for level in ["B-B", "B-T"] {
        let folder = folder_with_seal(&server, &format!("packaging=detached&level={level}")).await;
        let verify = format!("{VERIFY} -content @content");
        openssl(&folder, &verify).expect("openssl accepts it");

        folder.write("content", &[CONTENT, b"!"].concat());
        openssl(&folder, &verify).expect_err("openssl refuses content that was changed");
    }
}

#[tokio::test]
async fn openssl_accepts_an_attached_seal_and_gives_the_content_back() {
    let server = Server::demo().await;
    for level in ["B-B", "B-T"] {
        let folder = folder_with_seal(&server, &format!("packaging=attached&level={level}")).await;
        openssl(&folder, VERIFY).expect("openssl accepts it");
        assert_eq!(fs::read(folder.path("out")).expect("the content"), CONTENT);

        let seal = fs::read(folder.path("seal")).expect("the seal");
        let at = crate::pdf_signature::find(&seal, b"town hall").expect("the content is attached");
        let mut changed = seal;
        changed[at] ^= 1;
        folder.write("seal", &changed);
        openssl(&folder, VERIFY).expect_err("openssl refuses content that was changed");
    }
}

#[tokio::test]
async fn detached_seal_is_validated_with_its_content() {
    let server = Server::demo().await;
    let seal = server.seal("profile=decisions&format=cades&packaging=detached", CONTENT).await.ok();
    let verdict = server.validate_with(&seal.body, &[("content", CONTENT)]).await;
    assert_eq!(verdict["signatures"][0]["indication"], "TOTAL-PASSED", "{verdict}");
    assert_eq!(verdict["signatures"][0]["level"], "CAdES-B-T", "{verdict}");

    let changed = [CONTENT, b"!"].concat();
    let verdict = server.validate_with(&seal.body, &[("content", &changed)]).await;
    assert_eq!(verdict["signatures"][0]["indication"], "TOTAL-FAILED", "{verdict}");
    assert_eq!(verdict["signatures"][0]["sub_indication"], "HASH_FAILURE", "{verdict}");
}

#[tokio::test]
async fn trust_of_the_caller_decides() {
    let [server, stranger] = [Server::demo().await, Server::demo().await];
    let seal = server.seal("profile=decisions&format=cades&packaging=attached", CONTENT).await.ok();
    let trust = server.pki("trust-anchor.pem").await;

    let verdict = stranger.validate(&seal.body).await;
    assert_eq!(verdict["signatures"][0]["indication"], "INDETERMINATE", "{verdict}");
    assert_eq!(verdict["signatures"][0]["sub_indication"], "NO_CERTIFICATE_CHAIN_FOUND");
    let verdict = stranger.validate_with(&seal.body, &[("trust", &trust)]).await;
    assert_eq!(verdict["signatures"][0]["indication"], "TOTAL-PASSED", "{verdict}");
}
