//! Requests that clients sign (RFC 9101), by the query and pushed.

use serde_json::{Value, json};

use super::{
    Client, GRANT, House,
    assertions::{Key, claims, keyed, keyed_with},
    encoded, error,
    person::{Browser, service, told},
};
use crate::{
    oracle::OauthJob,
    server::{Answer, send},
};

const TYPE: &str = "oauth-authz-req+jwt";

/// What an honest object says.
fn asked(house: &House, client: &Client) -> Value {
    let mut all = claims(house, client, "", Value::Null);
    all.as_object_mut().expect("an object").remove("sub");
    for (name, value) in service(client) {
        all[name] = json!(value);
    }
    all
}

fn signed(key: &Key, claims: &Value) -> String {
    key.signed_as(&json!({ "alg": "ES256", "kid": "one", "typ": TYPE }), claims)
}

fn changed(claims: &Value, name: &str, value: Value) -> Value {
    let mut claims = claims.clone();
    claims[name] = value;
    claims
}

/// Pushes with an assertion of the client.
async fn push(house: &House, (client, key): (&Client, &Key), form: &[(&str, &str)]) -> Answer {
    let assertion = claims(house, client, "", Value::Null);
    let assertion = key.signed_as(&json!({ "alg": "ES256", "kid": "one" }), &assertion);
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let mut all = vec![("client_assertion_type", kind), ("client_assertion", &*assertion)];
    all.extend_from_slice(form);
    send(house.form("/oauth2/pushed_authorize", &all)).await
}

#[tokio::test]
async fn what_is_signed_counts_and_what_stands_beside_it_does_not() {
    let house = House::open().await;
    let (client, key) = keyed(&house).await;
    let mut browser = Browser::of(&house, "karen").await;
    let object = signed(&key, &asked(&house, &client));
    let beside = [
        ("client_id", &*client.id),
        ("request", &*object),
        ("state", "another"),
        ("redirect_uri", "https://evil.example/"),
        ("scope", "openid"),
    ];
    let answered = browser.agree(&beside).await;
    assert_eq!(answered["state"], "the state");
    assert!(answered.contains_key("code"), "{answered:?}");
    let again = browser.ask(&beside).await;
    assert_eq!((again.status, again.header("location")), (400, ""), "it was used");

    let object = signed(&key, &asked(&house, &client));
    let pushed = push(&house, (&client, &key), &[("request", &object)]).await.ok().json();
    let uri = pushed["request_uri"].as_str().expect("a name");
    let answered = browser.agree(&[("client_id", &*client.id), ("request_uri", uri)]).await;
    assert_eq!(answered["state"], "the state");
    let used = push(&house, (&client, &key), &[("request", &object)]).await;
    assert_eq!(error(&used), "invalid_request_object");
    let object = signed(&key, &asked(&house, &client));
    let beside = push(&house, (&client, &key), &[("request", &object), ("scope", "service")]).await;
    assert_eq!(error(&beside), "invalid_request");
    // What is wrong with what is asked is told the client, whose object says where.
    let wrong = signed(&key, &changed(&asked(&house, &client), "scope", json!("openid")));
    let answer = browser.ask(&[("client_id", &*client.id), ("request", &*wrong)]).await;
    assert_eq!(told(&answer)["error"], "invalid_scope");
}

#[tokio::test]
async fn a_client_that_signs_what_it_asks_is_asked_for_nothing_by_what_it_did_not_sign() {
    let house = House::open().await;
    let metadata = house.server.get("/.well-known/oauth-authorization-server").await.ok().json();
    assert_eq!(
        metadata["require_signed_request_object"], false,
        "of clients that register it alone"
    );
    let (client, key) = keyed_with(&house, json!({ "require_signed_request_object": true })).await;
    let mut browser = Browser::of(&house, "karen").await;
    let plain = service(&client);
    let refused = told(&browser.ask(&plain).await);
    assert_eq!((&*refused["error"], &*refused["state"]), ("invalid_request", "the state"));
    assert!(refused.contains_key("iss") && !refused.contains_key("code"), "{refused:?}");
    assert_eq!(error(&push(&house, (&client, &key), &plain).await), "invalid_request");
    // An empty object signs nothing.
    let empty = [&plain[..], &[("request", "")]].concat();
    let refused_too = told(&browser.ask(&empty).await);
    assert_eq!(refused_too["error"], refused["error"], "{refused_too:?}");

    let object = signed(&key, &asked(&house, &client));
    let answered = browser.agree(&[("client_id", &*client.id), ("request", &*object)]).await;
    assert!(answered.contains_key("code"), "{answered:?}");
    let object = signed(&key, &asked(&house, &client));
    let pushed = push(&house, (&client, &key), &[("request", &object)]).await.ok().json();
    let uri = pushed["request_uri"].as_str().expect("a name");
    let answered = browser.agree(&[("client_id", &*client.id), ("request_uri", uri)]).await;
    assert!(answered.contains_key("code"), "{answered:?}");

    // Of a client that signs nothing it cannot be wanted.
    for proof in [json!({}), json!({ "public": true })] {
        let mut wanted = json!({
            "scopes": ["service"], "redirect_uris": ["https://client.example/cb"],
            "require_signed_request_object": true,
        });
        for (name, value) in proof.as_object().expect("an object") {
            wanted[name] = value.clone();
        }
        assert_eq!(
            house.post("/v1/applications/archive/clients", wanted).await.status,
            400,
            "{proof}"
        );
    }
}

