//! A passkey is a way in that stays: it is made by somebody who was there a moment ago.

use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::{House, authenticator::Person, person::Browser};
use crate::server::{Answer, Server, send};

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

#[tokio::test]
async fn the_device_believes_no_former_administrator_and_forgets_what_is_taken_of_the_blocked() {
    let house = House::around(Server::embedded().await);
    let mut karen = Browser::of(&house, "karen").await;
    let (at, mut browser, _) = invited(&house, &mut karen, "Eva").await;
    let token = house.server.token("karen", &[]).await;
    let change = async |method: Method, path: &str, body: Value| {
        let tag = house.server.get_as(&at, &token).await.ok().header("etag").to_owned();
        let request = house.server.request(method, path).bearer_auth(&token);
        send(request.header("If-Match", tag).json(&body)).await.ok().json()
    };
    let known = async || {
        let address = format!("{}/authenticators", house.server.management);
        send(Client::new().get(address)).await.ok().json()["authenticators"].clone()
    };

    // The organisation's first is an administrator's, and speaks for others.
    let role = format!("{at}/roles/user-administrator");
    let person = change(Method::PUT, &role, json!({})).await;
    let passkey = person["passkeys"][0]["id"].as_str().expect("a passkey").to_owned();
    let pages = at.replace("/v1", "");
    let options = format!("{pages}/passkeys/{passkey}/signing/options");
    asks(&mut browser, &options, json!({})).await.ok();
    let before = known().await;
    assert_eq!(before[0]["administrator"], true, "{before}");
    // What is refused forgets nothing.
    let refused = asks(&mut browser, &format!("{at}/erasure"), json!({})).await;
    assert_eq!(refused.status, 403, "{}", refused.text());
    assert_eq!(known().await, before);
    for (method, administers) in [(Method::DELETE, false), (Method::PUT, true)] {
        change(method, &role, json!({})).await;
        asks(&mut browser, &options, json!({})).await.ok();
        let now = known().await;
        assert_eq!(now.as_array().map(Vec::len), Some(1));
        assert_eq!(now[0]["administrator"], administers, "{now}");
    }

    change(Method::PATCH, &at, json!({ "state": "blocked" })).await;
    assert_eq!(known().await[0]["administrator"], false);
    // Whoever is blocked keeps nobody from registering theirs.
    let (other, mut others, _) = invited(&house, &mut karen, "Ole").await;
    let person = house.server.get_as(&other, &token).await.ok().json();
    let theirs = person["passkeys"][0]["id"].as_str().expect("a passkey");
    let path = format!("{}/passkeys/{theirs}/signing/options", other.replace("/v1", ""));
    asks(&mut others, &path, json!({})).await.ok();
    let taken = house.server.request(Method::DELETE, &format!("{at}/passkeys/{passkey}"));
    send(taken.bearer_auth(&token)).await.ok();
    assert_eq!(known().await, json!([]));
}
