use std::time::Duration;

use seal::{
    ActivationEvidence, CredentialEnd, Digest, DigestAlgorithm, EnrolmentRequest, EvidenceRefusal,
    IdentityToken, MandateId, OrganisationSubject, PersonId, PersonName, PersonSubject, ProfileId,
    Qscd, QscdError, Sad, SadRefusal, Subject, ToSign,
};

use super::fixture::{
    Bench, by_mandate, by_token, digest, hash, karens_subject, organisation, person,
};

/// The key must be gone after a refusal.
async fn assert_destroyed(bench: &Bench, credential: &seal::Credential) {
    let ended = bench.authorise(credential, &[hash("again")]).await.unwrap_err();
    assert_eq!(ended, CredentialEnd::Destroyed.into());
    assert_eq!(bench.device.counters().live, 0);
}

#[tokio::test]
async fn sad_for_another_hash_is_refused_and_the_key_destroyed() {
    let cases: [&[ToSign]; 5] = [
        &[hash("other")],
        &[],
        &[hash("document"), hash("document")],
        &[ToSign::Message(b"document".to_vec())],
        &[ToSign::Digest(Digest::of(DigestAlgorithm::Sha384, b"document"))],
    ];
    for presented in cases {
        let bench = Bench::new();
        let credential = bench.seal_credential().await;
        let sad = bench.authorise(&credential, &[hash("document")]).await.unwrap();
        let refused = bench.sign(&credential, sad, presented).await.unwrap_err();
        assert_eq!(refused, SadRefusal::OtherHashes.into());
        assert_destroyed(&bench, &credential).await;
    }
}

#[tokio::test]
async fn the_order_of_the_hashes_is_bound() {
    let bench = Bench::new();
    let credential = bench.session_credential(2).await;
    let sad = bench.authorise(&credential, &[hash("a"), hash("b")]).await.unwrap();
    let refused = bench.sign(&credential, sad, &[hash("b"), hash("a")]).await.unwrap_err();
    assert_eq!(refused, SadRefusal::OtherHashes.into());
    assert_destroyed(&bench, &credential).await;
}

#[tokio::test]
async fn an_unknown_sad_is_refused_and_the_key_destroyed() {
    let bench = Bench::new();
    let credential = bench.seal_credential().await;
    let forged = Sad::new("A".repeat(43));
    let refused = bench.sign(&credential, forged, &[hash("document")]).await.unwrap_err();
    assert_eq!(refused, SadRefusal::Unknown.into());
    assert_destroyed(&bench, &credential).await;
}

#[tokio::test]
async fn a_sad_of_another_credential_is_refused_and_destroys_the_key_it_was_tried_on() {
    let bench = Bench::new();
    let (one, other) = (bench.seal_credential().await, bench.seal_credential().await);
    let to_sign = [hash("document")];
    let sad = bench.authorise(&one, &to_sign).await.unwrap();
    let copy = Sad::new(sad.expose().to_owned());
    let refused = bench.sign(&other, sad, &to_sign).await.unwrap_err();
    assert_eq!(refused, SadRefusal::OtherCredential.into());
    bench.sign(&one, copy, &to_sign).await.expect("its own key is not touched");
    assert_destroyed(&bench, &other).await;
}

#[tokio::test]
async fn an_expired_sad_is_refused_and_the_key_destroyed() {
    let bench = Bench::new();
    let credential = bench.seal_credential().await;
    let to_sign = [hash("document")];
    let sad = bench.authorise(&credential, &to_sign).await.unwrap();
    bench.clock.advance(Duration::from_secs(300));
    let refused = bench.sign(&credential, sad, &to_sign).await.unwrap_err();
    assert_eq!(refused, SadRefusal::Expired.into());
    assert_destroyed(&bench, &credential).await;
}

#[tokio::test]
async fn a_session_credential_signs_as_often_as_it_may() {
    let bench = Bench::new();
    let credential = bench.session_credential(3).await;
    for to_sign in [vec![hash("a"), hash("b")], vec![hash("c")]] {
        let sad = bench.authorise(&credential, &to_sign).await.unwrap();
        let again = Sad::new(sad.expose().to_owned());
        let values = bench.sign(&credential, sad, &to_sign).await.unwrap();
        assert_eq!(values.len(), to_sign.len());
        let replayed = bench.sign(&credential, again, &to_sign).await.unwrap_err();
        let spent = [SadRefusal::Unknown.into(), CredentialEnd::Consumed.into()];
        assert!(spent.contains(&replayed), "{replayed}");
    }
    let ended = bench.authorise(&credential, &[hash("d")]).await.unwrap_err();
    assert_eq!(ended, CredentialEnd::Consumed.into());
}

