use std::sync::Arc;

use axum::http::StatusCode;
use base64::{Engine, engine::general_purpose::STANDARD};
use seal::{
    CertificateDer, Chain, Challenge, Clock, Digest, DigestAlgorithm, PersonId, PersonName,
    PersonSubject, SignatureAlgorithm, Subject, policy::employee_serial_number,
};
use serde_json::{Value, json};

use super::{call, call_as, registrations::client};
use crate::{KnownOrganisation, Person, SettableClock, Simulator, SimulatorOptions};

const ORGANISATION: &str = "NTRDK-12345674";

fn simulator() -> Simulator {
    let mut options = SimulatorOptions::new("http://127.0.0.1:8090");
    options.clients = vec![client("a", &[ORGANISATION], None), client("b", &[ORGANISATION], None)];
    options.persons = vec![Person {
        subject: "karen".into(),
        name: "Karen Ågård".into(),
        given_name: "Karen".into(),
        family_name: "Ågård".into(),
        email: None,
        cvr: "12345674".into(),
        organisation_name: None,
    }];
    options.means.organisations = vec![KnownOrganisation {
        organization_name: "Havnsted Kommune".into(),
        organization_identifier: ORGANISATION.into(),
    }];
    Simulator::new(options, SettableClock::new(), Arc::new(())).unwrap()
}

fn holder(simulator: &Simulator) -> PersonId {
    let issuer = simulator.identities().issuer().to_owned();
    PersonId { issuer, subject: "karen".into() }
}

/// The signed attributes over an imprint, with the certificate that the device answered.
fn attributes(credential: &Value, imprint: [u8; 32]) -> Value {
    let certificate = credential["certificates"][0].as_str().unwrap();
    let chain = Chain::new(CertificateDer::new(STANDARD.decode(certificate).unwrap()), Vec::new());
    let imprint = Digest::from_bytes(DigestAlgorithm::Sha256, &imprint).unwrap();
    let (suite, kind) = (SignatureAlgorithm::EcdsaP256Sha256, cades::SignatureKind::Pades);
    let written = cades::ToBeSigned::new(&imprint, chain, suite, kind).unwrap();
    json!([{ "attributes": { "value": STANDARD.encode(written.message()) } }])
}

#[tokio::test]
async fn an_activation_is_its_clients_alone_and_signs_what_its_person_agreed_to() {
    let simulator = simulator();
    let router = simulator.device_router("http://127.0.0.1:8092");
    let order = json!({
        "organization_identifier": ORGANISATION, "person": holder(&simulator),
        "profile": "test", "act": "signature", "requester": "whoever",
        "entries": [{
            "document": STANDARD.encode([1; 32]), "imprint": STANDARD.encode([2; 32]),
        }],
    });
    let (status, begun) = call_as(&router, "a", "POST", "/activations", &order).await;
    assert_eq!(status, StatusCode::CREATED, "{begun}");
    let bytes = |name: &str| STANDARD.decode(begun[name].as_str().unwrap()).unwrap();
    let challenge = Challenge::from_bytes(bytes("challenge").try_into().unwrap());
    let nonce = challenge.base64url();
    let now = simulator.clock().now();
    let token = simulator.identities().issue_id_token("karen", &nonce, now).unwrap().unwrap();
    let evidence = json!({ "id-token": { "token": token.expose() } });
    let path = format!("/activations/{}/evidence", begun["id"].as_str().unwrap());
    let refused = |answer: &Value| (answer["error"].clone(), answer["reason"].clone());
    let (status, answer) = call_as(&router, "b", "POST", &path, &evidence).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(refused(&answer), (json!("activation-refused"), json!("unknown")));
    let (status, answer) = call_as(&router, "a", "POST", &path, &evidence).await;
    assert_eq!((status, answer), (StatusCode::OK, json!({ "kind": "id-token" })));
    let (_, answer) = call_as(&router, "a", "POST", &path, &evidence).await;
    assert_eq!(refused(&answer), (json!("activation-refused"), json!("evidence-given")));

    let subject = Subject::Person(PersonSubject {
        common_name: "Karen Ågård".into(),
        name: PersonName::Named { given_name: "Karen".into(), surname: "Ågård".into() },
        serial_number: employee_serial_number(ORGANISATION, &holder(&simulator)).unwrap(),
        email: None,
        organization_name: Some("Havnsted Kommune".into()),
        organization_identifier: Some(ORGANISATION.into()),
        holder: holder(&simulator),
    });
    let enrolment = seal::EnrolmentRequest { subject, ..simulator.enrolment() };
    let sign = async |client: &str, number: u8, imprint: [u8; 32]| {
        let order = json!({ "request_id": number.to_string(), "enrolment": enrolment });
        let (_, credential) = call_as(&router, client, "POST", "/credentials", &order).await;
        let path = format!("/credentials/{}/activations", credential["id"].as_str().unwrap());
        let evidence = json!({ "activation": { "id": begun["id"] } });
        let to_sign = attributes(&credential, imprint);
        let order = json!({ "to_sign": to_sign, "evidence": evidence });
        call_as(&router, client, "POST", &path, &order).await
    };
    let (_, answer) = sign("b", 1, [2; 32]).await;
    assert_eq!(answer["error"], "activation-unknown");
    let (_, answer) = sign("a", 2, [3; 32]).await;
    assert_eq!(answer["error"], "imprint-not-approved");
    let (status, answer) = sign("a", 3, [2; 32]).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    let (_, answer) = sign("a", 4, [2; 32]).await;
    assert_eq!(answer["error"], "imprint-not-approved");
}

#[tokio::test]
async fn a_client_registers_an_organisations_first_means_by_itself_and_only_for_its_organisations()
{
    let simulator = simulator();
    let router = simulator.device_router("http://127.0.0.1:8092");
    let order = |organisation: &str, subject: &str| {
        json!({
            "organization_identifier": organisation, "person": holder(&simulator),
            "given_name": "Karen", "surname": "Ågård",
            "means": { "login": { "issuer": "https://op.example", "subject": subject } },
        })
    };
    let foreign = order("NTRDK-87654321", "k");
    let (status, answer) = call_as(&router, "a", "POST", "/authenticators", &foreign).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{answer}");
    let register = async |subject: &str| {
        let order = order(ORGANISATION, subject);
        let (status, pending) = call_as(&router, "a", "POST", "/authenticators", &order).await;
        assert_eq!(status, StatusCode::CREATED, "{pending}");
        let path = format!("/authenticators/{}", pending["id"].as_str().unwrap());
        call_as(&router, "a", "POST", &path, &json!({})).await
    };
    let (status, answer) = register("k").await;
    assert_eq!((status, answer), (StatusCode::CREATED, json!({ "ground": "first-use" })));
    let (status, answer) = register("k-2").await;
    assert_eq!((status, &answer["reason"]), (StatusCode::FORBIDDEN, &json!("evidence-needed")));
    let removal = order(ORGANISATION, "k");
    let remove =
        async || call_as(&router, "a", "POST", "/authenticators/removals", &removal).await.0;
    assert_eq!(remove().await, StatusCode::NO_CONTENT);
    assert_eq!(remove().await, StatusCode::FORBIDDEN);
    let (status, _) = call(&router, "GET", "/activations/one/evidence", &Value::Null).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
}
