//! A passkey is a way in that stays: it is made by somebody who was there a moment ago.

use reqwest::Method;
use serde_json::{Value, json};

use super::{House, authenticator::Person, person::Browser};
use crate::{
    login::{device_elsewhere, with_staff},
    oracle::Folder,
    organisations,
    server::{Answer, Server, plain_client, send},
};

/// What the scripts of this session show.
async fn shown(browser: &mut Browser<'_>) -> String {
    let page = browser.go("/me").await.ok().text();
    let (_, rest) = page.split_once(r#"name="segl-csrf" content=""#).expect("what scripts show");
    rest.split('"').next().expect("a value").to_owned()
}

async fn asks(browser: &mut Browser<'_>, path: &str, body: Value) -> Answer {
    let csrf = shown(browser).await;
    browser.script_that_shows(&csrf, path, body).await
}

/// Somebody whom karen invites and who makes a passkey: where their entry is, and how they are logged in.
async fn invited<'a>(
    house: &'a House,
    karen: &mut Browser<'a>,
    given_name: &str,
) -> (String, Browser<'a>, Person) {
    let wanted = json!({ "given_name": given_name, "family_name": "Holm" });
    let made = asks(karen, "/v1/people", wanted).await.ok().json();
    let at = format!("/v1/people/{}", made["id"].as_str().expect("an entry"));
    let invited = asks(karen, &format!("{at}/invitation"), json!({})).await.ok().json();
    let origin = house.server.address.replace("127.0.0.1", "localhost");
    let link = invited["link"].as_str().and_then(|link| link.strip_prefix(&*origin));
    let mut browser = Browser::new(house);
    let person = Person::invited(&mut browser, &origin, link.expect("a link")).await;
    (at, browser, person)
}

