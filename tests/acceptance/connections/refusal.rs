//! What is refused at the edge, how it is told, and what every answer carries.

use serde_json::json;

use super::{raw::Raw, reload};
use crate::{
    fixtures,
    oracle::{Folder, run},
    server::{API_KEY, Answer, MANAGEMENT_TOKEN, Server, send},
};

fn kind(answer: &Answer) -> String {
    let problem = answer.problem();
    problem["type"].as_str().expect("a type").trim_start_matches("urn:segl:problem:").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn curl_sees_each_early_refusal_over_tls_whatever_it_speaks() {
    let server = reload::with_tls("maximum_document_bytes = 1_000_000").await;
    let folder = Folder::new();
    let large = folder.write("large", &vec![b'%'; 20_000_000]);
    let body = format!("@{}", large.display());
    let (known, unknown) =
        (format!("Authorization: Bearer {API_KEY}"), "Authorization: Bearer nobody".to_owned());
    for protocol in ["--http2", "--http1.1"] {
        for (path, bearer, expected) in [
            ("/v1/seals?profile=decisions", &unknown, "401"),
            ("/v1/nothing", &known, "404"),
            ("/v1/profiles", &known, "405"),
            ("/v1/seals?profile=decisions", &known, "413"),
        ] {
            for expect in ["Expect: 100-continue", "Expect:"] {
                let url = format!("{}{path}", server.address);
                let answer = folder.path("answer").display().to_string();
                let arguments = [
                    "-sS",
                    "-k",
                    protocol,
                    "-H",
                    bearer,
                    "-H",
                    expect,
                    "--data-binary",
                    &body,
                    "-o",
                    &answer,
                    "-w",
                    "%{http_code}",
                    &url,
                ];
                let output = run("curl", arguments);
                let said = String::from_utf8_lossy(&output.stdout).into_owned();
                let error = String::from_utf8_lossy(&output.stderr).into_owned();
                assert_eq!(said, expected, "{protocol} {path} {expect}: {error}");
                assert!(output.status.success(), "{protocol} {path} {expect}: {error}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_read_in_two_ways_is_refused() {
    let server = Server::embedded().await;
    let document = fixtures::named("one-page.pdf");
    let seal = || server.post("/v1/seals?profile=decisions&level=B-T").bearer_auth(API_KEY);
    let encoded = seal().header("content-encoding", "gzip").body(document.clone());
    assert_eq!(kind(&send(encoded).await), "content-type-not-accepted");
    let form = |options: &str| {
        let text = reqwest::multipart::Part::text(options.to_owned());
        let document = reqwest::multipart::Part::bytes(document.clone());
        reqwest::multipart::Form::new().part("options", text).part("document", document)
    };
    let contradiction = seal().multipart(form(r#"{"level": "B-B"}"#));
    let answer = send(contradiction).await;
    assert_eq!(kind(&answer), "request-malformed");
    assert!(answer.text().contains("level"), "{}", answer.text());
    send(seal().multipart(form(r#"{"level": "B-T"}"#))).await.ok();
    for options in [
        r#"["decisions"]"#,
        r#"{"level": "B-T", "level": "B-T"}"#,
        r#"{"appearance": {"rect": [56, 40, 220, 60], "text": ["a"], "text": ["b"]}}"#,
        r#"{"appearance": ["last", [56, 40, 220, 60]]}"#,
    ] {
        let answer = send(seal().multipart(form(options))).await;
        assert_eq!(kind(&answer), "request-malformed", "{options}");
        assert!(answer.text().contains("options: "), "{}", answer.text());
    }
    // What is asked for in an address that takes nothing is not left out in silence.
    let validation = server.post("/v1/validations?revocation=required").body(document.clone());
    assert_eq!(kind(&send(validation).await), "request-malformed");
    let digest = server.post("/v1/digests?level=B-B").bearer_auth(API_KEY).json(&json!({}));
    let answer = send(digest).await;
    assert_eq!(kind(&answer), "request-malformed");
    assert!(answer.text().contains("address"), "{}", answer.text());
    let hash = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
    for body in [
        json!(["decisions", hash, null, null, null]).to_string(),
        format!(r#"{{"profile": "decisions", "hash": "{hash}", "hash": "{hash}"}}"#),
    ] {
        let digest = server.post("/v1/digests").bearer_auth(API_KEY);
        let digest = digest.header("content-type", "application/json").body(body.clone());
        assert_eq!(kind(&send(digest).await), "request-malformed", "{body}");
    }
    for (name, values) in [("Host", ["localhost", "other"]), ("Authorization", ["Bearer a"; 2])] {
        let host = if name == "Host" { "" } else { "Host: localhost\r\n" };
        let [one, other] = values;
        let request = format!(
            "GET /v1/receipts/1 HTTP/1.1\r\n{host}{name}: {one}\r\n{name}: {other}\r\n\
             Connection: close\r\n\r\n"
        );
        let answer = Raw::ask(&server.address, &request).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{name}: {answer}");
    }
    for host in ["", "Host: a b\r\n", "Host: somebody@localhost\r\n"] {
        for path in ["/v1/receipts/1", "/healthz"] {
            let request = format!("GET {path} HTTP/1.1\r\n{host}Connection: close\r\n\r\n");
            let answer = Raw::ask(&server.address, &request).await;
            assert!(answer.starts_with("HTTP/1.1 400"), "{path} {host}: {answer}");
            assert!(answer.contains("request-malformed"), "{path} {host}: {answer}");
        }
    }
    let earlier = Raw::ask(&server.address, "GET /healthz HTTP/1.0\r\n\r\n").await;
    assert!(earlier.starts_with("HTTP/1.0 200"), "{earlier}");
    // A coding that nobody takes off would be validated as it came.
    let coded = "POST /v1/validations HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
                 Transfer-Encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n";
    let answer = Raw::ask(&server.address, coded).await;
    assert!(answer.starts_with("HTTP/1.1 415"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_is_sent_as_json_and_comes_back_as_a_cms() {
    let server = Server::embedded().await;
    let body = json!({
        "profile": "decisions",
        "hash": "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
        "format": "pades",
    });
    let request = || server.post("/v1/digests").bearer_auth(API_KEY);
    let answer = send(request().json(&body)).await.ok();
    assert_eq!(answer.header("content-type"), "application/pkcs7-signature");
    assert!(answer.header("content-disposition").contains("signature.p7s"));
    for other in ["text/plain", "application/x-www-form-urlencoded"] {
        let refused = send(request().header("content-type", other).body(body.to_string())).await;
        assert_eq!(kind(&refused), "content-type-not-accepted", "{other}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_named_and_nothing_of_the_interface_is_kept() {
    let server = Server::embedded().await;
    let sealed = server.seal("profile=decisions", &fixtures::named("one-page.pdf")).await.ok();
    let receipt = server.get_as(sealed.header("location"), API_KEY).await.ok();
    let profiles = server.get_as("/v1/profiles", API_KEY).await.ok();
    let refused = server.get("/v1/nothing").await;
    let answers = [&sealed, &receipt, &profiles, &refused];
    let mut names: Vec<&str> = answers.iter().map(|one| one.header("x-request-id")).collect();
    assert!(answers.iter().all(|one| one.header("cache-control") == "no-store"));
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), answers.len(), "{names:?}");
    let root = server.get("/").await.ok();
    assert!(root.text().contains("/docs") && !root.text().contains("<script"), "{}", root.text());
    let metrics = server.metrics().await.ok().text();
    assert!(metrics.contains("# HELP segl_requests_total "), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_recognised_is_counted_and_told_of_without_what_was_shown() {
    let server = Server::embedded().await;
    let document = fixtures::named("one-page.pdf");
    for _ in 0..3 {
        let answer = server.act("seals", "profile=decisions", "a-wrong-key-of-mine", &document);
        assert_eq!(answer.await.status, 401);
    }
    let log = server.log();
    assert!(log.contains("nobody was recognised"), "{log}");
    assert!(!log.contains("a-wrong-key-of-mine"), "{log}");
    let metrics = server.metrics().await.ok().text();
    assert!(
        metrics.contains("segl_authentication_refused_total{problem=\"credentials-invalid\"} 3"),
        "{metrics}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_management_port_is_closed_to_web_pages_and_outside_the_demo_to_strangers() {
    let demo = Server::embedded().await;
    let token = |headers: &str| {
        format!(
            "POST /identities/karen/token HTTP/1.1\r\n{headers}Content-Length: 2\r\n\
             Connection: close\r\n\r\n{{}}"
        )
    };
    const JSON: &str = "Content-Type: application/json\r\n";
    const HERE: &str = "Host: 127.0.0.1\r\n";
    for (headers, status) in [
        (format!("{HERE}{JSON}"), "200"),
        (format!("Host: rebound.example\r\n{JSON}"), "421"),
        (format!("{HERE}{JSON}Origin: https://evil.example\r\n"), "403"),
        (format!("{HERE}{JSON}Origin: null\r\n"), "403"),
        (format!("{HERE}{JSON}Sec-Fetch-Site: cross-site\r\n"), "403"),
        (format!("{HERE}Content-Type: text/plain\r\n"), "415"),
        (HERE.to_owned(), "415"),
    ] {
        let answer = Raw::ask(&demo.management, &token(&headers)).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{headers}: {answer}");
    }
    let server = super::limited("").await;
    let ask = |bearer: &str| {
        let request = format!(
            "GET /status HTTP/1.1\r\n{HERE}Authorization: Bearer {bearer}\r\nConnection: close\r\n\r\n"
        );
        let address = server.management.clone();
        async move { Raw::ask(&address, &request).await }
    };
    assert!(ask("guess").await.starts_with("HTTP/1.1 401"));
    assert!(ask(MANAGEMENT_TOKEN).await.starts_with("HTTP/1.1 200"));
}
