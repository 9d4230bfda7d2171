//! Certificates that live for years, collected over the API: with reference and one-time code, and by the
//! person who was named.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    certificate_house::{House, refused},
    oracle::{Folder, openssl},
    server::send,
};

const WRONG: &str = "00000-00000-00000-00000";

/// A request for a new key, as `openssl req` writes it.
fn request(form: &str) -> Vec<u8> {
    let folder = Folder::new();
    openssl(
        &folder,
        &format!(
            "req -new -newkey rsa:3072 -nodes -keyout @key -subj /CN=any -outform {form} -out @csr"
        ),
    )
    .expect("a request");
    std::fs::read(folder.path("csr")).expect("a file")
}

fn path(order: &Value) -> String {
    format!("/v1/issuances/{}", order["reference"].as_str().expect("a reference"))
}

/// A request with the order's reference and a code.
fn with_code(house: &House, method: Method, order: &Value, code: &str) -> RequestBuilder {
    let reference = order["reference"].as_str().expect("a reference");
    house.server.request(method, &path(order)).basic_auth(reference, Some(code))
}

fn csr(request: RequestBuilder, form: &str) -> RequestBuilder {
    request.header("Content-Type", "application/pkcs10").body(self::request(form))
}

/// What openssl says of certificates.
fn shown(command: &str, answer: &[u8]) -> String {
    let folder = Folder::new();
    folder.write("got", answer);
    openssl(&folder, &format!("{command} -in @got")).expect("it reads them")
}

#[tokio::test]
async fn reference_and_code_show_what_would_be_issued_and_collect_it_once() {
    let house = House::open().await;
    house.accept().await;
    let order = house.ordered().await;
    let code = order["code"].as_str().expect("a code");
    let see = async |code: &str| send(with_code(&house, Method::GET, &order, code)).await;
    refused(&see(WRONG).await, 401, "credentials-invalid");
    let seen = see(code).await.ok().json();
    assert_eq!((&seen["name"], &seen["kind"]), (&json!("Betalinger"), &json!("system")));
    assert_eq!((&seen["key"], &seen["lifetime_days"]), (&json!("rsa3072"), &json!(1095)));
    assert!(!seen.to_string().contains(code));
    // The code is good for its own order alone, and nobody without it collects: not who ordered either.
    let other = house.ordered().await;
    let wrong = house.server.request(Method::GET, &path(&other));
    let wrong = wrong.basic_auth(order["reference"].as_str().unwrap(), Some(code));
    refused(&send(wrong).await, 401, "credentials-invalid");
    refused(&house.get(&path(&order)).await, 404, "entry-unknown");
    refused(&house.server.get(&path(&order)).await, 401, "authentication-required");

    let collect = || with_code(&house, Method::POST, &order, code);
    let plain = collect().header("Content-Type", "text/plain").body("x");
    refused(&send(plain).await, 415, "content-type-not-accepted");
    let nonsense = collect().header("Content-Type", "application/pkcs10").body("x");
    refused(&send(nonsense).await, 400, "request-malformed");
    let got = send(csr(collect(), "PEM")).await;
    assert_eq!(
        (got.status, got.header("content-type")),
        (201, "application/pem-certificate-chain")
    );
    assert_eq!(got.text().matches("BEGIN CERTIFICATE").count(), 3);
    assert!(shown("x509 -noout -subject", &got.body).contains("CN = Betalinger"));
    refused(&send(csr(collect(), "PEM")).await, 401, "credentials-invalid");

    let id = house.get("/v1/certificates").await.ok().json()["items"][0]["id"].clone();
    let records = house.get("/v1/certificate-orders").await.ok().text();
    assert!(records.contains("issued") && id.is_string());
}

#[tokio::test]
async fn certificates_come_in_the_form_that_is_asked_for() {
    let house = House::open().await;
    house.accept().await;
    for (accept, command) in [
        ("application/pkix-cert", "x509 -inform DER -noout -subject"),
        ("application/pkcs7-mime", "pkcs7 -inform DER -noout -print_certs"),
    ] {
        let order = house.ordered().await;
        let code = order["code"].as_str().expect("a code");
        let asked = with_code(&house, Method::POST, &order, code).header("Accept", accept);
        let got = send(csr(asked, "DER")).await;
        assert_eq!(got.status, 201, "{}", got.text());
        assert!(got.header("content-type").starts_with(accept));
        assert!(shown(command, &got.body).contains("Betalinger"), "{accept}");
    }
}