#[tokio::test]
async fn more_hashes_than_are_left_are_refused_and_earlier_authorisations_stand() {
    let bench = Bench::new();
    let credential = bench.session_credential(2).await;
    let to_sign = [hash("a")];
    let sad = bench.authorise(&credential, &to_sign).await.unwrap();
    let refused = bench.authorise(&credential, &[hash("b"), hash("c")]).await.unwrap_err();
    assert!(matches!(refused, QscdError::NotSignable(_)));
    bench.sign(&credential, sad, &to_sign).await.unwrap();
}

#[tokio::test]
async fn what_the_suite_does_not_sign_is_not_authorised() {
    let cases: [&[ToSign]; 4] = [
        &[],
        &[hash("a"), hash("b")],
        &[ToSign::Message(b"a".to_vec())],
        &[ToSign::Digest(Digest::of(DigestAlgorithm::Sha512, b"a"))],
    ];
    for to_sign in cases {
        let bench = Bench::new();
        let credential = bench.seal_credential().await;
        let refused = bench.authorise(&credential, to_sign).await.unwrap_err();
        assert!(matches!(refused, QscdError::NotSignable(_)), "{refused}");
        assert_destroyed(&bench, &credential).await;
    }
}

#[tokio::test]
async fn only_the_standing_mandate_of_organisation_and_profile_activates_a_seal() {
    let bench = Bench::new();
    let other_organisation = Subject::Organisation(OrganisationSubject {
        organization_name: "Andetby".into(),
        organization_identifier: "NTRDK-34051178".into(),
        common_name: "Andetby".into(),
        serial_number: "UI:DK-O:G:1".into(),
    });
    let other_profile =
        EnrolmentRequest { profile: ProfileId::new("payroll"), ..bench.request(organisation()) };
    let token = bench.token("karen", &[digest("document")]);
    let cases = [
        (
            bench.request(organisation()),
            ActivationEvidence::Mandate(MandateId::new("none")),
            EvidenceRefusal::NoMandate,
        ),
        (bench.request(other_organisation), by_mandate(), EvidenceRefusal::NoMandate),
        (other_profile, by_mandate(), EvidenceRefusal::NoMandate),
        (
            bench.request(organisation()),
            by_token(token, &[digest("document")]),
            EvidenceRefusal::WrongKind,
        ),
        (bench.request(person()), by_mandate(), EvidenceRefusal::WrongKind),
    ];
    for (request, evidence, refusal) in cases {
        let credential = bench.device.enrol(request).await.unwrap();
        let refused = bench.device.authorise(&credential.id, &[hash("a")], &evidence).await;
        assert_eq!(refused.unwrap_err(), refusal.into());
        assert_destroyed(&bench, &credential).await;
    }
}

#[tokio::test]
async fn a_persons_token_signs_its_documents_once() {
    let bench = Bench::new();
    let document = digest("document");
    let token = bench.token("karen", &[document]);
    let first = bench.person_credential().await;
    let evidence = by_token(token, &[document]);
    let sad = bench.device.authorise(&first.id, &[hash("attributes")], &evidence).await.unwrap();
    bench.sign(&first, sad, &[hash("attributes")]).await.unwrap();

    let second = bench.person_credential().await;
    let replayed = bench.device.authorise(&second.id, &[hash("attributes")], &evidence).await;
    assert_eq!(replayed.unwrap_err(), EvidenceRefusal::TokenReplayed.into());
    assert_destroyed(&bench, &second).await;
}

