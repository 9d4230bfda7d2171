//! Signatures by evidence of the person's act at that moment: a document is prepared, the device makes
//! the challenge, the person answers it, and other people's verifiers accept what comes of it.

mod declined;
mod lying_service;
mod other_authenticator;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};

use crate::{
    fixtures,
    no_name::claims,
    oracle::{Folder, openssl, pdfsig},
    server::{Answer, Server, send, sha256_hex},
};

/// A person's software authenticator.
struct Passkey {
    key: EcdsaKeyPair,
    id: Vec<u8>,
}

impl Passkey {
    fn new(id: &str) -> Self {
        let (rng, algorithm) = (SystemRandom::new(), &ECDSA_P256_SHA256_ASN1_SIGNING);
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &rng).expect("a key");
        let key = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &rng);
        Self { key: key.expect("the key just made"), id: id.into() }
    }

    /// Registers it at the device for the token's person, on the operator's word.
    async fn register(&self, server: &Server, token: &str) {
        let person = claims(token);
        let order = json!({
            "organization_identifier": "NTRDK-12345674",
            "person": { "issuer": person["iss"], "subject": person["sub"] },
            "given_name": person["given_name"], "surname": person["family_name"],
            "means": self.means(),
        });
        server.control("/authenticators", order).await.ok();
    }

    /// What the device is told of it.
    fn means(&self) -> Value {
        let point = self.key.public_key().as_ref();
        let mut cose_key = vec![0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32];
        cose_key.extend(&point[1..33]);
        cose_key.extend([0x22, 0x58, 32]);
        cose_key.extend(&point[33..]);
        json!({ "passkey": {
            "credential_id": STANDARD.encode(&self.id),
            "cose_key": STANDARD.encode(cose_key),
            "user_handle": STANDARD.encode("a handle"),
        }})
    }

    /// What a browser at `origin` makes of a challenge.
    fn answer(&self, challenge: &str, origin: &str, flags: u8) -> Value {
        let client_data = format!(
            r#"{{"type":"webauthn.get","challenge":"{challenge}","origin":"{origin}","crossOrigin":false}}"#
        );
        let host = origin.split("://").nth(1).and_then(|rest| rest.split(':').next());
        let rp = digest(&SHA256, host.expect("a host").as_bytes());
        let data = [rp.as_ref(), &[flags], &[0; 4]].concat();
        let hash = digest(&SHA256, client_data.as_bytes());
        let message = [data.as_slice(), hash.as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &message).expect("a signature");
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({ "passkey": {
            "id": encode(&self.id), "clientDataJSON": encode(client_data.as_bytes()),
            "authenticatorData": encode(&data), "signature": encode(signature.as_ref()),
            "userHandle": encode(b"a handle"),
        }})
    }
}

async fn begin(server: &Server, query: &str, token: &str, document: &[u8]) -> Value {
    let answer = server.act("activations", query, token, document).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let begun = answer.json();
    let location = format!("/v1/activations/{}", begun["id"].as_str().expect("a name"));
    assert_eq!(answer.header("location"), location);
    begun
}

async fn give(server: &Server, token: &str, begun: &Value, evidence: &Value) -> Answer {
    let path = format!("/v1/activations/{}/evidence", begun["id"].as_str().expect("a name"));
    send(server.request(Method::PUT, &path).bearer_auth(token).json(evidence)).await
}

async fn sign(server: &Server, token: &str, begun: &Value) -> Answer {
    let query = format!("activation={}", begun["id"].as_str().expect("a name"));
    server.act("signatures", &query, token, b"").await
}

/// An ID token as if the person had just logged in to sign.
async fn id_token(server: &Server, person: &str, begun: &Value) -> Value {
    let path = format!("/identities/{person}/id-token");
    let answer = server.control(&path, json!({ "nonce": begun["challenge"] })).await.ok();
    json!({ "id_token": answer.json()["token"] })
}

fn origin(server: &Server) -> String {
    server.address.replace("127.0.0.1", "localhost")
}

fn kind(answer: &Answer) -> String {
    answer.problem()["type"].as_str().expect("a type").to_owned()
}

