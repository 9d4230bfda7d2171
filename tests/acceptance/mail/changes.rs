//! What has changed is told: who is the contact person, and that a certificate shows what is not so any more.

use serde_json::{Value, json};

use super::{
    capture::Capture,
    certificates, collected, house, house_of, order_with_address, plain, press,
    secure::{put_terms, terms},
    show_address, subjects,
};
use crate::{
    certificate_house::{House, refused},
    oracle::{run, workspace},
    server::{Answer, send},
};

const NEW: &str = "The contact person of certificates has changed";
const OUTDATED: &str = "mads@example.com | A certificate needs renewing";

async fn contact(house: &House, profile: &str, contact: Value) -> Answer {
    let at = format!("/v1/certificate-profiles/{profile}");
    let tag = house.get(&at).await.ok().header("etag").to_owned();
    let request = house.server.request(reqwest::Method::PATCH, &at).bearer_auth(&house.users);
    send(request.header("If-Match", tag).json(&json!({ "contact_person": contact }))).await
}

fn person(email: &str) -> Value {
    json!({ "name": "Mads", "email": email })
}

/// The letters after the first so many, in an order of their own.
async fn since(capture: &Capture, before: usize, count: usize) -> Vec<String> {
    let mut letters = subjects(&capture.after(before + count).await)[before..].to_vec();
    letters.sort();
    letters
}

#[tokio::test(flavor = "multi_thread")]
async fn the_former_and_the_new_contact_person_are_told_once_of_each_change() {
    let (house, capture) = house().await;
    // Another name, the same address in great letters, and a profile that issues nothing: nobody is told.
    let renamed = json!({ "name": "Mads Madsen", "email": "MADS@example.com" });
    contact(&house, "payments", renamed).await.ok();
    contact(&house, "archive", person("eva@example.com")).await.ok();
    contact(&house, "payments", person("eva@example.com")).await.ok();
    let told = since(&capture, 0, 2).await;
    assert_eq!(told, [format!("MADS@example.com | {NEW}"), format!("eva@example.com | {NEW}")]);
    for letter in capture.letters() {
        let text = letter.text();
        assert!(text.contains("“Betalinger”") && text.contains("Havnsted"), "{text}");
        let now = letter.to == ["eva@example.com"];
        assert_eq!(text.contains("You are the contact person now"), now, "{text}");
        assert_eq!(text.contains("not the contact person any more"), !now, "{text}");
    }
    // Nobody is it, and then somebody is again.
    contact(&house, "payments", json!({ "name": "Mads" })).await.ok();
    assert_eq!(since(&capture, 2, 1).await, [format!("eva@example.com | {NEW}")]);
    contact(&house, "payments", person("eva@example.com")).await.ok();
    assert_eq!(since(&capture, 3, 1).await, [format!("eva@example.com | {NEW}")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_changes_the_contact_person_again_and_again_fills_nobodys_address() {
    let capture = Capture::plain().await;
    let house = house_of(&(plain(&capture) + "letters_per_address_and_day = 3\n")).await;
    for email in ["eva@example.com", "mads@example.com", "eva@example.com"] {
        contact(&house, "payments", person(email)).await.ok();
    }
    let version = async || {
        let read = house.get("/v1/certificate-profiles/payments").await.ok();
        read.header("etag").to_owned()
    };
    let before = version().await;
    let fourth = contact(&house, "payments", person("mads@example.com")).await;
    refused(&fourth, 429, "letters-spent");
    capture.after(6).await;
    assert_eq!(version().await, before, "nothing has changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_certificates_that_show_a_former_address_is_told_once_of_each_change() {
    let (mut house, capture) = house().await;
    // One shows no address.
    let order = house.ordered().await;
    // What can be collected is told of until it was.
    capture.after(1).await;
    assert_eq!(collected(&house, &order).await.status, 201);
    show_address(&house).await;
    let order = order_with_address(&house).await;
    let letters = capture.after(2).await;
    press(&house.server, &letters[1].path()).await.ok();
    capture.after(3).await;
    assert_eq!(collected(&house, &order).await.status, 201);
    terms(&house, "archive", "Arkiv", "other@example.com").await;
    assert_eq!(since(&capture, 3, 1).await, [OUTDATED]);
    // Nor after a kill; nor of a change of what stands in no certificate.
    house.server.kill();
    house.server.ended();
    house.server = house.server.again_with(&plain(&capture)).await;
    let renamed = json!({ "name": "Arkiv", "purposes": ["email"], "email": "other@example.com",
                          "overlap_days": 90 });
    put_terms(&house, "archive", renamed).await;
    terms(&house, "archive", "Arkiv", "third@example.com").await;
    let letters = capture.after(5).await;
    assert_eq!(subjects(&letters)[4], OUTDATED);
    assert_ne!(letters[3].header("Message-ID"), letters[4].header("Message-ID"));
    assert!(letters[4].text().contains("“Arkiv”"), "{}", letters[4].text());
    // As it was when it was issued: there is nothing to tell.
    terms(&house, "archive", "Arkiv", super::ADDRESS).await;
    house.ordered().await;
    assert_eq!(since(&capture, 5, 1).await, ["mads@example.com | A certificate can be collected"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_a_certificate_under_a_former_name_of_the_organisation_is_told_once() {
    let (mut house, capture) = house().await;
    for number in 1..=3 {
        let order = house.ordered().await;
        capture.after(number).await;
        assert_eq!(collected(&house, &order).await.status, 201);
    }
    let all = certificates(&house).await;
    super::block(&house, &all[0]).await;
    let sent = capture.after(4).await.len();
    let database = house.server.data_directory().join("segl.sqlite");
    if !database.metadata().is_ok_and(|file| file.len() > 0) {
        // Of a database elsewhere the same statement is another server's.
        return;
    }
    house.server.stop();
    let statement = "UPDATE register_entry SET body = replace(body, 'Havnsted', 'Havnsted By')
                     WHERE kind = 'organisation'";
    let script = workspace().join("tests/oracle/sqlite.py");
    let made = run("python3", [script.as_os_str(), database.as_os_str(), statement.as_ref()]);
    assert!(made.status.success(), "{made:?}");
    for start in 0..2 {
        house.server = house.server.again_with(&plain(&capture)).await;
        assert_eq!(since(&capture, sent, 2).await, [OUTDATED, OUTDATED], "{start}");
        if start == 0 {
            house.server.stop();
        }
    }
    // What is written of an order comes after.
    house.ordered().await;
    let text = capture.after(sent + 3).await.remove(sent).text();
    assert!(text.contains("Havnsted By"), "{text}");
}
