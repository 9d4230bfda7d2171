//! `signer certificate installed`: the file that is in use, and a bearer who may say so.

use std::{
    fs,
    process::{Command, Stdio},
};

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    certificate_house::House,
    oracle::Folder,
    organisations::Newcomer,
    reader::Reader,
    server::{self, send},
};

const PASSWORD: &str = "correct horse battery";

/// Exit code, and what was said.
fn signer(
    house: &House,
    folder: &Folder,
    bearer: Option<&str>,
    words: &str,
) -> (Option<i32>, String) {
    let mut command = Command::new(server::binary());
    command.arg("certificate").args(words.split_whitespace());
    command.args(["--password-file", "password", "--server", &house.server.address]);
    command.current_dir(folder.path("")).stdin(Stdio::null());
    command.env_remove("SIGNER_API_KEY").env_remove("SIGNER_TOKEN");
    if let Some(bearer) = bearer {
        command.env("SIGNER_API_KEY", bearer);
    }
    let output = command.output().expect("`signer` starts");
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

/// Collects an order into a file; the name that the service has for the certificate.
async fn collected(house: &House, folder: &Folder, more: &str) -> String {
    let order = house.ordered().await;
    folder.write("code", order["code"].as_str().unwrap().as_bytes());
    let reference = order["reference"].as_str().unwrap();
    let words = format!("collect {reference} --code-file code {more}");
    let (code, said) = signer(house, folder, None, &words);
    assert_eq!(code, Some(0), "{said}");
    let listed = house.get("/v1/certificates").await.ok().json();
    let mut items = listed["items"].as_array().unwrap().iter();
    let found = items.find(|one| one["order"] == order["id"]).expect("it");
    found["id"].as_str().unwrap().to_owned()
}

async fn since(house: &House, id: &str) -> Value {
    house.get(&format!("/v1/certificates/{id}")).await.ok().json()["installed"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_says_with_the_file_alone_which_certificate_is_in_use() {
    let (house, folder) = (House::open().await, Folder::new());
    house.accept().await;
    folder.write("password", format!("{PASSWORD}\n").as_bytes());
    // One profile's certificates have one UUID: the serial number says which it is.
    let first = collected(&house, &folder, "-o first.p12").await;
    let second = collected(&house, &folder, "-o second.pem --pem").await;
    let users = Some(house.users.as_str());
    let (code, said) = signer(&house, &folder, users, "installed second.pem");
    assert_eq!(code, Some(0), "{said}");
    let told = since(&house, &second).await;
    let time = told.as_str().expect("since when");
    assert_eq!(said, format!("Betalinger: in use since {time}\n"));
    assert_eq!(since(&house, &first).await, Value::Null);
    // What was said stays.
    let (code, again) = signer(&house, &folder, users, "installed second.pem");
    assert_eq!((code, again), (Some(0), said));
    let (code, said) = signer(&house, &folder, users, "installed first.p12");
    assert!(code == Some(0) && since(&house, &first).await.is_string(), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_cannot_be_opened_or_is_not_theirs_to_say_nothing_is_said() {
    let (house, folder) = (House::open().await, Folder::new());
    house.accept().await;
    folder.write("password", format!("{PASSWORD}\n").as_bytes());
    let id = collected(&house, &folder, "-o holder.p12").await;
    let other = Newcomer::add(&house.server).await;
    folder.write("nonsense", b"nonsense");
    let users = Some(house.users.as_str());
    for (bearer, words, code, told) in [
        (None, "installed holder.p12", 2, "a server needs --api-key or --token"),
        (users, "installed nonsense", 2, "no PKCS#12 file"),
        (users, "installed missing", 2, "missing"),
        (Some("wrong"), "installed holder.p12", 1, ""),
        // It sees all certificates, and says nothing of any.
        (Some(house.settings.as_str()), "installed holder.p12", 1, ""),
        (Some(other.users.as_str()), "installed holder.p12", 1, "no such certificate"),
    ] {
        let (ended, said) = signer(&house, &folder, bearer, words);
        assert_eq!(ended, Some(code), "{words}: {said}");
        assert!(said.contains(told), "{words}: {said}");
    }
    folder.write("password", b"correct horse batterz");
    let (code, said) = signer(&house, &folder, users, "installed holder.p12");
    assert!(code == Some(2) && said.contains("the password is wrong"), "{said}");
    assert_eq!(since(&house, &id).await, Value::Null);
    folder.write("password", PASSWORD.as_bytes());
    let spoilt = fs::read(folder.path("holder.p12")).unwrap();
    folder.write("spoilt.p12", &spoilt[..spoilt.len() - 40]);
    let (code, said) = signer(&house, &folder, users, "installed spoilt.p12");
    assert_eq!(code, Some(2), "{said}");
    assert_eq!(since(&house, &id).await, Value::Null);
    assert_eq!(signer(&house, &folder, users, "installed holder.p12").0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_page_a_certificate_is_in_use_when_every_service_that_knows_it_has_it() {
    let (house, folder) = (House::of_file().await, Folder::new());
    house.accept().await;
    folder.write("password", format!("{PASSWORD}\n").as_bytes());
    let path = "/v1/certificate-profiles/payments/terms";
    let services = json!([" Digital Post ", "Ærø & Bank"]);
    let terms = json!({
        "name": "Betalinger", "purposes": ["authentication"], "relying_services": services,
    });
    let tag = house.get(path).await.ok().header("etag").to_owned();
    let request = house.server.request(Method::PUT, path).bearer_auth(&house.users);
    let kept = send(request.header("If-Match", tag).json(&terms)).await.ok().json();
    assert_eq!(kept["relying_services"], json!(["Digital Post", "Ærø & Bank"]));
    let id = collected(&house, &folder, "-o first.p12").await;
    let karen = Reader::log_in(&house.server, "karen").await;
    let one = karen.get(&format!("/administration/certificates/{id}")).await.ok().text();
    assert!(one.contains("Digital Post; Ærø &#38; Bank"), "{one}");
    let page = format!("/administration/certificates/{id}/installation");
    let asked = karen.get(&page).await.ok().text();
    assert!(asked.contains(r#"value="Ærø &#38; Bank""#), "{asked}");
    let half = karen.post(&page, &[("services", "Digital+Post")]).await;
    assert_eq!(half.status, 422);
    assert!(half.text().contains("Tick each service"), "{}", half.text());
    assert_eq!(since(&house, &id).await, Value::Null);
    let ticked = [("services", "Digital+Post"), ("services", "%C3%86r%C3%B8+%26+Bank")];
    assert_eq!(karen.post(&page, &ticked).await.status, 303);
    assert!(since(&house, &id).await.is_string());
}