#[tokio::test]
async fn a_further_passkey_wants_a_login_of_the_last_quarter_of_an_hour() {
    let house = House::around(Server::embedded().await);
    let mut karen = Browser::of(&house, "karen").await;
    let (_, mut browser, person) = invited(&house, &mut karen, "Eva").await;

    let options = "/me/passkeys/options";
    asks(&mut browser, options, json!({})).await.ok();
    for _ in 0..2 {
        let step = json!({ "action": "advance", "seconds": 480 });
        house.server.control("/clock", step).await.ok();
        shown(&mut browser).await;
    }
    let page = browser.get("/me").await.ok().text();
    assert!(page.contains(r#"href="/me/login""#) && !page.contains(r#"data-at="/me/passkeys""#));
    for path in [options, "/me/passkeys"] {
        let answer = json!({
            "client_data_json": "", "attestation_object": "", "name": "Another", "user": "",
        });
        let body = if path == options { json!({}) } else { answer };
        let refused = asks(&mut browser, path, body).await;
        assert_eq!(refused.status, 401, "{path}: {}", refused.text());
        assert!(refused.text().contains("last 15 minutes"), "{}", refused.text());
    }

    let anew = browser.get("/me/login").await;
    assert_eq!((anew.status, anew.header("location")), (303, "/login"));
    browser.get("/login").await.ok();
    person.log_in(&mut browser).await;
    asks(&mut browser, options, json!({})).await.ok();
}

/// What a change of an entry answers that says which version it is of.
async fn change(
    house: &House,
    (at, bearer): (&str, &str),
    (method, path): (Method, &str),
    body: Value,
) -> Value {
    let tag = house.server.get_as(at, bearer).await.ok().header("etag").to_owned();
    let request = house.server.request(method, path).bearer_auth(bearer);
    send(request.header("If-Match", tag).json(&body)).await.ok().json()
}

/// What the device has registered.
async fn known(house: &House) -> Value {
    let address = format!("{}/authenticators", house.server.management);
    send(plain_client().get(address)).await.ok().json()["authenticators"].clone()
}

/// Makes somebody a user administrator, and has them register their passkey, which is the organisation's first;
/// its name.
async fn registered_first(house: &House, whose: (&str, &str), browser: &mut Browser<'_>) -> String {
    let role = format!("{}/roles/user-administrator", whose.0);
    change(house, whose, (Method::PUT, &role), json!({})).await;
    register(house, whose, browser).await
}

/// Has somebody register their passkey; its name.
async fn register(house: &House, (at, bearer): (&str, &str), browser: &mut Browser<'_>) -> String {
    let person = house.server.get_as(at, bearer).await.ok().json();
    let passkey = person["passkeys"][0]["id"].as_str().expect("a passkey").to_owned();
    let path = format!("{}/passkeys/{passkey}/signing/options", at.replace("/v1", ""));
    asks(browser, &path, json!({})).await.ok();
    passkey
}

#[tokio::test]
async fn what_is_not_taken_of_the_last_administrator_the_device_has_still() {
    let house = House::around(Server::embedded().await);
    let directory = house.server.data_directory();
    let [key] = organisations::add(&directory, &["user-administrator"]).try_into().expect("a key");
    let origin = house.server.address.replace("127.0.0.1", "localhost");
    let mut browser = Browser::new(&house);
    Person::invited(&mut browser, &origin, &organisations::link(&directory)).await;
    let people = house.server.get_as("/v1/people", &key).await.ok().json();
    let person = people["items"][0]["id"].as_str().expect("an entry");
    let at = format!("/v1/people/{person}");
    let passkey = register(&house, (&at, &key), &mut browser).await;
    let before = known(&house).await;
    assert_eq!(before[0]["administrator"], true, "{before}");
    let taken = house.server.request(Method::DELETE, &format!("{at}/passkeys/{passkey}"));
    let refused = send(taken.bearer_auth(&key)).await;
    assert_eq!(refused.status, 409, "{}", refused.text());
    assert_eq!(known(&house).await, before);
}

#[tokio::test]
async fn whoever_administers_again_is_asked_at_a_device_elsewhere_to_have_another_agree() {
    let folder = Folder::new();
    let (server, _) = device_elsewhere(&with_staff(), &folder, "").await;
    let house = House::around(server);
    let directory = house.server.data_directory();
    let role = "organisation-administrator";
    let [key] = organisations::add(&directory, &[role]).try_into().expect("a key");
    let origin = house.server.address.replace("127.0.0.1", "localhost");
    let mut browser = Browser::new(&house);
    Person::invited(&mut browser, &origin, &organisations::link(&directory)).await;
    let people = house.server.get_as("/v1/people", &key).await.ok().json();
    let at = format!("/v1/people/{}", people["items"][0]["id"].as_str().expect("an entry"));
    let passkey = register(&house, (&at, &key), &mut browser).await;

    let speaks = "With it you cannot agree to other people&#39;s passkeys";
    let page = browser.get("/me").await.ok().text();
    assert!(!page.contains(speaks) && page.contains("Registered for signing"), "{page}");
    // By the link they have two roles that let them speak for others.
    let [first, second] = [role, "user-administrator"].map(|role| format!("{at}/roles/{role}"));
    for (method, role) in
        [(Method::DELETE, &first), (Method::DELETE, &second), (Method::PUT, &first)]
    {
        change(&house, (&at, &key), (method, role), json!({})).await;
    }
    let page = browser.get("/me").await.ok().text();
    assert!(page.contains(speaks) && page.contains("Registered for signing"), "{page}");
    // Their own word is not enough, nor the service's.
    let path = format!("{}/passkeys/{passkey}/signing/options", at.replace("/v1", ""));
    let asked = asks(&mut browser, &path, json!({})).await.ok().json();
    assert!(asked["registration"].is_string(), "{asked}");
}

#[tokio::test]
async fn what_was_registered_by_a_former_login_the_device_forgets() {
    let house = House::around(Server::embedded().await);
    let mut karen = Browser::of(&house, "karen").await;
    let (at, mut browser, _) = invited(&house, &mut karen, "Eva").await;
    let token = house.server.token("karen", &[]).await;
    let whose = (&*at, &*token);
    registered_first(&house, whose, &mut browser).await;
    assert_eq!(known(&house).await.as_array().map(Vec::len), Some(1));
    let role = format!("{at}/roles/user-administrator");
    change(&house, whose, (Method::DELETE, &role), json!({})).await;
    let login = json!({ "login": { "issuer": "https://id.example", "subject": "eva" } });
    change(&house, whose, (Method::PATCH, &at), login).await;
    assert_eq!(known(&house).await, json!([]));
}

#[tokio::test]
async fn the_device_believes_no_former_administrator_and_forgets_what_is_taken_of_the_blocked() {
    let house = House::around(Server::embedded().await);
    let mut karen = Browser::of(&house, "karen").await;
    let (at, mut browser, _) = invited(&house, &mut karen, "Eva").await;
    let token = house.server.token("karen", &[]).await;
    let whose = (&*at, &*token);
    // The organisation's first is an administrator's, and speaks for others.
    let role = format!("{at}/roles/user-administrator");
    let passkey = registered_first(&house, whose, &mut browser).await;
    let pages = at.replace("/v1", "");
    let options = format!("{pages}/passkeys/{passkey}/signing/options");
    let before = known(&house).await;
    assert_eq!(before[0]["administrator"], true, "{before}");
    // What is refused forgets nothing.
    let refused = asks(&mut browser, &format!("{at}/erasure"), json!({})).await;
    assert_eq!(refused.status, 403, "{}", refused.text());
    assert_eq!(known(&house).await, before);
    for (method, administers) in [(Method::DELETE, false), (Method::PUT, true)] {
        change(&house, whose, (method, &role), json!({})).await;
        asks(&mut browser, &options, json!({})).await.ok();
        let now = known(&house).await;
        assert_eq!(now.as_array().map(Vec::len), Some(1));
        assert_eq!(now[0]["administrator"], administers, "{now}");
    }

    change(&house, whose, (Method::PATCH, &at), json!({ "state": "blocked" })).await;
    assert_eq!(known(&house).await[0]["administrator"], false);
    // Whoever is blocked keeps nobody from registering theirs.
    let (other, mut others, _) = invited(&house, &mut karen, "Ole").await;
    let person = house.server.get_as(&other, &token).await.ok().json();
    let theirs = person["passkeys"][0]["id"].as_str().expect("a passkey");
    let path = format!("{}/passkeys/{theirs}/signing/options", other.replace("/v1", ""));
    asks(&mut others, &path, json!({})).await.ok();
    let taken = house.server.request(Method::DELETE, &format!("{at}/passkeys/{passkey}"));
    send(taken.bearer_auth(&token)).await.ok();
    assert_eq!(known(&house).await, json!([]));
}
