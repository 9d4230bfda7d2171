//! Passkeys that are made on the device's own page: judged once, and registered like any other.

use std::time::Duration;

use ring::digest::{SHA256, digest as sha256};
use seal::{
    ActivationId, ActivationRefusal, Activator, AuthenticatorOrder, Challenge, Means,
    NewPasskeyOrder, QscdError,
};
use webauthn::Registration;

use super::{
    fixture::Bench,
    person::{ORIGIN, Passkey, karens, mads},
};
use crate::device::{Asked, Device};

/// Of whom, whoever they are.
fn wanted(order: AuthenticatorOrder) -> NewPasskeyOrder {
    NewPasskeyOrder {
        organization_identifier: order.organization_identifier,
        person: order.person,
        given_name: order.given_name,
        surname: order.surname,
        administrator: order.administrator,
    }
}

fn administrator(passkey: &Passkey) -> NewPasskeyOrder {
    NewPasskeyOrder { administrator: true, ..wanted(karens(passkey.means())) }
}

fn begin(bench: &Bench, order: NewPasskeyOrder) -> ActivationId {
    bench.device.begin_passkey_of(None, order).unwrap().0
}

fn challenge(device: &Device, id: &ActivationId) -> Challenge {
    device.question(id).expect("a question").challenge
}

