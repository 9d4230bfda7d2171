//! Clients are made and revoked on the pages: by administrators of their own organisation, and by nobody else.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    Client, GRANT, House,
    assertions::{Key, claims},
    authenticator::Person,
    error,
    person::{Browser, hidden, service, with},
};
use crate::{
    organisations,
    server::{Answer, send},
};

const ARCHIVE: &str = "/administration/applications/archive";

/// What is filled in, but for the proof.
const FILLED: [(&str, &str); 3] = [
    ("display_name", "The robot"),
    ("scopes", "service"),
    ("redirect_uris", "http://127.0.0.1/cb\r\nhttps://client.example/cb"),
];

/// Sends the form by which a client is made.
async fn sends(browser: &mut Browser<'_>, more: &[(&str, &str)]) -> Answer {
    let page = browser.get(&format!("{ARCHIVE}/new-client?lang=en")).await.ok();
    let csrf = hidden(&page, "csrf");
    let form = with(&with(&FILLED, &[("csrf", &*csrf)]), more);
    browser.post(&format!("{ARCHIVE}/clients"), &form).await
}

/// The clients there are.
async fn clients(house: &House) -> Vec<Value> {
    let list = house.get("/v1/applications/archive/clients").await.ok().json();
    list["items"].as_array().expect("a list").clone()
}

/// Makes a client with a proof, after it was shown what would change.
async fn made(house: &House, browser: &mut Browser<'_>, proof: &[(&str, &str)]) -> (Client, Value) {
    let before = clients(house).await;
    let shown = sends(browser, proof).await.ok().text();
    assert!(shown.contains("The robot") && shown.contains("https://client.example/cb"), "{shown}");
    assert_eq!(clients(house).await, before, "what is shown is not made yet");
    let page = sends(browser, &with(proof, &[("confirmed", "yes")])).await;
    assert_eq!(page.status, 201, "{}", page.text());
    let new = clients(house).await.into_iter().find(|one| !before.contains(one)).expect("one");
    let id = new["id"].as_str().expect("a name").to_owned();
    assert!(page.text().contains(&id) && !page.text().contains("client_secret"), "{}", page.text());
    let listed = browser.get(ARCHIVE).await.ok().text();
    assert!(listed.contains(&id), "{listed}");
    (Client { application: "archive".to_owned(), id, secret: String::new() }, new)
}

#[tokio::test]
async fn a_client_that_signs_is_made_on_the_page_and_gets_tokens_by_its_key_alone() {
    let house = House::open().await;
    let mut karen = Browser::of(&house, "karen").await;
    let key = Key::new();
    let keys = json!({ "keys": [key.public()] }).to_string();
    let (client, new) = made(&house, &mut karen, &[("proof", "keys"), ("jwks", &keys)]).await;
    assert_eq!(new["proof"], "keys");
    let ask = async |key: &Key| {
        let assertion = key.signed(&claims(&house, &client, "", Value::Null));
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let form = [GRANT, ("client_assertion_type", kind), ("client_assertion", &*assertion)];
        send(house.form("/oauth2/token", &form)).await
    };
    ask(&key).await.ok();
    assert_eq!(error(&ask(&Key::new()).await), "invalid_client", "another's key");
}

#[tokio::test]
async fn a_client_that_shows_a_certificate_is_made_on_the_page_and_gets_no_token_without_it() {
    let house = House::open().await;
    let mut karen = Browser::of(&house, "karen").await;
    let path = "/v1/certificate-profiles/payroll/terms";
    let terms = json!({ "name": "Betalinger", "purposes": ["authentication"] });
    let made_terms = house.server.request(Method::PUT, path).bearer_auth(&house.karen);
    let terms = send(made_terms.json(&terms)).await.ok().json();
    let uuid = terms["uuid"].as_str().expect("a UUID");
    let form = karen.get(&format!("{ARCHIVE}/new-client?lang=en")).await.ok().text();
    assert!(form.contains(&format!("Betalinger ({uuid})")), "{form}");
    let proof = [("proof", "certificate"), ("certificate", uuid)];
    let (client, new) = made(&house, &mut karen, &proof).await;
    assert_eq!((&new["proof"], &new["certificate"]), (&json!("certificate"), &json!(uuid)));
    let form = [GRANT, ("client_id", &*client.id)];
    assert_eq!(error(&send(house.form("/oauth2/token", &form)).await), "invalid_client");
}

#[tokio::test]
async fn a_public_client_is_made_on_the_page_and_asks_persons_with_a_code_challenge_alone() {
    let house = House::open().await;
    let mut karen = Browser::of(&house, "karen").await;
    let (client, new) = made(&house, &mut karen, &[("proof", "none")]).await;
    assert_eq!(new["proof"], "none");
    let mut mads = Browser::of(&house, "mads").await;
    let code = mads.code(&service(&client)).await;
    house.exchange(&client, &code, &[]).await.ok();
    let unproven = [("code_challenge", ""), ("code_challenge_method", "")];
    let refused = mads.ask(&with(&service(&client), &unproven)).await;
    assert!(refused.header("location").contains("error=invalid_request"), "{:?}", refused.headers);
    // It has nothing to show for itself.
    let form = [GRANT, ("client_id", &*client.id)];
    let error = error(&send(house.form("/oauth2/token", &form)).await);
    assert!(["unauthorized_client", "invalid_client"].contains(&&*error), "{error}");
    // Nor may it do without the challenge.
    let without = [("proof", "none"), ("without_pkce", "yes"), ("confirmed", "yes")];
    let refused = sends(&mut karen, &without).await;
    assert!((400..500).contains(&refused.status), "{}", refused.text());
}

