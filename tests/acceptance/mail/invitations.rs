//! Links by which people come in, sent to them: each is made when its letter goes out, and lies in the clear nowhere.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    capture::{Capture, Manner, Received},
    house, house_of, kept, plain, set_clock, subjects,
};
use crate::{
    certificate_house::{House, refused},
    server::{Answer, send},
};

const ADDRESS: &str = "bo@example.com";

/// A person who is invited, by the name of their entry.
async fn person(house: &House, email: Option<&str>) -> String {
    let mut person = json!({ "given_name": "Bo", "family_name": "Holm" });
    if let Some(email) = email {
        person["email"] = email.into();
    }
    let made = house.post(&house.users, "/v1/people", person).await.ok();
    made.json()["id"].as_str().expect("a name").to_owned()
}

async fn invite(house: &House, id: &str, how: &str) -> Answer {
    let request = house.server.post(&format!("/v1/people/{id}/invitation"));
    let request = request.bearer_auth(&house.users);
    send(match how {
        "" => request,
        how => request.json(&json!({ "by": how })),
    })
    .await
}

async fn change(house: &House, (method, at): (Method, &str), key: &str, body: Value) {
    let person = at.split("/roles").next().expect("a path");
    let tag = house.get(person).await.ok().header("etag").to_owned();
    let request = house.server.request(method, at).bearer_auth(key);
    send(request.header("If-Match", tag).json(&body)).await.ok();
}

async fn opened(house: &House, letter: &Received) -> u16 {
    house.server.get(&letter.path()).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_sent_to_the_person_alone_and_the_newest_counts() {
    let (house, capture) = house().await;
    let id = person(&house, Some(ADDRESS)).await;
    let answer = invite(&house, &id, "letter").await;
    assert_eq!((answer.status, answer.json()), (202, json!({ "to": ADDRESS })));
    let first = capture.after(1).await.remove(0);
    assert_eq!(first.to, [ADDRESS]);
    assert_eq!(first.subject(), "You are invited");
    assert!(first.text().contains("Havnsted"), "{}", first.text());
    let path = first.path();
    assert!(path.starts_with("/invitation/"), "{path}");
    assert_eq!(opened(&house, &first).await, 200);
    assert_eq!(invite(&house, &id, "letter").await.status, 202);
    let second = capture.after(2).await.remove(1);
    assert_ne!(opened(&house, &first).await, 200, "a newer one ends it");
    assert_eq!(opened(&house, &second).await, 200);
    // Shown, as before.
    let shown = invite(&house, &id, "").await;
    assert_eq!(shown.status, 201, "{}", shown.text());
    assert!(shown.json()["link"].as_str().expect("a link").contains("/invitation/"));
    assert_ne!(opened(&house, &second).await, 200);
    for letter in [&first, &second] {
        let path = letter.path();
        let code = path.rsplit('/').next().expect("a code");
        assert!(!kept(&house.server.data_directory(), code), "it lies in the clear");
        assert!(!house.server.log().contains(code));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_to_who_has_got_roles_or_another_address_meanwhile() {
    let (house, capture) = house().await;
    let moved = person(&house, Some(ADDRESS)).await;
    let raised = person(&house, Some("eva@example.com")).await;
    let barred = person(&house, Some("ida@example.com")).await;
    let stays = person(&house, Some("jens@example.com")).await;
    capture.behave(Manner::Away);
    for id in [&moved, &raised, &barred, &stays] {
        assert_eq!(invite(&house, id, "letter").await.status, 202);
    }
    let at = |id: &str| format!("/v1/people/{id}");
    let other = json!({ "email": "other@example.com" });
    change(&house, (Method::PATCH, &at(&moved)), &house.users, other).await;
    let role = format!("{}/roles/auditor", at(&raised));
    change(&house, (Method::PUT, &role), &house.settings, json!({})).await;
    let left = json!({ "state": "left" });
    change(&house, (Method::PATCH, &at(&barred)), &house.users, left).await;
    // Of somebody who holds roles whoever gives none has no link sent either, and whoever gives some has it shown.
    refused(&invite(&house, &raised, "letter").await, 403, "not-permitted");
    capture.behave(Manner::Taking);
    set_clock(&house.server, 0.5).await;
    let letters = capture.after(1).await;
    assert_eq!(subjects(&letters), ["jens@example.com | You are invited"]);
    // Nor is anything left that waits.
    invite(&house, &stays, "letter").await;
    let letters = capture.after(2).await;
    assert_eq!(letters[1].to, ["jens@example.com"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_sent_is_refused_and_a_link_can_be_shown() {
    let house = House::open().await;
    let id = person(&house, Some(ADDRESS)).await;
    let none = invite(&house, &id, "letter").await;
    refused(&none, 400, "request-malformed");
    assert!(none.text().contains("no mail server"), "{}", none.text());
    refused(&invite(&house, &id, "pigeon").await, 400, "request-malformed");
    assert_eq!(invite(&house, &id, "shown").await.status, 201);
    let capture = Capture::plain().await;
    let house = house_of(&(plain(&capture) + "letters_per_address_and_day = 2\n")).await;
    let unknown = person(&house, None).await;
    let none = invite(&house, &unknown, "letter").await;
    refused(&none, 400, "request-malformed");
    assert!(none.text().contains("address"), "{}", none.text());
    let id = person(&house, Some(ADDRESS)).await;
    for _ in 0..2 {
        assert_eq!(invite(&house, &id, "letter").await.status, 202);
    }
    refused(&invite(&house, &id, "letter").await, 429, "letters-spent");
    assert_eq!(invite(&house, &id, "").await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_lets_nobody_in_who_was_given_roles_or_another_address_since() {
    let (house, capture) = house().await;
    let at = |id: &str| format!("/v1/people/{id}");
    let path = |answer: &Answer| {
        let link = answer.json()["link"].as_str().expect("a link").to_owned();
        link[link.find("/invitation/").expect("a path")..].to_owned()
    };
    // Whoever had it shown gives no roles, and would hold what the person is given later.
    let raised = person(&house, None).await;
    let shown = path(&invite(&house, &raised, "").await);
    assert_eq!(house.server.get(&shown).await.status, 200);
    let role = format!("{}/roles/auditor", at(&raised));
    change(&house, (Method::PUT, &role), &house.settings, json!({})).await;
    assert_eq!(house.server.get(&shown).await.status, 404);
    // An address that was wrong has brought the letter to somebody else.
    let moved = person(&house, Some(ADDRESS)).await;
    assert_eq!(invite(&house, &moved, "letter").await.status, 202);
    let letter = capture.after(1).await.remove(0);
    assert_eq!(opened(&house, &letter).await, 200);
    let other = json!({ "email": "other@example.com" });
    change(&house, (Method::PATCH, &at(&moved)), &house.users, other).await;
    assert_eq!(opened(&house, &letter).await, 404);
}
