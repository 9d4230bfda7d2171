//! The contact person of a profile, who has no account, follows the link of a letter: they see its certificates alone,
//! block one, stop reminders of another, and say that one is in use. Whoever opens the link changes nothing.

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{
    capture::{Capture, Received},
    certificates, collected, house, kept, press, set_clock,
};
use crate::{
    certificate_house::House,
    certificates_of_est_clients::ocsp,
    oracle::{Folder, in_browser},
    server::{Answer, send},
};

const BO: &str = "bo@example.com";

/// Another contact person, and the letter that they get.
async fn contact(house: &House, capture: &Capture, email: &str) -> Received {
    let before = capture.letters().len();
    let at = "/v1/certificate-profiles/payments";
    let tag = house.get(at).await.ok().header("etag").to_owned();
    let contact = json!({ "contact_person": { "name": "Bo", "email": email } });
    let request = house.server.request(Method::PATCH, at).bearer_auth(&house.users);
    send(request.header("If-Match", tag).json(&contact)).await.ok();
    let letters = capture.after(before + 2).await;
    let found = letters.into_iter().skip(before).find(|letter| letter.to == [email]);
    found.expect("a letter to them")
}

/// Certificates that were collected, by their names.
async fn issued(house: &House, capture: &Capture, profile: &str) -> String {
    let (before, letters) = (certificates(house).await, capture.letters().len());
    let wanted = json!({ "profile": profile, "identification": "one-time-code" });
    let order = house.order(wanted).await.json();
    capture.after(letters + 1).await;
    assert_eq!(collected(house, &order).await.status, 201);
    let after = certificates(house).await;
    after.into_iter().find(|id| !before.contains(id)).expect("it")
}

async fn one(house: &House, id: &str) -> Value {
    house.get(&format!("/v1/certificates/{id}")).await.ok().json()
}

/// A form as a browser sends it: what these hold needs no escape.
fn filled(request: RequestBuilder, form: &[(&str, &str)]) -> RequestBuilder {
    let pairs: Vec<String> = form.iter().map(|(name, value)| format!("{name}={value}")).collect();
    request.header("Content-Type", "application/x-www-form-urlencoded").body(pairs.join("&"))
}

async fn sent(house: &House, path: &str, form: &[(&str, &str)]) -> Answer {
    let request = house.server.post(path).header("Sec-Fetch-Site", "same-origin");
    send(filled(request, form)).await
}

async fn services(house: &House) {
    let terms = json!({
        "name": "Betalinger", "purposes": ["authentication", "encryption"],
        "relying_services": ["Bank", "Told"],
    });
    let at = "/v1/certificate-profiles/payments/terms";
    let tag = house.get(at).await.ok().header("etag").to_owned();
    let request = house.server.request(Method::PUT, at).bearer_auth(&house.users);
    send(request.header("If-Match", tag).json(&terms)).await.ok();
}

