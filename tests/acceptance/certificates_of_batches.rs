//! Many certificates blocked in one act: a hundred, or with `SEGL_LONG=1` a thousand, which is the most.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    certificate_house::House,
    oracle::{Folder, openssl},
    server::send,
};

/// How many certificates the responder is asked for, one by one.
const ASKED: usize = 50;

fn many() -> usize {
    if std::env::var_os("SEGL_LONG").is_some() { 1_000 } else { 100 }
}

/// Orders a certificate of `archive` and collects it with a new key.
async fn collect(house: &House) {
    let wanted = json!({ "profile": "archive", "identification": "one-time-code" });
    let order = house.order(wanted).await;
    assert_eq!(order.status, 201, "{}", order.text());
    let order = order.json();
    let text = |name: &str| order[name].as_str().unwrap().to_owned();
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
    let asked = rcgen::CertificateParams::default().serialize_request(&key).unwrap();
    let path = format!("/v1/issuances/{}", text("reference"));
    let request = house.server.request(Method::POST, &path);
    let request = request.basic_auth(text("reference"), Some(text("code")));
    let request = request.header("Content-Type", "application/pkcs10");
    let answer = send(request.body(asked.der().to_vec())).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
}

/// All certificates, by their names.
async fn certificates(house: &House) -> BTreeMap<String, Value> {
    let (mut all, mut after) = (BTreeMap::new(), String::new());
    loop {
        let part = house.get(&format!("/v1/certificates?limit=400{after}")).await.ok().json();
        for one in part["items"].as_array().unwrap() {
            all.insert(one["id"].as_str().unwrap().to_owned(), one.clone());
        }
        let Some(next) = part["next"].as_str() else { return all };
        after = format!("&after={next}");
    }
}

async fn block(house: &House, ids: &[&String], dry_run: bool) -> Vec<Value> {
    let batch = json!({
        "act": "block", "reason": "compromise-suspected", "certificates": ids, "dry_run": dry_run,
    });
    let told = house.post(&house.users, "/v1/certificate-batches", batch).await.ok().json();
    told["results"].as_array().unwrap().clone()
}

/// Serial numbers as the service writes them, of those that openssl reads from the list, and why each is blocked.
fn listed(folder: &Folder, list: &[u8]) -> BTreeMap<String, String> {
    folder.write("crl", list);
    let text = openssl(folder, "crl -inform DER -in @crl -noout -text -CAfile @issuing.pem");
    let text = text.expect("a list that holds");
    let entries = text.split("Serial Number:").skip(1).map(|entry| {
        let serial = entry.split_whitespace().next().unwrap().to_lowercase();
        let mut lines = entry.lines().skip_while(|line| !line.contains("CRL Reason Code"));
        (serial, lines.nth(1).unwrap_or_default().trim().to_owned())
    });
    entries.collect()
}

/// What the registry's responder says of a certificate.
async fn ocsp(house: &House, folder: &Folder, one: &Value) -> String {
    folder.write("one.pem", one["pem"].as_str().unwrap().as_bytes());
    openssl(folder, "ocsp -issuer @issuing.pem -cert @one.pem -no_nonce -reqout @asked")
        .expect("a question");
    let asked = std::fs::read(folder.path("asked")).unwrap();
    let request = house.server.post("/pki/registry/ocsp");
    let request = request.header("Content-Type", "application/ocsp-request").body(asked);
    folder.write("answer", &send(request).await.ok().body);
    let read = "ocsp -issuer @issuing.pem -cert @one.pem -respin @answer -CAfile @root.pem \
                -verify_other @issuing.pem";
    openssl(folder, read).expect("an answer that holds")
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_are_blocked_at_once_the_one_that_was_blocked_fails_alone() {
    let (house, folder, many) = (House::open().await, Folder::new(), many());
    house.accept().await;
    let terms = json!({ "name": "Arkiv", "purposes": ["authentication"], "key": "p256" });
    let at = "/v1/certificate-profiles/archive/terms";
    let request = house.server.request(Method::PUT, at).bearer_auth(&house.users).json(&terms);
    assert_eq!(send(request).await.status, 201);
    for _ in 0..=many {
        collect(&house).await;
    }
    for (name, file) in [("root.cer", "root.pem"), ("issuing-ca.cer", "issuing.pem")] {
        let der = house.server.get(&format!("/pki/registry/{name}")).await.ok().body;
        let lines = STANDARD.encode(&der);
        let lines: Vec<_> = lines.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
        let (begin, end) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----");
        folder.write(file, format!("{begin}\n{}\n{end}\n", lines.join("\n")).as_bytes());
    }
    let before = certificates(&house).await;
    assert_eq!(before.len(), many + 1);
    let ids: Vec<&String> = before.keys().collect();
    let (spared, ids) = ids.split_first().unwrap();
    // One is blocked already, for another reason.
    let early = ids[many / 2];
    let reason = json!({ "reason": "left-organisation" });
    house.post(&house.users, &format!("/v1/certificates/{early}/revocation"), reason).await.ok();
    for dry_run in [true, false] {
        let results = block(&house, ids, dry_run).await;
        assert_eq!(results.len(), many);
        for (result, id) in results.iter().zip(ids) {
            let problem = result["problem"].as_str().map(|kind| kind.rsplit(':').next().unwrap());
            let expected = if id == &early { (false, Some("entry-ended")) } else { (true, None) };
            assert_eq!(result["certificate"], **id);
            assert_eq!((result["done"].as_bool().unwrap(), problem), expected, "{result}");
        }
        let blocked = house.get("/v1/certificates?state=blocked&limit=1000").await.ok().json();
        let blocked = blocked["items"].as_array().unwrap().len();
        assert_eq!(blocked, if dry_run { 1 } else { many });
    }
    let after = certificates(&house).await;
    assert_eq!(after[*spared]["state"], "valid");
    let serial = |id: &str| after[id]["serial_number"].as_str().unwrap().to_owned();
    let list = house.server.get("/pki/registry/issuing-ca.crl").await.ok().body;
    let listed = listed(&folder, &list);
    let expected: BTreeSet<_> = ids.iter().map(|id| serial(id)).collect();
    assert_eq!(listed.keys().cloned().collect::<BTreeSet<_>>(), expected);
    for id in ids {
        let (state, reason) = (&after[*id]["state"], &after[*id]["reason"]);
        let (given, coded) = if id == &early {
            ("left-organisation", "Affiliation Changed")
        } else {
            ("compromise-suspected", "Key Compromise")
        };
        assert_eq!((state, reason), (&json!("blocked"), &json!(given)));
        assert_eq!(listed[&serial(id)], coded);
    }
    for id in ids.iter().step_by(many.div_ceil(ASKED)) {
        let told = ocsp(&house, &folder, &after[*id]).await;
        assert!(told.contains("one.pem: revoked"), "{told}");
    }
    assert!(ocsp(&house, &folder, &after[*spared]).await.contains("one.pem: good"));
    // Again nothing is done, and each is told of.
    let again = block(&house, ids, false).await;
    assert!(again.iter().all(|result| result["done"] == false), "{again:?}");
}
