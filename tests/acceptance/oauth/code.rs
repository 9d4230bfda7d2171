//! A person agrees, and a client acts as them: no further than they agreed, and no longer.

use serde_json::json;

use super::{
    House, encoded, error,
    person::{Browser, CALLBACK, CHALLENGE, asked, service, told, with},
};
use crate::server::send;

#[tokio::test]
async fn a_person_logs_in_and_agrees_and_the_client_acts_as_them_where_it_was_agreed() {
    let house = House::open().await;
    let client = house.asking(json!({ "public": true })).await;
    let mut browser = Browser::new(&house);
    let login = browser.ask(&with(&service(&client), &[("lang", "da")])).await;
    assert!(login.text().contains("/login/demo") && login.text().contains("Demoens personer"));
    browser.log_in("karen").await;
    let page = browser.go("/me").await;
    let text = page.text();
    for shown in ["The wallet", "Havnsted Kommune", "12345674", "Karen", "Referencekode"] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    let policy = page.header("content-security-policy");
    assert!(policy.contains("form-action 'self' http://127.0.0.1:51004;"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
    let answer = browser.decide(&page, "allow").await;
    assert!(answer.header("location").starts_with(&format!("{CALLBACK}?code=")));
    let answered = told(&answer);
    assert_eq!(answered["state"], "the state");
    assert_eq!(answered["iss"], house.server.address);
    // What it led to is done: `/me` is `/me` again.
    assert_eq!(browser.get("/me").await.status, 200);
    assert!(!browser.cookies.contains_key("__Host-segl-authorization"));

    let given = house.exchange(&client, &answered["code"], &[]).await.ok().json();
    assert_eq!((&given["token_type"], &given["scope"]), (&json!("Bearer"), &json!("service")));
    let bearer = given["access_token"].as_str().expect("a token");
    assert_eq!(house.list(bearer).await, 200);
    // It is for that API, and for nothing beside it: each seal is agreed to by itself.
    assert_eq!(house.server.get_as("/v1/profiles", bearer).await.status, 403);
    assert_eq!(house.server.get_as("/v1/applications", bearer).await.status, 403);
    let sealed = house.seal(bearer).await;
    assert_eq!(sealed.status, 403, "{}", sealed.text());
    assert!(sealed.problem()["type"].as_str().expect("a type").ends_with("insufficient-scope"));
    for (method, body) in [
        ("credentials/authorize", json!({ "credentialID": "a", "numSignatures": 1 })),
        ("signatures/signDoc", json!({ "signatureQualifier": "x_segl_decisions" })),
    ] {
        let request = house.server.post(&format!("/csc/v2/{method}")).bearer_auth(bearer);
        let answer = send(request.json(&body)).await;
        assert!([400, 403].contains(&answer.status), "{method}: {}", answer.text());
    }
    // It ends with its client.
    assert_eq!(house.revoke(&client).await.status, 200);
    assert_eq!(house.list(bearer).await, 401);
    let records = house.get("/v1/audit-records?limit=1000").await.ok().text();
    assert!(records.contains("consent-given") && !records.contains(&answered["code"]));
}

#[tokio::test]
async fn a_decision_is_taken_once_however_often_it_is_sent() {
    let house = House::open().await;
    let client = house.asking(json!({})).await;
    let mut browser = Browser::of(&house, "karen").await;
    let page = browser.ask(&service(&client)).await;
    let denied = told(&browser.decide(&page, "deny").await);
    assert_eq!(denied["error"], "access_denied");
    assert_eq!((&*denied["state"], &*denied["iss"]), ("the state", &*house.server.address));
    assert_eq!(told(&browser.decide(&page, "allow").await), denied, "the first counts");

    let page = browser.ask(&service(&client)).await;
    let first = told(&browser.decide(&page, "allow").await);
    for decision in ["allow", "deny"] {
        assert_eq!(told(&browser.decide(&page, decision).await), first);
    }
    house.exchange(&client, &first["code"], &[]).await.ok();
    assert_eq!(browser.decide(&page, "allow").await.status, 404, "it is over");
    // Nobody else's form, nor one without its session's word, decides.
    let page = browser.ask(&service(&client)).await;
    let mut other = Browser::of(&house, "mads").await;
    assert_eq!(other.decide(&page, "allow").await.status, 403);
    let form = [("csrf", ""), ("request", ""), ("decision", "allow")];
    assert!([400, 403].contains(&browser.post("/oauth2/consent", &form).await.status));
}

#[tokio::test]
async fn prompt_login_has_the_person_log_in_anew() {
    let house = House::open().await;
    let client = house.asking(json!({})).await;
    let mut browser = Browser::of(&house, "karen").await;
    let asked = with(&service(&client), &[("prompt", "login")]);
    let page = browser.ask(&asked).await;
    assert!(page.text().contains("/login/demo"), "{}", page.text());
    // Going on without a login leads back to it.
    assert!(browser.go("/oauth2/consent").await.text().contains("/login/demo"));
    browser.log_in("karen").await;
    let page = browser.go("/me").await;
    assert!(told(&browser.decide(&page, "allow").await).contains_key("code"));
}

#[tokio::test]
async fn a_pushed_request_is_asked_once_and_by_its_client_alone() {
    let house = House::open().await;
    let client = house.asking(json!({})).await;
    let other = house.asking(json!({})).await;
    let push = async |form: &[(&str, &str)]| {
        house.as_client("/oauth2/pushed_authorize", &client, form).await
    };
    let pushed = push(&service(&client)).await;
    assert_eq!(pushed.status, 201, "{}", pushed.text());
    assert_eq!(pushed.header("cache-control"), "no-store");
    let pushed = pushed.json();
    assert_eq!(pushed["expires_in"], 90);
    let uri = pushed["request_uri"].as_str().expect("a name");
    assert!(uri.starts_with("urn:ietf:params:oauth:request_uri:"), "{uri}");
    let mut browser = Browser::of(&house, "karen").await;
    let by = |client: &str| {
        format!("/oauth2/authorize?{}", encoded(&[("client_id", client), ("request_uri", uri)]))
    };
    let refused = browser.get(&by(&other.id)).await;
    assert_eq!((refused.status, refused.header("location")), (400, ""));
    // The wallet's library says `state` again; what was pushed counts.
    let page = browser.go(&format!("{}&state=another", by(&client.id))).await;
    let answered = told(&browser.decide(&page, "allow").await);
    assert_eq!(answered["state"], "the state");
    house.exchange(&client, &answered["code"], &[]).await.ok();
    assert_eq!(browser.get(&by(&client.id)).await.status, 400, "once");
    // What a browser would be told on a page, or the client by way of it, is told at once.
    for (changed, expected) in [
        (("redirect_uri", "https://evil.example/"), "invalid_request"),
        (("code_challenge", ""), "invalid_request"),
        (("scope", "openid"), "invalid_scope"),
        (("request_uri", uri), "invalid_request"),
        (("client_id", &*other.id), "invalid_request"),
        (("response_type", "token"), "unsupported_response_type"),
    ] {
        let answer = push(&with(&service(&client), &[changed])).await;
        assert_eq!(error(&answer), expected, "{changed:?}");
    }
    let nobody = house.form("/oauth2/pushed_authorize", &service(&client));
    assert_eq!(error(&send(nobody).await), "invalid_client");
}

#[tokio::test]
async fn a_refresh_token_of_a_public_client_is_good_once_and_of_another_until_it_ends() {
    let house = House::open().await;
    let public = house.asking(json!({ "public": true })).await;
    let (first, refresh) = house.tokens(&public, "karen").await;
    let next = house.refresh(&public, &refresh).await.ok().json();
    let second = next["access_token"].as_str().expect("a token").to_owned();
    assert_eq!((house.list(&first).await, house.list(&second).await), (200, 200));
    let newer = next["refresh_token"].as_str().expect("a token").to_owned();
    assert_ne!(newer, refresh);
    // Whoever shows the old one again has it wrongly, or somebody else has: all of it ends.
    assert_eq!(error(&house.refresh(&public, &refresh).await), "invalid_grant");
    assert_eq!((house.list(&first).await, house.list(&second).await), (401, 401));
    assert_eq!(error(&house.refresh(&public, &newer).await), "invalid_grant");

    let with_secret = house.asking(json!({})).await;
    let (access, refresh) = house.tokens(&with_secret, "karen").await;
    for _ in 0..2 {
        let next = house.refresh(&with_secret, &refresh).await.ok().json();
        assert!(next.get("refresh_token").is_none(), "{next}");
    }
    let foreign = house.refresh(&house.asking(json!({})).await, &refresh).await;
    assert_eq!(error(&foreign), "invalid_grant");
    let wider = [("grant_type", "refresh_token"), ("refresh_token", &*refresh)];
    let wider = with(&wider, &[("scope", "service read-people")]);
    let wider = house.as_client("/oauth2/token", &with_secret, &wider).await;
    assert_eq!(error(&wider), "invalid_scope");
    // Taken back, it takes with it what came of it; both addresses do.
    house.as_client("/revoke", &with_secret, &[("token", &refresh)]).await.ok();
    assert_eq!(house.list(&access).await, 401);
    assert_eq!(error(&house.refresh(&with_secret, &refresh).await), "invalid_grant");
}

#[tokio::test]
async fn a_client_of_the_first_version_may_do_without_pkce_and_then_has_none() {
    let house = House::open().await;
    let client = house.asking(json!({ "without_pkce": true })).await;
    let plain = [("code_challenge", ""), ("code_challenge_method", "")];
    let without = with(&service(&client), &plain);
    let mut browser = Browser::of(&house, "karen").await;
    let code = browser.code(&without).await;
    // A verifier without a challenge: somebody took the challenge away on its way here.
    assert_eq!(error(&house.exchange(&client, &code, &[]).await), "invalid_grant");
    house.exchange(&client, &code, &[("code_verifier", "")]).await.ok();
    // One that has a challenge is held to it.
    let code = browser
        .code(&with(&without, &[("code_challenge", CHALLENGE), ("code_challenge_method", "S256")]))
        .await;
    let refused = house.exchange(&client, &code, &[("code_verifier", "")]).await;
    assert_eq!(error(&refused), "invalid_grant");
    // The scope may be left out: it is the service.
    let told = browser.agree(&with(&asked(&client, ""), &[])).await;
    assert!(told.contains_key("code"), "{told:?}");
}