#[tokio::test]
async fn what_is_wrong_of_a_new_client_is_told_beside_its_field_and_nothing_is_made() {
    let house = House::open().await;
    let mut karen = Browser::of(&house, "karen").await;
    let before = clients(&house).await;
    let address = |wrong: &'static str| ("redirect_uris", [("redirect_uris", wrong)].to_vec());
    let cases = [
        address("http://client.example/cb"),
        address("http://127.0.0.1/cb\r\njavascript:alert(1)"),
        address("https://client.example/cb#part"),
        address("https://*.example/cb"),
        address("/cb"),
        ("jwks", vec![("proof", "keys")]),
        ("jwks", vec![("proof", "keys"), ("jwks", "{\"keys\": []}")]),
        ("jwks", vec![("proof", "secret"), ("jwks", "{\"keys\": []}")]),
        ("certificate", vec![("proof", "certificate"), ("certificate", "not-a-uuid")]),
        (
            "certificate",
            vec![("proof", "certificate"), ("certificate", "6f2f0a1b1c4a4784836d6ef6f0c1110a")],
        ),
        (
            "certificate",
            vec![("proof", "none"), ("certificate", "6f2f0a1b1c4a4784836d6ef6f0c1110a")],
        ),
    ];
    for (field, filled) in cases {
        for confirmed in ["", "yes"] {
            let filled = with(&filled, &[("confirmed", confirmed)]);
            let page = sends(&mut karen, &filled).await;
            let text = page.text();
            assert_eq!(page.status, 422, "{filled:?}: {text}");
            let beside = format!("id=\"{field}-error\"");
            assert_eq!(text.matches(&beside).count(), 1, "{filled:?}: {text}");
            let named = text.matches("-error").count();
            assert_eq!(named, 2, "the field refers to it, and no other is wrong: {text}");
            assert!(text.contains("The robot"), "what was filled in stays: {text}");
        }
    }
    assert_eq!(clients(&house).await, before);
}

#[tokio::test]
async fn who_has_no_role_and_who_administers_another_organisation_see_and_revoke_no_client() {
    let house = House::open().await;
    let (client, mut mads) = (house.sealer().await, Browser::of(&house, "mads").await);
    let token = house.token(&client).await;
    let revocation = format!("{ARCHIVE}/clients/{}/revocation", client.id);
    let mut other = administrator(&house).await;
    let made = [("id", "archive"), ("display_name", "The archive"), ("confirmed", "yes")];
    let csrf = csrf(&mut other).await;
    let made = with(&made, &[("csrf", &*csrf)]);
    let answer = other.post("/administration/applications", &made).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let seen = other.get(ARCHIVE).await.ok().text();
    assert!(seen.contains("The archive") && !seen.contains(&client.id), "{seen}");
    let version = [("confirmed", "yes"), ("version", "2")];
    let revoke = with(&version, &[("csrf", &*csrf)]);
    for answer in [other.get(&revocation).await, other.post(&revocation, &revoke).await] {
        assert_eq!(answer.status, 404, "{}", answer.text());
    }
    let csrf = self::csrf(&mut mads).await;
    let (revoke, new) = (with(&version, &[("csrf", &*csrf)]), with(&FILLED, &[("csrf", &*csrf)]));
    for answer in [
        mads.get(ARCHIVE).await,
        mads.get(&format!("{ARCHIVE}/new-client")).await,
        mads.post(&format!("{ARCHIVE}/clients"), &new).await,
        mads.get(&revocation).await,
        mads.post(&revocation, &revoke).await,
    ] {
        assert_eq!(answer.status, 403, "{}", answer.text());
        assert!(!answer.text().contains(&client.id), "{}", answer.text());
    }
    house.seal(&token).await.ok();
    assert_eq!(clients(&house).await.len(), 1);
}

/// What the forms of a session hold.
async fn csrf(browser: &mut Browser<'_>) -> String {
    hidden(&browser.get("/documents").await.ok(), "csrf")
}

/// An administrator of another organisation who is logged in.
async fn administrator(house: &House) -> Browser<'_> {
    let server = &house.server;
    let roles = ["user-administrator", "organisation-administrator"];
    let keys = organisations::add_as(&server.data_directory(), "34051178", "Andetby", &roles);
    let names = json!({ "given_name": "Gudrun", "family_name": "Holm" });
    let post = async |path: &str, body: &Value| {
        send(server.post(path).bearer_auth(&keys[0]).json(body)).await.ok()
    };
    let at = post("/v1/people", &names).await.header("location").to_owned();
    let invited = post(&format!("{at}/invitation"), &json!({})).await.json();
    let origin = server.address.replace("127.0.0.1", "localhost");
    let link = invited["link"].as_str().and_then(|link| link.strip_prefix(&*origin));
    let mut browser = Browser::new(house);
    Person::invited(&mut browser, &origin, link.expect("a link")).await;
    let tag = server.get_as(&at, &keys[0]).await.ok().header("etag").to_owned();
    let role = server.request(Method::PUT, &format!("{at}/roles/rights-administrator"));
    send(role.bearer_auth(&keys[1]).header("If-Match", tag)).await.ok();
    browser
}
