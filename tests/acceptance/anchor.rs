//! The anchor: what was blocked after a backup stays blocked when the backup is restored.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    certificate_house::House,
    configuration::configuration,
    issuer::Issuer,
    oracle::{Folder, openssl, run},
    server::{self, Server, send},
};

const ANCHOR: &str = "\n[registry]\nanchor = \"anchor.json\"\n";

/// Collects an order with a new key: the certificate's name.
async fn collected(house: &House) -> String {
    let (order, folder) = (house.ordered().await, Folder::new());
    let request =
        "req -new -newkey rsa:3072 -nodes -keyout @key -subj /CN=any -outform DER -out @csr";
    openssl(&folder, request).expect("a request");
    let csr = fs::read(folder.path("csr")).expect("a file");
    let text = |name: &str| order[name].as_str().expect(name).to_owned();
    let path = format!("/v1/issuances/{}", text("reference"));
    let request = house.server.request(Method::POST, &path);
    let request = request.basic_auth(text("reference"), Some(text("code")));
    let answer = send(request.header("Content-Type", "application/pkcs10").body(csr)).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let listed = house.get("/v1/certificates").await.ok().json();
    let items = listed["items"].as_array().expect("a list").iter();
    let ids =
        items.map(|one| (one["order"].clone(), one["id"].as_str().expect("a name").to_owned()));
    ids.into_iter().find(|(of, _)| *of == order["id"]).expect("the certificate").1
}

async fn block(house: &House, id: &str) {
    let path = format!("/v1/certificates/{id}/revocation");
    house.post(&house.users, &path, json!({ "reason": "left-organisation" })).await.ok();
}

async fn list(house: &House) -> Vec<u8> {
    house.server.get("/pki/registry/issuing-ca.crl").await.ok().body.to_vec()
}

fn folder_of(house: &House) -> std::path::PathBuf {
    house.server.data_directory().parent().expect("a folder").to_owned()
}

fn signer(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("timeout");
    command.arg("60").arg(server::binary()).args(arguments).current_dir(folder);
    command.output().expect("`signer` runs")
}

fn said(output: &Output) -> String {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&text).into_owned()
}

fn copy(from: &Path, to: &Path) {
    let copied = run("cp", ["-a", from.to_str().expect("a path"), to.to_str().expect("a path")]);
    assert!(copied.status.success(), "{copied:?}");
}

/// What the list says, as openssl reads it.
fn read(der: &[u8]) -> String {
    let folder = Folder::new();
    folder.write("crl", der);
    openssl(&folder, "crl -inform DER -in @crl -noout -text -crlnumber").expect("a list")
}

