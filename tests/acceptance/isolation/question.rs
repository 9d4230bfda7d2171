//! What is asked at each address of the interface, and what others must get there.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::furnished::{House, document};
use crate::issuer::{ISSUER, SUBJECT};

/// What one who is not of the organisation gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// 403 or 404.
    Nothing,
    /// Whatever is their own.
    Own,
}

/// The body of a question.
#[derive(Clone, Debug)]
pub enum Body {
    None,
    Json(Value),
    Document(Vec<u8>),
}

impl Body {
    /// The document that a person's token must name.
    pub fn document(&self) -> Option<&[u8]> {
        match self {
            Self::Document(document) => Some(document),
            Self::None | Self::Json(_) => None,
        }
    }

    /// What it says, if it is text.
    pub fn text(&self) -> String {
        match self {
            Self::Json(value) => value.to_string(),
            Self::None | Self::Document(_) => String::new(),
        }
    }

    /// The request with it.
    pub fn put_into(&self, request: RequestBuilder) -> RequestBuilder {
        match self {
            Self::None => request,
            Self::Json(value) => request.json(value),
            Self::Document(document) => request.body(document.clone()),
        }
    }
}

/// One question.
#[derive(Clone, Debug)]
pub struct Question {
    pub method: Method,
    pub address: String,
    pub body: Body,
    pub expected: Expected,
}

/// What others ask at a method of the CSC API: for their own, and for credentials and profiles of `house`.
fn csc(path: &str, house: &House) -> Vec<Value> {
    let hash = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let qualifier = format!("x_segl_{}", house.only);
    let own = json!({ "certInfo": true, "credentialInfo": true, "certificates": "chain" });
    let of_one = |id: &String| {
        json!({
            "credentialID": id, "certInfo": true, "numSignatures": 1, "hashes": [hash], "SAD": "x",
            "signAlgo": "1.2.840.10045.4.3.2",
        })
    };
    match path.rsplit('/').next() {
        Some("list") => vec![own],
        // Nobody is known there by what they bear.
        Some("login") => Vec::new(),
        Some("signPolling") => vec![json!({ "requestID": house.key })],
        Some("authorizeCheck") => vec![json!({ "handle": house.key })],
        Some("revoke") => vec![json!({ "token": house.key })],
        Some("create") => {
            vec![json!({ "credentialCreationRequest": { "certificatePolicy": qualifier } })]
        }
        Some("signDoc") => {
            let digest = json!({
                "hashes": [hash], "signature_format": "C", "signAlgo": "1.2.840.10045.4.3.2",
            });
            vec![json!({ "signatureQualifier": qualifier, "documentDigests": [digest] })]
        }
        Some("timestamp") => vec![json!({ "hash": hash, "hashAlgo": "2.16.840.1.101.3.4.2.1" })],
        _ => house.credentials.iter().map(of_one).collect(),
    }
}

/// Whether an address is about certificates that live for years.
fn is_of_certificates(path: &str) -> bool {
    ["settings", "orders", "batches"].iter().any(|what| path == format!("/v1/certificate-{what}"))
        || path.starts_with("/v1/certificate-orders/")
        || path.starts_with("/v1/certificates/")
        || path.starts_with("/v1/issuances/")
        || path.ends_with("/terms")
        || path == "/v1/policy-acceptances"
        || path == "/v1/email-checks"
}

/// What others ask about certificates that live for years.
fn certificates(
    method: &str,
    path: &str,
    (only, order, reference): (&str, &str, &str),
) -> Vec<(String, Body, Expected)> {
    use Expected::{Nothing, Own};
    let block = json!({ "reason": "not-given" });
    let own = |body: Value| vec![(path.to_owned(), Body::Json(body), Own)];
    let nothing = |name: &str, body: Body| {
        vec![(path.replace("{id}", name).replace("{reference}", reference), body, Nothing)]
    };
    match (method, path) {
        ("patch", "/v1/certificate-settings") => own(json!({ "four_eyes": false })),
        ("post", "/v1/policy-acceptances") => own(json!({ "version": "1" })),
        ("post", "/v1/certificate-batches") => {
            let block = json!({ "act": "block", "reason": "not-given", "certificates": ["none"] });
            let mute = json!({ "act": "mute", "certificates": ["none"] });
            [block, mute].into_iter().flat_map(own).collect()
        }
        ("post", "/v1/email-checks") => nothing(order, Body::Json(json!({ "order": order }))),
        ("post", "/v1/certificate-orders") => {
            nothing(order, Body::Json(json!({ "profile": only })))
        }
        ("put", path) if path.ends_with("/terms") => {
            nothing(only, Body::Json(json!({ "name": "a", "purposes": ["encryption"] })))
        }
        ("get", path) if path.ends_with("/terms") => nothing(only, Body::None),
        ("post", path) if path.ends_with("/revocation") => nothing(order, Body::Json(block)),
        ("post", _) => nothing(order, Body::Json(json!({}))),
        ("get" | "delete", _) => nothing(order, Body::None),
        (method, path) => panic!("{method} {path}: say what another organisation gets there"),
    }
}

