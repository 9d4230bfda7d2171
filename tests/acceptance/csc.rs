//! The API of the Cloud Signature Consortium, as real clients use it and as others would misuse it.

mod activation;
mod attacks;
mod batches;
mod clock;
mod consent;
mod consent_documents;
mod deviations;
mod documents;
mod faults;
mod later;
mod libpdf;
mod login;
mod mandates;
mod methods;
mod oauth;
mod pages;
mod rates;
mod recorded;

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use crate::{
    oracle::{Folder, openssl},
    server::{API_KEY, Answer, Server, send},
};

const SHA256_OID: &str = "2.16.840.1.101.3.4.2.1";
const ECDSA: &str = "1.2.840.10045.4.3.2";

/// One who asks a server, in a version of the API.
#[derive(Clone)]
struct Client<'a> {
    server: &'a Server,
    version: &'static str,
    key: String,
}

impl<'a> Client<'a> {
    /// The demo's application.
    fn new(server: &'a Server, version: &'static str) -> Self {
        Self { server, version, key: API_KEY.to_owned() }
    }

    /// The same server, asked by another key.
    fn with_key(&self, key: &str) -> Self {
        Self { key: key.to_owned(), ..self.clone() }
    }

    async fn ask(&self, method: &str, request: Value) -> Answer {
        let request = self.server.post(&format!("/csc/{}/{method}", self.version)).json(&request);
        send(request.bearer_auth(&self.key)).await
    }

    /// The name of the credential of the profile with this name.
    async fn credential(&self, profile: &str) -> String {
        for id in self.credentials().await {
            let info =
                self.ask("credentials/info", json!({ "credentialID": id })).await.ok().json();
            if info["description"] == profile {
                return id;
            }
        }
        panic!("no credential {profile}");
    }

    async fn credentials(&self) -> Vec<String> {
        let listed = self.ask("credentials/list", json!({})).await.ok().json();
        let ids = listed["credentialIDs"].as_array().expect("a list").iter();
        ids.map(|id| id.as_str().expect("a name").to_owned()).collect()
    }

    /// What a request for activation data answers, in the names of the version.
    async fn authorise(&self, id: &str, number: usize, messages: &[&str]) -> Answer {
        let mut request = json!({ "credentialID": id, "numSignatures": number });
        self.put_hashes(&mut request, messages);
        self.ask("credentials/authorize", request).await
    }

    /// Activation data for these messages.
    async fn sad(&self, id: &str, messages: &[&str]) -> String {
        sad(&self.authorise(id, messages.len(), messages).await.ok())
    }

    async fn extend(&self, id: &str, sad: &str, messages: &[&str]) -> Answer {
        let mut request = json!({ "credentialID": id, "SAD": sad });
        self.put_hashes(&mut request, messages);
        self.ask("credentials/extendTransaction", request).await
    }

    async fn sign(&self, id: &str, sad: &str, messages: &[&str]) -> Answer {
        let mut request = json!({ "credentialID": id, "SAD": sad, "signAlgo": ECDSA });
        self.put_hashes(&mut request, messages);
        self.ask("signatures/signHash", request).await
    }

    fn put_hashes(&self, request: &mut Value, messages: &[&str]) {
        let hashes: Vec<String> = messages.iter().map(|message| hash(message)).collect();
        let (hash, algorithm) = if self.version == "v1" {
            ("hash", "hashAlgo")
        } else {
            ("hashes", "hashAlgorithmOID")
        };
        request[hash] = json!(hashes);
        request[algorithm] = json!(SHA256_OID);
    }

    /// Lets openssl verify what was answered for these messages.
    async fn verify(&self, id: &str, answer: &Answer, messages: &[&str]) {
        let asked = json!({ "credentialID": id, "certificates": "single" });
        let info = self.ask("credentials/info", asked).await.ok().json();
        let certificate = decoded(&info["cert"]["certificates"][0]);
        let folder = Folder::new();
        folder.write("certificate", &certificate);
        openssl(&folder, "x509 -inform DER -in @certificate -pubkey -noout -out @key")
            .expect("a certificate");
        let signatures = answer.json()["signatures"].as_array().expect("a list").clone();
        assert_eq!(signatures.len(), messages.len(), "{}", answer.text());
        for (signature, message) in signatures.iter().zip(messages) {
            folder.write("signature", &decoded(signature));
            folder.write("message", message.as_bytes());
            openssl(&folder, "dgst -sha256 -verify @key -signature @signature @message")
                .unwrap_or_else(|said| panic!("{message}: {said}"));
        }
    }
}

fn hash(message: &str) -> String {
    STANDARD.encode(digest(&SHA256, message.as_bytes()))
}

fn decoded(text: &Value) -> Vec<u8> {
    STANDARD.decode(text.as_str().expect("base64")).expect("base64")
}

fn sad(answer: &Answer) -> String {
    answer.json()["SAD"].as_str().expect("a SAD").to_owned()
}

/// The code and the text of an error, whose form is checked.
fn refused(answer: &Answer) -> (u16, String, String) {
    let error = answer.json();
    assert_eq!(answer.header("content-type"), "application/json", "{error}");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(error["error_description"], error["message"], "{error}");
    assert!(error.get("signatures").is_none(), "{error}");
    let text = |member: &str| error[member].as_str().expect("a text").to_owned();
    (answer.status, text("error"), text("error_description"))
}

/// That an answer is a wrong request of this description.
#[track_caller]
fn assert_refused(answer: &Answer, description: &str) {
    let expected = (400, "invalid_request".to_owned(), description.to_owned());
    assert_eq!(refused(answer), expected);
}

/// A further application of the demo that may seal, so often: its key.
async fn application(server: &Server, id: &str, seals: Option<u64>) -> (String, String) {
    let karen = server.token("karen", &[]).await;
    let post = async |path: &str, body: Value| {
        let answer = send(server.post(path).bearer_auth(&karen).json(&body)).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()
    };
    post("/v1/applications", json!({ "id": id, "display_name": "Another" })).await;
    let mut wanted = json!({ "application": id });
    if let Some(seals) = seals {
        wanted["maximum_seals"] = json!(seals);
    }
    let mandate = post("/v1/mandates", wanted).await["id"].as_str().expect("a name").to_owned();
    (key(server, id).await, mandate)
}

/// One more key of an application.
async fn key(server: &Server, id: &str) -> String {
    let karen = server.token("karen", &[]).await;
    let request = server.post(&format!("/v1/applications/{id}/keys")).bearer_auth(&karen);
    let made = send(request.json(&json!({}))).await.ok().json();
    made["key"].as_str().expect("a key").to_owned()
}
