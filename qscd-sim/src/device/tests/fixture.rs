//! A device with a frozen clock, one mandate and one person.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use seal::{
    ActivationEvidence, Assurance, Credential, Digest, DigestAlgorithm, EnrolmentRequest,
    IdentityToken, MandateId, OrganisationSubject, PersonId, PersonName, PersonSubject, ProfileId,
    Qscd, QscdError, Sad, SignatureAlgorithm, SignatureValue, Subject, ToSign,
    identity::IdentityVerifier,
};

use crate::{
    Authority, Device, DeviceLimits, Event, EventSink, IdentityProvider, Mandate, Person,
    PersonalMeans, SettableClock,
};

/// Keeps every event.
#[derive(Debug, Default)]
pub(super) struct Recorder(Mutex<Vec<Event>>);

impl EventSink for Recorder {
    fn record(&self, event: &Event) {
        self.0.lock().unwrap().push(event.clone());
    }
}

impl Recorder {
    pub(super) fn events(&self) -> Vec<Event> {
        self.0.lock().unwrap().clone()
    }
}

/// The device and what stands around it.
pub(super) struct Bench {
    pub(super) device: Arc<Device>,
    pub(super) clock: SettableClock,
    pub(super) recorder: Arc<Recorder>,
    pub(super) identities: IdentityProvider,
}

pub(super) const ISSUER: &str = "https://id.example";

impl Bench {
    pub(super) fn new() -> Self {
        Self::with(DeviceLimits::default())
    }

    pub(super) fn with(limits: DeviceLimits) -> Self {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let clock = SettableClock::frozen_at(now);
        let recorder = Arc::new(Recorder::default());
        let identities =
            IdentityProvider::new(ISSUER.into(), "segl".into(), vec![karen(), mads()]).unwrap();
        let device = Device::new(
            Arc::new(Authority::new("http://127.0.0.1:8080", now).unwrap()),
            limits,
            vec![mandate()],
            IdentityVerifier::new(vec![identities.as_issuer().unwrap()]),
            PersonalMeans {
                relying_party: webauthn::RelyingParty::of_url("https://segl.example"),
                logins: vec![identities.as_signing_login().unwrap()],
                organisations: Vec::new(),
            },
            Arc::new(clock.clone()),
            recorder.clone(),
        );
        Self { device: Arc::new(device.unwrap()), clock, recorder, identities }
    }

    pub(super) fn request(&self, subject: Subject) -> EnrolmentRequest {
        use seal::Clock;
        EnrolmentRequest {
            profile: ProfileId::new("decisions"),
            subject,
            algorithm: SignatureAlgorithm::EcdsaP256Sha256,
            assurance: Assurance::ValidityAssured,
            at: self.clock.now(),
            back_dating: Duration::from_secs(300),
            lifetime: Duration::from_secs(900),
            signatures: 1,
            requester: "test".into(),
        }
    }

    pub(super) async fn seal_credential(&self) -> Credential {
        self.session_credential(1).await
    }

    pub(super) async fn session_credential(&self, signatures: u32) -> Credential {
        let request = EnrolmentRequest { signatures, ..self.request(organisation()) };
        self.device.enrol(request).await.unwrap()
    }

    pub(super) async fn person_credential(&self) -> Credential {
        self.device.enrol(self.request(person())).await.unwrap()
    }

    pub(super) async fn authorise(
        &self,
        credential: &Credential,
        to_sign: &[ToSign],
    ) -> Result<Sad, QscdError> {
        self.device.authorise(&credential.id, to_sign, &by_mandate()).await
    }

    pub(super) async fn sign(
        &self,
        credential: &Credential,
        sad: Sad,
        to_sign: &[ToSign],
    ) -> Result<Vec<SignatureValue>, QscdError> {
        self.device.sign(&credential.id, sad, to_sign).await
    }

    pub(super) fn token(&self, subject: &str, documents: &[Digest]) -> IdentityToken {
        use seal::Clock;
        self.identities.issue(subject, documents, self.clock.now()).unwrap().unwrap()
    }
}

pub(super) fn digest(text: &str) -> Digest {
    Digest::of(DigestAlgorithm::Sha256, text.as_bytes())
}

pub(super) fn hash(text: &str) -> ToSign {
    ToSign::Digest(digest(text))
}

pub(super) fn mandate() -> Mandate {
    Mandate {
        id: MandateId::new("standing"),
        organization_name: "Havnsted Kommune".into(),
        organization_identifier: "NTRDK-12345674".into(),
        profile: ProfileId::new("decisions"),
    }
}

pub(super) fn by_mandate() -> ActivationEvidence {
    ActivationEvidence::Mandate(MandateId::new("standing"))
}

pub(super) fn by_token(token: IdentityToken, documents: &[Digest]) -> ActivationEvidence {
    ActivationEvidence::Person { token, documents: documents.to_vec() }
}

pub(super) fn organisation() -> Subject {
    Subject::Organisation(OrganisationSubject {
        organization_name: "Havnsted Kommune".into(),
        organization_identifier: "NTRDK-12345674".into(),
        common_name: "Havnsted Kommune".into(),
        serial_number: "UI:DK-O:G:bce1ecb4-c38d-4737-a37a-ea110b86a99b".into(),
    })
}

pub(super) fn person() -> Subject {
    Subject::Person(karens_subject())
}

pub(super) fn serial_number(holder: &PersonId) -> String {
    seal::policy::employee_serial_number("NTRDK-12345674", holder).unwrap()
}

pub(super) fn karens_subject() -> PersonSubject {
    let holder = PersonId { issuer: ISSUER.into(), subject: "karen".into() };
    PersonSubject {
        common_name: "Karen Ågård".into(),
        name: PersonName::Named { given_name: "Karen".into(), surname: "Ågård".into() },
        serial_number: serial_number(&holder),
        email: None,
        organization_name: Some("Havnsted Kommune".into()),
        organization_identifier: Some("NTRDK-12345674".into()),
        holder,
    }
}

fn karen() -> Person {
    Person {
        subject: "karen".into(),
        name: "Karen Ågård".into(),
        given_name: "Karen".into(),
        family_name: "Ågård".into(),
        email: None,
        cvr: "12345674".into(),
        organisation_name: None,
    }
}

fn mads() -> Person {
    Person {
        subject: "mads".into(),
        name: "Mads Bæk".into(),
        given_name: "Mads".into(),
        family_name: "Bæk".into(),
        ..karen()
    }
}
