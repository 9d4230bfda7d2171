//! Every signature of a hash stands in the audit log: before the device signs, and afterwards.

use serde_json::{Value, json};

use super::{Client, hash};
use crate::{audit_log, server::Server};

#[tokio::test]
async fn the_log_names_each_hash_before_it_is_signed_and_says_that_it_is_one() {
    let mut server = Server::embedded().await;
    let client = Client::new(&server, "v2");
    let id = client.credential("Decisions").await;
    let info = client.ask("credentials/info", json!({ "credentialID": id, "certInfo": true }));
    let serial = info.await.ok().json()["cert"]["serialNumber"].clone();
    let sad = client.sad(&id, &["a", "b"]).await;
    client.sign(&id, &sad, &["a", "b"]).await.ok();
    server.stop();
    let records = audit_log::records(&server.data_directory());
    let of_kind = |kind: &'static str| records.iter().filter(move |record| record["kind"] == kind);
    let intent = of_kind("intent").find(|one| one["event"]["hash_only"] == true).expect("one");
    let event = &intent["event"];
    let hexadecimal = |message: &str| -> Value {
        use base64::Engine as _;
        let hash = base64::engine::general_purpose::STANDARD.decode(hash(message)).unwrap();
        hex::encode(hash).into()
    };
    assert_eq!(event["hashes"], json!([hexadecimal("a"), hexadecimal("b")]));
    assert_eq!(event["hash_algorithm"], "SHA-256");
    assert_eq!(event["certificate_serial"], serial);
    assert_eq!((&event["act"], &event["profile"]), (&json!("seal"), &json!("decisions")));
    for unknown in ["document", "format", "level"] {
        assert!(event.get(unknown).is_none(), "{event}");
    }
    let sequence = &intent["sequence"];
    let outcome = of_kind("outcome").find(|one| one["event"]["intent"] == *sequence).expect("one");
    assert_eq!(outcome["event"]["result"], "done");
    assert_eq!(outcome["event"]["signatures"], 2);
    // The credential was begun before its certificate was there.
    let begun = of_kind("credential-begun").count();
    let issued =
        of_kind("credential-issued").find(|one| one["event"]["certificate_serial"] == serial);
    let issued = issued.expect("the credential's");
    let before = of_kind("credential-begun")
        .find(|one| one["sequence"] == issued["event"]["begun"])
        .expect("its beginning");
    assert!(before["sequence"].as_u64() < issued["sequence"].as_u64());
    assert_eq!(before["event"]["signatures"], 100);
    assert_eq!(begun, of_kind("credential-issued").count());
    let verified = audit_log::verify(&server.data_directory(), &[]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
}