async fn assert_signs_a_pdf_and_a_text(server: &Server, kind: &str, evidence: Option<&Passkey>) {
    let token = server.token("karen", &[]).await;
    let document = fixtures::named("one-page.pdf");
    for (query, document) in
        [("profile=staff&level=B-T", document), ("profile=staff&format=cades", b"text".to_vec())]
    {
        let begun = begin(server, query, &token, &document).await;
        assert_eq!(begun["documents"][0]["sha256"], sha256_hex(&document));
        let early = sign(server, &token, &begun).await;
        assert_eq!(self::kind(&early), "urn:segl:problem:evidence-refused");
        let given = match evidence {
            Some(passkey) => {
                let challenge = begun["challenge"].as_str().expect("a challenge");
                passkey.answer(challenge, &origin(server), 0x05)
            }
            None => id_token(server, "karen", &begun).await,
        };
        let shown = give(server, &token, &begun, &given).await.ok().json();
        assert_eq!(shown["evidence"]["kind"], kind);
        let answer = sign(server, &token, &begun).await.ok();
        let receipt = server.get_as(answer.header("location"), &token).await.ok().json();
        let activated_by = json!({ "evidence": kind, "reference_code": begun["reference_code"] });
        assert_eq!(receipt["activated_by"], activated_by);
        let signed = answer.body;
        if query.contains("cades") {
            let folder = Folder::new();
            folder.write("signature", &signed);
            folder.write("content", &document);
            folder.write("trust.pem", &server.pki("trust-anchor.pem").await);
            openssl(
                &folder,
                "cms -verify -cades -binary -inform DER -in @signature -content @content \
                 -CAfile @trust.pem -out @out",
            )
            .expect("openssl accepts it");
        } else {
            let verdicts = pdfsig(&signed);
            assert!(verdicts.len() == 1 && verdicts[0].valid, "{verdicts:?}");
            let report = server.validate(&signed).await;
            assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED", "{report}");
            assert_eq!(report["signatures"][0]["kind"], "signature");
        }
        let again = sign(server, &token, &begun).await;
        assert_eq!(self::kind(&again), "urn:segl:problem:activation-unknown");
    }
    let counters = server.device_counters().await;
    assert_eq!(counters["live"], 0, "{counters}");
}

#[tokio::test]
async fn an_id_token_of_a_fresh_login_signs_what_it_was_given_for() {
    assert_signs_a_pdf_and_a_text(&Server::embedded().await, "id-token", None).await;
}

#[tokio::test]
async fn an_id_token_signs_at_a_device_elsewhere() {
    assert_signs_a_pdf_and_a_text(&Server::remote("").await, "id-token", None).await;
}

#[tokio::test]
async fn a_passkey_signs_what_it_was_asked_for() {
    let server = Server::embedded().await;
    let passkey = Passkey::new("karen's");
    passkey.register(&server, &server.token("karen", &[]).await).await;
    assert_signs_a_pdf_and_a_text(&server, "passkey", Some(&passkey)).await;
}

#[tokio::test]
async fn evidence_for_anything_else_is_refused_by_the_device() {
    let server = Server::embedded().await;
    let [karen, mads] = [server.token("karen", &[]).await, server.token("mads", &[]).await];
    let [hers, his] = [Passkey::new("karen's"), Passkey::new("mads's")];
    hers.register(&server, &karen).await;
    his.register(&server, &mads).await;
    let document = fixtures::named("one-page.pdf");
    let begun = begin(&server, "profile=staff", &karen, &document).await;
    let same_again = begin(&server, "profile=staff", &karen, &document).await;
    assert_ne!(begun["challenge"], same_again["challenge"]);
    let challenge = |begun: &Value| begun["challenge"].as_str().expect("a challenge").to_owned();
    let at = origin(&server);
    for evidence in [
        his.answer(&challenge(&begun), &at, 0x05),
        Passkey::new("nobody's").answer(&challenge(&begun), &at, 0x05),
        hers.answer(&challenge(&same_again), &at, 0x05),
        hers.answer(&challenge(&begun), "https://evil.example", 0x05),
        hers.answer(&challenge(&begun), &at, 0x01),
        id_token(&server, "mads", &begun).await,
        id_token(&server, "karen", &same_again).await,
    ] {
        let refused = give(&server, &karen, &begun, &evidence).await;
        assert_eq!(refused.status, 403, "{}", refused.text());
        assert_eq!(kind(&refused), "urn:segl:problem:evidence-refused");
    }
    // A token that may sign is no evidence for an activation, and somebody else's is not there.
    let theirs = give(&server, &mads, &begun, &id_token(&server, "mads", &begun).await).await;
    assert_eq!(kind(&theirs), "urn:segl:problem:activation-unknown");
    let good = hers.answer(&challenge(&begun), &at, 0x05);
    give(&server, &karen, &begun, &good).await.ok();
    assert_eq!(
        kind(&give(&server, &karen, &begun, &good).await),
        "urn:segl:problem:evidence-refused"
    );
    sign(&server, &karen, &begun).await.ok();
}

#[tokio::test]
async fn an_activation_stands_for_the_one_act_that_it_was_begun_for() {
    let server = Server::embedded().await;
    let karen = server.token("karen", &[]).await;
    let document = fixtures::named("one-page.pdf");
    let seal = server.act("activations", "profile=decisions", &karen, &document).await;
    assert_eq!(seal.status, 403, "{}", seal.text());
    let application = server.act("activations", "profile=staff", crate::server::API_KEY, &document);
    assert_eq!(application.await.status, 403);
    let begun = begin(&server, "profile=staff", &karen, &document).await;
    let id = begun["id"].as_str().expect("a name");
    for (act, query, body) in [
        ("signatures", format!("activation={id}&level=B-B"), b"".as_slice()),
        ("signatures", format!("activation={id}&profile=staff"), b""),
        ("seals", format!("activation={id}"), b""),
        ("activations", format!("activation={id}"), b""),
    ] {
        let refused = server.act(act, &query, &karen, body).await;
        assert_eq!(kind(&refused), "urn:segl:problem:request-malformed", "{act}?{query}");
    }
    let with_body = server.act("signatures", &format!("activation={id}"), &karen, b"x").await;
    assert_eq!(kind(&with_body), "urn:segl:problem:request-malformed");
    give(&server, &karen, &begun, &id_token(&server, "karen", &begun).await).await.ok();
    // Sent again under its key, the request is answered with what it did.
    let ask = async || {
        let request = server.post(&format!("/v1/signatures?activation={id}")).bearer_auth(&karen);
        send(request.header("Idempotency-Key", "once")).await
    };
    let signed = ask().await.ok();
    let again = ask().await;
    assert_eq!(kind(&again), "urn:segl:problem:already-done");
    assert_eq!(again.header("location"), signed.header("location"));
}

