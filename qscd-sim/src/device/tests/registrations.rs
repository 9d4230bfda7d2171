use qscd_protocol::{FIRST_PREVIOUS, registered};
use seal::{
    ActivationEvidence, EnrolmentRequest, EvidenceRefusal, MandateId, OrganisationSubject,
    ProfileId, Qscd, QscdError, Registrar, Registration, Subject,
};

use super::fixture::{Bench, hash};
use crate::event::Event;

fn letters(withdrawn: bool) -> Registration {
    Registration {
        organization_name: "Andetby".into(),
        organization_identifier: "NTRDK-34051178".into(),
        profile: ProfileId::new("letters"),
        mandate: Some(MandateId::new("letters")),
        withdrawn,
    }
}

/// Enrols for the profile that [`letters`] registers, and asks for an authorisation.
async fn activate(bench: &Bench) -> Result<(), QscdError> {
    let subject = Subject::Organisation(OrganisationSubject {
        organization_name: "Andetby".into(),
        organization_identifier: "NTRDK-34051178".into(),
        common_name: "Andetby".into(),
        serial_number: "UI:DK-O:G:1".into(),
    });
    let request = EnrolmentRequest { profile: ProfileId::new("letters"), ..bench.request(subject) };
    let credential = bench.device.enrol(request).await.unwrap();
    let evidence = ActivationEvidence::Mandate(MandateId::new("letters"));
    bench.device.authorise(&credential.id, &[hash("a")], &evidence).await.map(drop)
}

#[tokio::test]
async fn a_mandate_activates_from_its_registration_to_its_withdrawal() {
    let bench = Bench::new();
    let refused = activate(&bench).await.unwrap_err();
    assert_eq!(refused, EvidenceRefusal::NoMandate.into());
    bench.device.register(letters(false)).await.unwrap();
    bench.device.register(letters(false)).await.unwrap();
    activate(&bench).await.unwrap();
    assert!(bench.device.has_registered("NTRDK-34051178"));
    bench.device.register(letters(true)).await.unwrap();
    assert_eq!(activate(&bench).await.unwrap_err(), EvidenceRefusal::NoMandate.into());
    assert!(!bench.device.has_registered("NTRDK-34051178"));
    assert!(!bench.device.has_registered("NTRDK-3405117"), "no beginning of another's number");
}

#[tokio::test]
async fn a_withdrawal_under_another_name_ends_the_mandate_that_stands() {
    let bench = Bench::new();
    bench.device.register(letters(false)).await.unwrap();
    let renamed = |withdrawn| Registration {
        organization_name: "Andetby Havn".into(),
        mandate: Some(MandateId::new("others")),
        ..letters(withdrawn)
    };
    bench.device.register(renamed(false)).await.unwrap();
    assert_eq!(activate(&bench).await.unwrap_err(), EvidenceRefusal::NoMandate.into(), "replaced");
    bench.device.register(letters(false)).await.unwrap();
    bench.device.register(renamed(true)).await.unwrap();
    assert_eq!(activate(&bench).await.unwrap_err(), EvidenceRefusal::NoMandate.into(), "withdrawn");
}

#[tokio::test]
async fn each_registration_names_the_one_before_and_is_told() {
    let bench = Bench::new();
    let mut previous = FIRST_PREVIOUS.to_owned();
    for (sequence, registration) in [(1, letters(false)), (2, letters(true))] {
        let made = bench.device.register(registration.clone()).await.unwrap();
        assert_eq!(made, registered(sequence, &previous, &registration).unwrap());
        previous = made.hash;
    }
    let events = bench.recorder.events();
    let told = events.iter().filter(|event| matches!(event, Event::Registered { .. }));
    assert_eq!(told.count(), 2);
}

#[tokio::test]
async fn a_registration_without_names_or_with_endless_ones_is_refused() {
    let bench = Bench::new();
    for registration in [
        Registration { organization_name: String::new(), ..letters(false) },
        Registration { profile: ProfileId::new("a".repeat(1025)), ..letters(false) },
        Registration { mandate: Some(MandateId::new("")), ..letters(false) },
    ] {
        let refused = bench.device.register(registration).await.unwrap_err();
        assert!(matches!(refused, QscdError::EnrolmentRefused(_)), "{refused}");
    }
    assert_eq!(bench.device.register(letters(false)).await.unwrap().sequence, 1);
}