#[tokio::test]
async fn an_object_that_does_not_hold_leads_nowhere() {
    let house = House::open().await;
    let (client, key) = keyed(&house).await;
    let (other, _) = keyed(&house).await;
    let with_secret = house.asking(json!({})).await;
    let honest = asked(&house, &client);
    let of = |header: Value, claims: &Value| key.signed_as(&header, claims);
    let good = signed(&key, &honest);
    let unsigned = of(json!({ "alg": "none", "typ": TYPE }), &honest);
    let unsigned = format!("{}.", unsigned.rsplit_once('.').expect("three parts").0);
    let twice =
        format!("{}&request={good}", encoded(&[("client_id", &client.id), ("request", &good)]));
    let mut all = vec![twice];
    for (id, object) in [
        (&client.id, unsigned),
        (&client.id, of(json!({ "alg": "HS256", "kid": "one", "typ": TYPE }), &honest)),
        (&client.id, of(json!({ "alg": "ES256", "kid": "one", "typ": "JWT" }), &honest)),
        (&client.id, of(json!({ "alg": "ES256", "kid": "one" }), &honest)),
        (&client.id, of(json!({ "alg": "ES256", "kid": "two", "typ": TYPE }), &honest)),
        (&client.id, signed(&Key::new(), &honest)),
        (&client.id, signed(&key, &changed(&honest, "client_id", json!(other.id)))),
        (&client.id, signed(&key, &changed(&honest, "iss", json!(other.id)))),
        (&client.id, signed(&key, &changed(&honest, "aud", json!("https://other.example")))),
        (&client.id, signed(&key, &changed(&honest, "aud", json!([house.server.address])))),
        (&client.id, signed(&key, &changed(&honest, "exp", json!(1)))),
        (&client.id, signed(&key, &changed(&honest, "exp", json!(9_999_999_999_u64)))),
        (&client.id, signed(&key, &changed(&honest, "request", json!(good)))),
        (&client.id, signed(&key, &changed(&honest, "request_uri", json!("https://a.example")))),
        (&client.id, good.replace('.', "")),
        (&other.id, good.clone()),
        (&with_secret.id, good.clone()),
    ] {
        let pushed = push(&house, (&client, &key), &[("request", &object)]).await;
        if *id == client.id {
            assert_eq!(error(&pushed), "invalid_request_object", "{object}");
        }
        all.push(encoded(&[("client_id", id), ("request", &object)]));
    }
    let mut browser = Browser::of(&house, "karen").await;
    for query in all {
        let answer = browser.get(&format!("/oauth2/authorize?{query}")).await;
        assert_eq!((answer.status, answer.header("location")), (400, ""), "{query}");
    }
    // It was pushed once by then, in another client's name.
    assert_eq!(send(house.form("/oauth2/token", &[GRANT, ("request", &good)])).await.status, 401);
}

#[tokio::test]
async fn openid_client_signs_what_it_asks_and_proves_by_keys_alone() {
    let house = House::open().await;
    let (client, key) = keyed(&house).await;
    let (issuer, proof) = (&*house.server.address, key.private());
    let path = "/csc/v2/credentials/list";
    let job = OauthJob { issuer, client: &client.id, proof: &proof, path };
    let Some(told) = job.through_node("openid-client-signed.mjs") else { return };
    let expected = json!({ "own": 200, "bare": 401, "type": "dpop", "scope": "service" });
    assert_eq!(told, json!({ "query": expected, "pushed": expected }));
    // Which is what the profile FAPI 2.0 asks of clients.
    let info = send(house.server.post("/csc/v2/info").json(&json!({}))).await.ok().json();
    assert_eq!(info["oauth2FAPIsupport"], true);
}
