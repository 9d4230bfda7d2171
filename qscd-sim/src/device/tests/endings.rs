//! When activations end, what ends with them, and how many there may be.

use std::time::Duration;

use seal::{
    Act, ActivationEvidence, ActivationOrder, ActivationRefusal, Activator, AuthenticatorOrder,
    Clock, Means, Qscd, QscdError, RegistrationGround, Sad, SadRefusal, ToSign,
};

use super::{
    fixture::{Bench, digest},
    person::{Passkey, activation_order, entry, karens, prepared, written},
};

/// A device, a passkey, and activation data that an activation gave `after` its beginning.
async fn authorised(after: Duration) -> (Bench, Passkey, seal::Credential, Sad, [ToSign; 1]) {
    let (bench, passkey) = Bench::with_passkey();
    let activation = bench.begin(&["a"]).await;
    let evidence = passkey.answer(&activation.challenge);
    bench.device.give_evidence(&activation.id, evidence).await.unwrap();
    bench.clock.advance(after);
    let credential = bench.person_credential().await;
    let to_sign = [ToSign::Attributes(written(&credential, &prepared("a")))];
    let evidence = ActivationEvidence::Activation(activation.id);
    let sad = bench.device.authorise(&credential.id, &to_sign, &evidence).await.unwrap();
    (bench, passkey, credential, sad, to_sign)
}

#[tokio::test]
async fn what_has_ended_does_not_come_back_with_the_clock() {
    let (bench, passkey) = Bench::with_passkey();
    let activation = bench.begin(&["a"]).await;
    let began = bench.clock.now();
    bench.clock.advance(Duration::from_secs(600));
    let unknown = Err(QscdError::from(ActivationRefusal::Unknown));
    let give = async || {
        let evidence = passkey.answer(&activation.challenge);
        bench.device.give_evidence(&activation.id, evidence).await.map(drop)
    };
    assert_eq!(give().await, unknown);
    bench.clock.set(began);
    assert_eq!(give().await, unknown);
}

#[tokio::test]
async fn what_an_activation_gave_ends_with_it() {
    let (bench, _, credential, sad, to_sign) = authorised(Duration::from_secs(590)).await;
    bench.clock.advance(Duration::from_secs(10));
    let signed = bench.device.sign(&credential.id, sad, &to_sign).await;
    assert_eq!(signed, Err(SadRefusal::Expired.into()));
    let (bench, _, credential, sad, to_sign) = authorised(Duration::from_secs(590)).await;
    bench.clock.advance(Duration::from_secs(9));
    bench.device.sign(&credential.id, sad, &to_sign).await.expect("it has not ended");
}

#[tokio::test]
async fn what_a_removed_means_gave_signs_nothing() {
    let (bench, passkey, credential, sad, to_sign) = authorised(Duration::ZERO).await;
    bench.device.remove_authenticator(karens(passkey.means())).await.unwrap();
    let signed = bench.device.sign(&credential.id, sad, &to_sign).await;
    assert_eq!(signed, Err(SadRefusal::Expired.into()));
    assert_eq!(bench.device.counters().live, 0);
}

#[tokio::test]
async fn a_reset_forgets_activations_and_by_what_persons_are_known() {
    let (bench, passkey) = Bench::with_passkey();
    let activation = bench.begin(&["a"]).await;
    bench.device.reset();
    let given = bench.device.give_evidence(&activation.id, passkey.answer(&activation.challenge));
    assert_eq!(given.await.map(drop), Err(ActivationRefusal::Unknown.into()));
    let pending = bench.device.begin_registration(karens(passkey.means())).await.unwrap();
    let ground = bench.device.register_authenticator(&pending.id, None).await;
    assert_eq!(ground, Ok(RegistrationGround::FirstUse));
}

#[tokio::test]
async fn an_activation_is_for_a_signature() {
    let (bench, _) = Bench::with_passkey();
    let order = ActivationOrder { act: Act::Seal, ..activation_order(vec![entry("a")]) };
    let begun = bench.device.begin_activation(order).await;
    assert_eq!(begun, Err(ActivationRefusal::OtherAct.into()));
}

#[tokio::test]
async fn a_persons_means_are_counted_for_each_organisation() {
    let bench = Bench::new();
    let of = |organisation: &str, number: usize| AuthenticatorOrder {
        organization_identifier: organisation.into(),
        ..karens(Means::Login { issuer: "https://op.example".into(), subject: number.to_string() })
    };
    for number in 0..50 {
        bench.device.register_by_operator(&of("NTRDK-12345674", number)).unwrap();
    }
    let full = bench.device.register_by_operator(&of("NTRDK-12345674", 50));
    assert_eq!(full, Err(QscdError::AtCapacity));
    bench.device.register_by_operator(&of("NTRDK-34051178", 0)).unwrap();
}

#[tokio::test]
async fn entries_that_wait_are_counted_as_such() {
    let (bench, _) = Bench::with_passkey();
    let one = entry(&digest("a").to_string());
    let order = |requester: usize| ActivationOrder {
        requester: requester.to_string(),
        ..activation_order(vec![one.clone(); 100])
    };
    for requester in 0..1000 {
        bench.device.begin_activation(order(requester)).await.unwrap();
    }
    let full = bench.device.begin_activation(order(1000)).await;
    assert_eq!(full, Err(QscdError::AtCapacity));
    bench.clock.advance(Duration::from_secs(600));
    bench.device.begin_activation(order(1000)).await.expect("what has ended takes no room");
}
