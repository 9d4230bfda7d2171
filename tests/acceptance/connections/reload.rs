//! What signals do, and TLS.

use std::time::Duration;

use super::raw::{configuration_with, limited};
use crate::{
    configuration::{CVR, OFFICE_KEY},
    fixtures,
    issuer::{Claims, Issuer},
    oracle::{Folder, openssl},
    server::{API_KEY, Server, send, sha256_hex},
    simulator::{Files, Simulator},
};

/// A certificate for the loopback and its key, in PEM.
fn pair() -> (Vec<u8>, Vec<u8>) {
    let folder = Folder::new();
    openssl(
        &folder,
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout @k -out @c -days 2 \
         -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1",
    )
    .expect("openssl makes a certificate");
    let read = |name| std::fs::read(folder.path(name)).expect("a file");
    (read("c"), read("k"))
}

/// A server with TLS and these limits.
pub async fn with_tls(limits: &str) -> Server {
    let (certificate, key) = pair();
    let tls = "[server.tls]\ncertificate = \"server.pem\"\nkey = \"server.key\"\n[organisation]";
    let configuration = configuration_with(limits).replacen("[organisation]", tls, 1);
    let (certificate, key) = (certificate.as_slice(), key.as_slice());
    let files = [("server.pem", certificate), ("server.key", key)];
    Server::with_files(&configuration, &Issuer::new().key_set(), &files).await
}

/// The certificate that a server shows.
fn shown(server: &Server) -> String {
    let address = server.address.trim_start_matches("https://");
    let said = openssl(&Folder::new(), &format!("s_client -connect {address}"));
    let said = said.unwrap_or_else(|said| said);
    let begin = said.find("-----BEGIN").unwrap_or_else(|| panic!("{said}"));
    let end = said.find("-----END").expect("an end");
    said[begin..end].to_owned()
}

