//! The device's own page, as anybody may ask it: and what a client begins for it.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use serde_json::{Value, json};
use tower::ServiceExt;
use webauthn::RelyingParty;

use super::{call_as, device, registrations::client};
use crate::{ActivationPage, SettableClock, Simulator, SimulatorOptions};

const ORGANISATION: &str = "NTRDK-12345674";

fn with_page() -> (Simulator, Router, Router) {
    let mut options = SimulatorOptions::new("http://127.0.0.1:8090");
    options.clients =
        vec![client("a", &[ORGANISATION], None), client("b", &["NTRDK-87654321"], None)];
    options.activation_page = Some(ActivationPage {
        relying_party: RelyingParty::of_url("https://sign.segl.example").unwrap(),
        return_to: vec!["https://segl.example".to_owned()],
    });
    let simulator = Simulator::new(options, SettableClock::new(), Arc::new(())).unwrap();
    let router = simulator.device_router("http://127.0.0.1:8092");
    let page = simulator.page_router().unwrap();
    (simulator, router, page)
}

fn order(organisation: &str) -> Value {
    json!({
        "organization_identifier": organisation,
        "person": { "issuer": "urn:segl:register", "subject": "karen" },
        "given_name": "Karen", "surname": "<Ågård>", "administrator": true,
    })
}

async fn ask(page: &Router, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    let response = page.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
}

async fn get(page: &Router, path: &str) -> (StatusCode, HeaderMap, String) {
    ask(page, Request::get(path).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_new_passkey_is_its_clients_to_ask_of_and_for_its_organisations() {
    let (_simulator, router, page) = with_page();
    let (status, begun) = call_as(&router, "a", "POST", "/passkeys", &order(ORGANISATION)).await;
    assert_eq!(status, StatusCode::CREATED, "{begun}");
    let path = format!("/passkeys/{}", begun["id"].as_str().unwrap());
    let (status, state) = call_as(&router, "a", "GET", &path, &Value::Null).await;
    assert_eq!((status, &state["made"]), (StatusCode::OK, &Value::Null));
    let (status, theirs) = call_as(&router, "b", "GET", &path, &Value::Null).await;
    assert_eq!((status, &theirs["reason"]), (StatusCode::FORBIDDEN, &json!("unknown")));
    let (status, refused) = call_as(&router, "a", "POST", "/passkeys", &order("NTRDK-1")).await;
    let error = &refused["error"];
    assert_eq!((status, error), (StatusCode::UNPROCESSABLE_ENTITY, &json!("enrolment-refused")));
    // The page shows it, and runs nothing of what the client says.
    let (status, headers, text) = get(&page, &path).await;
    assert_eq!(status, StatusCode::OK);
    assert!(text.contains("Karen") && !text.contains("<Ågård>"), "{text}");
    let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(headers[header::X_FRAME_OPTIONS], "DENY");
    assert_eq!(headers[header::REFERRER_POLICY], "same-origin");
    assert_eq!(headers["cross-origin-opener-policy"], "same-origin");
    // It is no other kind of question's address.
    for other in ["activations", "registrations"] {
        let (status, ..) = get(&page, &path.replace("passkeys", other)).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{other}");
    }
}

#[tokio::test]
async fn without_a_page_no_passkey_is_made() {
    let (simulator, router) = device();
    let (status, refused) = call_as(&router, "a", "POST", "/passkeys", &order(ORGANISATION)).await;
    assert_eq!((status, &refused["reason"]), (StatusCode::FORBIDDEN, &json!("no-page")));
    assert!(simulator.page_router().is_none());
}

#[tokio::test]
async fn the_page_takes_answers_of_its_own_origin_alone_and_leads_back_where_it_may() {
    let (_simulator, router, page) = with_page();
    let (_, begun) = call_as(&router, "a", "POST", "/passkeys", &order(ORGANISATION)).await;
    let path = format!("/passkeys/{}", begun["id"].as_str().unwrap());
    let (status, headers, text) =
        get(&page, &format!("{path}?return=https%3A%2F%2Fsegl.example%2Fme&lang=da")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(text.contains(r#"href="https://segl.example/me""#) && text.contains("NY ADGANGSNØGLE"));
    let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("form-action 'self' https://segl.example;"), "{policy}");
    for elsewhere in
        ["https%3A%2F%2Fevil.example%2F", "javascript%3Aalert(1)", "%2F%2Fevil.example"]
    {
        let (status, _, text) = get(&page, &format!("{path}?return={elsewhere}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{elsewhere}");
        assert!(!text.contains("evil") && !text.contains("alert"), "{text}");
    }
    let post = async |path: &str, origin: Option<&str>, body: String| {
        let mut request =
            Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(origin) = origin {
            request = request.header(header::ORIGIN, origin);
        }
        ask(&page, request.body(Body::from(body)).unwrap()).await.0
    };
    let made = "client_data=AA&attestation_object=AA";
    let own = Some("https://sign.segl.example");
    for origin in [None, Some("null"), Some("https://segl.example"), Some("https://evil.example")] {
        let status = post(&path, origin, made.to_owned()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{origin:?}");
    }
    assert_eq!(post(&path, own, "client_data=%00".to_owned()).await, StatusCode::BAD_REQUEST);
    let long = |length: usize| format!("client_data={}&attestation_object=AA", "A".repeat(length));
    assert_eq!(post(&path, own, long(100 << 10)).await, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(post(&path, own, long(40 << 10)).await, StatusCode::FORBIDDEN);
    assert_eq!(post(&path, own, made.to_owned()).await, StatusCode::FORBIDDEN);
    // No answer of one kind is one of another.
    let activation = path.replace("/passkeys/", "/activations/");
    let shown = "id=AA&client_data=AA&authenticator_data=AA&signature=AA&user_handle=";
    assert_eq!(post(&activation, own, shown.to_owned()).await, StatusCode::NOT_FOUND);
    let (status, ..) = get(&page, "/passkeys/unknown").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
