//! A device that fails: no signature is answered, and what may have been signed is authorised no more.

use std::time::Duration;

use serde_json::json;

use super::{Client, assert_refused, refused};
use crate::server::Server;

#[tokio::test]
async fn nothing_is_answered_or_authorised_again_when_the_device_fails() {
    let server = Server::demo().await;
    let client = Client::new(&server, "v2");
    for (fault, expected) in [
        ("drop-before-signing", (503, "temporarily_unavailable")),
        ("drop-after-signing", (503, "temporarily_unavailable")),
        ("wrong-signature", (500, "server_error")),
        ("sad-expired", (500, "server_error")),
        ("sad-for-another-hash", (500, "server_error")),
    ] {
        let id = client.credential("Decisions").await;
        let data = client.sad(&id, &["a"]).await;
        let planned = server.control("/faults", json!({ "fault": fault, "count": 1 })).await;
        assert_eq!(planned.status, 201, "{}", planned.text());
        let (status, code, description) = refused(&client.sign(&id, &data, &["a"]).await);
        assert!(status >= 500, "{fault}: {status} {code} {description}");
        assert_eq!((status, &*code), expected, "{fault}: {description}");
        // Of its key a signature may be somewhere that nobody has.
        let disabled = "The credential identified by credentialID is disabled";
        assert_refused(&client.sign(&id, &data, &["a"]).await, disabled);
        let next = client.credential("Decisions").await;
        let data = client.sad(&next, &["b"]).await;
        client.verify(&next, &client.sign(&next, &data, &["b"]).await.ok(), &["b"]).await;
    }
    // The keys of those that ended are destroyed, which nobody waits for.
    let listed = client.credentials().await.len();
    while server.device_counters().await["live"] != listed {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_credential_with_a_wrong_certificate_is_not_listed() {
    let server = Server::demo().await;
    let client = Client::new(&server, "v2");
    for fault in ["certificate-names-person", "certificate-key-usage", "refuse-enrolment"] {
        let planned = server.control("/faults", json!({ "fault": fault, "count": 3 })).await;
        assert_eq!(planned.status, 201, "{}", planned.text());
        let listed = client.ask("credentials/list", json!({})).await;
        assert!(refused(&listed).0 >= 500, "{fault}: {}", listed.text());
        let keys = server.device_counters().await;
        assert_eq!(keys["live"], 0, "{fault}: {keys}");
    }
    let id = client.credential("Decisions").await;
    assert_refused(&client.sign(&id, "none", &["a"]).await, "Invalid parameter SAD");
}
