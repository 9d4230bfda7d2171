//! The evidence of an act, as its person takes it away: whoever has it verifies it without asking the
//! service, and the package of a seal names nobody.

use std::fs;

use serde_json::Value;

use crate::{
    audit_log, fixtures,
    no_name::owner,
    oracle::{self, Folder, openssl, page_text, verapdf, verapdf_as},
    reader::{Reader, hidden},
    server::{Answer, Server, sha256_hex},
};

const PROFILE: &str = "decisions";

/// The package's files, in a folder.
fn unpacked(answer: &Answer) -> (Folder, Vec<String>) {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/zip");
    let disposition = "attachment; filename=\"segl-evidence.zip\"";
    assert_eq!(answer.header("content-disposition"), disposition);
    let folder = Folder::new();
    let archive = folder.write("evidence.zip", &answer.body);
    let target = folder.path("");
    let arguments = ["-q".as_ref(), archive.as_os_str(), "-d".as_ref(), target.as_os_str()];
    let listed = oracle::run("unzip", arguments);
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
    let mut names: Vec<_> = fs::read_dir(folder.path(""))
        .expect("a folder")
        .map(|entry| entry.expect("a file").file_name().display().to_string())
        .filter(|name| name != "evidence.zip")
        .collect();
    names.sort();
    (folder, names)
}

/// What the page of a package says.
pub fn said(archive: &[u8]) -> String {
    let folder = Folder::new();
    let archive = folder.write("evidence.zip", archive);
    let arguments = ["-p".as_ref(), archive.as_os_str(), "evidence.pdf".as_ref()];
    page_text(&oracle::run("unzip", arguments).stdout, 1)
}

fn json(folder: &Folder, name: &str) -> Value {
    serde_json::from_slice(&fs::read(folder.path(name)).expect(name)).expect("JSON")
}

const RECEIPT: &str = "cms -verify -binary -inform DER -in @receipt.p7m -CAfile @trust-anchors.pem \
                       -purpose any -no_check_time -out @content";

const HEAD: &str = "ts -verify -token_in -in @audit-head.tst -data @audit-head.txt \
                    -CAfile @trust-anchors.pem";

/// Fails unless openssl accepts receipt and head, and refuses both once they are changed; and the receipt
/// names the hash of every other file.
fn assert_whole(folder: &Folder, names: &[String]) -> Value {
    openssl(folder, RECEIPT).expect("openssl accepts the receipt");
    let content = fs::read(folder.path("content")).expect("the content");
    assert_eq!(content, fs::read(folder.path("receipt.json")).expect("the receipt"));
    openssl(folder, HEAD).expect("openssl accepts the time-stamp");
    let receipt: Value = serde_json::from_slice(&content).expect("JSON");
    let hashes = receipt["sha256"].as_object().expect("hashes");
    let own = ["receipt.p7m", "receipt.json", "trust-anchors.pem"];
    let others: Vec<_> = names.iter().filter(|name| !own.contains(&name.as_str())).collect();
    let mut named: Vec<_> = hashes.keys().collect();
    named.sort();
    assert_eq!(named, others);
    for name in others {
        let file = fs::read(folder.path(name)).expect(name);
        assert_eq!(hashes[name], sha256_hex(&file), "{name}");
    }
    let mut sealed = fs::read(folder.path("receipt.p7m")).expect("the receipt");
    let at = crate::pdf_signature::find(&sealed, b"output_sha256").expect("it is attached");
    sealed[at] ^= 1;
    folder.write("receipt.p7m", &sealed);
    openssl(folder, RECEIPT).expect_err("openssl refuses a receipt that was changed");
    folder.write("audit-head.txt", b"1:00");
    openssl(folder, HEAD).expect_err("openssl refuses another head");
    receipt
}

/// A document that was sealed on the pages, and where.
async fn sealed(reader: &Reader<'_>) -> String {
    let document = fixtures::named("danish-text.pdf");
    let batch = reader.lay(vec![("Karens dismissal.pdf".to_owned(), document)]).await;
    let picture = reader.get(&format!("{batch}/1/page/1?width=700")).await.ok();
    reader.read(&batch, 1).await;
    reader.agree(&batch, PROFILE).await;
    reader.wait(&batch).await;
    // What is looked at now was not what was agreed to.
    let later = reader.get(&format!("{batch}/1/page/1?width=90")).await.ok();
    assert_ne!(picture.body, later.body);
    batch
}

