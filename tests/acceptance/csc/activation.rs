//! Activation data in the place of a token, for documents, and in the place of themselves: what providers'
//! clients do beside the specification (SIGN8's among them), and what nobody gets by it.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{Client, ECDSA, SHA256_OID, application, assert_refused, decoded, hash, refused, sad};
use crate::{
    fixtures,
    oracle::{pdfsig, pyhanko},
    server::{Answer, Server, send},
};

const DECISIONS: &str = "x_segl_decisions";

impl Client<'_> {
    /// Activation data for hashes in base64.
    async fn sad_of(&self, id: &str, hashes: &[String]) -> String {
        let asked = json!({
            "credentialID": id, "numSignatures": hashes.len(), "hashes": hashes,
            "hashAlgorithmOID": SHA256_OID,
        });
        sad(&self.ask("credentials/authorize", asked).await.ok())
    }
}

fn hash_of(bytes: &[u8]) -> String {
    STANDARD.encode(ring::digest::digest(&ring::digest::SHA256, bytes))
}

fn documents(pdfs: &[&[u8]]) -> Value {
    let items = pdfs.iter().map(|pdf| {
        json!({
            "document": STANDARD.encode(pdf), "signature_format": "P", "signAlgo": ECDSA,
            "signed_envelope_property": "Revision", "conformance_level": "AdES-B-T",
        })
    });
    json!({ "documents": items.collect::<Vec<_>>() })
}

fn with(mut request: Value, more: &Value) -> Value {
    let more = more.as_object().expect("an object").clone();
    request.as_object_mut().expect("an object").extend(more);
    request
}

/// That an answer says that the documents are not those that were authorised.
#[track_caller]
fn assert_other_documents(answer: &Answer) {
    let text = "Document or documentDigest does not match authorized hash".to_owned();
    assert_eq!(refused(answer), (403, "invalid_hash".to_owned(), text));
}

#[tokio::test]
async fn activation_data_stand_in_the_place_of_the_token_and_in_their_member_if_they_are_the_same()
{
    let server = Server::demo().await;
    for version in ["v1", "v2"] {
        let client = Client::new(&server, version);
        let id = client.credential("Decisions").await;
        let data = client.sad(&id, &["a", "b", "c"]).await;
        let borne = client.with_key(&data);
        let mut asked = json!({ "credentialID": id, "signAlgo": ECDSA });
        client.put_hashes(&mut asked, &["a"]);
        let signed = borne.ask("signatures/signHash", asked).await.ok();
        client.verify(&id, &signed, &["a"]).await;
        client.verify(&id, &borne.sign(&id, &data, &["b"]).await.ok(), &["b"]).await;
        let other = client.sad(&id, &["c"]).await;
        assert_refused(&borne.sign(&id, &other, &["c"]).await, "Invalid parameter SAD");
        // They sign, and do nothing else.
        for method in ["credentials/list", "signatures/timestamp", "auth/revoke"] {
            let answer = borne.ask(method, json!({})).await;
            assert_eq!(refused(&answer).0, 401, "{method}: {}", answer.text());
        }
        let made_up = format!("segl_sad_{}", "A".repeat(43));
        let answer = client.with_key(&made_up).sign(&id, &made_up, &["c"]).await;
        assert_eq!((refused(&answer).0, &*refused(&answer).1), (401, "invalid_token"));
    }
}

#[tokio::test]
async fn activation_data_that_nobody_was_given_are_counted_and_told_of_without_what_was_shown() {
    let server = Server::demo().await;
    let made_up = format!("segl_sad_{}", "A".repeat(43));
    let client = Client::new(&server, "v2").with_key(&made_up);
    for _ in 0..3 {
        assert_eq!(refused(&client.sign("x", &made_up, &["a"]).await).0, 401);
    }
    let log = server.log();
    assert!(log.contains("nobody was recognised"), "{log}");
    assert!(!log.contains(&made_up), "{log}");
    let metrics = server.metrics().await.ok().text();
    let counted = "segl_authentication_refused_total{problem=\"credentials-invalid\"} 3";
    assert!(metrics.contains(counted), "{metrics}");
}

#[tokio::test]
async fn activation_data_are_worth_nothing_when_the_key_that_they_were_given_for_has_ended() {
    let server = Server::demo().await;
    let (key, _) = application(&server, "archive", None).await;
    let client = Client::new(&server, "v2").with_key(&key);
    let id = client.credential("Decisions").await;
    let data = client.sad(&id, &["a", "b"]).await;
    let borne = client.with_key(&data);
    client.verify(&id, &borne.sign(&id, &data, &["a"]).await.ok(), &["a"]).await;
    let karen = server.token("karen", &[]).await;
    let archive = "/v1/applications/archive";
    let shown = server.get_as(archive, &karen).await.ok().json();
    let name = shown["keys"][0]["id"].as_str().expect("a name");
    let revocation = server.post(&format!("{archive}/keys/{name}/revocation"));
    send(revocation.bearer_auth(&karen).json(&json!({}))).await.ok();
    let answer = borne.sign(&id, &data, &["b"]).await;
    assert_eq!((refused(&answer).0, &*refused(&answer).1), (401, "invalid_token"));
}

