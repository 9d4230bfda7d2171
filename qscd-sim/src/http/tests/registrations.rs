use axum::http::StatusCode;
use serde_json::json;

use super::{call, call_as};
use crate::{AllowedClient, SettableClock, Simulator, SimulatorOptions};

/// A client that registers if its name is `a` or begins with `node`.
pub(super) fn client(key: &str, organizations: &[&str], service: Option<&str>) -> AllowedClient {
    AllowedClient {
        key_sha256: key.to_owned(),
        organizations: organizations.iter().map(|&one| one.to_owned()).collect(),
        registers: key == "a" || key.starts_with("node"),
        service: service.map(str::to_owned),
    }
}

#[tokio::test]
async fn what_one_node_of_a_service_registers_is_all_its_nodes_and_no_other_services() {
    let mut options = SimulatorOptions::new("http://127.0.0.1:8090");
    let of = |key: &str, service| client(key, &[], service);
    options.clients = vec![
        of("node 1", Some("havnsted")),
        of("node 2", Some("havnsted")),
        of("node 3", Some("hosting")),
        of("node 4", None),
        client("b", &["NTRDK-87654321"], None),
    ];
    let simulator = Simulator::new(options, SettableClock::new(), std::sync::Arc::new(())).unwrap();
    let router = simulator.device_router("http://127.0.0.1:8092");
    let register = async |client: &str, organisation: &str, withdrawn: bool| {
        let registration = json!({
            "organization_name": "Havnsted Kommune", "organization_identifier": organisation,
            "profile": "letters", "mandate": "letters", "withdrawn": withdrawn,
        });
        call_as(&router, client, "POST", "/registrations", &registration).await.0
    };
    let enrol = async |client: &str| {
        let order = json!({ "request_id": "one", "enrolment": simulator.enrolment() });
        call_as(&router, client, "POST", "/credentials", &order).await.0
    };
    let ours = "NTRDK-12345674";
    assert_eq!(register("node 1", ours, false).await, StatusCode::CREATED);
    for (node, enrolled, registered) in [
        ("node 2", StatusCode::CREATED, StatusCode::CREATED),
        ("node 3", StatusCode::UNPROCESSABLE_ENTITY, StatusCode::FORBIDDEN),
        ("node 4", StatusCode::UNPROCESSABLE_ENTITY, StatusCode::FORBIDDEN),
        ("b", StatusCode::UNPROCESSABLE_ENTITY, StatusCode::FORBIDDEN),
    ] {
        assert_eq!(enrol(node).await, enrolled, "{node}");
        for withdrawn in [true, false] {
            assert_eq!(register(node, ours, withdrawn).await, registered, "{node}");
        }
    }
    // Whoever has withdrawn everything keeps it; what the settings name for a client is that client's.
    assert_eq!(register("node 2", ours, true).await, StatusCode::CREATED);
    assert_eq!(register("node 3", ours, false).await, StatusCode::FORBIDDEN);
    assert_eq!(register("node 4", "NTRDK-87654321", false).await, StatusCode::FORBIDDEN);
    assert_eq!(register("b", "NTRDK-87654321", false).await, StatusCode::CREATED);
}

#[tokio::test]
async fn a_client_that_registers_acts_for_what_is_registered_and_others_do_not() {
    let mut options = SimulatorOptions::new("http://127.0.0.1:8090");
    options.clients = ["a", "b"].map(|key| client(key, &["NTRDK-87654321"], None)).into();
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
