//! openssl accepts the answers of the time-stamping authority (RFC 3161).

use std::fs;

use crate::{
    oracle::{Folder, openssl},
    server::{Server, send},
};

const CONTENT: &[u8] = b"what existed then";

#[tokio::test]
async fn openssl_accepts_answers_with_and_without_nonce_and_certificate() {
    let server = Server::demo().await;
    let folder = Folder::new();
    folder.write("content", CONTENT);
    folder.write("trust.pem", &server.pki("trust-anchor.pem").await);
    folder.write("tsa.cer", &server.pki("tsa.cer").await);
    openssl(&folder, "x509 -inform DER -in @tsa.cer -out @tsa.pem").expect("a certificate");

    for hash in ["-sha256", "-sha384", "-sha512"] {
        for options in ["", "-cert", "-no_nonce", "-no_nonce -cert"] {
            openssl(&folder, &format!("ts -query -data @content {hash} {options} -out @query"))
                .expect("a query");
            let query = fs::read(folder.path("query")).expect("the query");
            let request = server.post("/tsa").header("content-type", "application/timestamp-query");
            let answer = send(request.body(query)).await.ok();
            assert_eq!(answer.header("content-type"), "application/timestamp-reply");
            folder.write("answer", &answer.body);

            let verify = "ts -verify -in @answer -CAfile @trust.pem -untrusted @tsa.pem";
            openssl(&folder, &format!("{verify} -queryfile @query"))
                .unwrap_or_else(|said| panic!("{hash} {options}: {said}"));
            folder.write("other", b"what did not exist then");
            openssl(&folder, &format!("{verify} -data @other"))
                .expect_err("openssl refuses another content");
            if options.contains("-cert") {
                openssl(&folder, "ts -verify -in @answer -CAfile @trust.pem -queryfile @query")
                    .expect("the certificate is in the answer");
            }
        }
    }
}

#[tokio::test]
async fn query_that_is_none_is_rejected_as_the_standard_says() {
    let server = Server::demo().await;
    let request = server.post("/tsa").header("content-type", "application/timestamp-query");
    let answer = send(request.body(b"no query".to_vec())).await;
    if answer.status == 200 {
        let folder = Folder::new();
        folder.write("answer", &answer.body);
        let said = openssl(&folder, "ts -reply -in @answer -text").expect("an answer");
        assert!(said.contains("Status: Rejected."), "{said}");
    } else {
        assert_eq!(answer.status, 400);
        answer.problem();
    }
}

/// RFC 3161 section 2.4.2: what a request asks for beside the time may not be at hand.
#[tokio::test]
async fn without_the_certificate_that_is_asked_for_there_is_no_time_stamp() {
    let server = Server::demo().await;
    let folder = Folder::new();
    folder.write("content", CONTENT);
    for (options, granted) in [("-cert", false), ("", true)] {
        let fault = serde_json::json!({ "fault": "tsa-no-certificate", "count": 1 });
        assert_eq!(server.control("/faults", fault).await.status, 201);
        openssl(&folder, &format!("ts -query -data @content -sha256 {options} -out @query"))
            .expect("a query");
        let query = fs::read(folder.path("query")).expect("the query");
        let request = server.post("/tsa").header("content-type", "application/timestamp-query");
        folder.write("answer", &send(request.body(query)).await.ok().body);
        let said = openssl(&folder, "ts -reply -in @answer -text").expect("an answer");
        assert_eq!(said.contains("Status: Granted."), granted, "{options}: {said}");
        let told =
            "the additional information requested could not be understood or is not available";
        assert_eq!(said.contains(told), !granted, "{options}: {said}");
    }
}
