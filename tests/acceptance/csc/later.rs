//! Answers that come later: for whoever asked, once they are there, and not for ever.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{Client, ECDSA, SHA256_OID, application, assert_refused, decoded, hash, key, refused};
use crate::{
    fixtures,
    oracle::pdfsig,
    server::{Answer, Server},
};

pub(super) const UNKNOWN: &str = "Invalid parameter requestID";

impl Client<'_> {
    /// Asks for a signature that comes later: what is answered at once.
    pub(super) async fn sign_later(
        &self,
        id: &str,
        sad: &str,
        messages: &[&str],
        more: Value,
    ) -> Answer {
        let mut request = json!({
            "credentialID": id, "SAD": sad, "signAlgo": ECDSA, "operationMode": "A",
        });
        self.put_hashes(&mut request, messages);
        let more = more.as_object().expect("an object").clone();
        request.as_object_mut().expect("an object").extend(more);
        self.ask("signatures/signHash", request).await
    }

    pub(super) async fn poll(&self, name: &str) -> Answer {
        self.ask("signatures/signPolling", json!({ "requestID": name })).await
    }

    /// What comes of it at last.
    pub(super) async fn fetch(&self, name: &str) -> Answer {
        loop {
            let answer = self.poll(name).await;
            if answer.status != 202 {
                return answer;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
}

pub(super) fn name(answer: &Answer) -> String {
    let told = answer.json();
    assert!(told.get("signatures").is_none(), "{told}");
    told["responseID"].as_str().expect("a name").to_owned()
}

#[tokio::test]
async fn signatures_are_fetched_when_they_are_there_by_the_bearer_that_asked_alone() {
    let server = Server::demo().await;
    let (own, _) = application(&server, "archive", None).await;
    let client = Client::new(&server, "v2").with_key(&own);
    let id = client.credential("Decisions").await;
    let data = client.sad(&id, &["a", "b"]).await;
    let slow = json!({ "fault": "delay", "milliseconds": 1500, "count": 1 });
    assert_eq!(server.control("/faults", slow).await.status, 201);
    let asked = name(&client.sign_later(&id, &data, &["b", "a"], json!({})).await.ok());
    let (status, code, text) = refused(&client.poll(&asked).await);
    assert_eq!((status, &*code), (202, "accepted_request"), "{text}");
    assert!(text.contains("accepted for processing"), "{text}");
    // Of another key of the same application it is nothing, and of another application's.
    let other = client.with_key(&key(&server, "archive").await);
    assert_refused(&other.poll(&asked).await, UNKNOWN);
    assert_refused(&Client::new(&server, "v2").poll(&asked).await, UNKNOWN);
    assert_refused(&client.poll("made up").await, UNKNOWN);
    let signed = client.fetch(&asked).await.ok();
    client.verify(&id, &signed, &["b", "a"]).await;
    // It stays for a while, and by the other name it is the same.
    let again = client.ask("signatures/signPolling", json!({ "responseID": asked })).await.ok();
    assert_eq!(again.json(), signed.json());
    // What was spent is spent.
    let spent = "Hash is not authorized by the SAD";
    assert_refused(&client.sign_later(&id, &data, &["a"], json!({})).await, spent);
}

#[tokio::test]
async fn what_is_wrong_is_told_at_once_and_what_fails_when_it_has_failed() {
    let server = Server::demo().await;
    let client = Client::new(&server, "v2");
    let id = client.credential("Decisions").await;
    let data = client.sad(&id, &["a"]).await;
    for (messages, more, description) in [
        (&["b"][..], json!({}), "Hash is not authorized by the SAD"),
        (&["a"], json!({ "signAlgo": "1.2.3" }), "Invalid parameter signAlgo"),
        (&["a"], json!({ "validity_period": 0 }), "Invalid parameter validity_period"),
        (&["a"], json!({ "operationMode": "B" }), "Invalid parameter operationMode"),
        (&["a"], json!({ "response_uri": "https://a" }), "Invalid parameter response_uri"),
        (&["a"], json!({ "responseURI": "https://a" }), "Invalid parameter response_uri"),
    ] {
        assert_refused(&client.sign_later(&id, &data, messages, more).await, description);
    }
    assert_eq!(
        server.control("/faults", json!({ "fault": "wrong-signature", "count": 1 })).await.status,
        201
    );
    let asked = name(&client.sign_later(&id, &data, &["a"], json!({})).await.ok());
    let (status, code, _) = refused(&client.fetch(&asked).await);
    assert_eq!((status, &*code), (500, "server_error"));
    // Version 1 knows nothing of it.
    let first = Client::new(&server, "v1");
    let id = first.credential("Decisions").await;
    let data = first.sad(&id, &["a"]).await;
    let answer = first.sign_later(&id, &data, &["a"], json!({})).await;
    assert_refused(&answer, "Invalid parameter operationMode");
    assert_eq!(first.poll("made up").await.status, 404);
}

#[tokio::test]
async fn documents_are_fetched_later_and_kept_no_longer_than_was_asked() {
    let server = Server::embedded().await;
    let client = Client::new(&server, "v2");
    let document = STANDARD.encode(fixtures::named("one-page.pdf"));
    let asked = json!({
        "signatureQualifier": "x_segl_decisions", "operationMode": "A", "validityPeriod": 60_000,
        "documents": [{
            "document": document, "signature_format": "P", "signAlgo": ECDSA,
            "signed_envelope_property": "Revision", "conformance_level": "Ades-B-T",
        }],
    });
    let asked = name(&client.ask("signatures/signDoc", asked).await.ok());
    let signed = client.fetch(&asked).await.ok().json();
    let [signature] =
        pdfsig(&decoded(&signed["DocumentWithSignature"][0])).try_into().expect("one signature");
    assert!(signature.valid && signature.covers_document, "{signature:?}");
    let step = json!({ "action": "advance", "seconds": 59 });
    server.control("/clock", step).await.ok();
    client.poll(&asked).await.ok();
    let step = json!({ "action": "advance", "seconds": 2 });
    server.control("/clock", step).await.ok();
    assert_refused(&client.poll(&asked).await, UNKNOWN);
}

#[tokio::test]
async fn a_hundred_wait_for_one_caller_and_no_more_and_another_has_room() {
    let server = Server::demo().await;
    let client = Client::new(&server, "v2");
    let digest = json!({
        "signatureQualifier": "x_segl_decisions", "operationMode": "A",
        "documentDigests": [{
            "hashes": [hash("a")], "hashAlgorithmOID": SHA256_OID, "signature_format": "C",
            "signAlgo": ECDSA,
        }],
    });
    for _ in 0..100 {
        name(&client.ask("signatures/signDoc", digest.clone()).await.ok());
    }
    let (status, code, _) = refused(&client.ask("signatures/signDoc", digest.clone()).await);
    assert_eq!((status, &*code), (429, "temporarily_unavailable"));
    let (other, _) = application(&server, "archive", None).await;
    let other = client.with_key(&other);
    let asked = name(&other.ask("signatures/signDoc", digest).await.ok());
    assert!(other.fetch(&asked).await.ok().json()["SignatureObject"][0].is_string());
}
