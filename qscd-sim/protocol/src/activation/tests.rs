use std::time::SystemTime;

use serde::de::DeserializeOwned;

use super::*;

fn order() -> ActivationOrder {
    ActivationOrder {
        organization_identifier: "NTRDK-12345674".into(),
        person: PersonId { issuer: "https://id.example".into(), subject: "karen".into() },
        profile: ProfileId::new("staff"),
        act: Act::Sign,
        entries: vec![
            ActivationEntry { document: Some(vec![1; 32]), imprint: vec![2; 48] },
            ActivationEntry { document: None, imprint: vec![3; 32] },
        ],
        requester: "whoever".into(),
    }
}

fn means(means: Means) -> AuthenticatorOrder {
    AuthenticatorOrder {
        organization_identifier: "NTRDK-12345674".into(),
        person: PersonId { issuer: "https://id.example".into(), subject: "karen".into() },
        given_name: "Karen".into(),
        surname: "Ågård".into(),
        administrator: true,
        means,
    }
}

fn over_the_wire<T: Serialize + DeserializeOwned>(body: &T) -> T {
    serde_json::from_str(&serde_json::to_string(body).unwrap()).unwrap()
}

#[test]
fn orders_and_evidence_cross_the_wire_unchanged() {
    let order = order();
    let back = over_the_wire(&ActivationRequest::from(&order));
    assert_eq!(ActivationOrder::from(back), order);
    let (credential_id, cose_key, user_handle) = (vec![1], vec![2], vec![3]);
    let passkey = Means::Passkey { credential_id, cose_key, user_handle };
    let login = Means::Login { issuer: "https://op.example".into(), subject: "k".into() };
    for order in [means(passkey), means(login)] {
        assert_eq!(AuthenticatorOrder::from(over_the_wire(&MeansRequest::from(&order))), order);
    }
    let assertion = PasskeyAssertion {
        credential_id: vec![1],
        client_data: vec![2],
        authenticator_data: vec![3],
        signature: vec![4],
        user_handle: Some(vec![5]),
    };
    let evidence = PersonalEvidence::Passkey(assertion.clone());
    match over_the_wire(&GivenByPerson::from(&evidence)).into() {
        PersonalEvidence::Passkey(back) => assert_eq!(back, assertion),
        PersonalEvidence::IdToken(_) => panic!("other evidence"),
    }
    let evidence = PersonalEvidence::IdToken(IdentityToken::new("a.b.c".into()));
    match over_the_wire(&GivenByPerson::from(&evidence)).into() {
        PersonalEvidence::IdToken(back) => assert_eq!(back.expose(), "a.b.c"),
        PersonalEvidence::Passkey(_) => panic!("other evidence"),
    }
}

#[test]
fn a_challenge_that_is_not_over_what_was_ordered_is_not_taken() {
    let (order, nonce) = (order(), [7; 32]);
    let activation = Activation {
        id: ActivationId::new("one"),
        device: "run".into(),
        nonce,
        challenge: Challenge::of_activation(&order, "run", &nonce),
        ends: SystemTime::UNIX_EPOCH,
    };
    let waiting = || over_the_wire(&Waiting::from(&activation));
    assert_eq!(waiting().into_activation(&order), Some(activation.clone()));
    let other = ActivationOrder { profile: ProfileId::new("board"), ..order.clone() };
    assert_eq!(waiting().into_activation(&other), None);
    let elsewhere = Waiting { run_id: "another".into(), ..waiting() };
    assert_eq!(elsewhere.into_activation(&order), None);
    let order = means(Means::Login { issuer: "i".into(), subject: "s".into() });
    let challenge = Challenge::of_registration(&order, &nonce);
    let (id, ends) = (ActivationId::new("two"), SystemTime::UNIX_EPOCH);
    let pending = PendingRegistration { id, nonce, challenge, ends };
    let waiting = || over_the_wire(&Waiting::of_registration("run", &pending));
    assert_eq!(waiting().into_registration(&order), Some(pending.clone()));
    let other = AuthenticatorOrder { administrator: false, ..order };
    assert_eq!(waiting().into_registration(&other), None);
}