#[tokio::test]
async fn a_transaction_begins_with_the_token_itself_and_its_activation_data_sign_the_whole_document()
 {
    let server = Server::demo().await;
    let client = Client::new(&server, "v2");
    let id = client.credential("Decisions").await;
    let pdf = fixtures::named("one-page.pdf");
    // SODR: the hash is that of the whole document.
    let asked = json!({
        "credentialID": id, "SAD": client.key, "hashes": [hash_of(&pdf)],
        "hashAlgorithmOID": SHA256_OID,
    });
    let data = sad(&client.ask("credentials/extendTransaction", asked).await.ok());
    let borne = client.with_key(&data);
    let answer = borne.ask("signatures/signDoc", documents(&[&pdf])).await.ok().json();
    let sealed = decoded(&answer["DocumentWithSignature"][0]);
    let [signature] = pdfsig(&sealed).try_into().expect("one signature");
    assert!(signature.valid && signature.covers_document, "{signature:?}");
    let trust = server.pki("trust-anchor.pem").await;
    let [signature] = pyhanko(&sealed, &trust, &[]).expect("a PDF").try_into().expect("one");
    assert!(signature.is_good(), "{signature:?}");
    // Once, and that document alone.
    assert_other_documents(&borne.ask("signatures/signDoc", documents(&[&pdf])).await);
    // Another's token begins nothing.
    let (other, _) = application(&server, "archive", None).await;
    let asked = json!({ "credentialID": id, "SAD": other, "hashes": [hash("a")] });
    let answer = client.ask("credentials/extendTransaction", asked).await;
    assert_refused(&answer, "Invalid parameter SAD");
}

#[tokio::test]
async fn documents_and_digests_are_sealed_by_the_activation_data_of_a_credential_and_no_others() {
    let server = Server::demo().await;
    let client = Client::new(&server, "v2");
    let id = client.credential("Decisions").await;
    let (first, second) = (fixtures::named("one-page.pdf"), b"Minutes".to_vec());
    let data = client.sad_of(&id, &[hash_of(&first), hash_of(&second)]).await;
    let by = |data: &str| json!({ "credentialID": id, "SAD": data });
    for other in [&[&*second, &second][..], &[b"%PDF-another"], &[&first, &first]] {
        let answer = client.ask("signatures/signDoc", with(documents(other), &by(&data))).await;
        assert_other_documents(&answer);
    }
    let asked = with(documents(&[&first]), &by(&data));
    let named = with(asked.clone(), &json!({ "signatureQualifier": "x_segl_payroll" }));
    let answer = client.ask("signatures/signDoc", named).await;
    assert_refused(&answer, "Invalid parameter signatureQualifier");
    let named = with(asked, &json!({ "signatureQualifier": DECISIONS }));
    let answer = client.ask("signatures/signDoc", named).await.ok().json();
    let [signature] =
        pdfsig(&decoded(&answer["DocumentWithSignature"][0])).try_into().expect("one signature");
    assert!(signature.valid, "{signature:?}");
    let digest = json!({ "documentDigests": [{
        "hashes": [hash_of(&second)], "hashAlgorithmOID": SHA256_OID, "signature_format": "C",
        "signAlgo": ECDSA,
    }] });
    let answer = client.ask("signatures/signDoc", with(digest.clone(), &by(&data))).await.ok();
    assert!(answer.json()["SignatureObject"][0].is_string(), "{}", answer.text());
    assert_other_documents(&client.ask("signatures/signDoc", with(digest, &by(&data))).await);
}

#[tokio::test]
async fn a_document_that_the_policy_refuses_may_be_asked_for_as_it_should_be() {
    let server = Server::demo().await;
    let client = Client::new(&server, "v2");
    let id = client.credential("Decisions").await;
    let pdf = fixtures::named("one-page.pdf");
    let data = client.sad_of(&id, &[hash_of(&pdf)]).await;
    let by = json!({ "credentialID": id, "SAD": data });
    let mut certified = documents(&[&pdf]);
    certified["documents"][0]["signed_envelope_property"] = json!("Certification");
    let answer = client.ask("signatures/signDoc", with(certified, &by)).await;
    assert_eq!((refused(&answer).0, &*refused(&answer).1), (403, "access_denied"));
    client.ask("signatures/signDoc", with(documents(&[&pdf]), &by)).await.ok();
}

#[tokio::test]
async fn another_client_s_activation_data_sign_no_document() {
    let server = Server::demo().await;
    let owner = Client::new(&server, "v2");
    let id = owner.credential("Decisions").await;
    let pdf = fixtures::named("one-page.pdf");
    let data = owner.sad_of(&id, &[hash_of(&pdf)]).await;
    let (other, _) = application(&server, "archive", None).await;
    let other = owner.with_key(&other);
    for by in [json!({ "credentialID": id, "SAD": data }), json!({ "SAD": data })] {
        let answer = other.ask("signatures/signDoc", with(documents(&[&pdf]), &by)).await;
        assert_refused(&answer, "Invalid parameter SAD");
    }
    let asked = with(documents(&[&pdf]), &json!({ "credentialID": id }));
    let answer = owner.ask("signatures/signDoc", asked).await;
    assert_refused(&answer, "Missing (or invalid type) string parameter SAD");
}