/// What others ask of `house` at an address of the OpenAPI document.
///
/// # Panics
/// For an address that nobody has thought of: say here what others get there.
pub fn questions(method: &str, path: &str, house: &House) -> Vec<Question> {
    use Expected::{Nothing, Own};
    let House {
        only,
        mandate,
        grant,
        registered,
        key,
        only_key,
        client,
        receipts,
        activation,
        order,
        reference,
        ..
    } = house;
    let person = json!({ "issuer": ISSUER, "subject": SUBJECT });
    let ask = |address: String, body: Body, expected| Question {
        method: method.to_uppercase().parse().expect("a method"),
        address,
        body,
        expected,
    };
    let nothing = |address: String, body: Body| ask(address, body, Nothing);
    let nothings = |addresses: &[String], body: Body| {
        addresses.iter().map(|address| nothing(address.clone(), body.clone())).collect()
    };
    let empty = || Body::Json(json!({}));
    match (method, path) {
        // What belongs to no organisation, and to everybody.
        (
            _,
            "/"
            | "/docs"
            | "/openapi.json"
            | "/healthz"
            | "/readyz"
            | "/metrics"
            | "/tsa"
            // What is published is for everybody.
            | "/certstore"
            | "/v1/validations"
            | "/oauth2/token"
            | "/oauth2/pushed_authorize"
            | "/oauth2/revoke"
            | "/revoke",
        ) => Vec::new(),
        (_, path) if path.starts_with("/pki/") || path.starts_with("/.well-known/") => Vec::new(),

        ("post", "/v1/seals" | "/v1/signatures") => {
            let body = || Body::Document(document());
            vec![
                nothing(format!("{path}?profile={only}"), body()),
                ask(format!("{path}?profile=letters"), body(), Own),
                ask(format!("{path}?profile=staff"), body(), Own),
                nothing(format!("/v1/signatures?activation={activation}"), Body::None),
            ]
        }
        ("post", "/v1/activations") => {
            let body = || Body::Document(document());
            vec![
                nothing(format!("{path}?profile={only}"), body()),
                ask(format!("{path}?profile=staff"), body(), Own),
            ]
        }
        ("get", "/v1/activations/{id}") => {
            vec![nothing(path.replace("{id}", activation), Body::None)]
        }
        ("put", "/v1/activations/{id}/evidence") => {
            let evidence = json!({ "id_token": "a.b.c" });
            vec![nothing(path.replace("{id}", activation), Body::Json(evidence))]
        }
        ("post", "/v1/digests") => {
            let order = |profile: &str| {
                Body::Json(json!({
                    "profile": profile, "hash": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                    "hashAlgorithmOID": "2.16.840.1.101.3.4.2.1", "format": "cades",
                }))
            };
            vec![nothing(path.to_owned(), order(only)), ask(path.to_owned(), order("letters"), Own)]
        }
        ("post", "/v1/augmentations") => {
            vec![ask(format!("{path}?level=B-T"), Body::Document(document()), Own)]
        }
        (
            "get",
            "/v1/profiles"
            | "/v1/organisation"
            | "/v1/certificate-settings"
            | "/v1/policies"
            | "/v1/certificate-orders"
            | "/v1/certificates",
        ) => {
            vec![ask(path.to_owned(), Body::None, Own)]
        }
        ("patch", "/v1/organisation") => {
            vec![ask(path.to_owned(), Body::Json(json!({ "allow_seals": true })), Own)]
        }
        ("get", "/v1/profiles/{id}" | "/v1/certificate-profiles/{id}") => {
            let at = |id: &str| path.replace("{id}", id);
            vec![nothing(at(only), Body::None), ask(at("letters"), Body::None, Own)]
        }
        (method, path) if is_of_certificates(path) => {
            certificates(method, path, (only, order, reference))
                .into_iter()
                .map(|(address, body, expected)| ask(address, body, expected))
                .collect()
        }
        ("get", "/v1/receipts/{id}") => {
            let addresses: Vec<String> =
                receipts.iter().map(|receipt| path.replace("{id}", receipt)).collect();
            nothings(&addresses, Body::None)
        }
        (
            "get",
            "/v1/applications"
            | "/v1/certificate-profiles"
            | "/v1/grants"
            | "/v1/mandates"
            | "/v1/people",
        ) => {
            vec![
                ask(path.to_owned(), Body::None, Own),
                ask(format!("{path}?after=a&limit=1000"), Body::None, Own),
            ]
        }
        ("get", "/v1/audit-records") => ["", "?application=archive", "?order=ascending"]
            .map(|query| ask(format!("{path}{query}"), Body::None, Own))
            .into(),
        ("get", "/v1/statistics") => {
            vec![ask(format!("{path}?from=2026-01-01&until=2026-12-31"), Body::None, Own)]
        }
        ("post", "/v1/applications") => {
            vec![ask(
                path.to_owned(),
                Body::Json(json!({ "id": "another", "display_name": "A" })),
                Own,
            )]
        }
        ("post", "/v1/certificate-profiles") => {
            let body = json!({ "id": "another", "kind": "system", "display_name": "A" });
            vec![ask(path.to_owned(), Body::Json(body), Own)]
        }
        ("post", "/v1/grants") => {
            let body = json!({ "person": person, "acts": ["seal"], "profiles": [only] });
            vec![nothing(path.to_owned(), Body::Json(body))]
        }
        ("post", "/v1/mandates") => [
            json!({ "application": only }),
            json!({ "application": "archive", "profiles": [only] }),
        ]
        .map(|body| nothing(path.to_owned(), Body::Json(body)))
        .into(),
        ("get", "/v1/applications/{id}") => {
            let at = |id: &str| path.replace("{id}", id);
            vec![nothing(at(only), Body::None), ask(at("archive"), Body::None, Own)]
        }
        ("patch", "/v1/applications/{id}") | ("patch", "/v1/certificate-profiles/{id}") => {
            let body = || Body::Json(json!({ "display_name": "Changed by another" }));
            vec![nothing(path.replace("{id}", only), body())]
        }
        ("post", "/v1/applications/{id}/keys" | "/v1/certificate-profiles/{id}/retirement") => {
            vec![nothing(path.replace("{id}", only), empty())]
        }
        ("post", "/v1/applications/{id}/keys/{key}/rotation")
        | ("post", "/v1/applications/{id}/keys/{key}/revocation") => {
            let at = |id: &str, key: &str| path.replace("{id}", id).replace("{key}", key);
            nothings(&[at(only, only_key), at("archive", key)], empty())
        }
        ("get", "/v1/applications/{id}/clients") => {
            let at = |id: &str| path.replace("{id}", id);
            vec![nothing(at(only), Body::None), ask(at("archive"), Body::None, Own)]
        }
        ("post", "/v1/applications/{id}/clients") => {
            let body = Body::Json(json!({ "scopes": ["service"] }));
            vec![nothing(path.replace("{id}", only), body)]
        }
        ("delete", "/v1/applications/{id}/clients/{client}") => {
            let at = |id: &str| path.replace("{id}", id).replace("{client}", client);
            nothings(&[at(only), at("archive")], Body::None)
        }
        ("post", "/v1/people") => {
            let body = json!({ "given_name": "Eva", "family_name": "Holm" });
            vec![ask(path.to_owned(), Body::Json(body), Own)]
        }
        ("get", "/v1/people/{id}") => vec![nothing(path.replace("{id}", registered), Body::None)],
        ("patch", "/v1/people/{id}") => {
            let body = json!({ "given_name": "Changed by another" });
            vec![nothing(path.replace("{id}", registered), Body::Json(body))]
        }
        ("post", "/v1/people/{id}/erasure") => {
            vec![nothing(path.replace("{id}", registered), Body::None)]
        }
        ("post", "/v1/people/{id}/invitation") => {
            vec![nothing(path.replace("{id}", registered), Body::None)]
        }
        ("delete", "/v1/people/{id}/passkeys/{passkey}") => {
            let at = path.replace("{id}", registered).replace("{passkey}", "AAAA");
            vec![nothing(at, Body::None)]
        }
        ("put" | "delete", "/v1/people/{id}/roles/{role}") => {
            let path = path.replace("{id}", registered).replace("{role}", "auditor");
            vec![nothing(path, Body::None)]
        }
        ("get", "/v1/grants/{id}") => vec![nothing(path.replace("{id}", grant), Body::None)],
        ("post", "/v1/grants/{id}/revocation") => {
            vec![nothing(path.replace("{id}", grant), empty())]
        }
        ("get", "/v1/mandates/{id}") => vec![nothing(path.replace("{id}", mandate), Body::None)],
        ("post", "/v1/mandates/{id}/revocation") => {
            vec![nothing(path.replace("{id}", mandate), empty())]
        }
        (_, "/csc/v1/info" | "/csc/v2/info" | "/csc/logo.png") => Vec::new(),
        ("post", path) if path.starts_with("/csc/v") => csc(path, house)
            .into_iter()
            .map(|body| ask(path.to_owned(), Body::Json(body), Own))
            .collect(),
        (method, path) => panic!("{method} {path}: say what another organisation gets there"),
    }
}
