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

#[tokio::test]
async fn a_fault_for_a_profile_or_credential_that_nobody_has_is_refused_by_name() {
    let simulator = Simulator::start().unwrap();
    for (scope, name, told) in [
        ("profile", "tset", "there are test"),
        ("credential", "0123456789abcdef0123456789abcdef", "lives"),
        ("credential", "no such", "lives"),
    ] {
        let rule = format!(r#"{{"fault": "wrong-signature", "{scope}": "{name}"}}"#);
        let (status, problem) = call(&simulator, "POST", "/faults", rule).await;
        let detail = problem["detail"].as_str().unwrap();
        assert_eq!(status, StatusCode::NOT_FOUND, "{problem}");
        assert!(detail.contains(name) && detail.contains(told), "{detail}");
    }
    assert!(simulator.faults().planned().is_empty());
    use seal::Qscd;
    let credential = simulator.device().enrol(simulator.enrolment()).await.unwrap().id;
    for rule in [
        r#"{"fault": "wrong-signature", "profile": "test"}"#.to_owned(),
        format!(r#"{{"fault": "wrong-signature", "credential": "{credential}"}}"#),
    ] {
        let (status, answer) = call(&simulator, "POST", "/faults", rule).await;
        assert_eq!(status, StatusCode::CREATED, "{answer}");
    }
}

#[tokio::test]
async fn after_an_act_the_list_has_serial_and_status_and_the_certificate_is_gone() {
    use seal::Qscd;
    let simulator = Simulator::start().unwrap();
    let credential = simulator.device().enrol(simulator.enrolment()).await.unwrap();
    let (_, listed) = call(&simulator, "GET", "/certificates", String::new()).await;
    let path = format!("/certificates/{}", listed[0]["serial"].as_str().unwrap());
    assert_eq!(listed[0]["status"], "live");
    let (status, _) = call(&simulator, "GET", &path, String::new()).await;
    assert_eq!(status, StatusCode::OK, "while its key lives");

    simulator.device().destroy(&credential.id).await.unwrap();
    let (_, listed) = call(&simulator, "GET", "/certificates", String::new()).await;
    assert_eq!(listed[0]["status"], "ended");
    // In whichever order: that of JSON's members says nothing.
    let mut members: Vec<_> = listed[0].as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(members, ["credential", "not_after", "profile", "serial", "status"]);
    let (status, problem) = call(&simulator, "GET", &path, String::new()).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(problem["detail"].as_str().unwrap().contains("--keep-issued"), "{problem}");
}

#[tokio::test]
async fn a_reset_shows_the_clock_and_leaves_nothing_planned() {
    let simulator = Simulator::start().unwrap();
    let (_, before) = call(&simulator, "GET", "/clock", String::new()).await;
    for (path, body) in [
        ("/clock", r#"{"action": "advance", "seconds": 1e9}"#),
        ("/clock", r#"{"action": "freeze"}"#),
        ("/scenarios/flaky-connection", ""),
        ("/issuing-ca/roll-over", ""),
    ] {
        let (status, answer) = call(&simulator, "POST", path, body.into()).await;
        assert!(status.is_success(), "{path}: {answer}");
    }
    let (status, shown) = call(&simulator, "POST", "/reset", String::new()).await;
    assert_eq!((status, &shown["frozen"]), (StatusCode::OK, &Value::from(false)));
    assert_eq!(shown["time"].as_str().unwrap()[..4], before["time"].as_str().unwrap()[..4]);
    let (_, faults) = call(&simulator, "GET", "/faults", String::new()).await;
    assert_eq!(faults["planned"], Value::Array(Vec::new()));
}

#[tokio::test]
async fn a_rollover_where_the_root_is_not_valid_is_refused_by_name() {
    let simulator = simulator();
    let body = r#"{"action": "set", "time": "2300-01-01T00:00:00Z"}"#.to_owned();
    call(&simulator, "POST", "/clock", body).await;
    for path in ["/issuing-ca/roll-over", "/time-stamping/roll-over"] {
        let (status, problem) = call(&simulator, "POST", path, String::new()).await;
        assert_eq!(status, StatusCode::CONFLICT, "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains("root's certificate"), "{problem}");
    }
}

#[tokio::test]
async fn streams_of_events_end_with_the_simulator_and_are_no_more_than_sixty_four() {
    let simulator = simulator();
    let open = || async {
        let request = Request::get("/events").body(Body::empty()).unwrap();
        simulator.management_router().oneshot(request).await.unwrap()
    };
    let mut streams = Vec::new();
    for _ in 0..64 {
        let response = open().await;
        assert_eq!(response.status(), StatusCode::OK);
        streams.push(response.into_body());
    }
    assert_eq!(open().await.status(), StatusCode::SERVICE_UNAVAILABLE);
    simulator.end_streams();
    for stream in streams {
        to_bytes(stream, 1 << 20).await.unwrap();
    }
}

#[tokio::test]
async fn the_operator_registers_a_login_and_an_id_token_is_issued_as_if_somebody_logged_in() {
    let simulator = simulator();
    let order = serde_json::json!({
        "organization_identifier": "NTRDK-12345674",
        "person": { "issuer": "https://op.example", "subject": "k" },
        "given_name": "Karen", "surname": "Ågård",
        "means": { "login": { "issuer": "https://op.example", "subject": "k-2" } },
    });
    let register = async || call(&simulator, "POST", "/authenticators", order.to_string()).await.0;
    assert_eq!(register().await, StatusCode::CREATED);
    assert_eq!(register().await, StatusCode::CONFLICT);
    // What is shown is what takes it away.
    let (_, shown) = call(&simulator, "GET", "/authenticators", String::new()).await;
    let shown = &shown["authenticators"];
    assert_eq!(shown.as_array().map(Vec::len), Some(1));
    let remove = async || {
        let body = shown[0].to_string();
        call(&simulator, "DELETE", "/authenticators", body).await.0
    };
    assert_eq!(remove().await, StatusCode::NO_CONTENT);
    assert_eq!(remove().await, StatusCode::CONFLICT);
    assert_eq!(register().await, StatusCode::CREATED);
    let nonce = r#"{"nonce":"abc"}"#;
    let issue = async |name: &str, body: &str| {
        let path = format!("/identities/{name}/id-token");
        call(&simulator, "POST", &path, body.to_owned()).await
    };
    let (status, answer) = issue("karen", nonce).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(answer["token"].as_str().unwrap().split('.').count(), 3);
    assert_eq!(issue("mads", nonce).await.0, StatusCode::NOT_FOUND);
    assert_eq!(issue("karen", "{}").await.0, StatusCode::BAD_REQUEST);
}
