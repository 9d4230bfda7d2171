//! Commands that read a data directory: also one that a service is using, which they leave as it is.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::{Value, json};

use super::{expect, folder};
use crate::{
    fixtures,
    oracle::Folder,
    server::{API_KEY, Server, sha256_hex},
};

/// What a data directory keeps: the hashes of its roots and other files, and what the log has
/// recorded but for the ends of keys, which the service itself signs for again and again.
fn kept(folder: &Folder, directory: &Path) -> (BTreeMap<String, String>, Vec<String>) {
    let files = fs::read_dir(directory).expect("the directory").flatten();
    let files = files.map(|file| file.file_name().to_string_lossy().into_owned());
    let files = files.filter(|name| !name.starts_with("segl.sqlite"));
    let files = files.map(|name| {
        let content = fs::read(directory.join(&name)).unwrap_or_default();
        (name, sha256_hex(&content))
    });
    let log = expect(folder, "audit export --data-dir segl-data", 0).stdout;
    let log = String::from_utf8(log).expect("UTF-8");
    let kinds = log.lines().map(|line| {
        let line: Value = serde_json::from_str(line).expect("JSON");
        line["record"]["kind"].as_str().expect("a kind").to_owned()
    });
    (files.collect(), kinds.filter(|kind| !kind.starts_with("destr")).collect())
}

/// The judgement in a report: what stands in it whenever it is made.
fn judgement(report: &[u8]) -> Value {
    let report: Value = serde_json::from_slice(report).expect("JSON");
    let signatures = report["signatures"].as_array().expect("signatures").iter().map(|one| {
        let codes: Vec<_> =
            one["findings"].as_array().expect("findings").iter().map(|f| &f["code"]).collect();
        json!([one["indication"], one["sub_indication"], one["level"], codes])
    });
    signatures.collect()
}

/// The address of a server, and a folder in which its data directory is the usual one.
fn beside(server: &Server) -> (Folder, String) {
    let folder = folder();
    let link = folder.path("segl-data");
    std::os::unix::fs::symlink(server.data_directory(), link).expect("a link");
    (folder, format!("--server {}", server.address))
}

#[tokio::test]
async fn commands_that_read_use_a_running_services_directory_and_leave_it_as_it_is() {
    let server = Server::demo().await;
    let (folder, to) = beside(&server);
    let seal = format!("seal in.pdf --profile decisions --level B-B {to} --api-key {API_KEY}");
    let told = expect(&folder, &format!("{seal} -o a.pdf"), 0).stderr;
    let told = String::from_utf8(told).expect("UTF-8");
    let receipt = told.trim_end().rsplit(' ').next().expect("a receipt").to_owned();
    let before = kept(&folder, &server.data_directory());
    assert!(before.1.contains(&"outcome".to_owned()), "{before:?}");
    for directory in ["", "--data-dir segl-data"] {
        expect(&folder, &format!("validate a.pdf {directory}"), 0);
        let shown = expect(&folder, &format!("receipt {receipt} --as demo {directory}"), 0).stdout;
        let shown: Value = serde_json::from_slice(&shown).expect("JSON");
        assert_eq!(shown["id"], receipt.as_str());
        expect(&folder, &format!("receipt {receipt} --as mads {directory}"), 1);
        expect(&folder, &format!("profiles {directory}"), 0);
    }
    // Who sealed is known from there, and where the new time-stamp comes from is written down.
    expect(&folder, "augment a.pdf --level B-T --trust-out trust.pem -o b.pdf", 0);
    expect(&folder, "validate b.pdf --trust trust.pem", 0);
    assert_eq!(kept(&folder, &server.data_directory()), before);
    // What is recorded has its directory for itself.
    expect(&folder, "augment a.pdf --level B-T --data-dir segl-data -o c.pdf", 2);
    for command in ["validate a.pdf", "profiles", &format!("receipt {receipt}")] {
        expect(&folder, &format!("{command} --data-dir nowhere"), 2);
    }
    assert!(!folder.path("nowhere").exists(), "nothing is made to be read");
}

#[tokio::test]
async fn command_and_service_give_one_verdict_on_what_an_earlier_run_made() {
    let mut server = Server::embedded().await;
    let sealed = server.seal("profile=decisions", &fixtures::named("one-page.pdf")).await.ok();
    server.stop();
    let server = server.again().await;
    let (folder, to) = beside(&server);
    folder.write("a.pdf", &sealed.body);
    for policy in ["when-available", "signer", "promised", "required"] {
        let validate = format!("validate a.pdf --json --revocation {policy}");
        let verdicts = [to.as_str(), "", "--data-dir segl-data"].map(|place| {
            // Whatever it is, it is the same.
            judgement(&super::signer(&folder, &format!("{validate} {place}")).stdout)
        });
        assert_eq!(verdicts[0], verdicts[1], "{policy}");
        assert_eq!(verdicts[0], verdicts[2], "{policy}");
        assert_eq!(verdicts[0][0][0], "TOTAL-PASSED", "{policy}: the last lists are kept");
    }
}
