//! Certificates that live for years: how they are ordered. What an order is judged by, cell by cell and state
//! by state, is shown in package `registry`.

use reqwest::Method;
use serde_json::json;
use test_database::Server as Postgres;

use crate::{
    certificate_house::{House, refused},
    fixtures,
    server::{API_KEY, database, send},
};

#[tokio::test]
async fn the_policies_are_read_and_accepted_in_their_version_before_an_order() {
    let house = House::open().await;
    let policies = house.get("/v1/policies").await.ok().json();
    let see_also = policies["see_also"].to_string();
    assert!(see_also.contains("certifikat.gov.dk") && see_also.contains("certificat.gov.dk"));
    let documents = policies["documents"].as_array().unwrap();
    let guideline = documents.iter().find(|one| one["id"] == "audit-guideline").unwrap();
    assert!(guideline["text"].as_str().unwrap().contains("`organisation-allows-seals`"));

    let wanted = json!({ "profile": "payments", "identification": "one-time-code" });
    refused(&house.order(wanted.clone()).await, 403, "policies-not-accepted");
    let other = json!({ "version": "0" });
    let accepted = house.post(&house.users, "/v1/policy-acceptances", other).await;
    refused(&accepted, 403, "policies-not-accepted");
    house.accept().await;
    let ordered = house.order(wanted).await;
    assert_eq!(ordered.status, 201, "{}", ordered.text());
    assert_eq!(ordered.json()["policy"], policies["version"]);
}

#[tokio::test]
async fn qualified_certificates_with_a_long_life_are_refused_with_the_reason() {
    let house = House::open().await;
    let answer = house.order(json!({ "profile": "people", "kind": "qualified" })).await;
    refused(&answer, 422, "qualified-long-lived-not-offered");
    assert!(answer.problem()["detail"].as_str().unwrap().contains("certificates of minutes"));
}

#[tokio::test]
async fn the_organisation_allows_or_forbids_user_certificates_and_forbids_them_first() {
    let house = House::open().await;
    house.accept().await;
    let wanted = json!({ "profile": "people", "holder": house.person("karen").await });
    refused(&house.order(wanted.clone()).await, 409, "order-not-possible");
    // Whoever orders does not allow.
    let path = "/v1/certificate-settings";
    let tag = house.get(path).await.ok().header("etag").to_owned();
    let request = house.server.request(Method::PATCH, path).bearer_auth(&house.users);
    let allowed = json!({ "allow_user_certificates": true });
    let own = send(request.header("If-Match", tag).json(&allowed)).await;
    refused(&own, 403, "not-permitted");
    house.allow(allowed).await;
    let ordered = house.order(wanted).await;
    assert_eq!(ordered.status, 201, "{}", ordered.text());
    // How it is collected and how it is issued are two choices, and these come first.
    let order = ordered.json();
    assert_eq!((&order["identification"], &order["issuing"]), (&json!("login"), &json!("browser")));
    assert_eq!((&order["state"], &order["kind"]), (&json!("ready"), &json!("user")));
    assert!(order.get("code").is_none());
}

#[tokio::test]
async fn a_contact_person_is_mandatory_for_what_is_ordered_and_not_for_a_profile_that_only_seals() {
    let house = House::open().await;
    house.accept().await;
    let wanted = json!({ "profile": "seals", "identification": "one-time-code" });
    let answer = house.order(wanted).await;
    refused(&answer, 409, "order-not-possible");
    assert!(answer.problem()["detail"].as_str().unwrap().contains("contact person"));
    house.ordered().await;
    // Sealing needs neither a contact person nor a certificate of years.
    house.server.seal("profile=decisions", &fixtures::named("one-page.pdf")).await.ok();
    let certificates = house.server.get_as("/v1/certificates", API_KEY).await;
    refused(&certificates, 403, "not-permitted");
    assert_eq!(house.get("/v1/certificates").await.ok().json(), json!({ "items": [] }));
}

