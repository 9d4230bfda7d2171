//! `auth/login`: how clients begin that know nothing of OAuth.

use serde_json::{Value, json};

use super::{Client, application, oauth, refused};
use crate::{
    configuration::configuration,
    issuer::Issuer,
    server::{Answer, Server, send},
};

async fn login(server: &Server, version: &str, name: &str, secret: &str, body: Value) -> Answer {
    let request = server.post(&format!("/csc/{version}/auth/login"));
    send(request.basic_auth(name, Some(secret)).json(&body)).await
}

#[tokio::test]
async fn a_client_logs_in_by_its_name_and_secret_and_signs() {
    let server = Server::demo().await;
    application(&server, "archive", None).await;
    let (name, secret, _) = oauth::client(&server, "archive", "service").await;
    for version in ["v1", "v2"] {
        let info = server.get(&format!("/csc/{version}/info")).await.ok().json();
        assert!(info["authType"].as_array().expect("a list").contains(&json!("basic")), "{info}");
        let body = json!({ "rememberMe": true, "refresh_token": null, "clientData": "x" });
        let given = login(&server, version, &name, &secret, body).await.ok();
        assert_eq!(given.header("cache-control"), "no-store");
        let given = given.json();
        assert_eq!(given["expires_in"], 3600);
        assert!(given.get("refresh_token").is_none(), "{given}");
        let token = given["access_token"].as_str().expect("a token");
        let client = Client::new(&server, version).with_key(token);
        let id = client.credential("Decisions").await;
        let sad = client.sad(&id, &["a"]).await;
        client.verify(&id, &client.sign(&id, &sad, &["a"]).await.ok(), &["a"]).await;
        let revoked = client.ask("auth/revoke", json!({ "token": token })).await;
        assert_eq!(revoked.status, 204);
        assert_eq!(refused(&client.ask("credentials/list", json!({})).await).0, 401);
    }
}

#[tokio::test]
async fn whoever_shows_nothing_or_something_else_is_told_and_soon_waits() {
    let server = Server::demo().await;
    application(&server, "archive", None).await;
    let (name, secret, token) = oauth::client(&server, "archive", "service").await;
    let (administers, of_it, _) = oauth::client(&server, "archive", "read-audit-log").await;
    let bare = send(server.post("/csc/v2/auth/login").json(&json!({}))).await;
    let malformed = (401, "Malformed authorization header".to_owned());
    let told = |answer: &Answer| {
        let (status, code, description) = refused(answer);
        (status, code, description)
    };
    assert_eq!((told(&bare).0, told(&bare).2), malformed);
    let other = send(server.post("/csc/v2/auth/login").bearer_auth(&token).json(&json!({}))).await;
    assert_eq!((told(&other).0, told(&other).2), malformed);
    let kept = json!({ "refresh_token": "kept" });
    let answer = login(&server, "v2", &name, &secret, kept).await;
    let expected = "Invalid string parameter: refresh_token".to_owned();
    assert_eq!(told(&answer), (400, "invalid_request".to_owned(), expected));
    let answer = login(&server, "v2", &administers, &of_it, json!({})).await;
    assert_eq!((told(&answer).0, &*told(&answer).1), (403, "access_denied"));
    let wrong = "Malformed username-password".to_owned();
    let mut refusals = 0;
    let late = loop {
        let answer = login(&server, "v2", &name, "wrong", json!({})).await;
        if answer.status == 429 {
            break answer;
        }
        assert_eq!(told(&answer), (400, "authentication_error".to_owned(), wrong.clone()));
        refusals += 1;
        assert!(refusals < 1000, "no end");
    };
    assert_eq!(told(&late).1, "temporarily_unavailable");
    assert_eq!(late.header("retry-after"), "1");
}

#[tokio::test]
async fn where_it_is_not_configured_it_is_not_there() {
    let server = Server::configured(&configuration(), &Issuer::new().key_set()).await;
    for version in ["v1", "v2"] {
        let info = server.get(&format!("/csc/{version}/info")).await.ok().json();
        assert_eq!(info["authType"], json!(["external", "oauth2client", "oauth2code"]));
        assert!(!info["methods"].as_array().expect("a list").contains(&json!("auth/login")));
        let answer = login(&server, version, "a", "b", json!({})).await;
        assert_eq!((answer.status, &*refused(&answer).2), (404, "There is no such method"));
    }
}
