//! What RFC 9700 and its neighbours have an authorisation server withstand, one test each.

use serde_json::json;

use super::{
    House, basic, encoded, error,
    person::{Browser, CALLBACK, hidden, service, told, with},
};
use crate::{organisations::Newcomer, server::send};

#[tokio::test]
async fn section_2_1_an_address_that_is_not_registered_gets_nothing() {
    let house = House::open().await;
    let client = house.asking(json!({})).await;
    let mut browser = Browser::of(&house, "karen").await;
    for elsewhere in [
        "https://evil.example/cb",
        "https://client.example/cb/",
        "https://client.example/cb?a=b",
        "https://client.example.evil.example/cb",
        "https://client.example@evil.example/cb",
        "http://client.example/cb",
        "http://127.0.0.1:51004/other",
        "http://[::1]:51004/cb",
        "javascript:alert(1)",
        "//evil.example",
    ] {
        let answer = browser.ask(&with(&service(&client), &[("redirect_uri", elsewhere)])).await;
        // Section 4.11: a page, from which nothing leads there.
        assert_eq!((answer.status, answer.header("location")), (400, ""), "{elsewhere}");
        assert!(!answer.text().contains("evil.example"), "{}", answer.text());
    }
    let several = browser.ask(&with(&service(&client), &[("redirect_uri", "")])).await;
    assert_eq!((several.status, several.header("location")), (400, ""));
}

#[tokio::test]
async fn section_4_11_whoever_is_no_client_sends_nobody_anywhere() {
    let house = House::open().await;
    let client = house.asking(json!({})).await;
    let silent = house.sealer().await;
    let mut browser = Browser::of(&house, "karen").await;
    for nobody in ["", "nobody", &*silent.id] {
        let answer = browser.ask(&with(&service(&client), &[("client_id", nobody)])).await;
        assert_eq!((answer.status, answer.header("location")), (400, ""), "{nobody}");
    }
    let twice = format!("{}&client_id={}", encoded(&service(&client)), client.id);
    let answer = browser.get(&format!("/oauth2/authorize?{twice}")).await;
    assert_eq!((answer.status, answer.header("location")), (400, ""), "two of one name");
    house.revoke(&client).await.ok();
    let ended = browser.ask(&service(&client)).await;
    assert_eq!((ended.status, ended.header("location")), (400, ""));
}

#[tokio::test]
async fn section_4_8_a_code_without_a_challenge_or_with_a_plain_one_is_not_given() {
    let house = House::open().await;
    for client in [house.asking(json!({})).await, house.asking(json!({ "public": true })).await] {
        let mut browser = Browser::of(&house, "karen").await;
        for changed in [
            vec![("code_challenge", ""), ("code_challenge_method", "")],
            vec![("code_challenge_method", "")],
            vec![("code_challenge_method", "plain")],
            vec![("code_challenge", "short")],
        ] {
            let told = told(&browser.ask(&with(&service(&client), &changed)).await);
            assert_eq!(told["error"], "invalid_request", "{changed:?}");
            assert_eq!(told["iss"], house.server.address);
        }
    }
}