#[tokio::test]
async fn the_person_who_was_named_collects_and_nobody_else() {
    let house = House::of_file().await;
    house.accept().await;
    house.allow(json!({ "allow_user_certificates": true })).await;
    let karen = house.person("karen").await;
    // Who has an entry accepts by it.
    house.accept().await;
    let order = house.order(json!({ "profile": "people", "holder": karen })).await.ok().json();
    let mads = house.colleague().await;
    let collect = |bearer: &str| {
        csr(house.server.request(Method::POST, &path(&order)).bearer_auth(bearer), "DER")
    };
    refused(&send(collect(&mads)).await, 404, "entry-unknown");
    let code = with_code(&house, Method::GET, &order, WRONG);
    refused(&send(code).await, 401, "credentials-invalid");
    let got = send(collect(&house.users)).await;
    assert_eq!(got.status, 201, "{}", got.text());
    let subject = shown("x509 -noout -subject", &got.body);
    assert!(subject.contains("CN = Karen Aagaard") && subject.contains("UI:DK-E:G:"), "{subject}");
    refused(&send(collect(&house.users)).await, 409, "order-state");
}

#[tokio::test]
async fn what_would_show_an_address_is_refused_while_no_mail_is_sent() {
    let house = House::open().await;
    house.accept().await;
    let terms = json!({
        "name": "Arkiv", "purposes": ["email"], "email": "archive@example.com",
    });
    let at = "/v1/certificate-profiles/archive/terms";
    let request = house.server.request(Method::PUT, at).bearer_auth(&house.users).json(&terms);
    assert_eq!(send(request).await.status, 201);
    let wanted = json!({ "profile": "archive", "identification": "one-time-code" });
    let answer = house.order(wanted).await;
    refused(&answer, 409, "order-not-possible");
    let detail = answer.problem()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("no mail server is configured"), "{detail}");
    assert_eq!(house.get("/v1/certificate-orders").await.ok().json(), json!({ "items": [] }));
}

#[tokio::test]
async fn who_collects_with_a_code_on_the_page_accepts_the_policies_and_that_is_on_record_once() {
    let mut house = House::open().await;
    house.accept().await;
    let order = house.ordered().await;
    let named = |member: &str| order[member].as_str().expect("a text");
    let (at, code) = (format!("/collect/{}", named("reference")), named("code"));
    let origin = house.server.address.replace("127.0.0.1", "localhost");
    let ask = |path: &str| {
        let request = reqwest::Client::new().post(format!("{origin}{path}"));
        request.header("Sec-Fetch-Site", "same-origin").header("Accept-Language", "en")
    };
    let show = async |form: String| {
        let request = ask(&at).header("Content-Type", "application/x-www-form-urlencoded");
        send(request.body(form)).await
    };
    let upload = async |accepted: Option<&'static str>| {
        let file = reqwest::multipart::Part::bytes(request("DER")).file_name("one.csr");
        let form = reqwest::multipart::Form::new().text("code", code.to_owned());
        let form = form.part("request", file);
        let form = accepted.into_iter().fold(form, |form, version| form.text("accepted", version));
        send(ask(&format!("{at}/request")).multipart(form)).await
    };
    for version in ["", "&accepted=0"] {
        assert_eq!(show(format!("code={code}{version}")).await.status, 403, "{version}");
    }
    for version in [None, Some("0")] {
        let refused = upload(version).await;
        assert_eq!(refused.status, 403, "{version:?}: {}", refused.text());
    }
    assert_eq!(house.get("/v1/certificates").await.ok().json(), json!({ "items": [] }));
    for _ in 0..2 {
        let page = show(format!("code={code}&accepted=1")).await.ok().text();
        assert!(page.contains("name=\"accepted\" value=\"1\""), "{page}");
    }
    let got = upload(Some("1")).await;
    assert_eq!(got.status, 201, "{}", got.text());
    house.server.stop();
    let records = crate::audit_log::records(&house.server.data_directory());
    let of_order = records.iter().filter(|record| record["event"]["order"] == order["id"]);
    let accepted = of_order.filter(|record| record["event"]["policy"] == "1");
    assert_eq!(accepted.count(), 1, "{records:#?}");
}
