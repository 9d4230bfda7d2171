//! A passkey is a way in that stays: it is made by somebody who was there a moment ago.

use serde_json::{Value, json};

use super::{House, authenticator::Person, person::Browser};
use crate::server::{Answer, Server};

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

#[tokio::test]
async fn a_further_passkey_wants_a_login_of_the_last_quarter_of_an_hour() {
    let house = House::around(Server::embedded().await);
    let mut karen = Browser::of(&house, "karen").await;
    let eva = json!({ "given_name": "Eva", "family_name": "Holm" });
    let eva = asks(&mut karen, "/v1/people", eva).await.ok().json();
    let path = format!("/v1/people/{}/invitation", eva["id"].as_str().expect("an entry"));
    let invited = asks(&mut karen, &path, json!({})).await.ok().json();
    let origin = house.server.address.replace("127.0.0.1", "localhost");
    let link = invited["link"].as_str().and_then(|link| link.strip_prefix(&*origin));
    let mut browser = Browser::new(&house);
    let person = Person::invited(&mut browser, &origin, link.expect("a link")).await;

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
