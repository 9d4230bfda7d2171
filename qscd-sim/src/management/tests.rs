mod authority;

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use seal::{Clock, IdentityToken, identity::IdentityVerifier};
use serde_json::Value;
use tower::ServiceExt;

use crate::{Person, SettableClock, Simulator, SimulatorOptions};

fn simulator() -> Simulator {
    let karen = Person {
        subject: "karen".into(),
        name: "Karen Ågård".into(),
        given_name: "Karen".into(),
        family_name: "Ågård".into(),
        email: None,
        cvr: "12345674".into(),
        organisation_name: None,
    };
    let mut options = SimulatorOptions::new("http://127.0.0.1:8080");
    options.persons.push(karen);
    Simulator::new(options, SettableClock::new(), std::sync::Arc::new(())).unwrap()
}

async fn call(
    simulator: &Simulator,
    method: &str,
    path: &str,
    body: String,
) -> (StatusCode, Value) {
    let request = Request::builder().method(method).uri(path).body(Body::from(body)).unwrap();
    let response = simulator.management_router().oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

#[tokio::test]
async fn a_token_names_the_documents_that_were_asked_for() {
    let simulator = simulator();
    let digits = "ab".repeat(32);
    let body = format!(r#"{{"documents": ["{digits}"]}}"#);
    let (status, answer) = call(&simulator, "POST", "/identities/karen/token", body).await;
    assert_eq!(status, StatusCode::OK);
    let token = IdentityToken::new(answer["token"].as_str().unwrap().to_owned());

    let (_, keys) = call(&simulator, "GET", "/identities/jwks.json", String::new()).await;
    let issuer = seal::identity::IdentityIssuer {
        issuer: "https://identity.segl.invalid/simulator".into(),
        audience: "segl".into(),
        keys: serde_json::from_value(keys).unwrap(),
    };
    let claims =
        IdentityVerifier::new(vec![issuer]).verify(&token, simulator.clock().now()).unwrap();
    assert_eq!(claims.documents.len(), 1);
    assert_eq!(claims.documents[0].to_string(), digits);
}

#[tokio::test]
async fn an_empty_body_makes_a_token_without_documents() {
    let (status, answer) =
        call(&simulator(), "POST", "/identities/karen/token", String::new()).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(answer["token"].as_str().unwrap().split('.').count(), 3);
}

#[tokio::test]
async fn each_bad_request_is_told_what_is_wrong() {
    let simulator = simulator();
    let many = vec!["\"00\""; 1001].join(",");
    let cases = [
        ("/identities/mads/token", String::new(), StatusCode::NOT_FOUND, "does not know"),
        ("/identities/karen/token", "[".into(), StatusCode::BAD_REQUEST, "JSON"),
        ("/identities/karen/token", r#"{"a":1}"#.into(), StatusCode::BAD_REQUEST, "JSON"),
        (
            "/identities/karen/token",
            r#"{"documents":["xyz"]}"#.into(),
            StatusCode::BAD_REQUEST,
            "64 hexadecimal",
        ),
        (
            "/identities/karen/token",
            r#"{"documents":["abcd"]}"#.into(),
            StatusCode::BAD_REQUEST,
            "64 hexadecimal",
        ),
        (
            "/identities/karen/token",
            format!(r#"{{"documents":[{many}]}}"#),
            StatusCode::BAD_REQUEST,
            "at most 1000",
        ),
    ];
    for (path, body, status, detail) in cases {
        let (answered, problem) = call(&simulator, "POST", path, body).await;
        assert_eq!(answered, status, "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(detail), "{problem}");
        assert_eq!(problem["status"], status.as_u16());
    }
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_not_read() {
    let body = " ".repeat(super::MAXIMUM_BODY_LENGTH + 1);
    let (status, _) = call(&simulator(), "POST", "/identities/karen/token", body).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn the_status_says_that_it_is_a_simulator() {
    let simulator = simulator();
    let (status, answer) = call(&simulator, "GET", "/status", String::new()).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(answer["simulator"], crate::SIMULATOR);
    assert_eq!(answer["run_id"], simulator.run_id());
    assert_eq!(answer["keys"]["live"], 0);
}