/// Waits until something is so.
async fn until(mut so: impl AsyncFnMut() -> bool) {
    for _ in 0..100 {
        if so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it does not come about");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hangup_has_the_certificate_read_again_and_a_spoilt_one_changes_nothing() {
    let server = with_tls("").await;
    let first = shown(&server);
    server.write("server.pem", b"spoilt");
    server.signal("HUP");
    until(async || server.log().contains("TLS stays as it was")).await;
    assert_eq!(shown(&server), first);
    let (certificate, key) = pair();
    server.write("server.pem", &certificate);
    server.write("server.key", &key);
    server.signal("HUP");
    until(async || shown(&server) != first).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hangup_has_api_keys_and_issuers_keys_read_again() {
    let document = fixtures::named("one-page.pdf");
    let server = limited("").await;
    server.seal("profile=decisions", &document).await.ok();
    let other = "another-key-of-the-same-application";
    let configuration = configuration_with("")
        .replace(&sha256_hex(API_KEY.as_bytes()), &sha256_hex(other.as_bytes()));
    server.write("signer.toml", configuration.as_bytes());
    server.signal("HUP");
    until(async || server.seal("profile=decisions", &document).await.status == 401).await;
    server.act("seals", "profile=decisions", other, &document).await.ok();
    server.write("signer.toml", b"spoilt");
    server.signal("HUP");
    until(async || server.log().contains("all stays as it was")).await;
    server.act("seals", "profile=decisions", other, &document).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_that_is_gone_from_the_file_leaves_its_name_and_its_role_to_nobody() {
    const ARCHIVE: &str = "the-key-of-the-archive";
    let without = configuration_with("");
    let archive = format!(
        "[[application]]\nid = \"archive\"\napi_key_sha256 = \"{}\"\n\
         [[grant]]\nto = {{ application = \"archive\" }}\nacts = [\"administer\"]\n\
         role = \"user-administrator\"\n[limits]",
        sha256_hex(ARCHIVE.as_bytes())
    );
    let with = without.replacen("[limits]", &archive, 1);
    let server = Server::configured(&with, &Issuer::new().key_set()).await;
    server.get_as("/v1/people", ARCHIVE).await.ok();
    server.write("signer.toml", without.as_bytes());
    server.signal("HUP");
    until(async || server.get_as("/v1/people", ARCHIVE).await.status == 401).await;
    let again = serde_json::json!({ "id": "archive", "display_name": "The archive" });
    let make = server.post("/v1/applications").bearer_auth(OFFICE_KEY).json(&again);
    let refused = send(make).await;
    assert_eq!(refused.status, 409, "{}", refused.text());
    assert_eq!(refused.problem()["type"], "urn:segl:problem:entry-exists");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hangup_has_an_issuers_new_keys_believed_and_its_old_ones_no_more() {
    let document = fixtures::named("one-page.pdf");
    let (old, new) = (Issuer::new(), Issuer::new());
    let server = Server::configured(&configuration_with(""), &old.key_set()).await;
    let sign = async |issuer: &Issuer| {
        let documents = [document.as_slice()];
        let token = issuer.token(&Claims { cvr: CVR, age: Duration::ZERO, documents: &documents });
        server.act("signatures", "profile=staff", &token, &document).await.status
    };
    assert_eq!((sign(&old).await, sign(&new).await), (200, 401));
    server.write("keys.json", new.key_set().as_bytes());
    assert_eq!(sign(&new).await, 401, "before it is told");
    server.signal("HUP");
    until(async || sign(&new).await == 200).await;
    assert_eq!(sign(&old).await, 401);
    server.write("keys.json", b"spoilt");
    server.signal("HUP");
    until(async || server.log().contains("issuers' keys stay as they were")).await;
    assert_eq!(sign(&new).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_believes_a_server_whose_ca_it_is_given_and_no_other() {
    let folder = Folder::new();
    let files = Files::make(&folder.path("."));
    let tls = "[server.tls]\ncertificate = \"server.pem\"\nkey = \"server.key\"\n[organisation]";
    let configuration = configuration_with("").replacen("[organisation]", tls, 1);
    let read = |name: &str| std::fs::read(files.path(name)).expect("a file");
    let (certificate, key) = (read("server.pem"), read("server.key"));
    let pair = [("server.pem", certificate.as_slice()), ("server.key", key.as_slice())];
    let server = Server::with_files(&configuration, &Issuer::new().key_set(), &pair).await;
    folder.write("in.pdf", &fixtures::named("one-page.pdf"));
    let seal = |ca: &[&str]| {
        let output = std::process::Command::new(crate::server::binary())
            .args(["seal", "in.pdf", "--profile", "decisions", "-o", "out.pdf"])
            .args(["--server", &server.address, "--api-key", API_KEY])
            .args(ca)
            .current_dir(folder.path("."))
            .output();
        output.expect("`signer` runs").status.code()
    };
    assert_eq!(seal(&[]), Some(2), "nobody answers for it");
    assert_eq!(seal(&["--ca", "client.pem"]), Some(2), "another does");
    assert_eq!(seal(&["--ca", "ca.pem"]), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn signals_that_mean_nothing_do_nothing_to_a_simulator_and_a_quit_is_an_orderly_end() {
    let folder = Folder::new();
    let mut simulator = Simulator::start(&Files::make(&folder.path(".")));
    for name in ["USR1", "USR2", "HUP"] {
        simulator.signal(name);
    }
    let (status, _) = simulator.ask_as("client", "/qscd/v1/device");
    assert_eq!(status, "200", "{}", simulator.log());
    simulator.signal("QUIT");
    assert_eq!(simulator.ended(), Some(0), "{}", simulator.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn signals_that_mean_nothing_do_nothing_and_a_quit_is_an_orderly_end() {
    let mut server = Server::embedded().await;
    for name in ["USR1", "USR2", "HUP"] {
        server.signal(name);
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    server.get("/healthz").await.ok();
    server.signal("QUIT");
    assert_eq!(server.ended(), Some(0), "{}", server.log());
}
