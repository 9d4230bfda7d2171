//! Passkeys: what is wrong with an assertion, and who may register which.

use seal::{
    Activation, ActivationRefusal, Activator, AuthenticatorOrder, Challenge, Means,
    PasskeyAssertion, PersonalEvidence, QscdError, RegistrationGround,
};

use super::{
    fixture::Bench,
    person::{Passkey, activation_order, entry, karen, karens, mads, order_for},
};
use crate::{Device, Event};

#[tokio::test]
async fn each_thing_that_is_wrong_with_an_assertion_has_its_name() {
    let (bench, passkey) = Bench::with_passkey();
    let stranger = Passkey::new("mads's passkey");
    bench.device.register_by_operator(&mads(stranger.means())).unwrap();
    let foreign = Passkey::new("of another organisation");
    let elsewhere = AuthenticatorOrder {
        organization_identifier: "NTRDK-34051178".into(),
        ..karens(foreign.means())
    };
    bench.device.register_by_operator(&elsewhere).unwrap();
    let forger = Passkey::new("karen's passkey");
    let [another, same_document] = [bench.begin(&["b"]).await, bench.begin(&["a"]).await];
    let refused = async |make: &dyn Fn(&str) -> PasskeyAssertion| {
        let activation = bench.begin(&["a"]).await;
        let evidence = make(&Passkey::client_data(&activation.challenge));
        let given = bench.device.give_evidence(&activation.id, PersonalEvidence::Passkey(evidence));
        match given.await {
            Err(QscdError::ActivationRefused(refusal)) => refusal,
            other => panic!("{other:?}"),
        }
    };
    let rp = "segl.example";
    let other_challenge =
        |other: &Activation| passkey.sign(&Passkey::client_data(&other.challenge), rp);
    use ActivationRefusal as R;
    type Make<'a> = &'a dyn Fn(&str) -> PasskeyAssertion;
    let cases: [(Make<'_>, R); 16] = [
        (&|data| stranger.sign(data, rp), R::PasskeyOfAnother),
        (&|data| foreign.sign(data, rp), R::PasskeyOfAnother),
        (&|data| Passkey::new("nobody's").sign(data, rp), R::PasskeyUnknown),
        (&|data| forger.sign(data, rp), R::SignatureInvalid),
        (
            &|data| PasskeyAssertion {
                client_data: format!("{data} ").into(),
                ..passkey.sign(data, rp)
            },
            R::SignatureInvalid,
        ),
        (
            &|data| PasskeyAssertion { signature: Vec::new(), ..passkey.sign(data, rp) },
            R::SignatureInvalid,
        ),
        (
            &|data| PasskeyAssertion { user_handle: Some(vec![1]), ..passkey.sign(data, rp) },
            R::OtherUserHandle,
        ),
        (&|_| other_challenge(&another), R::OtherChallenge),
        (&|_| other_challenge(&same_document), R::OtherChallenge),
        (&|data| passkey.sign(&data.replace("segl.", "evil."), rp), R::OtherOrigin),
        (&|data| passkey.sign(&data.replace("false", "true"), rp), R::CrossOrigin),
        (
            &|data| passkey.sign(&data.replace('{', r#"{"type":"webauthn.get","#), rp),
            R::ClientDataMalformed,
        ),
        (&|data| passkey.sign(&data.replace(".get", ".create"), rp), R::OtherType),
        (&|data| passkey.sign(data, "evil.example"), R::OtherRelyingParty),
        (&|data| passkey.sign_with_flags(0x04, data, rp), R::UserNotPresent),
        (&|data| passkey.sign_with_flags(0x01, data, rp), R::UserNotVerified),
    ];
    for (make, refusal) in cases {
        assert_eq!(refused(make).await, refusal);
    }
    let activation = bench.begin(&["a"]).await;
    let data = Passkey::client_data(&activation.challenge);
    let synced = PersonalEvidence::Passkey(passkey.sign_with_flags(0x1d, &data, rp));
    let given = bench.device.give_evidence(&activation.id, synced).await.unwrap();
    let backup = given.backup.unwrap();
    assert!(backup.eligible && backup.backed_up);
}

#[tokio::test]
async fn a_counter_that_does_not_go_up_is_a_possible_clone() {
    let (bench, mut passkey) = Bench::with_passkey();
    let mut give = async |count: u32| {
        passkey.count = count;
        let activation = bench.begin(&["a"]).await;
        let evidence = passkey.answer(&activation.challenge);
        bench.device.give_evidence(&activation.id, evidence).await.map(drop)
    };
    let clone = Err(QscdError::from(ActivationRefusal::PossibleClone));
    assert_eq!(give(0).await, Ok(()));
    assert_eq!(give(0).await, Ok(()), "it counts nothing");
    assert_eq!(give(5).await, Ok(()));
    assert_eq!(give(5).await, clone);
    assert_eq!(give(4).await, clone);
    assert_eq!(give(0).await, clone);
    assert_eq!(give(6).await, Ok(()));
    let told = bench.recorder.events();
    let clones = told.iter().filter(|event| matches!(event, Event::PossibleClone { .. }));
    assert_eq!(clones.count(), 3);
}

#[tokio::test]
async fn an_assertion_of_which_any_bit_is_another_is_refused() {
    let (bench, passkey) = Bench::with_passkey();
    let mut dice = fastrand::Rng::with_seed(7);
    for round in 0..300 {
        let activation = bench.begin(&["a"]).await;
        let PersonalEvidence::Passkey(good) = passkey.answer(&activation.challenge) else {
            panic!("other evidence")
        };
        let mut spoilt = good.clone();
        let handle = spoilt.user_handle.as_mut().unwrap();
        let parts = [
            &mut spoilt.credential_id,
            &mut spoilt.client_data,
            &mut spoilt.authenticator_data,
            &mut spoilt.signature,
            handle,
        ];
        let part = &mut *parts.into_iter().nth(round % 5).unwrap();
        let at = dice.usize(..part.len());
        match dice.u8(..3) {
            0 => part[at] ^= 1 << dice.u8(..8),
            1 => part.truncate(at),
            _ => part.insert(at, dice.u8(..)),
        }
        let evidence = PersonalEvidence::Passkey(spoilt.clone());
        let given = bench.device.give_evidence(&activation.id, evidence).await;
        assert!(spoilt == good || given.is_err(), "{round}");
        bench.clock.advance(std::time::Duration::from_secs(600));
    }
}

/// Registers, as a service does that shows `evidence` of the challenge.
async fn register(
    device: &Device,
    order: AuthenticatorOrder,
    evidence: impl FnOnce(&Challenge) -> Option<PersonalEvidence>,
) -> Result<RegistrationGround, QscdError> {
    let pending = device.begin_registration(order).await?;
    let evidence = evidence(&pending.challenge);
    device.register_authenticator(&pending.id, evidence).await
}

#[tokio::test]
async fn a_service_registers_an_organisations_first_passkey_and_no_other_by_itself() {
    let bench = Bench::new();
    let [first, second, third] =
        ["first", "second", "third"].map(|name| Passkey::new(&format!("{name} passkey")));
    let ground = register(&bench.device, karens(first.means()), |_| None).await;
    assert_eq!(ground, Ok(RegistrationGround::FirstUse));
    let needed = Err(ActivationRefusal::EvidenceNeeded.into());
    assert_eq!(register(&bench.device, karens(second.means()), |_| None).await, needed);
    assert_eq!(register(&bench.device, mads(second.means()), |_| None).await, needed);
    // It vouches for itself, which nobody knows.
    let itself = register(&bench.device, mads(second.means()), |c| Some(second.answer(c))).await;
    assert_eq!(itself, Err(ActivationRefusal::PasskeyUnknown.into()));
    // A removal does not bring the first use back.
    bench.device.remove_authenticator(karens(first.means())).await.unwrap();
    assert_eq!(register(&bench.device, mads(third.means()), |_| None).await, needed);
    let told = bench.recorder.events();
    assert!(told.iter().any(|event| matches!(
        event,
        Event::AuthenticatorRegistered { ground: RegistrationGround::FirstUse, .. }
    )));
}

#[tokio::test]
async fn a_person_and_an_administrator_speak_for_what_is_theirs_to_speak_for() {
    let bench = Bench::new();
    let [karens_passkey, chiefs] = [Passkey::new("karen's passkey"), Passkey::new("the chief's")];
    let chief = seal::PersonId { subject: "chief".into(), ..karen() };
    let order = AuthenticatorOrder {
        administrator: true,
        ..order_for(chief, "Inge", "Holm", chiefs.means())
    };
    bench.device.register_by_operator(&order).unwrap();
    bench.device.register_by_operator(&karens(karens_passkey.means())).unwrap();
    let new = || Passkey::new("a new one");
    let by_karen = |c: &Challenge| Some(karens_passkey.answer(c));
    let by_chief = |c: &Challenge| Some(chiefs.answer(c));
    let device = &bench.device;

    let own = register(device, karens(new().means()), by_karen).await;
    assert_eq!(own, Ok(RegistrationGround::Person));
    let link = Means::Login { issuer: "https://other.example".into(), subject: "k".into() };
    assert_eq!(register(device, karens(link), by_karen).await, Ok(RegistrationGround::Person));
    let taken = register(device, mads(new().means()), by_chief).await;
    assert_eq!(taken, Err(ActivationRefusal::AlreadyRegistered.into()));
    let not_entitled = Err(ActivationRefusal::NotEntitled.into());
    let of_mads = Passkey::new("mads's passkey");
    assert_eq!(register(device, mads(of_mads.means()), by_karen).await, not_entitled);
    let promoted = |administrator, given: &str| AuthenticatorOrder {
        administrator,
        given_name: given.into(),
        ..karens(Passkey::new("another").means())
    };
    assert_eq!(register(device, promoted(true, "Karen"), by_karen).await, not_entitled);
    assert_eq!(register(device, promoted(false, "Inge"), by_karen).await, not_entitled);
    let ground = register(device, mads(of_mads.means()), by_chief).await;
    assert_eq!(ground, Ok(RegistrationGround::Administrator));
}

#[tokio::test]
async fn evidence_of_one_registration_is_none_of_another_nor_of_an_activation() {
    let (bench, passkey) = Bench::with_passkey();
    let device = &bench.device;
    let one = device.begin_registration(karens(Passkey::new("one").means())).await.unwrap();
    let two = device.begin_registration(karens(Passkey::new("two").means())).await.unwrap();
    let activation = bench.begin(&["a"]).await;
    let other = Err(QscdError::from(ActivationRefusal::OtherChallenge));
    for challenge in [one.challenge, activation.challenge] {
        let evidence = Some(passkey.answer(&challenge));
        let registered = device.register_authenticator(&two.id, evidence).await;
        assert_eq!(registered.map(drop), other);
    }
    let given = device.give_evidence(&activation.id, passkey.answer(&one.challenge)).await;
    assert_eq!(given.map(drop), other);
    let unknown = Err(QscdError::from(ActivationRefusal::Unknown));
    let given = device.give_evidence(&one.id, passkey.answer(&one.challenge)).await;
    assert_eq!(given.map(drop), unknown);
    let order = activation_order(vec![entry("a")]);
    assert_eq!(device.begin_activation(order).await.map(drop), Ok(()));
}

#[tokio::test]
async fn what_cannot_be_registered_is_refused() {
    let bench = Bench::new();
    let passkey = Passkey::new("a passkey");
    let Means::Passkey { credential_id, cose_key, user_handle } = passkey.means() else { panic!() };
    let login = |issuer: &str| Means::Login { issuer: issuer.into(), subject: "k".into() };
    use ActivationRefusal::{KeyMalformed, Texts};
    for (means, refusal) in [
        (
            Means::Passkey {
                credential_id: Vec::new(),
                cose_key: cose_key.clone(),
                user_handle: user_handle.clone(),
            },
            Texts,
        ),
        (
            Means::Passkey {
                credential_id: vec![0; 1024],
                cose_key: cose_key.clone(),
                user_handle: user_handle.clone(),
            },
            Texts,
        ),
        (
            Means::Passkey {
                credential_id: credential_id.clone(),
                cose_key: cose_key.clone(),
                user_handle: vec![0; 65],
            },
            Texts,
        ),
        (
            Means::Passkey { credential_id, cose_key: cose_key[1..].to_vec(), user_handle },
            KeyMalformed,
        ),
        (login(""), Texts),
        (login(&"x".repeat(1025)), Texts),
    ] {
        let begun = bench.device.begin_registration(karens(means.clone())).await;
        assert_eq!(begun.map(drop), Err(refusal.into()));
        assert!(bench.device.register_by_operator(&karens(means)).is_err());
    }
    let nameless = AuthenticatorOrder { surname: String::new(), ..karens(login("i")) };
    let begun = bench.device.begin_registration(nameless).await;
    assert_eq!(begun.map(drop), Err(Texts.into()));
}

#[tokio::test]
async fn a_linked_login_without_a_number_acts_where_it_is_linked_and_one_with_a_number_nowhere_else()
 {
    use seal::Clock;
    let bench = Bench::new();
    let now = bench.clock.now();
    // Mads's account is linked to Karen: whoever logs in there is Karen.
    let link = Means::Login { issuer: super::fixture::ISSUER.into(), subject: "mads".into() };
    bench.device.register_by_operator(&karens(link)).unwrap();
    let activation = bench.begin(&["a"]).await;
    let nonce = activation.challenge.base64url();
    let token = bench.identities.issue_id_token("mads", &nonce, now).unwrap().unwrap();
    let given = bench.device.give_evidence(&activation.id, PersonalEvidence::IdToken(token)).await;
    assert_eq!(given.map(|given| given.kind), Ok(seal::EvidenceKind::IdToken));
    let mut order = activation_order(vec![entry("a")]);
    order.organization_identifier = "NTRDK-34051178".into();
    let elsewhere = bench.device.begin_activation(order).await.unwrap();
    let nonce = elsewhere.challenge.base64url();
    let token = bench.identities.issue_id_token("karen", &nonce, now).unwrap().unwrap();
    let given = bench.device.give_evidence(&elsewhere.id, PersonalEvidence::IdToken(token)).await;
    assert_eq!(given.map(drop), Err(ActivationRefusal::OtherOrganisation.into()));
}