fn number(der: &[u8]) -> u64 {
    let text = read(der);
    let number = text.lines().find_map(|line| line.strip_prefix("crlNumber=")).expect("a number");
    u64::from_str_radix(number.trim_start_matches("0x"), 16).expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_backup_of_yesterday_is_refused_after_a_block_and_restored_by_the_last_list() {
    let text = configuration() + ANCHOR;
    let server = Server::configured(&text, &Issuer::new().key_set()).await;
    let mut house = House::of(server).await;
    let folder = folder_of(&house);
    let data = house.server.data_directory();
    if !data.join("segl.sqlite").metadata().is_ok_and(|file| file.len() > 0) {
        // A database elsewhere is not in the folder that is copied here; the store's own tests restore one.
        return;
    }
    house.accept().await;
    let (stays, blocked) = (collected(&house).await, collected(&house).await);
    let early = list(&house).await;
    house.server.stop();
    let backup = folder.join("yesterday");
    copy(&data, &backup);
    house.server = house.server.again_with(&text).await;
    let later = collected(&house).await;
    let anchor = || fs::read_to_string(folder.join("anchor.json")).expect("the anchor");
    for id in [&blocked, &later] {
        let before = anchor();
        block(&house, id).await;
        assert_ne!(anchor(), before, "it is written before the answer");
    }
    let last = list(&house).await;
    let anchored: Value = serde_json::from_str(&anchor()).expect("JSON");
    assert_eq!(anchored["lists"]["1"], number(&last));
    assert!(number(&last) > number(&early));
    house.server.stop();
    fs::remove_dir_all(&data).expect("the folder");
    copy(&backup, &data);
    // A start is refused, and says why.
    let configuration = "signer.toml";
    let refused = signer(&folder, &["serve", "--config", configuration, "--data-dir", "data"]);
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    assert!(
        said(&refused).contains("the database is older than registry.anchor"),
        "{}",
        said(&refused)
    );
    // What was lost is asked for; a list that is older than the anchor is not enough, and neither is another's.
    let restore = |more: &[&str]| {
        let arguments = ["restore", "--config", configuration, "--data-dir", "data"];
        signer(&folder, &[&arguments[..], more].concat())
    };
    let asked = restore(&[]);
    assert_eq!(asked.status.code(), Some(2));
    assert!(said(&asked).contains("give it with --crl FILE"), "{}", said(&asked));
    fs::write(folder.join("early.crl"), &early).expect("a file");
    fs::write(folder.join("last.crl"), &last).expect("a file");
    let mut spoilt = last.clone();
    *spoilt.last_mut().expect("a signature") ^= 1;
    fs::write(folder.join("spoilt.crl"), &spoilt).expect("a file");
    for (file, cause) in [
        ("early.crl", "a later"),
        ("spoilt.crl", "is signed by no issuing key"),
        ("anchor.json", "is no revocation list"),
    ] {
        let refused = restore(&["--crl", file]);
        assert_eq!(refused.status.code(), Some(2), "{file}: {}", said(&refused));
        assert!(said(&refused).contains(cause), "{file}: {}", said(&refused));
    }
    let restored = restore(&["--crl", "last.crl"]);
    assert_eq!(restored.status.code(), Some(0), "{}", said(&restored));
    assert!(said(&restored).contains("2 certificates are blocked"), "{}", said(&restored));
    let again = restore(&[]);
    assert!(said(&again).contains("nothing is lost"), "{}", said(&again));
    house.server = house.server.again_with(&text).await;
    // Both are on the next list, which has a larger number; the one that the database never held, too.
    let next = list(&house).await;
    assert!(number(&next) > number(&last));
    let (then, now) = (read(&last), read(&next));
    let serials = |text: &str| {
        let lines = text.lines().filter(|line| line.contains("Serial Number:"));
        lines.map(|line| line.trim().to_owned()).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(serials(&then).len(), 2);
    assert_eq!(serials(&now), serials(&then));
    assert_eq!(now.matches("Affiliation Changed").count(), 2, "{now}");
    let state = async |id: &str| {
        let found = house.get(&format!("/v1/certificates/{id}")).await;
        (found.status == 200).then(|| found.json()["state"].as_str().expect("a state").to_owned())
    };
    assert_eq!(state(&blocked).await.as_deref(), Some("blocked"));
    assert_eq!(state(&stays).await.as_deref(), Some("valid"));
    assert_eq!(state(&later).await, None, "its row is lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_anchor_the_last_list_is_asked_for() {
    let text = configuration();
    let server = Server::configured(&text, &Issuer::new().key_set()).await;
    let mut house = House::of(server).await;
    house.server.stop();
    let folder = folder_of(&house);
    let arguments = ["restore", "--config", "signer.toml", "--data-dir", "data"];
    if house.server.data_directory().join("segl.sqlite").metadata().is_ok_and(|file| file.len() > 0)
    {
        let asked = signer(&folder, &arguments);
        assert_eq!(asked.status.code(), Some(2), "{}", said(&asked));
        assert!(said(&asked).contains("no anchor says"), "{}", said(&asked));
    }
    fs::remove_dir_all(folder.join("data")).expect("the folder");
    let nothing = signer(&folder, &arguments);
    assert_eq!(nothing.status.code(), Some(2), "{}", said(&nothing));
}
