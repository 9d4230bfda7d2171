//! Accounts: whose they are, under which name, and until when.

use seal::{
    ActivationRefusal, Activator, AuthenticatorOrder, Challenge, Clock, EvidenceRefusal, Means,
    PersonId, PersonName, PersonalEvidence, Qscd, QscdError, RegistrationGround, Subject,
};

use super::{
    fixture::{Bench, ISSUER, karens_subject},
    person::{Passkey, activation_order, attributes, entry, karen, karens, mads, prepared},
};

fn account(subject: &str) -> Means {
    Means::Login { issuer: ISSUER.into(), subject: subject.into() }
}

fn login(bench: &Bench, subject: &str, challenge: &Challenge) -> PersonalEvidence {
    let now = bench.clock.now();
    let token = bench.identities.issue_id_token(subject, &challenge.base64url(), now);
    PersonalEvidence::IdToken(token.unwrap().unwrap())
}

/// Asks `person` and has the account of `subject` answer.
async fn ask(bench: &Bench, person: PersonId, subject: &str) -> Result<(), QscdError> {
    let order = seal::ActivationOrder { person, ..activation_order(vec![entry("a")]) };
    let activation = bench.device.begin_activation(order).await.unwrap();
    let evidence = login(bench, subject, &activation.challenge);
    bench.device.give_evidence(&activation.id, evidence).await.map(drop)
}

const REFUSED: Result<(), QscdError> =
    Err(QscdError::ActivationRefused(ActivationRefusal::LoginOfAnother));

#[tokio::test]
async fn a_linked_account_signs_under_the_registered_name_and_not_under_its_own() {
    let bench = Bench::new();
    bench.device.register_by_operator(&karens(account("mads"))).unwrap();
    let activation = bench.begin(&["a"]).await;
    let evidence = login(&bench, "mads", &activation.challenge);
    bench.device.give_evidence(&activation.id, evidence).await.unwrap();
    let mut subject = karens_subject();
    let (given_name, surname) = ("Mads".into(), "Bæk".into());
    subject.common_name = "Mads Bæk".into();
    subject.name = PersonName::Named { given_name, surname };
    let request = bench.request(Subject::Person(subject));
    let credential = bench.device.enrol(request).await.unwrap();
    let to_sign = [attributes(&prepared("a"))];
    let signed = bench.sign_with(&credential, &activation.id, &to_sign).await;
    assert_eq!(signed, Err(EvidenceRefusal::OtherSubject.into()));
    bench.sign_by(&activation.id, &to_sign).await.expect("it is Karen");
}

#[tokio::test]
async fn an_account_that_was_removed_stays_removed() {
    let bench = Bench::new();
    assert_eq!(ask(&bench, karen(), "karen").await, Ok(()), "its issuer says so");
    bench.device.remove_authenticator(karens(account("karen"))).await.unwrap();
    assert_eq!(ask(&bench, karen(), "karen").await, REFUSED);
    let again = bench.device.remove_authenticator(karens(account("karen"))).await;
    assert_eq!(again, Err(ActivationRefusal::Unknown.into()));
    let others = bench.device.remove_authenticator(karens(account("mads"))).await;
    assert_eq!(others, Err(ActivationRefusal::Unknown.into()), "it is not linked to her");
    bench.device.register_by_operator(&karens(account("karen"))).unwrap();
    assert_eq!(ask(&bench, karen(), "karen").await, Ok(()));
    bench.device.remove_authenticator(karens(account("karen"))).await.unwrap();
    assert_eq!(ask(&bench, karen(), "karen").await, REFUSED, "the link was not all it had");
}

#[tokio::test]
async fn an_account_that_no_link_names_is_never_an_administrator() {
    let bench = Bench::new();
    let chiefs = Passkey::new("karen's passkey");
    let order = AuthenticatorOrder { administrator: true, ..karens(chiefs.means()) };
    bench.device.register_by_operator(&order).unwrap();
    let register = async |subject: &str| {
        let order = mads(Passkey::new(&format!("{subject}'s word")).means());
        let pending = bench.device.begin_registration(order).await.unwrap();
        let evidence = login(&bench, subject, &pending.challenge);
        bench.device.register_authenticator(&pending.id, Some(evidence)).await
    };
    assert_eq!(register("karen").await, Err(ActivationRefusal::NotEntitled.into()));
    assert_eq!(register("mads").await, Ok(RegistrationGround::Person));
    // Once it is linked as an administrator's, it is one.
    let linked = AuthenticatorOrder { administrator: true, ..karens(account("karen")) };
    bench.device.register_by_operator(&linked).unwrap();
    assert_eq!(register("karen").await, Ok(RegistrationGround::Administrator));
}

#[tokio::test]
async fn who_links_anothers_account_takes_it_from_nobody() {
    let (bench, passkey) = Bench::with_passkey();
    let pending = bench.device.begin_registration(karens(account("mads"))).await.unwrap();
    let evidence = passkey.answer(&pending.challenge);
    let ground = bench.device.register_authenticator(&pending.id, Some(evidence)).await;
    assert_eq!(ground, Ok(RegistrationGround::Person));
    let his = mads(account("mads")).person;
    assert_eq!(ask(&bench, his.clone(), "mads").await, Ok(()), "he is himself as before");
    assert_eq!(ask(&bench, karen(), "mads").await, Ok(()), "and who logs in there is Karen, too");
    bench.device.register_by_operator(&mads(account("mads"))).expect("his link is his own");
    assert_eq!(ask(&bench, his, "karen").await, REFUSED);
}
