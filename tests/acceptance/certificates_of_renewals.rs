//! Certificates that live for years, renewed: on the command line with the old file, and over the API by the
//! person whose they are.

use std::{
    fs,
    process::{Command, Output, Stdio},
};

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    certificate_house::{House, refused},
    certificates_of_est_clients::{house, ocsp, set_clock},
    oracle::{Folder, openssl},
    server::{self, send},
};

const PASSWORD: &str = "correct horse battery";

fn signer(house: &House, folder: &Folder, words: &str) -> Output {
    let address = house.server.address.replace("127.0.0.1", "localhost");
    Command::new(server::binary())
        .arg("certificate")
        .args(words.split_whitespace())
        .args(["--password-file", "password", "--ca", "tls.pem", "--server", &address])
        .current_dir(folder.path(""))
        .stdin(Stdio::null())
        .output()
        .expect("`signer` starts")
}

/// Exit code, and what stands on standard error.
fn told(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Renews, again where the listener has not learned of the authority yet, which takes it a second.
async fn renew(house: &House, folder: &Folder, words: &str) -> (Option<i32>, String) {
    for _ in 0..50 {
        let (code, said) = told(&signer(house, folder, &format!("renew {words}")));
        if !said.contains("show the certificate that is to be followed") {
            return (code, said);
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the listener asks for no certificate");
}

/// Takes out what OpenSSL finds in a file: `NAME.pem` is the leaf, and `NAME.all` everything.
fn opened(folder: &Folder, file: &str, name: &str) {
    let password = folder.path("password").display().to_string();
    let command = match file.ends_with(".pem") {
        true => {
            fs::copy(folder.path(file), folder.path(&format!("{name}.all"))).unwrap();
            format!("pkey -in @{file} -passin file:{password} -noout")
        }
        false => {
            format!("pkcs12 -legacy -in @{file} -passin file:{password} -nodes -out @{name}.all")
        }
    };
    openssl(folder, &command).expect("it opens");
    let key = format!("pkey -in @{name}.all -passin file:{password} -pubout -out @{name}.pub");
    openssl(folder, &key).expect("a key");
    openssl(folder, &format!("x509 -in @{name}.all -out @{name}.pem")).expect("a certificate");
    let all = fs::read_to_string(folder.path(&format!("{name}.all"))).unwrap();
    let blocks = all.split("-----BEGIN CERTIFICATE-----").skip(1).map(|block| {
        let (block, _) = block.split_once("-----END CERTIFICATE-----").expect("an end");
        format!("-----BEGIN CERTIFICATE-----{block}-----END CERTIFICATE-----\n")
    });
    let chain: String = blocks.collect();
    folder.write(&format!("{name}.chain"), chain.as_bytes());
}

fn shown(folder: &Folder, name: &str, what: &str) -> String {
    openssl(folder, &format!("x509 -in @{name}.pem -noout {what}")).expect("a certificate")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_file_is_all_that_a_renewal_wants_and_it_stays_as_it_was() {
    let (house, folder) = house().await;
    folder.write("password", format!("{PASSWORD}\n").as_bytes());
    let kinds = [("one.p12", ""), ("two.p12", "--compatible"), ("three.pem", "--pem")];
    for (file, kind) in kinds {
        let order = house.ordered().await;
        folder.write("code", order["code"].as_str().unwrap().as_bytes());
        let reference = order["reference"].as_str().unwrap();
        let words = format!("collect {reference} --code-file code -o {file} {kind}");
        let output = signer(&house, &folder, &words);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
    let (code, said) = renew(&house, &folder, "one.p12 -o none.p12").await;
    assert!(code == Some(1) && said.contains("due"), "{said}");
    assert!(!folder.path("none.p12").exists() && !said.contains("may have been"), "{said}");
    set_clock(&house, 0).await;
    for (file, kind) in kinds {
        let old = fs::read(folder.path(file)).unwrap();
        let new = format!("new-{file}");
        let (code, said) = renew(&house, &folder, &format!("{file} -o {new} {kind}")).await;
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("Betalinger"), "{said}");
        assert_eq!(fs::read(folder.path(file)).unwrap(), old);
        opened(&folder, file, "before");
        opened(&folder, &new, "after");
        let subject = "-subject -nameopt utf8,sep_comma_plus";
        let names = ["before", "after"].map(|name| shown(&folder, name, subject));
        assert!(names[0] == names[1] && names[0].contains("UI:DK-O:G:"), "{names:?}");
        let numbers = ["before", "after"].map(|name| shown(&folder, name, "-serial"));
        assert_ne!(numbers[0], numbers[1]);
        let keys = ["before", "after"].map(|name| {
            let of_file = fs::read_to_string(folder.path(&format!("{name}.pub"))).unwrap();
            assert_eq!(shown(&folder, name, "-pubkey"), of_file, "the key is the certificate's");
            of_file
        });
        assert_ne!(keys[0], keys[1]);
        // The file has the issuers as well.
        openssl(&folder, "verify -CAfile @root.pem -untrusted @after.chain @after.pem")
            .expect("a chain");
        for name in ["before", "after"] {
            assert!(ocsp(&house, &folder, name).await.contains(": good"), "{file} {name}");
        }
        let (code, said) = renew(&house, &folder, &format!("{file} -o none.p12")).await;
        assert_eq!(code, Some(1), "it has a successor: {said}");
        assert!(!folder.path("none.p12").exists());
    }
    let listed = house.get("/v1/certificates").await.ok().json();
    let listed = listed["items"].as_array().unwrap();
    assert_eq!(listed.iter().filter(|one| one.get("replaces").is_some()).count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_that_cannot_be_written_or_shown_is_not_asked_for() {
    let (house, folder) = house().await;
    folder.write("password", format!("{PASSWORD}\n").as_bytes());
    let order = house.ordered().await;
    folder.write("code", order["code"].as_str().unwrap().as_bytes());
    let reference = order["reference"].as_str().unwrap();
    let words = format!("collect {reference} --code-file code -o holder.p12");
    assert_eq!(signer(&house, &folder, &words).status.code(), Some(0));
    set_clock(&house, 0).await;
    folder.write("nonsense", b"nonsense");
    fs::copy(folder.path("root.pem"), folder.path("keyless.pem")).unwrap();
    for (words, said) in [
        ("holder.p12 -o holder.p12", "is there already"),
        ("holder.p12 -o no/such.p12", "no such folder"),
        ("nonsense -o new.p12", "no PKCS#12 file"),
        ("keyless.pem -o new.p12", "no EncryptedPrivateKeyInfo"),
        ("missing -o new.p12", "missing"),
    ] {
        let (code, told) = renew(&house, &folder, words).await;
        assert!(code == Some(2) && told.contains(said), "{words}: {told}");
    }
    let plain = ["certificate", "renew", "holder.p12", "-o", "new.p12", "--server"];
    let plain = Command::new(server::binary())
        .args(plain)
        .args(["http://localhost:1", "--password-file", "password"])
        .current_dir(folder.path(""))
        .output()
        .expect("`signer` starts");
    let (code, said) = told(&plain);
    assert!(code == Some(2) && said.contains("over https alone"), "{said}");
    folder.write("password", b"correct horse batterz");
    let (code, said) = renew(&house, &folder, "holder.p12 -o new.p12").await;
    assert!(code == Some(2) && said.contains("the password is wrong"), "{said}");
    assert!(!folder.path("new.p12").exists());
    folder.write("password", PASSWORD.as_bytes());
    let (code, said) = renew(&house, &folder, "holder.p12 -o new.p12 --make-password").await;
    assert!(code == Some(0) && said.contains("password: "), "{said}");
    assert!(!said.contains(PASSWORD), "{said}");
}

/// A request for a new key.
fn csr(request: RequestBuilder) -> RequestBuilder {
    let folder = Folder::new();
    let made = "req -new -newkey rsa:3072 -nodes -keyout @key -subj /CN=any -outform DER -out @csr";
    openssl(&folder, made).expect("a request");
    let csr = fs::read(folder.path("csr")).unwrap();
    request.header("Content-Type", "application/pkcs10").body(csr)
}

fn subject(answer: &[u8]) -> String {
    let folder = Folder::new();
    folder.write("got", answer);
    openssl(&folder, "x509 -in @got -noout -subject").expect("a certificate")
}

#[tokio::test]
async fn a_person_renews_their_own_certificate_and_nobody_else_does() {
    let mut house = House::of_file().await;
    house.accept().await;
    house.allow(json!({ "allow_user_certificates": true })).await;
    let at = "/v1/certificate-profiles/people/terms";
    let tag = house.get(at).await.ok().header("etag").to_owned();
    let terms = json!({
        "name": "People", "purposes": ["authentication"], "lifetime_days": 181, "overlap_days": 180,
    });
    let request = house.server.request(Method::PUT, at).bearer_auth(&house.users).json(&terms);
    send(request.header("If-Match", tag)).await.ok();
    let karen = house.person("karen").await;
    house.accept().await;
    let order = house.order(json!({ "profile": "people", "holder": karen })).await.ok().json();
    let issuance = format!("/v1/issuances/{}", order["reference"].as_str().unwrap());
    let collecting = house.server.post(&issuance).bearer_auth(&house.users);
    let first = send(csr(collecting)).await;
    assert_eq!(first.status, 201, "{}", first.text());
    let listed = house.get("/v1/certificates").await.ok().json();
    let id = listed["items"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/certificates/{id}/renewal");
    let renewal = |path: &str, bearer: &str| house.server.post(path).bearer_auth(bearer);

    let early = send(csr(renewal(&path, &house.users))).await;
    refused(&early, 409, "order-not-possible");
    let mads = house.colleague().await;
    let other = send(csr(renewal(&path, &mads))).await;
    refused(&other, 403, "not-permitted");
    let unknown = send(csr(renewal("/v1/certificates/none/renewal", &house.users))).await;
    refused(&unknown, 404, "entry-unknown");
    refused(&send(csr(house.server.post(&path))).await, 401, "authentication-required");
    let plain = renewal(&path, &house.users).header("Content-Type", "text/plain").body("x");
    refused(&send(plain).await, 415, "content-type-not-accepted");
    let nonsense = renewal(&path, &house.users).header("Content-Type", "application/pkcs10");
    refused(&send(nonsense.body("x")).await, 400, "request-malformed");

    let later = OffsetDateTime::now_utc() + Duration::days(2);
    let later = json!({ "action": "set", "time": later.format(&Rfc3339).unwrap() });
    house.server.control("/clock", later).await.ok();
    house.users = house.server.token("karen", &[]).await;
    // Its holder stops reminders; nobody is to miss that the successor is not in use yet.
    let mute = format!("/v1/certificates/{id}/mute");
    let muted = house.post(&house.users, &mute, json!({})).await.ok().json();
    assert!(muted["muted_by"].as_str().unwrap().starts_with("person "), "{muted}");
    let renewal = |bearer: &str| house.server.post(&path).bearer_auth(bearer);
    let second = send(csr(renewal(&house.users))).await;
    assert_eq!(
        (second.status, second.header("content-type")),
        (201, "application/pem-certificate-chain"),
        "{}",
        second.text()
    );
    assert_eq!(second.text().matches("BEGIN CERTIFICATE").count(), 3);
    assert_eq!(subject(&second.body), subject(&first.body));
    refused(&send(csr(renewal(&house.users))).await, 409, "order-not-possible");
    let listed: Value = house.get("/v1/certificates").await.ok().json();
    let listed = listed["items"].as_array().unwrap();
    let successor = listed.iter().find(|one| one["replaces"] == json!(id)).expect("it");
    let before = listed.iter().find(|one| one["id"] == json!(id)).expect("it");
    assert_eq!((&successor["uuid"], &successor["holder"]), (&before["uuid"], &before["holder"]));
    assert_eq!(before["state"], "renewal-due", "it stays good");
    assert_eq!((before.get("muted"), successor.get("muted")), (None, None));
}
