//! Nodes that issue certificates which live for years beside each other, with one authority.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use test_database::Server as Postgres;

use super::{KNOWN, node};
use crate::{
    certificate_house::House,
    oracle::{Folder, openssl},
    server::{Answer, Server, send},
};

/// A new key and a request for it: `NAME.key`, `NAME.csr`.
fn request(folder: &Folder, name: &str) {
    openssl(folder, &format!("genrsa -out @{name}.key 3072")).expect("a key");
    let made = format!("req -new -key @{name}.key -subj /CN=any -outform DER -out @{name}.csr");
    openssl(folder, &made).expect("a request");
}

/// Collects what was ordered: `NAME.pem`.
async fn collect(server: &Server, folder: &Folder, name: &str, order: &Value) {
    let csr = STANDARD.encode(std::fs::read(folder.path(&format!("{name}.csr"))).unwrap());
    let word = |member: &str| order[member].as_str().expect("a word").to_owned();
    let asked = async || -> Answer {
        let request = server.post("/.well-known/est/simpleenroll");
        let request = request.basic_auth(word("reference"), Some(word("code")));
        send(request.header("Content-Type", "application/pkcs10").body(csr.clone())).await
    };
    let started = std::time::Instant::now();
    let mut answer = asked().await;
    // A node hears of what another one changed within a second.
    while answer.status != 200 && started.elapsed() < KNOWN {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        answer = asked().await;
    }
    let der = STANDARD.decode(answer.ok().text().replace(['\r', '\n'], "")).expect("Base64");
    folder.write(&format!("{name}.p7"), &der);
    openssl(folder, &format!("pkcs7 -inform DER -in @{name}.p7 -print_certs -out @{name}.pem"))
        .expect("a certificate");
}

/// What a node's responder says of a certificate.
async fn status(server: &Server, folder: &Folder, name: &str) -> String {
    let asked = format!("ocsp -issuer @issuing.pem -cert @{name}.pem -no_nonce -reqout @asked");
    openssl(folder, &asked).expect("a question");
    let asked = std::fs::read(folder.path("asked")).unwrap();
    let request = server.post("/pki/registry/ocsp");
    let request = request.header("Content-Type", "application/ocsp-request").body(asked);
    folder.write("answer", &send(request).await.ok().body);
    let read = format!(
        "ocsp -issuer @issuing.pem -cert @{name}.pem -respin @answer -CAfile @root.pem \
         -verify_other @issuing.pem"
    );
    openssl(folder, &read).expect("an answer that holds")
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_issue_beside_each_other_and_both_answer_for_either_ones_certificates() {
    let address = Postgres::shared().database();
    let (one, two) = (node("one", &address).await, node("two", &address).await);
    let house = House::of(one).await;
    house.accept().await;
    let folder = Folder::new();
    let orders = [house.ordered().await, house.ordered().await];
    for name in ["first", "second"] {
        request(&folder, name);
    }
    // Neither has made the authority yet.
    tokio::join!(
        collect(&house.server, &folder, "first", &orders[0]),
        collect(&two, &folder, "second", &orders[1]),
    );
    for (name, file) in [("root.cer", "root"), ("issuing-ca.cer", "issuing")] {
        let path = format!("/pki/registry/{name}");
        let got = house.server.get(&path).await.ok().body;
        assert_eq!(two.get(&path).await.ok().body, got);
        folder.write(file, &got);
        openssl(&folder, &format!("x509 -inform DER -in @{file} -out @{file}.pem")).unwrap();
    }
    for name in ["first", "second"] {
        openssl(&folder, &format!("verify -CAfile @root.pem -untrusted @issuing.pem @{name}.pem"))
            .expect("it leads to the one root");
        for server in [&house.server, &two] {
            assert!(status(server, &folder, name).await.contains(": good"));
        }
    }
    let listed = house.get("/v1/certificates").await.ok().json();
    let listed = listed["items"].as_array().unwrap();
    let second = listed.iter().find(|one| one["order"] == orders[1]["id"]).expect("it");
    let path = format!("/v1/certificates/{}/revocation", second["id"].as_str().unwrap());
    house.post(&house.users, &path, json!({ "reason": "compromise-suspected" })).await.ok();
    let serial = second["serial_number"].as_str().unwrap().to_uppercase();
    for server in [&house.server, &two] {
        assert!(status(server, &folder, "second").await.contains(": revoked"));
        assert!(status(server, &folder, "first").await.contains(": good"));
        folder.write("crl", &server.get("/pki/registry/issuing-ca.crl").await.ok().body);
        let list = openssl(&folder, "crl -inform DER -in @crl -noout -text -CAfile @issuing.pem");
        assert!(list.expect("a list").contains(&serial));
    }
    for server in [&house.server, &two] {
        assert!(!server.data_directory().join("registry").exists());
    }
}
