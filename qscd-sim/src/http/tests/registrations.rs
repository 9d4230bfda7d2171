use axum::http::StatusCode;
use serde_json::json;

use super::{call, call_as};
use crate::{AllowedClient, SettableClock, Simulator, SimulatorOptions};

#[tokio::test]
async fn a_client_that_registers_acts_for_what_is_registered_and_others_do_not() {
    let mut options = SimulatorOptions::new("http://127.0.0.1:8090");
    let client = |key: &str, registers| AllowedClient {
        key_sha256: key.to_owned(),
        organizations: vec!["NTRDK-87654321".to_owned()],
        registers,
    };
    options.clients = vec![client("a", true), client("b", false)];
    let simulator = Simulator::new(options, SettableClock::new(), std::sync::Arc::new(())).unwrap();
    let router = simulator.device_router("http://127.0.0.1:8092");
    let enrol = async |client: &str, name: &str| {
        let order = json!({ "request_id": name, "enrolment": simulator.enrolment() });
        call_as(&router, client, "POST", "/credentials", &order).await.0
    };
    let registration = json!({
        "organization_name": "Havnsted Kommune", "organization_identifier": "NTRDK-12345674",
        "profile": "letters", "mandate": "letters", "withdrawn": false,
    });
    let register = async |client: &str| {
        call_as(&router, client, "POST", "/registrations", &registration).await
    };
    assert_eq!(enrol("a", "one").await, StatusCode::UNPROCESSABLE_ENTITY, "not registered");
    let (status, answer) = register("b").await;
    assert_eq!((status, &answer["error"]), (StatusCode::FORBIDDEN, &json!("client-refused")));
    let (status, answer) = register("a").await;
    assert_eq!((status, &answer["registered"]["sequence"]), (StatusCode::CREATED, &json!(1)));
    assert_eq!(enrol("a", "two").await, StatusCode::CREATED);
    assert_eq!(enrol("b", "three").await, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, _) = call(&router, "POST", "/registrations", &registration).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "who shows no certificate");
}

#[tokio::test]
async fn what_is_no_registration_is_refused() {
    let (_simulator, router) = super::device();
    for wrong in [json!({}), json!({ "organization_name": "a", "colour": 1 })] {
        let (status, answer) = call(&router, "POST", "/registrations", &wrong).await;
        assert_eq!((status, &answer["error"]), (StatusCode::BAD_REQUEST, &json!("bad-request")));
    }
    let (status, _) = call(&router, "GET", "/registrations", &json!(null)).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
}
