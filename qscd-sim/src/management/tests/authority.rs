//! Revocation and rollover by call.

use seal::{Assurance, EnrolmentRequest, OrganisationSubject, ProfileId, Qscd, Subject};

use super::*;

async fn enrolled(simulator: &Simulator) -> String {
    let subject = Subject::Organisation(OrganisationSubject {
        organization_name: "Havnsted Kommune".into(),
        organization_identifier: "NTRDK-12345674".into(),
        common_name: "Havnsted Kommune".into(),
        serial_number: "UI:DK-O:G:bce1ecb4-c38d-4737-a37a-ea110b86a99b".into(),
    });
    let request = EnrolmentRequest {
        profile: ProfileId::new("register"),
        subject,
        algorithm: seal::SignatureAlgorithm::default(),
        assurance: Assurance::Revocable,
        at: simulator.clock().now(),
        back_dating: std::time::Duration::from_secs(300),
        lifetime: std::time::Duration::from_secs(863_700),
        signatures: 1,
        requester: "test".into(),
    };
    simulator.device().enrol(request).await.unwrap();
    let (_, certificates) = call(simulator, "GET", "/certificates", String::new()).await;
    certificates[0]["serial"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_certificate_is_revoked_once_and_what_was_never_issued_is_not() {
    let simulator = simulator();
    let serial = enrolled(&simulator).await;
    let path = format!("/certificates/{serial}/revoke");
    let order = r#"{"reason": "keyCompromise"}"#.to_owned();
    let (status, first) = call(&simulator, "POST", &path, order).await;
    assert_eq!((status, &first["reason"]), (StatusCode::OK, &Value::from("keyCompromise")));
    simulator.clock().advance(std::time::Duration::from_secs(60));
    let (status, again) = call(&simulator, "POST", &path, String::new()).await;
    assert_eq!((status, again), (StatusCode::OK, first));

    for serial in ["51", "zz", &"51".repeat(17)] {
        let path = format!("/certificates/{serial}/revoke");
        let (status, _) = call(&simulator, "POST", &path, String::new()).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{serial}");
    }
    let order = r#"{"reason": "boredom"}"#.to_owned();
    let (status, _) = call(&simulator, "POST", &path, order).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_next_ca_and_the_next_unit_take_over() {
    let simulator = simulator();
    let (ca, unit) = (simulator.issuing_ca(), simulator.tsa_certificate());
    for path in ["/issuing-ca/roll-over", "/time-stamping/roll-over"] {
        let (status, answer) = call(&simulator, "POST", path, String::new()).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert!(answer["certificate"].as_str().unwrap().contains("BEGIN CERTIFICATE"));
    }
    assert_ne!(ca, simulator.issuing_ca());
    assert_ne!(unit, simulator.tsa_certificate());
    assert_eq!(simulator.authority().issuing_cas()[0], ca);
    assert_eq!(simulator.time_stamping().certificates()[0], unit);
}