#[tokio::test]
async fn section_4_5_a_code_is_good_for_its_client_with_its_verifier_and_its_address() {
    let house = House::open().await;
    let client = house.asking(json!({})).await;
    let other = house.asking(json!({})).await;
    let code = Browser::of(&house, "karen").await.code(&service(&client)).await;
    let wrong = "a".repeat(43);
    for (by, changed) in [
        (&other, ("state", "")),
        (&client, ("code_verifier", &*wrong)),
        (&client, ("code_verifier", "")),
        (&client, ("redirect_uri", "https://client.example/cb")),
        (&client, ("redirect_uri", "http://127.0.0.1:51005/cb")),
        (&client, ("redirect_uri", "")),
        (&client, ("code", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
    ] {
        let answer = house.exchange(by, &code, &[changed]).await;
        assert_eq!(error(&answer), "invalid_grant", "{changed:?}");
    }
    let unproven = house.exchange(&client, &code, &[]);
    let nobody = super::Client { secret: String::new(), ..client.clone() };
    assert_eq!(error(&house.exchange(&nobody, &code, &[]).await), "invalid_client");
    unproven.await.ok();
}

#[tokio::test]
async fn section_4_2_a_code_that_is_used_again_ends_what_came_of_it() {
    let house = House::open().await;
    let client = house.asking(json!({})).await;
    let code = Browser::of(&house, "karen").await.code(&service(&client)).await;
    let given = house.exchange(&client, &code, &[]).await.ok().json();
    let access = given["access_token"].as_str().expect("a token");
    // Another client that has seen it ends nothing.
    let other = house.asking(json!({})).await;
    assert_eq!(error(&house.exchange(&other, &code, &[]).await), "invalid_grant");
    assert_eq!(house.list(access).await, 200);
    assert_eq!(error(&house.exchange(&client, &code, &[]).await), "invalid_grant");
    assert_eq!(house.list(access).await, 401);
    let refresh = given["refresh_token"].as_str().expect("a token");
    assert_eq!(error(&house.refresh(&client, refresh).await), "invalid_grant");
}

#[tokio::test]
async fn a_code_is_good_for_a_minute() {
    let house = House::open().await;
    let client = house.asking(json!({})).await;
    let code = Browser::of(&house, "karen").await.code(&service(&client)).await;
    let step = json!({ "action": "advance", "seconds": 61 });
    house.server.control("/clock", step).await.ok();
    assert_eq!(error(&house.exchange(&client, &code, &[]).await), "invalid_grant");
}

#[tokio::test]
async fn fifty_who_show_one_code_at_once_get_tokens_once_at_most_and_the_code_s_family_ends() {
    let house = House::open().await;
    let client = house.asking(json!({})).await;
    let code = Browser::of(&house, "karen").await.code(&service(&client)).await;
    let tries = (0..50).map(|_| house.exchange(&client, &code, &[]));
    let mut given = Vec::new();
    for answer in futures_util::future::join_all(tries).await {
        match answer.status {
            200 => given.push(answer.json()["access_token"].as_str().expect("a token").to_owned()),
            429 => {}
            _ => assert_eq!(error(&answer), "invalid_grant"),
        }
    }
    assert!(given.len() <= 1, "{}", given.len());
    for token in given {
        assert_eq!(house.list(&token).await, 401, "somebody else showed it, too");
    }
}

#[tokio::test]
async fn section_4_16_no_page_is_framed_and_section_2_6_no_script_elsewhere_reads_one() {
    let house = House::open().await;
    let client = house.asking(json!({})).await;
    let mut browser = Browser::of(&house, "karen").await;
    let page = browser.ask(&service(&client)).await;
    let wrong = browser.ask(&[("client_id", "nobody")]).await;
    for answer in [&page, &wrong] {
        assert_eq!(answer.header("x-frame-options"), "DENY");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(answer.header("access-control-allow-origin"), "");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let path = format!("/oauth2/authorize?{}", encoded(&service(&client)));
    for method in [reqwest::Method::GET, reqwest::Method::OPTIONS] {
        let request = house.server.request(method, &path).header("Origin", "https://evil.example");
        let answer = send(request.header("Access-Control-Request-Method", "GET")).await;
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
}

#[tokio::test]
async fn section_4_12_the_browser_posts_nothing_to_the_client() {
    let house = House::open().await;
    let client = house.asking(json!({})).await;
    let mut browser = Browser::of(&house, "karen").await;
    let page = browser.ask(&service(&client)).await;
    let answer = browser.decide(&page, "allow").await;
    assert_eq!(answer.status, 303);
    assert!(answer.header("location").starts_with(CALLBACK));
}

#[tokio::test]
async fn section_2_1_2_there_is_no_implicit_grant_and_no_password_grant() {
    let house = House::open().await;
    let client = house.asking(json!({})).await;
    let mut browser = Browser::of(&house, "karen").await;
    for kind in ["token", "id_token", "code token"] {
        let told = told(&browser.ask(&with(&service(&client), &[("response_type", kind)])).await);
        assert_eq!(told["error"], "unsupported_response_type", "{kind}");
    }
    let fragment = with(&service(&client), &[("response_mode", "fragment")]);
    assert_eq!(told(&browser.ask(&fragment).await)["error"], "invalid_request");
    let password = [("grant_type", "password"), ("username", "karen"), ("password", "x")];
    let answer = house.ask("/oauth2/token", &client, &password).await;
    assert_eq!(error(&answer), "unsupported_grant_type");
}

#[tokio::test]
async fn a_person_is_asked_for_nothing_of_the_administration_and_a_public_client_has_nothing_itself()
 {
    let house = House::open().await;
    let wide = json!({ "scopes": ["service", "change-rights"] });
    let client = house.asking(wide).await;
    let mut browser = Browser::of(&house, "karen").await;
    for scope in ["change-rights", "service change-rights", "openid", "service credential"] {
        let told = told(&browser.ask(&with(&service(&client), &[("scope", scope)])).await);
        assert!(["invalid_scope", "invalid_request"].contains(&&*told["error"]), "{scope}");
    }
    let narrow = house.asking(json!({ "scopes": ["read-people"] })).await;
    assert_eq!(told(&browser.ask(&service(&narrow)).await)["error"], "invalid_scope");
    let public = house.asking(json!({ "public": true })).await;
    let own = house.as_client("/oauth2/token", &public, &[super::GRANT]).await;
    assert_eq!(error(&own), "unauthorized_client");
    let secret = send(house.form("/oauth2/token", &[super::GRANT]).header(
        "Authorization",
        basic(&super::Client { secret: "guessed".into(), ..public.clone() }),
    ));
    assert_eq!(error(&secret.await), "invalid_client");
}

#[tokio::test]
async fn a_person_of_another_organisation_is_asked_nothing_and_decides_nothing() {
    let house = House::open().await;
    let foreign = Newcomer::add(&house.server).await;
    let post = async |path: &str, body: serde_json::Value| {
        send(house.server.post(path).bearer_auth(&foreign.rights).json(&body)).await.ok().json()
    };
    post("/v1/applications", json!({ "id": "theirs", "display_name": "Theirs" })).await;
    let wanted = json!({
        "scopes": ["service"], "display_name": "Their wallet",
        "redirect_uris": ["http://127.0.0.1/cb"],
    });
    let made = post("/v1/applications/theirs/clients", wanted).await;
    let text = |member: &str| made[member].as_str().expect("text").to_owned();
    let theirs =
        super::Client { application: "theirs".into(), id: text("id"), secret: text("secret") };

    let mut browser = Browser::of(&house, "karen").await;
    let own = browser.ask(&service(&house.asking(json!({})).await)).await;
    let page = browser.ask(&service(&theirs)).await;
    assert_eq!((page.status, page.header("location")), (403, ""), "{}", page.text());
    assert!(page.text().contains("another organisation than the one"), "{}", page.text());
    assert!(!page.text().contains("name=\"decision\""), "{}", page.text());
    // Nor does the word of a page of hers decide it.
    let request = browser.cookies["__Host-segl-authorization"].clone();
    let csrf = hidden(&own, "csrf");
    for decision in ["allow", "deny"] {
        let form = [("csrf", &*csrf), ("request", &*request), ("decision", decision)];
        let answer = browser.post("/oauth2/consent", &form).await;
        assert_eq!((answer.status, answer.header("location")), (403, ""), "{decision}");
    }
    // Her own she may decide still.
    assert!(told(&browser.decide(&own, "allow").await).contains_key("code"));
}
