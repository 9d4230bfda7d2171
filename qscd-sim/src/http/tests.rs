mod activations;
mod page;
mod registrations;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use qscd_protocol::{Evidence, SignedInput};
use seal::{Digest, DigestAlgorithm, Qscd, ToSign};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{Fault, FaultRule, Simulator};

fn device() -> (Simulator, Router) {
    let simulator = Simulator::start().unwrap();
    let router = simulator.device_router("http://127.0.0.1:8092");
    (simulator, router)
}

async fn call(router: &Router, method: &str, path: &str, body: &Value) -> (StatusCode, Value) {
    let request = Request::builder().method(method).uri(format!("/qscd/v1{path}"));
    let request = request.body(Body::from(body.to_string())).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap_or_default();
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

fn to_sign() -> Value {
    let digest = Digest::of(DigestAlgorithm::Sha256, b"document");
    json!([SignedInput::from(&ToSign::Digest(digest))])
}

async fn enrol(simulator: &Simulator, router: &Router, name: &str) -> (StatusCode, Value) {
    let order = json!({ "request_id": name, "enrolment": simulator.enrolment() });
    call(router, "POST", "/credentials", &order).await
}

async fn authorise(simulator: &Simulator, router: &Router, id: &str) -> String {
    let evidence = Evidence::from(&simulator.mandate());
    let order = json!({ "to_sign": to_sign(), "evidence": evidence });
    let path = format!("/credentials/{id}/authorisations");
    let (status, answer) = call(router, "POST", &path, &order).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    answer["sad"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn three_calls_make_one_signature_and_a_fourth_makes_none() {
    let (simulator, router) = device();
    let (status, credential) = enrol(&simulator, &router, "one").await;
    assert_eq!(status, StatusCode::CREATED, "{credential}");
    let id = credential["id"].as_str().unwrap();
    let sad = authorise(&simulator, &router, id).await;
    let path = format!("/credentials/{id}/signatures");
    let order = json!({ "sad": sad, "to_sign": to_sign() });
    let (status, answer) = call(&router, "POST", &path, &order).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    assert_eq!(answer["signatures"].as_array().unwrap().len(), 1);

    let (status, answer) = call(&router, "POST", &path, &order).await;
    assert_eq!((status, &answer["error"]), (StatusCode::GONE, &json!("credential-consumed")));
    assert_eq!(simulator.device().counters().consumed, 1);
}

#[tokio::test]
async fn an_activation_authorises_and_signs_in_one_and_spends_the_key() {
    let (simulator, router) = device();
    let (_, credential) = enrol(&simulator, &router, "one").await;
    let path = format!("/credentials/{}/activations", credential["id"].as_str().unwrap());
    let evidence = Evidence::from(&simulator.mandate());
    let order = json!({ "to_sign": to_sign(), "evidence": evidence });
    let (status, answer) = call(&router, "POST", &path, &order).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    assert_eq!(answer["signatures"].as_array().unwrap().len(), 1);
    let (status, answer) = call(&router, "POST", &path, &order).await;
    assert_eq!((status, &answer["error"]), (StatusCode::GONE, &json!("credential-consumed")));
    assert_eq!(simulator.device().counters().consumed, 1);

    let (_, credential) = enrol(&simulator, &router, "two").await;
    let path = format!("/credentials/{}/activations", credential["id"].as_str().unwrap());
    let stranger = json!({ "to_sign": to_sign(), "evidence": { "mandate": { "id": "other" } } });
    let (_, answer) = call(&router, "POST", &path, &stranger).await;
    assert_eq!(answer["error"], "no-mandate");
    let (_, answer) = call(&router, "POST", &path, &order).await;
    assert_eq!(answer["error"], "credential-destroyed");
}

#[tokio::test]
async fn an_enrolment_sent_again_is_the_same_credential() {
    let (simulator, router) = device();
    simulator.clock().freeze();
    let (_, one) = enrol(&simulator, &router, "one").await;
    let (_, again) = enrol(&simulator, &router, "one").await;
    assert_eq!(one, again);
    assert_eq!(simulator.device().counters().created, 1);
    enrol(&simulator, &router, "two").await;
    assert_eq!(simulator.device().counters().created, 2);
    simulator.clock().advance(std::time::Duration::from_secs(1));
    let (status, answer) = enrol(&simulator, &router, "one").await;
    assert_eq!((status, &answer["error"]), (StatusCode::BAD_REQUEST, &json!("bad-request")));
}

#[tokio::test]
async fn a_lost_signature_is_lost_for_good() {
    let (simulator, router) = device();
    let (_, credential) = enrol(&simulator, &router, "one").await;
    let id = credential["id"].as_str().unwrap();
    let sad = authorise(&simulator, &router, id).await;
    simulator.faults().plan(FaultRule::once(Fault::DropAfterSigning)).unwrap();
    let path = format!("/credentials/{id}/signatures");
    let order = json!({ "sad": sad, "to_sign": to_sign() });
    let (_, nothing) = call(&router, "POST", &path, &order).await;
    assert_eq!(nothing, Value::Null);
    let (status, _) = call(&router, "POST", &path, &order).await;
    assert_eq!(status, StatusCode::GONE);
}

/// What an order that got no answer, and was sent again, is answered: the table in
/// `docs/simulator.md`.
#[tokio::test]
async fn an_order_sent_again_never_signs_and_says_so_as_the_table_has_it() {
    for (fault, act, expected) in [
        (Fault::DropBeforeSigning, "signatures", "sad-unknown"),
        (Fault::DropAfterSigning, "signatures", "credential-consumed"),
        (Fault::DropBeforeSigning, "activations", "not-signable"),
        (Fault::DropAfterSigning, "activations", "credential-consumed"),
    ] {
        let (simulator, router) = device();
        let (_, credential) = enrol(&simulator, &router, "one").await;
        let id = credential["id"].as_str().unwrap();
        let order = if act == "signatures" {
            json!({ "sad": authorise(&simulator, &router, id).await, "to_sign": to_sign() })
        } else {
            json!({ "to_sign": to_sign(), "evidence": Evidence::from(&simulator.mandate()) })
        };
        simulator.faults().plan(FaultRule::once(fault)).unwrap();
        let path = format!("/credentials/{id}/{act}");
        let (_, nothing) = call(&router, "POST", &path, &order).await;
        assert_eq!(nothing, Value::Null);
        for _ in 0..2 {
            let (status, answer) = call(&router, "POST", &path, &order).await;
            assert!(status.is_client_error(), "{fault:?} {act}: {answer}");
            assert_eq!(answer["error"], expected, "{fault:?} {act}");
        }
        let lives = fault == Fault::DropBeforeSigning;
        let (status, _) =
            call(&router, "DELETE", &format!("/credentials/{id}"), &Value::Null).await;
        let expected = if lives { StatusCode::NO_CONTENT } else { StatusCode::GONE };
        assert_eq!(status, expected, "the client's order to destroy");
        assert_eq!(simulator.device().counters().live, 0);
    }
}

#[tokio::test]
async fn a_refused_enrolment_is_not_remembered_and_an_ended_one_says_how_it_ended() {
    let (simulator, router) = device();
    simulator.clock().freeze();
    simulator.faults().plan(FaultRule::once(Fault::CacheFull)).unwrap();
    let (status, answer) = enrol(&simulator, &router, "one").await;
    assert_eq!(
        (status, &answer["error"]),
        (StatusCode::SERVICE_UNAVAILABLE, &json!("at-capacity"))
    );
    let (status, credential) = enrol(&simulator, &router, "one").await;
    assert_eq!(status, StatusCode::CREATED, "{credential}");
    let path = format!("/credentials/{}", credential["id"].as_str().unwrap());
    call(&router, "DELETE", &path, &Value::Null).await;
    let (status, answer) = enrol(&simulator, &router, "one").await;
    assert_eq!((status, &answer["error"]), (StatusCode::GONE, &json!("credential-destroyed")));
    assert!(answer.get("certificates").is_none(), "nothing keeps the certificate");
    assert_eq!(simulator.device().counters().created, 1);
}

#[tokio::test]
async fn what_is_no_call_is_told_without_its_content() {
    let (simulator, router) = device();
    let (_, credential) = enrol(&simulator, &router, "one").await;
    let id = credential["id"].as_str().unwrap();
    let enrolment = simulator.enrolment();
    let cases = [
        ("/credentials".to_owned(), json!({ "request_id": "a b", "enrolment": enrolment })),
        ("/credentials".to_owned(), json!({ "request_id": "", "enrolment": enrolment })),
        ("/credentials".to_owned(), json!({ "request_id": "a" })),
        (format!("/credentials/{id}/authorisations"), json!({ "secret": "hunter2" })),
        (
            format!("/credentials/{id}/signatures"),
            json!({ "sad": "s", "to_sign": [{ "digest": { "algorithm": "SHA-256", "value": "AA==" } }] }),
        ),
    ];
    for (path, order) in cases {
        let (status, answer) = call(&router, "POST", &path, &order).await;
        assert_eq!((status, &answer["error"]), (StatusCode::BAD_REQUEST, &json!("bad-request")));
        assert!(!answer.to_string().contains("hunter2"));
    }
    let (status, answer) = call(&router, "DELETE", "/credentials/nobody", &Value::Null).await;
    assert_eq!((status, &answer["error"]), (StatusCode::NOT_FOUND, &json!("credential-unknown")));
    let (status, _) = call(&router, "DELETE", &format!("/credentials/{id}"), &Value::Null).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn the_description_bounds_the_chain_that_comes() {
    let (simulator, router) = device();
    let (_, description) = call(&router, "GET", "/device", &Value::Null).await;
    let description: qscd_protocol::DeviceDescription =
        serde_json::from_value(description).unwrap();
    let request = simulator.enrolment();
    let bound = description.maximum_chain_length(&request).unwrap();
    let credential = simulator.qscd().enrol(request).await.unwrap();
    let length: usize = credential.chain.iter().map(|one| one.as_bytes().len()).sum();
    assert!(length <= bound && bound < length + 1000, "{length} of {bound}");
    assert_eq!(description.trust_anchor.as_bytes(), simulator.trust_anchor().as_bytes());
}

#[tokio::test]
async fn destroyed_keys_are_told_with_the_head_that_covers_them() {
    let (simulator, router) = device();
    let (_, description) = call(&router, "GET", "/device", &Value::Null).await;
    let description: qscd_protocol::DeviceDescription =
        serde_json::from_value(description).unwrap();
    let mut names = Vec::new();
    for name in ["one", "two", "three"] {
        let (_, credential) = enrol(&simulator, &router, name).await;
        let id = credential["id"].as_str().unwrap().to_owned();
        call(&router, "DELETE", &format!("/credentials/{id}"), &Value::Null).await;
        names.push(id);
    }
    for after in 0..=4 {
        let path = format!("/destructions?after={after}");
        let (status, page) = call(&router, "GET", &path, &Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        let page: qscd_protocol::DestructionPage = serde_json::from_value(page).unwrap();
        let told: Vec<_> = page.destructions.iter().map(|one| one.credential.clone()).collect();
        assert_eq!(told, names[after.min(3)..]);
        assert_eq!((page.newest, page.forgotten), (3, 0));
        assert_eq!(page.run_id, simulator.run_id());
        let head = page.head.unwrap();
        assert_eq!(head.sequence, 3);
        if !told.is_empty() {
            let key = description.event_key.as_bytes();
            qscd_protocol::verify_destructions(&page.destructions, &head, key).unwrap();
        }
    }
    for query in
        ["?after=", "?after=-1", "?before=1", "?after=1&more=1", "?after=99999999999999999999"]
    {
        let (status, answer) =
            call(&router, "GET", &format!("/destructions{query}"), &Value::Null).await;
        assert_eq!((status, &answer["error"]), (StatusCode::BAD_REQUEST, &json!("bad-request")));
    }
}

#[tokio::test]
async fn what_is_no_call_of_the_protocol_is_not_found_and_a_long_body_is_not_read() {
    let (_simulator, router) = device();
    let nothing = Value::Null;
    for path in ["", "/", "/devices", "/device/", "/credentials/a/b", "/credentials/a/signatures/"]
    {
        let (status, _) = call(&router, "GET", path, &nothing).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    for (method, path) in [
        ("POST", "/device"),
        ("DELETE", "/destructions"),
        ("GET", "/credentials"),
        ("PUT", "/credentials/a"),
        ("GET", "/credentials/a/activations"),
    ] {
        let (status, _) = call(&router, method, path, &nothing).await;
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
    }
    let long = Value::String("a".repeat(qscd_protocol::MAXIMUM_BODY_LENGTH));
    let (status, _) = call(&router, "POST", "/credentials", &long).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}

/// The same call, by a client of mutual TLS.
async fn call_as(
    router: &Router,
    client: &str,
    method: &str,
    path: &str,
    body: &Value,
) -> (StatusCode, Value) {
    let request = Request::builder().method(method).uri(format!("/qscd/v1{path}"));
    let request = request.extension(listener::TlsClient::named(client));
    let request = request.body(Body::from(body.to_string())).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap_or_default();
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

#[tokio::test]
async fn a_credential_is_its_clients_alone() {
    let (simulator, router) = device();
    simulator.clock().freeze();
    let order = json!({ "request_id": "one", "enrolment": simulator.enrolment() });
    let (_, mine) = call_as(&router, "a", "POST", "/credentials", &order).await;
    let (_, again) = call_as(&router, "a", "POST", "/credentials", &order).await;
    assert_eq!(mine, again);
    let (status, theirs) = call_as(&router, "b", "POST", "/credentials", &order).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_ne!(mine["id"], theirs["id"], "the same name is another enrolment");

    let id = mine["id"].as_str().unwrap();
    let evidence = Evidence::from(&simulator.mandate());
    let activation = json!({ "to_sign": to_sign(), "evidence": evidence });
    let path = |act: &str| format!("/credentials/{id}{act}");
    let (_, authorised) =
        call_as(&router, "a", "POST", &path("/authorisations"), &activation).await;
    let signature = json!({ "sad": authorised["sad"], "to_sign": to_sign() });
    for (method, act, order) in [
        ("POST", "/authorisations", &activation),
        ("POST", "/activations", &activation),
        ("POST", "/signatures", &signature),
        ("DELETE", "", &Value::Null),
    ] {
        let (status, answer) = call_as(&router, "b", method, &path(act), order).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{act}");
        assert_eq!(answer["error"], "credential-unknown", "{act}");
    }
    assert!(simulator.device().lives(&seal::CredentialId::new(id)), "nobody else ended it");
    let (status, _) = call_as(&router, "a", "POST", &path("/signatures"), &signature).await;
    assert_eq!(status, StatusCode::CREATED);
}

#[tokio::test]
async fn quotas_are_a_clients_whatever_it_calls_the_requester() {
    let mut options = crate::SimulatorOptions::new("http://127.0.0.1:8090");
    options.limits.keys_per_requester = 2;
    let clock = crate::SettableClock::new();
    let simulator = Simulator::new(options, clock, std::sync::Arc::new(())).unwrap();
    let router = simulator.device_router("http://127.0.0.1:8092");
    let enrol = async |client: &str, number: usize| {
        let mut enrolment = simulator.enrolment();
        enrolment.requester = format!("requester {number}");
        let order = json!({ "request_id": format!("{number}"), "enrolment": enrolment });
        call_as(&router, client, "POST", "/credentials", &order).await.0
    };
    assert_eq!(enrol("a", 1).await, StatusCode::CREATED);
    assert_eq!(enrol("a", 2).await, StatusCode::CREATED);
    assert_eq!(
        enrol("a", 3).await,
        StatusCode::SERVICE_UNAVAILABLE,
        "another word, the same client"
    );
    assert_eq!(enrol("b", 1).await, StatusCode::CREATED, "the same word, another client");
}

#[tokio::test]
async fn a_client_acts_for_its_organisations_and_a_stranger_for_none() {
    let mut options = crate::SimulatorOptions::new("http://127.0.0.1:8090");
    let allowed = |key: &str, organisation| registrations::client(key, &[organisation], None);
    options.clients = vec![allowed("a", "NTRDK-12345674"), allowed("b", "NTRDK-87654321")];
    let clock = crate::SettableClock::new();
    let simulator = Simulator::new(options, clock, std::sync::Arc::new(())).unwrap();
    let router = simulator.device_router("http://127.0.0.1:8092");
    let order = json!({ "request_id": "one", "enrolment": simulator.enrolment() });
    let (status, _) = call_as(&router, "a", "POST", "/credentials", &order).await;
    assert_eq!(status, StatusCode::CREATED);
    let (status, answer) = call_as(&router, "b", "POST", "/credentials", &order).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer["error"], "enrolment-refused");
    for path in ["/device", "/destructions"] {
        let (status, answer) = call_as(&router, "c", "GET", path, &Value::Null).await;
        assert_eq!((status, &answer["error"]), (StatusCode::FORBIDDEN, &json!("client-refused")));
        let (status, _) = call(&router, "GET", path, &Value::Null).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "who shows no certificate");
    }
    assert_eq!(simulator.device().counters().created, 1);
}

#[tokio::test]
async fn a_mandate_is_for_the_organisation_of_its_name_and_number() {
    let (simulator, router) = device();
    for (name, identifier, expected) in [
        ("Havnsted Kommune", "NTRDK-12345674", Value::Null),
        ("Another Kommune", "NTRDK-12345674", json!("no-mandate")),
        ("Havnsted Kommune", "NTRDK-87654321", json!("no-mandate")),
    ] {
        let mut enrolment = simulator.enrolment();
        if let seal::Subject::Organisation(subject) = &mut enrolment.subject {
            subject.organization_name = name.to_owned();
            subject.organization_identifier = identifier.to_owned();
        }
        let id = simulator.device().enrol(enrolment).await.unwrap().id;
        let evidence = Evidence::from(&simulator.mandate());
        let order = json!({ "to_sign": to_sign(), "evidence": evidence });
        let path = format!("/credentials/{id}/activations");
        let (_, answer) = call(&router, "POST", &path, &order).await;
        assert_eq!(answer["error"], expected, "{name} {identifier}");
    }
}
