//! Certificates that live for years, collected by strongSwan's client of EST (RFC 7030) from a service that
//! keeps them: enrolled with reference and code, followed with the certificate, and blocked.

use reqwest::Method;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    certificate_house::House,
    connections::raw::configuration_with,
    issuer::Issuer,
    oracle::{Folder, openssl, run},
    organisations::Newcomer,
    server::{Server, send},
};

/// A house whose service speaks TLS, and a folder of a client who trusts it: `tls.pem`.
pub async fn house() -> (House, Folder) {
    let folder = Folder::new();
    // Clients differ in whether a server may show a certificate of a CA.
    for made in [
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout @ca.key -out @tls.pem \
         -days 2 -subj /CN=authority",
        "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout @tls.key -out @tls.csr \
         -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1",
        "x509 -req -in @tls.csr -CA @tls.pem -CAkey @ca.key -set_serial 2 -days 2 \
         -copy_extensions copy -out @server.pem",
    ] {
        openssl(&folder, made).expect("openssl makes a certificate");
    }
    let read = |name| std::fs::read(folder.path(name)).expect("a file");
    let tls = "[server.tls]\ncertificate = \"tls.pem\"\nkey = \"tls.key\"\n[organisation]";
    let configuration = configuration_with("").replacen("[organisation]", tls, 1);
    let configuration =
        configuration.replace("http://segl.example.org", "https://localhost:{port}");
    let (certificate, key) = (read("server.pem"), read("tls.key"));
    let files = [("tls.pem", certificate.as_slice()), ("tls.key", key.as_slice())];
    let server = Server::with_files(&configuration, &Issuer::new().key_set(), &files).await;
    let house = House::of(server).await;
    house.accept().await;
    // A certificate is due to be renewed a day after it was issued: programs that judge by the true time are
    // shown none that is not good yet.
    let path = "/v1/certificate-profiles/payments/terms";
    let tag = house.get(path).await.ok().header("etag").to_owned();
    let terms = json!({
        "name": "Betalinger", "purposes": ["authentication", "encryption"],
        "lifetime_days": 181, "overlap_days": 180,
    });
    let request = house.server.request(Method::PUT, path).bearer_auth(&house.users).json(&terms);
    send(request.header("If-Match", tag)).await.ok();
    set_clock(&house, -2).await;
    for (name, file) in [("root.cer", "root"), ("issuing-ca.cer", "issuing")] {
        let got = house.server.get(&format!("/pki/registry/{name}")).await.ok();
        folder.write(file, &got.body);
        openssl(&folder, &format!("x509 -inform DER -in @{file} -out @{file}.pem"))
            .expect("it is one");
    }
    (house, folder)
}

/// Sets the service's clock so many days from now.
pub async fn set_clock(house: &House, days: i64) {
    let time = (OffsetDateTime::now_utc() + Duration::days(days)).format(&Rfc3339).unwrap();
    house.server.control("/clock", json!({ "action": "set", "time": time })).await.ok();
}

/// A new key and a request for it: `NAME.key`, `NAME.csr`.
pub fn request(folder: &Folder, name: &str) {
    openssl(folder, &format!("genrsa -out @{name}.key 3072")).expect("a key");
    of_key(folder, name);
}

fn of_key(folder: &Folder, name: &str) {
    let made = format!("req -new -key @{name}.key -subj /CN=any -outform DER -out @{name}.csr");
    openssl(folder, &made).expect("a request");
}

/// strongSwan's client; what it gets stands in `OUT.pem`.
pub fn pki(house: &House, folder: &Folder, more: &str, out: &str) -> Result<(), String> {
    let address = house.server.address.replace("127.0.0.1", "localhost");
    let shell = format!(
        "cd {} && pki --est --url {address} --cacert tls.pem --cacert root.pem --cacert issuing.pem \
         --outform pem {more} > {out}.pem",
        folder.path("").display()
    );
    let ran = run("sh", ["-c", &shell]);
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    if ran.status.success() { Ok(()) } else { Err(said) }
}