#[tokio::test]
async fn each_flaw_of_a_persons_evidence_is_told() {
    let bench = Bench::new();
    let (a, b) = (digest("a"), digest("b"));
    let named = |given_name: &str| {
        let name = PersonName::Named { given_name: given_name.into(), surname: "Ågård".into() };
        Subject::Person(PersonSubject { name, ..karens_subject() })
    };
    let of_another_issuer = Subject::Person(PersonSubject {
        holder: PersonId { issuer: "https://other.example".into(), subject: "karen".into() },
        ..karens_subject()
    });
    let of_another_organisation = Subject::Person(PersonSubject {
        organization_identifier: Some("NTRDK-34051178".into()),
        ..karens_subject()
    });
    // The same digits in another country's register, and in another register of Denmark's.
    let elsewhere = |identifier: &str| {
        Subject::Person(PersonSubject {
            organization_identifier: Some(identifier.into()),
            ..karens_subject()
        })
    };
    let garbage = IdentityToken::new("a.b.c".into());
    let cases = [
        (person(), by_token(garbage, &[a]), EvidenceRefusal::TokenInvalid),
        (person(), by_token(bench.token("mads", &[a]), &[a]), EvidenceRefusal::OtherSubject),
        (named("Karin"), by_token(bench.token("karen", &[a]), &[a]), EvidenceRefusal::OtherSubject),
        (
            of_another_issuer,
            by_token(bench.token("karen", &[a]), &[a]),
            EvidenceRefusal::OtherSubject,
        ),
        (
            of_another_organisation,
            by_token(bench.token("karen", &[a]), &[a]),
            EvidenceRefusal::OtherSubject,
        ),
        (
            elsewhere("NTRSE-12345674"),
            by_token(bench.token("karen", &[a]), &[a]),
            EvidenceRefusal::OtherSubject,
        ),
        (
            elsewhere("VATDK-12345674"),
            by_token(bench.token("karen", &[a]), &[a]),
            EvidenceRefusal::OtherSubject,
        ),
        (person(), by_token(bench.token("karen", &[a]), &[b]), EvidenceRefusal::OtherDocument),
        (person(), by_token(bench.token("karen", &[]), &[a]), EvidenceRefusal::OtherDocument),
        (person(), by_token(bench.token("karen", &[a]), &[]), EvidenceRefusal::OtherDocument),
        (
            person(),
            by_token(bench.token("karen", &[a, b]), &[a, b]),
            EvidenceRefusal::OtherDocument,
        ),
    ];
    for (subject, evidence, refusal) in cases {
        let credential = bench.device.enrol(bench.request(subject)).await.unwrap();
        let refused = bench.device.authorise(&credential.id, &[hash("x")], &evidence).await;
        assert_eq!(refused.unwrap_err(), refusal.into());
        assert_destroyed(&bench, &credential).await;
    }
}

#[tokio::test]
async fn a_token_activates_for_five_minutes_and_the_leeway_to_the_second_as_the_policy_has_it() {
    for (age, activates) in [(299, true), (301, true), (359, true), (360, true), (361, false)] {
        let bench = Bench::new();
        let token = bench.token("karen", &[digest("a")]);
        bench.clock.advance(Duration::from_secs(age));
        let credential = bench.person_credential().await;
        let evidence = by_token(token, &[digest("a")]);
        let sad = bench.device.authorise(&credential.id, &[hash("a")], &evidence).await;
        assert_eq!(sad.is_ok(), activates, "{age} s");
        let Err(refused) = sad else { continue };
        assert_eq!(refused, EvidenceRefusal::TokenInvalid.into());
        assert_destroyed(&bench, &credential).await;
    }
}

#[tokio::test]
async fn a_pseudonym_hides_the_name_but_not_the_account() {
    let bench = Bench::new();
    let document = digest("document");
    let subject = PersonSubject {
        name: PersonName::Pseudonym("Pseudonym".into()),
        common_name: "Pseudonym".into(),
        ..karens_subject()
    };
    let request = bench.request(Subject::Person(subject));
    let credential = bench.device.enrol(request.clone()).await.unwrap();
    let evidence = by_token(bench.token("karen", &[document]), &[document]);
    bench.device.authorise(&credential.id, &[hash("x")], &evidence).await.unwrap();
    let credential = bench.device.enrol(request).await.unwrap();
    let evidence = by_token(bench.token("mads", &[document]), &[document]);
    let refused = bench.device.authorise(&credential.id, &[hash("x")], &evidence).await;
    assert_eq!(refused.unwrap_err(), EvidenceRefusal::OtherSubject.into());
}