#[tokio::test]
async fn evidence_of_a_seal_is_verified_offline_and_names_nobody() {
    let mut server = Server::embedded().await;
    let karen = owner(&server.token("karen", &[]).await);
    let reader = Reader::log_in(&server, "karen").await.in_danish();
    let batch = sealed(&reader).await;
    let picture = reader.get(&format!("{batch}/1/page/1?width=700")).await.ok().body;
    let taken = reader.post(&format!("{batch}/1/evidence"), &[]).await;
    let (folder, names) = unpacked(&taken);
    let counted = reader.get("/administration/statistics?lang=en").await.ok().text();
    let counted = counted.split_whitespace().collect::<Vec<_>>().join(" ");
    let counts = "Decisions</td> <td data-label=\"Done\">1</td>";
    assert!(counted.contains(counts), "the seal, and not that of its receipt: {counted}");
    let all = [
        "audit-head.tst",
        "audit-head.txt",
        "audit-record.json",
        "consent.json",
        "evidence.pdf",
        "receipt.json",
        "receipt.p7m",
        "trust-anchors.pem",
        "validation.json",
    ];
    assert_eq!(names, all);
    for name in &names {
        let file = fs::read(folder.path(name)).expect(name);
        assert_eq!(karen.traces_in(&file), [].into(), "{name}");
    }
    let head = fs::read_to_string(folder.path("audit-head.txt")).expect("a head");
    let consent = json(&folder, "consent.json");
    let shown = &consent["document"]["shown"][0];
    assert_eq!(shown["picture"]["sha256"], sha256_hex(&picture), "{consent:#}");
    assert_eq!(shown["picture"]["width"], 700);
    assert!(shown["text_sha256"].is_string(), "{consent:#}");
    assert_eq!((&consent["language"], &consent["act"]), (&"da".into(), &"seal".into()));
    let validation = json(&folder, "validation.json");
    assert_eq!(validation["signature"]["indication"], "TOTAL-PASSED", "{validation:#}");
    let record = json(&folder, "audit-record.json");
    let receipt = assert_whole(&folder, &names);
    assert_eq!(receipt["act"]["output_sha256"], record["event"]["output_sha256"]);
    assert_eq!(receipt["act"]["requester"], Value::Null);

    let page = fs::read(folder.path("evidence.pdf")).expect("the page");
    let text = page_text(&page, 1);
    for said in [
        "Bevis for et segl",
        "Havnsted Kommune",
        "det er ægte",
        "TOTAL-PASSED",
        "Referencekode",
        "æ",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert_eq!(karen.traces_in(text.as_bytes()), [].into(), "{text}");
    if let Some(failures) = verapdf(&page).await {
        assert_eq!(failures, Ok(vec![]), "PDF/A");
        assert_eq!(verapdf_as(&page, "ua1").await, Some(Ok(vec![])), "PDF/UA");
        assert_ne!(verapdf_as(&page, "1b").await, Some(Ok(vec![])), "it judges");
    }

    server.stop();
    let data = server.data_directory();
    let verified = audit_log::verify(&data, &["--head", &head]);
    assert!(verified.status.success(), "{verified:?}");
    let position = record["position"].as_str().expect("a position");
    let verified = audit_log::verify(&data, &["--head", position]);
    assert!(verified.status.success(), "{verified:?}");
    let (number, _) = head.split_once(':').expect("a head");
    let other = format!("{number}:{}", "0".repeat(64));
    assert!(!audit_log::verify(&data, &["--head", &other]).status.success(), "another head");
    let records = audit_log::records(&data);
    let own = records.iter().filter(|record| {
        record["event"]["requester"]["application"] == "segl-receipts"
            && record["kind"] == "outcome"
    });
    assert_eq!(own.count(), 1, "the receipt's own seal");
}

#[tokio::test]
async fn evidence_is_taken_from_ones_own_acts_later_and_from_nobody_elses() {
    let server = Server::embedded().await;
    let karen = Reader::log_in(&server, "karen").await;
    let batch = sealed(&karen).await;
    let page = karen.get("/acts").await.ok().text();
    let place = [hidden(&page, "position"), hidden(&page, "time")];
    let place = [("position", place[0].as_str()), ("time", place[1].as_str())];
    let (folder, names) = unpacked(&karen.post("/acts/evidence", &place).await);
    assert!(!names.iter().any(|name| name == "consent.json" || name == "validation.json"));
    assert_whole(&folder, &names);
    let text = page_text(&fs::read(folder.path("evidence.pdf")).expect("the page"), 1);
    assert!(text.contains("Evidence of a seal") && text.contains("/verify"), "{text}");

    let mads = Reader::log_in(&server, "mads").await;
    assert_eq!(mads.post("/acts/evidence", &place).await.status, 404);
    assert_eq!(mads.post(&format!("{batch}/1/evidence"), &[]).await.status, 404);
    for wrong in [
        vec![],
        vec![("position", "x"), place[1]],
        vec![place[0], ("time", "yesterday")],
        vec![place[0], place[1], ("more", "1")],
    ] {
        assert_eq!(karen.post("/acts/evidence", &wrong).await.status, 400, "{wrong:?}");
    }
    let elsewhere = [place[0], ("time", "2020-01-01T00:00:00Z")];
    assert_eq!(karen.post("/acts/evidence", &elsewhere).await.status, 404);
    assert_eq!(karen.get(&format!("{batch}/1/evidence")).await.status, 405);
    assert_eq!(karen.post(&format!("{batch}/2/evidence"), &[]).await.status, 404);
}
