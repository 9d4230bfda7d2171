//! Every hash counts against the mandate, and what is revoked ends at once.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::{Client, SHA256_OID, application, assert_refused, hash, refused};
use crate::{
    organisations::Newcomer,
    server::{Server, send},
};

#[tokio::test]
async fn a_batch_takes_as_many_seals_as_it_has_hashes_and_none_where_there_are_too_few() {
    let server = Server::demo().await;
    let (key, mandate) = application(&server, "archive", Some(5)).await;
    let client = Client::new(&server, "v2").with_key(&key);
    let id = client.credential("Decisions").await;
    let given = async || {
        let karen = server.token("karen", &[]).await;
        let shown = server.get_as(&format!("/v1/mandates/{mandate}"), &karen).await.ok().json();
        shown["seals"].as_u64().unwrap_or_else(|| panic!("{shown}"))
    };
    assert_eq!(given().await, 0, "a credential is no seal");
    let first = ["a", "b", "c"];
    let sad = client.sad(&id, &first).await;
    client.verify(&id, &client.sign(&id, &sad, &first).await.ok(), &first).await;
    assert_eq!(given().await, 3);
    let sad = client.sad(&id, &first).await;
    let exhausted = client.sign(&id, &sad, &first).await;
    let (status, code, description) = refused(&exhausted);
    assert_eq!((status, &*code), (403, "access_denied"), "{description}");
    let left = format!("3 seals are asked for at once; the mandate {mandate} has 2 left of the 5");
    assert!(description.contains(&left), "{description}");
    assert_eq!(given().await, 3, "all or none");
    // The device was not asked: two of them are still authorised.
    client.sign(&id, &sad, &["a", "b"]).await.ok();
    assert_eq!(given().await, 5);
    assert!(client.credentials().await.contains(&id));
    let sad = client.sad(&id, &["d"]).await;
    let (status, _, description) = refused(&client.sign(&id, &sad, &["d"]).await);
    assert_eq!(status, 403, "{description}");
    assert!(description.contains("has given the 5 seals"), "{description}");
}

#[tokio::test]
async fn a_batch_is_given_by_the_mandate_that_has_as_many_seals_left() {
    let server = Server::demo().await;
    let (key, _) = application(&server, "archive", Some(1)).await;
    let karen = server.token("karen", &[]).await;
    let wanted = json!({ "application": "archive", "maximum_seals": 100 });
    send(server.post("/v1/mandates").bearer_auth(&karen).json(&wanted)).await;
    let client = Client::new(&server, "v2").with_key(&key);
    let id = client.credential("Decisions").await;
    for batch in [&["a", "b", "c"][..], &["d"], &["e"]] {
        let sad = client.sad(&id, batch).await;
        client.verify(&id, &client.sign(&id, &sad, batch).await.ok(), batch).await;
    }
}

#[tokio::test]
async fn whoever_may_seal_nothing_gets_no_time_stamp() {
    let server = Server::demo().await;
    let (key, mandate) = application(&server, "archive", None).await;
    let client = Client::new(&server, "v2").with_key(&key);
    let asked = json!({ "hash": hash("a"), "hashAlgo": SHA256_OID });
    client.ask("signatures/timestamp", asked.clone()).await.ok();
    let karen = server.token("karen", &[]).await;
    let path = format!("/v1/mandates/{mandate}/revocation");
    send(server.post(&path).bearer_auth(&karen).json(&json!({}))).await.ok();
    let (status, code, description) = refused(&client.ask("signatures/timestamp", asked).await);
    assert_eq!((status, &*code), (403, "access_denied"), "{description}");
}

#[tokio::test]
async fn a_credential_whose_certificate_would_say_something_else_now_signs_no_more() {
    let server = Server::embedded().await;
    let newcomer = Newcomer::add(&server).await;
    let profile = json!({
        "id": "letters", "kind": "organisation", "display_name": "Letters", "allow_signing": true,
        "assurance": "validity-assured",
    });
    let version = newcomer.profile(&server, profile).await.header("etag").to_owned();
    let client = Client::new(&server, "v2").with_key(&newcomer.archive(&server).await);
    let id = client.credential("Letters").await;
    let sad = client.sad(&id, &["a", "b"]).await;
    client.sign(&id, &sad, &["a"]).await.ok();
    let path = "/v1/certificate-profiles/letters";
    let change = server.request(Method::PATCH, path).bearer_auth(&newcomer.users);
    let change = change.header("If-Match", version).json(&json!({ "assurance": "revocable" }));
    send(change).await.ok();
    assert_refused(&client.sign(&id, &sad, &["b"]).await, "Signing certificate is expired");
    let next = client.credential("Letters").await;
    assert_ne!(next, id);
    let sad = client.sad(&next, &["b"]).await;
    client.verify(&next, &client.sign(&next, &sad, &["b"]).await.ok(), &["b"]).await;
}

#[tokio::test]
async fn a_revoked_mandate_and_a_revoked_key_sign_no_hash_that_was_authorised_before() {
    let server = Server::demo().await;
    let (key, mandate) = application(&server, "archive", None).await;
    let client = Client::new(&server, "v1").with_key(&key);
    let id = client.credential("Decisions").await;
    let sad = client.sad(&id, &["a", "b"]).await;
    client.sign(&id, &sad, &["a"]).await.ok();
    let karen = server.token("karen", &[]).await;
    let revoke = async |path: &str| {
        send(server.post(path).bearer_auth(&karen).json(&json!({}))).await.ok();
    };
    revoke(&format!("/v1/mandates/{mandate}/revocation")).await;
    let (status, code, description) = refused(&client.sign(&id, &sad, &["b"]).await);
    assert_eq!((status, &*code), (403, "access_denied"), "{description}");
    // Nor does a key live on that nobody may use.
    while server.device_counters().await["live"] != 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let keys = server.get_as("/v1/applications/archive", &karen).await.ok().json();
    let name = keys["keys"][0]["id"].as_str().expect("a name").to_owned();
    revoke(&format!("/v1/applications/archive/keys/{name}/revocation")).await;
    let (status, code, _) = refused(&client.sign(&id, &sad, &["b"]).await);
    assert_eq!((status, &*code), (401, "invalid_token"));
}
