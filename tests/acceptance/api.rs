//! What the service says of itself: profiles, receipts, description, health.

use std::process::Command;

use serde_json::Value;

use crate::{
    connections::raw::configuration_with,
    fixtures,
    issuer::Issuer,
    oracle::{self, Folder},
    server::{API_KEY, Server, send, sha256_hex},
};

/// Every path of the service's own interface.
const PATHS: [&str; 17] = [
    "/v1/seals",
    "/v1/signatures",
    "/v1/digests",
    "/v1/validations",
    "/v1/profiles",
    "/v1/profiles/{id}",
    "/v1/receipts/{id}",
    "/pki/trust-anchor.pem",
    "/pki/trust-anchors.pem",
    "/pki/issuing-ca.cer",
    "/pki/tsa.cer",
    "/pki/root.crl",
    "/tsa",
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
];

#[tokio::test]
async fn description_names_every_path_and_there_is_a_page_to_read_it() {
    let server = Server::demo().await;
    let description = server.get("/openapi.json").await.ok().json();
    assert!(description["openapi"].as_str().is_some_and(|version| version.starts_with("3.")));
    let paths = description["paths"].as_object().expect("paths");
    let missing: Vec<_> = PATHS.iter().filter(|path| !paths.contains_key(**path)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let page = server.get("/docs").await.ok();
    assert!(page.header("content-type").starts_with("text/html"), "{:?}", page.headers);
    for path in ["/healthz", "/readyz", "/pki/trust-anchors.pem"] {
        server.get(path).await.ok();
    }
}

#[tokio::test]
async fn profiles_are_listed_without_whoever_answers_for_them() {
    let server = Server::demo().await;
    let list = server.get_as("/v1/profiles", API_KEY).await.ok().json();
    let profiles = list["profiles"].as_array().expect("profiles");
    let ids: Vec<_> = profiles.iter().map(|profile| profile["id"].as_str().expect("id")).collect();
    assert_eq!(ids, ["decisions", "payroll", "staff", "register"]);
    for id in ids {
        let one = server.get_as(&format!("/v1/profiles/{id}"), API_KEY).await.ok();
        assert!(profiles.contains(&one.json()), "{id}");
        assert!(!one.text().contains("contact"), "{}", one.text());
    }
    for path in ["/v1/profiles", "/v1/profiles/decisions"] {
        assert_eq!(server.get(path).await.status, 401, "{path}");
    }
    let unknown = server.get_as("/v1/profiles/nobody", API_KEY).await;
    assert_eq!(unknown.status, 404);
    unknown.problem();
}

#[tokio::test]
async fn counts_are_shown_on_the_management_port_and_on_the_public_one_where_the_file_says_so() {
    let server = Server::embedded().await;
    assert_eq!(server.get("/metrics").await.status, 404);
    assert!(server.metrics().await.ok().text().contains("segl_requests_total"));
    let shown = "[server]\npublic_metrics = true";
    let configuration = configuration_with("").replacen("[server]", shown, 1);
    assert!(configuration.contains(shown));
    let server = Server::configured(&configuration, &Issuer::new().key_set()).await;
    assert!(server.get("/metrics").await.ok().text().contains("segl_requests_total"));
    let stranger = reqwest::Client::new().get(format!("{}/metrics", server.management));
    assert_eq!(send(stranger).await.status, 401, "outside the demo the port wants its token");
}

#[tokio::test]
async fn receipt_tells_of_the_act_and_only_to_whoever_asked() {
    let server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    let answer = server.seal("profile=decisions", &document).await.ok();
    let address = answer.header("location").to_owned();
    assert!(address.starts_with("/v1/receipts/"), "{address}");

    let receipt = server.get_as(&address, API_KEY).await.ok().json();
    for (member, value) in [
        ("act", Value::from("seal")),
        ("profile", "decisions".into()),
        ("organisation", "Havnsted Kommune".into()),
        ("cvr", "12345674".into()),
        ("level", "B-T".into()),
        ("input_sha256", sha256_hex(&document).into()),
        ("output_sha256", sha256_hex(&answer.body).into()),
        ("degraded", false.into()),
    ] {
        assert_eq!(receipt[member], value, "{member}");
    }
    for member in
        ["id", "time", "certificate_serial", "certificate_not_after", "time_stamp_time", "audit"]
    {
        assert!(!receipt[member].is_null(), "{member}: {receipt}");
    }

    let karen = server.token("karen", &[]).await;
    assert_eq!(server.get_as(&address, &karen).await.status, 404);
    assert_eq!(server.get(&address).await.status, 401);
    let guessed = format!("{}0", &address[..address.len() - 1]);
    let other =
        if guessed == address { format!("{}1", &address[..address.len() - 1]) } else { guessed };
    assert_eq!(server.get_as(&other, API_KEY).await.status, 404);
}

#[tokio::test]
async fn trust_anchor_of_yesterday_is_kept() {
    let mut server = Server::demo().await;
    let document = fixtures::named("one-page.pdf");
    let sealed = server.seal("profile=decisions", &document).await.ok().body;
    let before = server.pki("trust-anchor.pem").await;
    server.stop();
    let server = server.again().await;
    let today = server.pki("trust-anchor.pem").await;
    assert_ne!(today, before, "the authorities' keys are new at every start");
    let all = String::from_utf8(server.pki("trust-anchors.pem").await).expect("PEM");
    assert_eq!(all.matches("BEGIN CERTIFICATE").count(), 2);
    assert_eq!(server.validate(&sealed).await["signatures"][0]["indication"], "TOTAL-PASSED");
}

/// The shell blocks of a page that ask the service.
fn asking(page: &str) -> String {
    let page = std::fs::read_to_string(oracle::workspace().join(page)).expect("the page");
    let blocks = page.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.filter(|block| block.contains("curl ")).collect()
}

#[tokio::test]
async fn what_the_documentation_asks_with_curl_is_answered_as_pasted() {
    let server = Server::embedded().await;
    let log = server.log();
    let rights = log.split_once("  rights  ").expect("the key of `administration`").1;
    let rights = rights.split_whitespace().next().expect("the key");
    for (page, sealed) in [("README.md", 2), ("docs/api.md", 1)] {
        let folder = Folder::new();
        let fixtures = oracle::workspace().join("fixtures");
        std::os::unix::fs::symlink(fixtures, folder.path("fixtures")).expect("a link");
        let readme = std::fs::read(oracle::workspace().join("README.md")).expect("README.md");
        folder.write("README.md", &readme);
        folder.write("letter.pdf", &fixtures::named("one-page.pdf"));
        let script = asking(page)
            .replace("http://127.0.0.1:8080", &server.address)
            .replace("http://127.0.0.1:8081", &server.management)
            .replace("curl -s ", "curl -sS --fail-with-body ")
            .replace("Bearer …", &format!("Bearer {API_KEY}"));
        assert!(!script.contains('…') && !script.contains("127.0.0.1:80"), "{page}: {script}");
        let output = Command::new("bash")
            .args(["-euo", "pipefail", "-c", &script])
            .current_dir(folder.path("."))
            .env("SIGNER_API_KEY", API_KEY)
            .env("KEY", rights)
            .output()
            .expect("bash starts");
        assert!(output.status.success(), "{page}: {script}\n{output:?}");
        let made = ["sealed.pdf", "signed.pdf"].map(|name| folder.path(name));
        let made: Vec<_> = made.iter().filter_map(|path| std::fs::read(path).ok()).collect();
        assert_eq!(made.len(), sealed, "{page}");
        for document in made {
            let verdicts = oracle::pdfsig(&document);
            assert!(verdicts.len() == 1 && verdicts[0].valid, "{page}");
        }
    }
}