/// What a browser says at this origin.
fn client_data(challenge: &Challenge, origin: &str) -> String {
    let challenge = challenge.base64url();
    format!(r#"{{"type":"webauthn.create","challenge":"{challenge}","origin":"{origin}"}}"#)
}

/// What an authenticator answers, without an attestation; `flags` of UP, UV and the credential.
fn attestation(passkey: &Passkey, rp_id: &str, flags: u8) -> Vec<u8> {
    let Means::Passkey { credential_id, cose_key, .. } = passkey.means() else { panic!() };
    let mut data = sha256(&SHA256, rp_id.as_bytes()).as_ref().to_vec();
    data.push(flags);
    data.extend([0; 4 + 16]);
    data.extend(u16::try_from(credential_id.len()).unwrap().to_be_bytes());
    data.extend(credential_id);
    data.extend(cose_key);
    let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
    object.push(u8::try_from(data.len()).unwrap());
    object.extend(data);
    object
}

fn make(
    bench: &Bench,
    id: &ActivationId,
    passkey: &Passkey,
    (origin, rp_id, flags): (&str, &str, u8),
) -> Result<(), ActivationRefusal> {
    let client_data = client_data(&challenge(&bench.device, id), origin);
    let answer = Registration {
        client_data_json: client_data.as_bytes(),
        attestation_object: &attestation(passkey, rp_id, flags),
    };
    bench.device.make_passkey(id, &answer).map_err(|error| match error {
        QscdError::ActivationRefused(refusal) => refusal,
        other => panic!("{other:?}"),
    })
}

const GOOD: (&str, &str, u8) = (ORIGIN, "segl.example", 0x45);

#[tokio::test]
async fn what_is_made_is_asked_for_once_and_signs_once_it_is_registered() {
    let bench = Bench::new();
    let passkey = Passkey::new("karen's passkey");
    let id = begin(&bench, administrator(&passkey));
    let Asked::NewPasskey { user_handle, .. } = bench.device.question(&id).unwrap().asked else {
        panic!("another question");
    };
    assert!(bench.device.made_passkey(&id).await.unwrap().is_none());
    assert_eq!(make(&bench, &id, &passkey, GOOD), Ok(()));
    let made = bench.device.made_passkey(&id).await.unwrap().unwrap();
    assert_eq!((&made.credential_id, &made.user_handle), (&passkey.id, &user_handle.to_vec()));
    assert_eq!(made.person, karens(passkey.means()).person);
    assert!(bench.device.question(&id).is_none(), "it is asked once");
    assert!(bench.device.authenticators().is_empty(), "nobody had it registered");
    // No passkey of the person's takes the place of another one in an authenticator.
    let other = begin(&bench, administrator(&passkey));
    let Asked::NewPasskey { user_handle: next, .. } = bench.device.question(&other).unwrap().asked
    else {
        panic!("another question");
    };
    assert_ne!(user_handle, next);
    // What is taken away is not kept by what was made.
    let taken = bench.device.remove_authenticator(karens(passkey.means())).await;
    assert!(taken.is_err(), "it was not registered");
    assert!(bench.device.made_passkey(&id).await.is_err());
    assert!(bench.device.question(&other).is_some());
}

#[tokio::test]
async fn a_device_in_the_same_process_has_no_page_and_keeps_no_room_for_one() {
    let bench = Bench::new();
    for _ in 0..200 {
        let refused = bench.device.begin_passkey(administrator(&Passkey::new("one"))).await;
        let refused = refused.unwrap_err();
        assert!(matches!(refused, QscdError::ActivationRefused(ActivationRefusal::NoPage)));
    }
    let passkey = Passkey::new("karen's passkey");
    bench.device.begin_registration(karens(passkey.means())).await.unwrap();
}

#[tokio::test]
async fn nobody_takes_the_room_of_others_registrations() {
    let bench = Bench::new();
    let passkey = Passkey::new("mads's passkey");
    for _ in 0..100 {
        begin(&bench, wanted(mads(passkey.means())));
    }
    let full = bench.device.begin_passkey_of(None, wanted(mads(passkey.means()))).unwrap_err();
    assert!(matches!(full, QscdError::AtCapacity));
    begin(&bench, administrator(&passkey));
}

#[tokio::test]
async fn what_is_wrong_with_a_new_passkey_has_its_name_and_makes_none() {
    use ActivationRefusal as R;
    let bench = Bench::new();
    let passkey = Passkey::new("karen's passkey");
    for (answer, refusal) in [
        (("https://evil.example", "segl.example", 0x45), R::OtherOrigin),
        (("https://segl.example:8443", "segl.example", 0x45), R::OtherOrigin),
        ((ORIGIN, "evil.example", 0x45), R::OtherRelyingParty),
        ((ORIGIN, "segl.example", 0x44), R::UserNotPresent),
        ((ORIGIN, "segl.example", 0x41), R::UserNotVerified),
    ] {
        let id = begin(&bench, administrator(&passkey));
        assert_eq!(make(&bench, &id, &passkey, answer), Err(refusal), "{answer:?}");
        assert!(bench.device.made_passkey(&id).await.unwrap().is_none());
    }
    assert!(bench.device.authenticators().is_empty());
    // The answer to another's question.
    let [one, other] =
        [begin(&bench, administrator(&passkey)), begin(&bench, administrator(&passkey))];
    let data = client_data(&challenge(&bench.device, &other), ORIGIN);
    let object = attestation(&passkey, "segl.example", 0x45);
    let answer = Registration { client_data_json: data.as_bytes(), attestation_object: &object };
    let refused = bench.device.make_passkey(&one, &answer).unwrap_err();
    assert!(matches!(refused, QscdError::ActivationRefused(R::OtherChallenge)));
    // Ten tries, and ten minutes.
    for _ in 0..9 {
        bench.device.make_passkey(&one, &answer).unwrap_err();
    }
    assert!(bench.device.question(&one).is_none());
    bench.clock.advance(Duration::from_secs(600));
    let late = bench.device.make_passkey(&other, &answer).unwrap_err();
    assert!(matches!(late, QscdError::ActivationRefused(R::Unknown)));
}

#[tokio::test]
async fn an_order_that_names_nobody_is_refused() {
    let bench = Bench::new();
    let passkey = Passkey::new("karen's passkey");
    for wrong in [
        NewPasskeyOrder { given_name: String::new(), ..administrator(&passkey) },
        NewPasskeyOrder { surname: "x".repeat(1025), ..administrator(&passkey) },
        NewPasskeyOrder { organization_identifier: String::new(), ..administrator(&passkey) },
        NewPasskeyOrder { given_name: "x".repeat(201), ..administrator(&passkey) },
        NewPasskeyOrder { surname: "Karen\u{202e}".into(), ..administrator(&passkey) },
        NewPasskeyOrder { surname: "Karen\nis logged in".into(), ..administrator(&passkey) },
    ] {
        let refused = bench.device.begin_passkey_of(None, wrong).unwrap_err();
        let texts = QscdError::ActivationRefused(ActivationRefusal::Texts);
        assert_eq!(refused.to_string(), texts.to_string());
    }
}