/// The certificates of the authority and one other, for openssl.
async fn written(house: &House, folder: &Folder, id: &str) {
    for (name, file) in [("root.cer", "root.pem"), ("issuing-ca.cer", "issuing.pem")] {
        let der = house.server.get(&format!("/pki/registry/{name}")).await.ok().body;
        let lines = STANDARD.encode(&der);
        let lines: Vec<_> = lines.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
        let (begin, end) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----");
        folder.write(file, format!("{begin}\n{}\n{end}\n", lines.join("\n")).as_bytes());
    }
    let found = one(house, id).await;
    folder.write("one.pem", found["pem"].as_str().expect("a certificate").as_bytes());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_person_blocks_mutes_and_installs_by_the_link_and_opening_it_changes_nothing() {
    let (house, capture) = house().await;
    assert_eq!(house.terms("archive", "Arkiv").await.status, 201);
    services(&house).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(issued(&house, &capture, "payments").await);
    }
    let other = issued(&house, &capture, "archive").await;
    let letter = contact(&house, &capture, BO).await;
    assert!(letter.text().contains("90 days"), "{}", letter.text());
    let at = letter.path();
    assert!(at.starts_with("/contact/"), "{at}");
    let former = capture.letters().into_iter().rfind(|letter| letter.to == ["mads@example.com"]);
    assert_eq!(former.expect("a letter").path(), "/", "who is not it any more gets no such link");
    let of = |id: &str, what: &str| format!("{at}/certificates/{id}/{what}");
    for language in ["en", "da"] {
        let page = house.server.get(&format!("{at}?lang={language}")).await.ok();
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert_eq!(page.header("cache-control"), "no-store");
        let text = page.text();
        assert!(text.contains("Havnsted") && text.contains("signer certificate renew"), "{text}");
        assert!(ids.iter().all(|id| text.contains(id)) && !text.contains(&other), "{text}");
        assert!(!text.contains("Arkiv") && !text.contains("<script"), "{text}");
    }
    house.server.get(&of(&ids[0], "blocking")).await.ok();
    house.server.get(&of(&ids[2], "installation")).await.ok();
    assert_eq!(house.server.get(&of(&ids[1], "notices")).await.status, 405);
    // A page of another site, and what was not confirmed.
    let reason = ("reason", "compromise-suspected");
    let confirmed = [reason, ("confirmed", "yes")];
    let elsewhere = filled(house.server.post(&of(&ids[0], "blocking")), &confirmed);
    assert_eq!(send(elsewhere.header("Sec-Fetch-Site", "cross-site")).await.status, 403);
    let shown = sent(&house, &of(&ids[0], "blocking"), &[reason]).await.ok().text();
    assert!(
        shown.contains("Shall this certificate be blocked?") && shown.contains("confirmed"),
        "{shown}"
    );
    for id in &ids {
        let found = one(&house, id).await;
        assert_eq!(found["state"], "valid", "{found}");
        assert!(found["muted"].is_null() && found["installed"].is_null(), "{found}");
    }
    let done = sent(&house, &of(&ids[0], "blocking"), &confirmed).await.ok().text();
    assert!(done.contains("The certificate is blocked"), "{done}");
    assert_eq!(one(&house, &ids[0]).await["state"], "blocked");
    let folder = Folder::new();
    written(&house, &folder, &ids[0]).await;
    let told = ocsp(&house, &folder, "one").await;
    assert!(told.contains("revoked") && told.contains("keyCompromise"), "{told}");
    assert_ne!(sent(&house, &of(&ids[0], "blocking"), &confirmed).await.status, 200);
    // Reminders of another one.
    let muted = sent(&house, &of(&ids[1], "notices"), &[("muted", "true")]).await;
    assert_eq!(muted.status, 200, "{}", muted.text());
    let found = one(&house, &ids[1]).await;
    assert_eq!(found["muted_by"], "contact", "{found}");
    // In use once every service was given it.
    let left = sent(&house, &of(&ids[2], "installation"), &[("services", "Bank")]).await;
    assert_eq!(left.status, 422);
    assert!(one(&house, &ids[2]).await["installed"].is_null());
    let all = [("services", "Bank"), ("services", "Told")];
    assert_eq!(sent(&house, &of(&ids[2], "installation"), &all).await.status, 200);
    assert!(one(&house, &ids[2]).await["installed"].is_string());
    // What is not theirs is not there, whichever it is.
    let gone = house.server.get("/contact/nonsense").await;
    assert_eq!(gone.status, 404);
    for id in [&*other, "none"] {
        let foreign = sent(&house, &of(id, "blocking"), &confirmed).await;
        assert_eq!((foreign.status, foreign.text()), (404, gone.text()));
    }
    assert_eq!(one(&house, &other).await["state"], "valid");
    // The log says who it was without naming them, and the code lies nowhere.
    let records = house.server.get_as("/v1/audit-records?act=certificate", &house.settings).await;
    let records = records.ok().text();
    assert_eq!(records.matches("\"requester\":\"contact\"").count(), 3, "{records}");
    assert!(!records.contains(BO));
    let (code, data) = (at.rsplit('/').next().expect("a code"), house.server.data_directory());
    assert!(!kept(&data, code), "it lies in the clear");
    std::fs::write(data.join("planted"), code).expect("a file");
    assert!(kept(&data, code), "what is planted is found");
    assert!(!house.server.log().contains(code) && !house.server.log().contains(BO));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_ends_with_the_contact_person_with_its_profile_and_after_ninety_days() {
    let (house, capture) = house().await;
    let id = issued(&house, &capture, "payments").await;
    let first = contact(&house, &capture, BO).await.path();
    let gone = house.server.get("/contact/nonsense").await.text();
    let refused = async |path: &str| {
        let answer = house.server.get(path).await;
        assert_eq!((answer.status, answer.text()), (404, gone.clone()), "{path}");
        let pressed = press(&house.server, &format!("{path}/certificates/{id}/blocking")).await;
        assert_ne!(pressed.status, 200);
    };
    house.server.get(&first).await.ok();
    let last = first.chars().last().expect("a letter");
    let other = if last == 'A' { 'E' } else { 'A' };
    refused(&format!("{}{other}", &first[..first.len() - 1])).await;
    refused(&first[..first.len() - 1]).await;
    // Another contact person, and the former one again: what they had stays ended.
    let second = contact(&house, &capture, "eva@example.com").await.path();
    refused(&first).await;
    house.server.get(&second).await.ok();
    let third = contact(&house, &capture, BO).await.path();
    refused(&first).await;
    refused(&second).await;
    house.server.get(&third).await.ok();
    set_clock(&house.server, 89.0).await;
    house.server.get(&third).await.ok();
    set_clock(&house.server, 90.1).await;
    refused(&third).await;
    // A reminder brings a new one, by which it is the last.
    let before = capture.letters().len();
    set_clock(&house.server, 1_006.0).await;
    let reminder = capture.after(before + 1).await.pop().expect("a letter");
    assert_eq!(reminder.to, [BO]);
    assert_eq!(reminder.subject(), "A certificate ends in 90 days");
    let link = reminder.path();
    let notices = format!("{link}/certificates/{id}/notices");
    assert_eq!(sent(&house, &notices, &[("muted", "true")]).await.status, 200);
    set_clock(&house.server, 1_066.0).await;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert_eq!(capture.letters().len(), before + 1, "nobody is reminded");
    house.server.get(&link).await.ok();
    let retired = "/v1/certificate-profiles/payments";
    let tag = house.get(retired).await.ok().header("etag").to_owned();
    let retirement = house.server.post(&format!("{retired}/retirement"));
    send(retirement.bearer_auth(&house.users).header("If-Match", tag)).await.ok();
    refused(&link).await;
    assert_ne!(one(&house, &id).await["state"], "blocked");
}

#[tokio::test(flavor = "multi_thread")]
async fn reminders_are_switched_so_often_within_a_day_and_a_block_is_not_held_up() {
    let (house, capture) = house().await;
    let id = issued(&house, &capture, "payments").await;
    let at = contact(&house, &capture, BO).await.path();
    let notices = format!("{at}/certificates/{id}/notices");
    let switched = async |muted: bool| {
        let word = if muted { "true" } else { "false" };
        sent(&house, &notices, &[("muted", word)]).await
    };
    let records = async || {
        let search = "/v1/audit-records?act=certificate&limit=1000";
        let found = house.server.get_as(search, &house.settings).await.ok().text();
        found.matches("\"requester\":\"contact\"").count()
    };
    for time in 0..400 {
        let answer = switched(time % 2 == 0).await;
        assert_eq!(answer.status, 200, "{time}: {}", answer.text());
        // What is so already takes nothing.
        if time == 0 {
            assert_eq!(switched(true).await.status, 200);
        }
    }
    let before = records().await;
    let mut refused = 0;
    for _ in 0..20 {
        let muted = one(&house, &id).await["muted"].is_string();
        let answer = switched(!muted).await;
        if answer.status == 429 {
            refused += 1;
            assert_eq!(one(&house, &id).await["muted"].is_string(), muted);
        }
    }
    // A day gives 400: one comes back after 216 seconds.
    assert!(refused >= 19, "{refused}");
    assert_eq!(records().await, before + 20 - refused);
    let confirmed = [("reason", "compromise-suspected"), ("confirmed", "yes")];
    sent(&house, &format!("{at}/certificates/{id}/blocking"), &confirmed).await.ok();
    assert_eq!(one(&house, &id).await["state"], "blocked");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contact_persons_pages_are_accessible_and_fit_a_narrow_screen() {
    let (house, capture) = house().await;
    services(&house).await;
    for _ in 0..2 {
        issued(&house, &capture, "payments").await;
    }
    let at = contact(&house, &capture, BO).await.path();
    let origin = house.server.address.replace("127.0.0.1", "localhost");
    let wanted = json!({
        "link": format!("{origin}{at}"), "gone": format!("{origin}/contact/{}", "A".repeat(43)),
    });
    let Some(said) = in_browser("contact.mjs", &wanted) else { return };
    assert_eq!(said["found"], json!([]), "{:#}", said["found"]);
    assert_eq!(said["complaints"], json!([]));
    let done = said["done"].as_str().unwrap_or_default();
    assert!(done.contains("Certifikatet er spærret"), "{done}");
}