#[tokio::test]
async fn one_act_of_the_person_signs_each_of_the_listed_documents_once() {
    let server = Server::embedded().await;
    let karen = server.token("karen", &[]).await;
    let document = fixtures::named("one-page.pdf");
    let form = |documents: &[&[u8]]| {
        documents.iter().fold(Form::new(), |form, document| {
            form.part("document", Part::bytes(document.to_vec()))
        })
    };
    let ask = async |query: &str, documents: &[&[u8]]| {
        let request = server.post(&format!("/v1/activations?{query}")).bearer_auth(&karen);
        send(request.multipart(form(documents))).await
    };
    let too_many = ask("profile=staff&format=cades", &vec![b"a".as_slice(); 101]).await;
    for refused in [too_many, ask("profile=staff", &[]).await] {
        assert_eq!(kind(&refused), "urn:segl:problem:request-malformed", "{}", refused.text());
    }
    // One that cannot be signed leaves nothing that waits.
    let damaged = ask("profile=staff", &[&document, b"%PDF-1.7 and no more"]).await;
    assert_eq!(damaged.status, 422, "{}", damaged.text());
    // One document twice is two signatures.
    let rotated = fixtures::named("rotated.pdf");
    let begun = ask("profile=staff", &[&document, &rotated, &document]).await;
    assert_eq!(begun.status, 201, "{}", begun.text());
    let begun = begun.json();
    assert_eq!(begun["documents"].as_array().map(Vec::len), Some(3));
    give(&server, &karen, &begun, &id_token(&server, "karen", &begun).await).await.ok();
    let sign = async |which: &str| {
        let id = begun["id"].as_str().expect("a name");
        server.act("signatures", &format!("activation={id}{which}"), &karen, b"").await
    };
    for nobody_knows in ["", "&document=0", "&document=4"] {
        let refused = sign(nobody_knows).await;
        assert_eq!(kind(&refused), "urn:segl:problem:request-malformed", "{nobody_knows}");
    }
    let mut receipts = Vec::new();
    for which in ["&document=3", "&document=2", "&document=1"] {
        let signed = sign(which).await.ok();
        receipts.push(signed.header("location").to_owned());
        let verdicts = pdfsig(&signed.body);
        assert!(verdicts.len() == 1 && verdicts[0].valid, "{verdicts:?}");
        let again = kind(&sign(which).await);
        let ended = ["urn:segl:problem:evidence-refused", "urn:segl:problem:activation-unknown"];
        assert!(ended.contains(&&*again), "{again}");
    }
    receipts.sort();
    receipts.dedup();
    assert_eq!(receipts.len(), 3);
    // A hundred, with one act.
    let texts: Vec<Vec<u8>> = (0..100).map(|n| format!("text {n}").into_bytes()).collect();
    let texts: Vec<&[u8]> = texts.iter().map(Vec::as_slice).collect();
    let many = ask("profile=staff&format=cades", &texts).await;
    assert_eq!(many.status, 201, "{}", many.text());
    let many = many.json();
    give(&server, &karen, &many, &id_token(&server, "karen", &many).await).await.ok();
    let query = |n| format!("activation={}&document={n}", many["id"].as_str().expect("a name"));
    for n in 1..=100 {
        server.act("signatures", &query(n), &karen, b"").await.ok();
    }
    let over = server.act("signatures", &query(1), &karen, b"").await;
    assert_eq!(kind(&over), "urn:segl:problem:activation-unknown");
}

#[tokio::test]
async fn a_document_waits_for_ten_minutes_and_one_person_has_twenty() {
    let server = Server::embedded().await;
    let karen = server.token("karen", &[]).await;
    let document = fixtures::named("one-page.pdf");
    let first = begin(&server, "profile=staff", &karen, &document).await;
    for _ in 1..20 {
        begin(&server, "profile=staff", &karen, &document).await;
    }
    let full = server.act("activations", "profile=staff", &karen, &document).await;
    assert_eq!(kind(&full), "urn:segl:problem:busy");
    let mads = server.token("mads", &[]).await;
    begin(&server, "profile=staff", &mads, &document).await;
    server.control("/clock", json!({ "action": "advance", "seconds": 601 })).await.ok();
    let karen = server.token("karen", &[]).await;
    let gone = give(&server, &karen, &first, &id_token(&server, "karen", &first).await).await;
    assert_eq!(kind(&gone), "urn:segl:problem:activation-unknown");
    begin(&server, "profile=staff", &karen, &document).await;
}
