//! Reminders of one certificate are stopped, and go on: by whoever may, and of what is to come alone.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    administrator, block, capture::Capture, certificates, collected, house, set_clock, subjects,
};
use crate::{
    certificate_house::{House, refused},
    organisations::Newcomer,
    server::{Answer, send},
};

const CONTACT: &str = "mads@example.com";
const USERS: &str = "karen@example.com";

async fn asked(house: &House, method: Method, key: &str, id: &str) -> Answer {
    let path = format!("/v1/certificates/{id}/mute");
    send(house.server.request(method, &path).bearer_auth(key)).await
}

/// A certificate that was collected, by its name.
async fn one(house: &House, capture: &Capture, letters: usize) -> String {
    let before = certificates(house).await;
    let order = house.ordered().await;
    // Whoever has collected is not told any more that they can.
    capture.after(letters).await;
    assert_eq!(collected(house, &order).await.status, 201);
    let after = certificates(house).await;
    after.into_iter().find(|id| !before.contains(id)).expect("it")
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_muted_certificate_nobody_is_reminded_and_what_came_meanwhile_is_not_sent_late() {
    let (house, capture) = house().await;
    administrator(&house, "karen", "user-administrator").await;
    let id = one(&house, &capture, 1).await;
    let muted = asked(&house, Method::POST, &house.users, &id).await.ok().json();
    assert!(muted["muted"].is_string(), "{muted}");
    assert!(muted["muted_by"].as_str().unwrap().starts_with("application "), "{muted}");
    // Who had it so first, and when, stays.
    let again = asked(&house, Method::POST, &house.users, &id).await.ok().json();
    assert_eq!((&again["muted"], &again["muted_by"]), (&muted["muted"], &muted["muted_by"]));
    let mut sent = subjects(&capture.after(1).await);
    let mut expect = async |days: f64, told: &[(&str, &str)]| {
        set_clock(&house.server, days).await;
        let letters = subjects(&capture.after(sent.len() + told.len()).await);
        let mut new = letters[sent.len()..].to_vec();
        let told = told.iter().map(|(to, subject)| format!("{to} | {subject}"));
        let mut told: Vec<String> = told.collect();
        new.sort();
        told.sort();
        assert_eq!(new, told, "{days}");
        sent = letters;
    };
    expect(1_006.0, &[]).await;
    expect(1_066.0, &[]).await;
    let told = asked(&house, Method::DELETE, &house.users, &id).await.ok().json();
    assert!(told.get("muted").is_none() && told.get("muted_by").is_none(), "{told}");
    expect(1_070.0, &[]).await;
    let seven = "A certificate ends in 7 days";
    expect(1_089.0, &[(CONTACT, seven), (USERS, seven)]).await;
    asked(&house, Method::POST, &house.users, &id).await.ok();
    expect(1_094.5, &[]).await;
    // Another one, which is not muted, is told of: the letters before were not only late.
    expect(0.0, &[]).await;
    let second = one(&house, &capture, 4).await;
    expect(0.0, &[(CONTACT, "A certificate can be collected")]).await;
    expect(1_006.0, &[(CONTACT, "A certificate ends in 90 days")]).await;
    // That one is blocked is told whatever was muted.
    block(&house, &id).await;
    expect(1_006.0, &[(CONTACT, "A certificate was blocked")]).await;
    refused(&asked(&house, Method::POST, &house.users, &id).await, 409, "entry-ended");
    asked(&house, Method::POST, &house.users, &second).await.ok();
    expect(1_100.0, &[]).await;
    // Each step is on record.
    let records = house.server.get_as("/v1/audit-records?act=certificate", &house.settings).await;
    let records = records.ok().text();
    for (word, times) in [("\"muted\"", 3), ("\"unmuted\"", 1)] {
        assert_eq!(records.matches(word).count(), times, "{word}: {records}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reminders_are_stopped_by_whoever_may_and_of_many_at_once() {
    let (house, capture) = house().await;
    let id = one(&house, &capture, 1).await;
    let other = Newcomer::add(&house.server).await;
    for method in [Method::POST, Method::DELETE] {
        let settings = asked(&house, method.clone(), &house.settings, &id).await;
        refused(&settings, 403, "not-permitted");
        refused(&asked(&house, method, &other.users, &id).await, 404, "entry-unknown");
    }
    let batch = async |body: Value| house.post(&house.users, "/v1/certificate-batches", body).await;
    let wanted = |act: &str, dry_run: bool| json!({ "act": act, "certificates": [id, "none"], "dry_run": dry_run });
    let is_muted = async || {
        let path = format!("/v1/certificates/{id}");
        house.get(&path).await.ok().json()["muted"].is_string()
    };
    for (act, dry_run, after) in [
        ("mute", true, false),
        ("mute", false, true),
        ("unmute", true, true),
        ("unmute", false, false),
    ] {
        let told = batch(wanted(act, dry_run)).await.ok().json();
        let done = [&told["results"][0]["done"], &told["results"][1]["done"]];
        assert_eq!(done, [&json!(true), &json!(false)], "{told}");
        assert_eq!(is_muted().await, after, "{act} {dry_run}");
    }
    refused(&batch(wanted("block", false)).await, 400, "request-malformed");
    let mut reasoned = wanted("mute", false);
    reasoned["reason"] = json!("not-given");
    refused(&batch(reasoned).await, 400, "request-malformed");
    assert!(!is_muted().await);
}