/// Enrols with this reference and code.
pub fn enrol(
    house: &House,
    folder: &Folder,
    name: &str,
    order: &Value,
    code: &str,
) -> Result<(), String> {
    let reference = order["reference"].as_str().expect("a reference");
    pki(house, folder, &format!("--in {name}.csr --userpass {reference}:{code}"), name)
}

fn code(order: &Value) -> &str {
    order["code"].as_str().expect("a code")
}

fn verified(folder: &Folder, name: &str) -> String {
    openssl(folder, &format!("verify -CAfile @root.pem -untrusted @issuing.pem @{name}.pem"))
        .expect("it leads to the root");
    openssl(folder, &format!("x509 -in @{name}.pem -noout -subject -nameopt utf8,sep_comma_plus"))
        .expect("a certificate")
}

/// What the registry's responder says of a certificate.
pub async fn ocsp(house: &House, folder: &Folder, name: &str) -> String {
    let asked = format!("ocsp -issuer @issuing.pem -cert @{name}.pem -no_nonce -reqout @asked");
    openssl(folder, &asked).expect("a question");
    let asked = std::fs::read(folder.path("asked")).expect("a question");
    let request = house.server.post("/pki/registry/ocsp");
    let request = request.header("Content-Type", "application/ocsp-request").body(asked);
    folder.write("answer", &send(request).await.ok().body);
    let read = format!(
        "ocsp -issuer @issuing.pem -cert @{name}.pem -respin @answer -CAfile @root.pem \
         -verify_other @issuing.pem"
    );
    openssl(folder, &read).expect("an answer that holds")
}

/// The registry's revocation list, as text; its signature holds.
async fn list(house: &House, folder: &Folder) -> String {
    folder.write("crl", &house.server.get("/pki/registry/issuing-ca.crl").await.ok().body);
    openssl(folder, "crl -inform DER -in @crl -noout -text -CAfile @issuing.pem").expect("a list")
}

