//! One seal in process: key, certificate, update, CMS, verification. The steps are the service's
//! own, without its audit log.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use cades::{Content, Reservation, SignatureKind, ToBeSigned, time_stamp::TimeStampTrust};
use pades::{Document, SignatureOptions};
use qscd_sim::{Mandate, SettableClock, Simulator, SimulatorOptions, SystemClock};
use seal::{
    ActivationEvidence, Assurance, Clock, DigestAlgorithm, EnrolmentRequest, Level, MandateId,
    OrganisationSubject, ProfileId, Qscd, SignatureAlgorithm, Subject, TimeStampAuthority,
};

use crate::{
    floor::Floor,
    measure::{Row, in_turns},
};

const PROFILE: &str = "decisions";

/// A simulator and what it needs to be asked.
pub struct Pipeline {
    runtime: tokio::runtime::Runtime,
    simulator: Simulator,
    tsa: cades::Certificate,
}

pub fn row(name: &'static str, level: Level, limit: f64, quick: bool) -> Row {
    let pipeline = Pipeline::new();
    let floor = Floor::new();
    let document = Bytes::from_static(include_bytes!("../../../fixtures/one-page.pdf"));
    let (turns, batch) = if quick { (1, 20) } else { (9, 1000) };
    let (figure_us, floor_us) = in_turns(
        turns,
        batch,
        || drop(pipeline.seal(document.clone(), level)),
        || floor.seal(level >= Level::BT),
    );
    Row { name, figure_us, floor_us, limit, note: String::new() }
}

impl Pipeline {
    pub fn new() -> Self {
        let options = SimulatorOptions {
            mandates: vec![Mandate {
                id: MandateId::new(PROFILE),
                organization_name: "Havnsted Kommune".into(),
                organization_identifier: "NTRDK-12345674".into(),
                profile: ProfileId::new(PROFILE),
            }],
            ..SimulatorOptions::new("http://127.0.0.1:8080")
        };
        let simulator =
            Simulator::new(options, SettableClock::new(), Arc::new(())).expect("a simulator");
        let tsa = cades::Certificate::parse(simulator.tsa_certificate()).expect("a certificate");
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        Self { runtime, simulator, tsa }
    }

    pub fn seal(&self, document: Bytes, level: Level) -> pades::SignedDocument {
        self.runtime.block_on(async {
            let now = SystemClock.now();
            let request = enrolment(now);
            let device = self.simulator.device();
            let tsa = self.simulator.time_stamping();
            let document = Document::open(document).expect("a document");
            let reserved = Reservation {
                maximum_chain_length: device.maximum_chain_length(&request),
                maximum_issuer_name_length: cades::MAXIMUM_ISSUER_NAME_LENGTH,
                algorithm: request.algorithm,
                kind: SignatureKind::Pades,
                maximum_token_length: (level >= Level::BT).then(|| tsa.maximum_token_length()),
            }
            .maximum_length();
            let prepared = document
                .prepare(&SignatureOptions::new(now), DigestAlgorithm::Sha256, reserved)
                .expect("room for a signature");
            let algorithm = request.algorithm;
            let credential = device.enrol(request).await.expect("a credential");
            let to_be_signed = ToBeSigned::new(
                &prepared.digest(),
                credential.chain,
                algorithm,
                SignatureKind::Pades,
            )
            .expect("attributes");
            let to_sign = [to_be_signed.to_sign()];
            let evidence = ActivationEvidence::Mandate(MandateId::new(PROFILE));
            let sad = device.authorise(&credential.id, &to_sign, &evidence).await.expect("a SAD");
            let mut values = device.sign(&credential.id, sad, &to_sign).await.expect("a value");
            let value = values.pop().expect("a value");
            let mut signature = to_be_signed.assemble(value).expect("a signature");
            if level >= Level::BT {
                let imprint = signature.imprint(DigestAlgorithm::Sha256);
                let token = tsa.time_stamp(imprint).await.expect("a token");
                let trust = TimeStampTrust::InProcess(&self.tsa);
                signature = signature.with_time_stamp(token, None, trust).expect("a good token");
            }
            let container = signature.to_der(Content::Detached).expect("a container");
            prepared.embed(&container).expect("a signed document")
        })
    }
}

fn enrolment(at: SystemTime) -> EnrolmentRequest {
    EnrolmentRequest {
        profile: ProfileId::new(PROFILE),
        subject: Subject::Organisation(OrganisationSubject {
            organization_name: "Havnsted Kommune".into(),
            organization_identifier: "NTRDK-12345674".into(),
            common_name: "Havnsted Kommune".into(),
            serial_number: "UI:DK-O:G:bce1ecb4-c38d-4737-a37a-ea110b86a99b".into(),
        }),
        algorithm: SignatureAlgorithm::EcdsaP256Sha256,
        assurance: Assurance::ValidityAssured,
        at,
        back_dating: Duration::from_secs(300),
        lifetime: Duration::from_secs(900),
        signatures: 1,
        requester: "benchmark".into(),
    }
}
