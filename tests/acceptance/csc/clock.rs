//! A session ends when it ends, whatever its certificate says.

use serde_json::{Value, json};

use super::{Client, assert_refused, sad};
use crate::server::Server;

async fn advance(server: &Server, minutes: u32) {
    let step = json!({ "action": "advance", "seconds": minutes * 60 });
    server.control("/clock", step).await.ok();
}

/// The device's clock is the service's where it stands in the same process.
#[tokio::test]
async fn a_credential_signs_after_45_minutes_and_after_61_its_certificate_is_expired() {
    let server = Server::embedded().await;
    for (version, description) in [
        ("v1", "Signing certificate 'O=Havnsted Kommune,CN=Havnsted Kommune' is expired."),
        ("v2", "Signing certificate is expired"),
    ] {
        let client = Client::new(&server, version);
        let id = client.credential("Decisions").await;
        advance(&server, 45).await;
        let data = client.sad(&id, &["a"]).await;
        client.verify(&id, &client.sign(&id, &data, &["a"]).await.ok(), &["a"]).await;
        advance(&server, 13).await;
        // Two minutes are left of the session: the activation data last no longer.
        let late = client.authorise(&id, 1, &["b"]).await.ok();
        let left = late.json()["expiresIn"].as_u64().expect("seconds");
        assert!((1..=120).contains(&left), "{left}");
        advance(&server, 3).await;
        let data = sad(&late);
        assert_refused(&client.sign(&id, &data, &["b"]).await, description);
        assert_refused(&client.authorise(&id, 1, &["c"]).await, description);
        assert_refused(&client.extend(&id, &data, &["c"]).await, description);
        let asked = json!({ "credentialID": id, "certInfo": true });
        let info = client.ask("credentials/info", asked).await.ok().json();
        assert_eq!(info["key"]["status"], "disabled", "{info}");
        assert_eq!(info["cert"]["status"], "expired", "{info}");
        // There is another one now.
        let next = client.credential("Decisions").await;
        assert_ne!(next, id);
        client.sad(&next, &["d"]).await;
    }
}

#[tokio::test]
async fn activation_data_last_five_minutes() {
    let server = Server::embedded().await;
    let client = Client::new(&server, "v2");
    let id = client.credential("Decisions").await;
    let answer = client.authorise(&id, 1, &["a"]).await.ok();
    assert_eq!(answer.json()["expiresIn"], Value::from(300));
    advance(&server, 6).await;
    let data = sad(&answer);
    assert_refused(&client.sign(&id, &data, &["a"]).await, "SAD expired");
    assert_refused(&client.extend(&id, &data, &["a"]).await, "SAD expired");
}

#[tokio::test]
async fn a_key_that_has_made_all_its_signatures_is_disabled_and_another_one_is_listed() {
    let server = Server::demo().await;
    let client = Client::new(&server, "v2");
    let id = client.credential("Decisions").await;
    let messages: Vec<String> = (0..100).map(|number| number.to_string()).collect();
    let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
    let data = client.sad(&id, &messages).await;
    client.sign(&id, &data, &messages).await.ok();
    let disabled = "The credential identified by credentialID is disabled";
    assert_refused(&client.authorise(&id, 1, &["a"]).await, disabled);
    assert_refused(&client.sign(&id, &data, &["1"]).await, disabled);
    assert_ne!(client.credential("Decisions").await, id);
}