/// The house's certificates, those that take no other's place first.
pub async fn certificates(house: &House) -> Vec<Value> {
    let listed = house.get("/v1/certificates").await.ok().json();
    let mut all = listed["items"].as_array().expect("a list").clone();
    all.sort_by_key(|one| one.get("replaces").is_some());
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn strongswan_collects_what_was_ordered_and_follows_it_until_it_is_blocked() {
    let (house, folder) = house().await;
    let order = house.ordered().await;
    for name in ["one", "two", "three", "four"] {
        request(&folder, name);
    }
    enrol(&house, &folder, "one", &order, "00000-00000-00000-00000").expect_err("a wrong code");
    openssl(&folder, "ecparam -name prime256v1 -genkey -noout -out @curve.key").expect("a key");
    of_key(&folder, "curve");
    let refused = enrol(&house, &folder, "curve", &order, code(&order));
    assert!(refused.is_err(), "the terms ask for RSA");
    enrol(&house, &folder, "one", &order, code(&order)).expect("it is issued");
    let subject = verified(&folder, "one");
    assert!(subject.contains("CN=Betalinger") && subject.contains("UI:DK-O:G:"), "{subject}");
    enrol(&house, &folder, "two", &order, code(&order)).expect_err("the code was used");

    // The listener learns of an authority that was just made within a second.
    let renewal = "--in two.csr --cert one.pem --key one.key";
    pki(&house, &folder, renewal, "none").expect_err("it is not due yet");
    set_clock(&house, 0).await;
    assert!(ocsp(&house, &folder, "one").await.contains(": good"));
    let mut renewed = pki(&house, &folder, renewal, "two");
    for _ in 0..50 {
        if renewed.is_ok() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        renewed = pki(&house, &folder, renewal, "two");
    }
    renewed.expect("the successor is issued");
    assert_eq!(verified(&folder, "two"), subject, "name and UUID stay");
    // No key is certified twice, and no certificate has two successors.
    pki(&house, &folder, renewal, "none").expect_err("the key is known");
    pki(&house, &folder, "--in three.csr --cert one.pem --key one.key", "none")
        .expect_err("it has a successor");

    let [one, two] = certificates(&house).await.try_into().expect("two");
    assert_eq!((&one["order"], &two["replaces"]), (&order["id"], &one["id"]));
    assert_eq!(one["uuid"], two["uuid"]);
    let path = format!("/v1/certificate-orders/{}", order["id"].as_str().unwrap());
    assert_eq!(house.get(&path).await.ok().json()["state"], "issued");

    let serial = |one: &Value| one["serial_number"].as_str().unwrap().to_uppercase();
    assert!(!list(&house, &folder).await.contains(&serial(&one)));
    let path = format!("/v1/certificates/{}/revocation", one["id"].as_str().unwrap());
    let block = json!({ "reason": "compromise-suspected" });
    house.post(&house.users, &path, block).await.ok();
    let said = ocsp(&house, &folder, "one").await;
    assert!(said.contains(": revoked") && said.contains("keyCompromise"), "{said}");
    let list = list(&house, &folder).await;
    assert!(list.contains(&serial(&one)) && list.contains("Key Compromise"), "{list}");
    assert!(!list.contains(&serial(&two)), "{list}");
    pki(&house, &folder, "--in three.csr --cert one.pem --key one.key", "none")
        .expect_err("it is blocked");
    assert!(ocsp(&house, &folder, "two").await.contains(": good"));
    pki(&house, &folder, "--in three.csr --cert two.pem --key two.key", "none")
        .expect_err("it is not due yet");
    set_clock(&house, 2).await;
    pki(&house, &folder, "--in three.csr --cert two.pem --key two.key", "three")
        .expect("the other one is good");
    // Where the successor is blocked, another one takes the place.
    let successors = certificates(&house).await;
    let three = successors.iter().find(|one| one["replaces"] == two["id"]).expect("it");
    let path = format!("/v1/certificates/{}/revocation", three["id"].as_str().unwrap());
    house.post(&house.users, &path, json!({ "reason": "not-given" })).await.ok();
    pki(&house, &folder, "--in four.csr --cert two.pem --key two.key", "four")
        .expect("it has none that is not blocked");
}

#[tokio::test(flavor = "multi_thread")]
async fn five_wrong_codes_lock_an_order_and_a_new_code_opens_it() {
    let (house, folder) = house().await;
    let order = house.ordered().await;
    request(&folder, "one");
    for _ in 0..5 {
        enrol(&house, &folder, "one", &order, "00000-00000-00000-00000").expect_err("wrong");
    }
    let path = format!("/v1/certificate-orders/{}", order["id"].as_str().unwrap());
    assert_eq!(house.get(&path).await.ok().json()["state"], "locked");
    enrol(&house, &folder, "one", &order, code(&order)).expect_err("it is locked");
    let renewed = house.post(&house.users, &format!("{path}/code"), json!({})).await.ok().json();
    enrol(&house, &folder, "one", &order, code(&order)).expect_err("it counts no more");
    enrol(&house, &folder, "one", &order, code(&renewed)).expect("it is issued");

    // Another organisation has no part in it.
    let other = Newcomer::add(&house.server).await.users;
    let listed = house.server.get_as("/v1/certificates", &other).await.ok().json();
    assert_eq!(listed, json!({ "items": [] }));
    let [one] = certificates(&house).await.try_into().expect("one");
    let path = format!("/v1/certificates/{}", one["id"].as_str().unwrap());
    assert_eq!(house.server.get_as(&path, &other).await.status, 404);
    let (path, block) = (format!("{path}/revocation"), json!({ "reason": "not-given" }));
    assert_eq!(house.post(&other, &path, block).await.status, 404);
}