#[tokio::test]
async fn certificates_of_an_organisation_have_names_that_are_told_apart() {
    let house = House::open().await;
    refused(&house.terms("archive", "BETALINGER").await, 409, "entry-exists");
    assert_eq!(house.terms("archive", "Arkiv").await.status, 201);
    refused(&house.terms("archive", "Arkiv").await, 409, "entry-exists");
    let path = "/v1/certificate-profiles/archive/terms";
    let before = house.get(path).await.ok();
    let request = house.server.request(Method::PUT, path).bearer_auth(&house.users);
    let request = request.header("If-Match", before.header("etag"));
    let terms = json!({ "name": "Arkivet", "purposes": ["encryption"], "lifetime_days": 820 });
    let after = send(request.json(&terms)).await.ok().json();
    assert_eq!(after["uuid"], before.json()["uuid"]);
    assert_eq!((&after["name"], &after["lifetime_days"]), (&json!("Arkivet"), &json!(820)));
}

#[tokio::test]
async fn a_second_user_administrator_approves_where_four_eyes_are_wanted() {
    let house = House::of_file().await;
    house.accept().await;
    house.allow(json!({ "four_eyes": true })).await;
    let order = house.ordered().await;
    assert_eq!(order["state"], "awaiting-approval");
    let path = format!("/v1/certificate-orders/{}", order["id"].as_str().unwrap());
    let approval = format!("{path}/approval");
    refused(&house.post(&house.users, &approval, json!({})).await, 403, "not-permitted");
    let second = house.colleague().await;
    let approved = house.post(&second, &approval, json!({})).await.ok().json();
    assert_eq!(approved["state"], "ready");
    refused(&house.post(&second, &approval, json!({})).await, 409, "order-state");
}

#[tokio::test]
async fn orders_are_seen_and_cancelled_and_given_new_codes_which_nothing_keeps() {
    let house = House::open().await;
    house.accept().await;
    let order = house.ordered().await;
    let path = format!("/v1/certificate-orders/{}", order["id"].as_str().unwrap());
    let seen = house.get(&path).await.ok().json();
    assert_eq!((&seen["state"], seen.get("code")), (&json!("ready"), None));
    let listed = house.get("/v1/certificate-orders").await.ok().json();
    assert_eq!(listed["items"], json!([seen]));
    let renewed = house.post(&house.users, &format!("{path}/code"), json!({})).await.ok().json();
    let codes = [&order["code"], &renewed["code"]].map(|code| code.as_str().unwrap().to_owned());
    assert_ne!(codes[0], codes[1]);
    assert_eq!(codes[0].len(), 23);

    let cancelled = house.server.request(Method::DELETE, &path).bearer_auth(&house.users);
    assert_eq!(send(cancelled).await.ok().json()["state"], "cancelled");
    refused(
        &house.post(&house.users, &format!("{path}/code"), json!({})).await,
        409,
        "order-state",
    );

    // The reference is found where the codes are not: the search sees what is there.
    let reference = order["reference"].as_str().unwrap().to_owned();
    let data = house.server.data_directory();
    let dump = database::address(&data).map(|address| Postgres::shared().dump(&address));
    let found = |needle: &str| match &dump {
        // Octets stand there in hexadecimal.
        Some(dump) => dump.contains(needle) || dump.contains(&hex(needle.as_bytes())),
        None => kept(&data, needle.as_bytes()),
    };
    assert!(found(&reference));
    for code in codes {
        assert!(!found(&code) && !found(&code.replace('-', "")));
    }
    let log = house.server.log();
    assert!(!log.contains("mads@example.com"));
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// Whether some file below this folder holds these bytes.
fn kept(folder: &std::path::Path, needle: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return kept(&path, needle);
        }
        std::fs::read(&path)
            .is_ok_and(|bytes| bytes.windows(needle.len()).any(|window| window == needle))
    })
}
