//! Mandates, API keys and OAuth clients that end soon: administrators are told, once of each notice.

use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use super::{administrator, house, set_clock, subjects};
use crate::{certificate_house::House, mail::plain, server::Answer};

fn days(days: i64) -> String {
    let moment = OffsetDateTime::now_utc() + Duration::days(days);
    moment.replace_nanosecond(0).expect("a moment").format(&Rfc3339).expect("a moment")
}

async fn made(house: &House, path: &str, body: Value) -> Answer {
    let answer = house.post(&house.rights, path, body).await;
    assert!(matches!(answer.status, 200 | 201), "{}", answer.text());
    answer
}

/// A key of the application, by its name.
async fn key(house: &House, name: &str, expires: &str) -> String {
    let body = json!({ "display_name": name, "expires": expires });
    let key = made(house, "/v1/applications/journal/keys", body).await.json();
    key["id"].as_str().or(key["key_id"].as_str()).expect("a name").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_are_told_thirty_and_seven_days_before_an_entry_ends_once_each() {
    let (mut house, capture) = house().await;
    administrator(&house, "karen", "user-administrator").await;
    administrator(&house, "eva", "organisation-administrator").await;
    administrator(&house, "ida", "auditor").await;
    let application = json!({ "id": "journal", "display_name": "Journal" });
    made(&house, "/v1/applications", application).await;
    let mandate =
        json!({ "application": "journal", "profiles": null, "until": days(100), "note": "" });
    made(&house, "/v1/mandates", mandate.clone()).await;
    key(&house, "First", &days(100)).await;
    let client = json!({ "display_name": "Shop", "scopes": ["service"],
                         "expires": days(100) });
    made(&house, "/v1/applications/journal/clients", client).await;
    // What was revoked or replaced; what has time; and what had less from the first.
    let gone = made(&house, "/v1/mandates", mandate).await.json()["id"].clone();
    let gone = format!("/v1/mandates/{}/revocation", gone.as_str().expect("a name"));
    made(&house, &gone, json!({})).await;
    let old = key(&house, "Old", &days(100)).await;
    let rotated = format!("/v1/applications/journal/keys/{old}/rotation");
    made(&house, &rotated, json!({ "overlap_s": 7_776_000, "expires": days(1_000) })).await;
    let revoked = key(&house, "Revoked", &days(100)).await;
    made(&house, &format!("/v1/applications/journal/keys/{revoked}/revocation"), json!({})).await;
    let (users, organisation) = ("karen@example.com", "eva@example.com");
    let told = |left: u8| {
        let whats = ["A mandate", "An API key", "An OAuth client"];
        let mut told: Vec<String> = [users, organisation]
            .iter()
            .flat_map(|to| whats.map(|what| format!("{to} | {what} ends in {left} days")))
            .collect();
        told.sort();
        told
    };
    for (day, left, sent) in [(71.0, 30, 0), (94.0, 7, 6)] {
        set_clock(&house.server, day).await;
        let mut letters = subjects(&capture.after(sent + 6).await)[sent..].to_vec();
        letters.sort();
        assert_eq!(letters, told(left), "{day}");
        // Nor after a kill.
        house.server.kill();
        house.server.ended();
        house.server = house.server.again_with(&plain(&capture)).await;
    }
    let text = capture.letters()[0].text();
    assert!(text.contains("Journal") && text.contains("Havnsted"), "{text}");
    // What has ended is told of no more; what is written of an order comes after.
    set_clock(&house.server, 101.0).await;
    house.accept().await;
    house.ordered().await;
    let last = capture.after(13).await.remove(12);
    assert_eq!(last.subject(), "A certificate can be collected");
}
