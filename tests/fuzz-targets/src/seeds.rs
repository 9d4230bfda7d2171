//! Makes the world: sealed documents at every level, CMS, tokens, revocation data, persons' tokens.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use cades::{
    Augmentation, Certificate, Content, Signature, SignatureKind, SignedContent, ToBeSigned,
    time_stamp::{FailureInfo, Nonce, Request, Response, TimeStampTrust},
};
use pades::{Document, SignatureOptions};
use qscd_sim::{Mandate, Person, RevocationReason, SettableClock, Simulator, SimulatorOptions};
use seal::{
    ActivationEvidence, Assurance, Digest, DigestAlgorithm, EnrolmentRequest, MandateId,
    OrganisationSubject, ProfileId, Qscd, SignatureAlgorithm, Subject, TimeStampAuthority,
    TimeStampTokenDer,
};
use tokio::runtime::{Builder, Runtime};

use crate::{
    csc_requests::SEEDS,
    der::{self, Node},
    passkeys,
    world::{CONTENT, World, noon},
};

const PROFILE: &str = "decisions";

/// Room for any CMS or token made here, in bytes.
const RESERVED: usize = 8 * 1024;

/// The fixtures that can be signed.
const FIXTURES: [(&str, &[u8]); 16] = [
    ("one-page", include_bytes!("../../../fixtures/one-page.pdf")),
    ("crlf", include_bytes!("../../../fixtures/crlf.pdf")),
    ("no-trailing-eol", include_bytes!("../../../fixtures/no-trailing-eol.pdf")),
    ("object-streams", include_bytes!("../../../fixtures/object-streams.pdf")),
    ("hybrid", include_bytes!("../../../fixtures/hybrid.pdf")),
    ("first-section-last", include_bytes!("../../../fixtures/first-section-last.pdf")),
    ("three-revisions", include_bytes!("../../../fixtures/three-revisions.pdf")),
    ("acroform-direct", include_bytes!("../../../fixtures/acroform-direct.pdf")),
    ("acroform-indirect", include_bytes!("../../../fixtures/acroform-indirect.pdf")),
    ("empty-signature-field", include_bytes!("../../../fixtures/empty-signature-field.pdf")),
    ("indirect-annots", include_bytes!("../../../fixtures/indirect-annots.pdf")),
    ("rotated", include_bytes!("../../../fixtures/rotated.pdf")),
    ("deep-page-tree", include_bytes!("../../../fixtures/deep-page-tree.pdf")),
    ("direct-page", include_bytes!("../../../fixtures/direct-page.pdf")),
    ("danish-text", include_bytes!("../../../fixtures/danish-text.pdf")),
    ("bytes-before-header", include_bytes!("../../../fixtures/bytes-before-header.pdf")),
];

/// The simulator that targets ask, and that made the world: its authority's keys come from a
/// seed, so that its names and serial numbers are those of the seeds.
pub(crate) fn simulator() -> Simulator {
    let options = SimulatorOptions {
        mandates: vec![Mandate {
            id: MandateId::new(PROFILE),
            organization_name: "Havnsted Kommune".into(),
            organization_identifier: "NTRDK-12345674".into(),
            profile: ProfileId::new(PROFILE),
        }],
        persons: vec![Person {
            subject: "karen".into(),
            name: "Karen Test".into(),
            given_name: "Karen".into(),
            family_name: "Test".into(),
            email: None,
            cvr: "12345674".into(),
            organisation_name: Some("Havnsted Kommune".into()),
        }],
        seed: Some(1),
        ..SimulatorOptions::new("http://127.0.0.1:8080")
    };
    Simulator::new(options, SettableClock::frozen_at(noon()), Arc::new(())).unwrap()
}

/// A world made anew, with keys of its own.
pub fn make_world() -> World {
    let maker =
        Maker { simulator: simulator(), runtime: Builder::new_current_thread().build().unwrap() };
    let mut world = World::default();
    maker.authorities(&mut world);
    maker.time_stamps(&mut world);
    maker.containers(&mut world);
    maker.documents(&mut world);
    maker.tokens(&mut world);
    for (name, request) in SEEDS {
        world.add("csc-requests", name, request);
    }
    passkeys::add(&mut world);
    world
}

struct Maker {
    simulator: Simulator,
    runtime: Runtime,
}

impl Maker {
    /// Certificates, revocation lists, OCSP answers and requests.
    fn authorities(&self, world: &mut World) {
        let authority = self.simulator.authority();
        let revocable = self.enrol(SignatureAlgorithm::EcdsaP256Sha256, Assurance::Revocable);
        let leaf = revocable.end_entity().clone();
        let certificates = [
            ("root", self.simulator.trust_anchor().clone()),
            ("issuing-ca", self.simulator.issuing_ca()),
            ("tsa", self.simulator.tsa_certificate()),
            ("leaf", leaf.clone()),
        ];
        let answer =
            |certificate| authority.ocsp_response_for(certificate, noon()).unwrap().unwrap();
        for (name, certificate) in &certificates {
            world.add("certificates", name, certificate.as_bytes());
            if *name != "root" {
                world.add("responses", name, answer(certificate));
            }
        }
        world.add("lists", "root", authority.root_crl(noon()).unwrap());
        let list = |world: &mut World, name| {
            let list = authority.issuing_ca_crl(1, noon()).unwrap().unwrap();
            world.add("lists", name, list);
        };
        list(world, "issuing-ca");
        let serial_number = Certificate::parse(leaf.clone()).unwrap().serial_number().to_vec();
        let reason = RevocationReason::KeyCompromise;
        authority.revoke(&serial_number, reason, None, noon()).unwrap().unwrap();
        world.add("responses", "leaf-revoked", answer(&leaf));
        list(world, "issuing-ca-revoked");
        for name in ["issuing-ca", "leaf"] {
            let request = ocsp_request(world.file(&format!("responses/{name}")));
            world.add("ocsp-requests", name, request);
        }
    }

    fn time_stamps(&self, world: &mut World) {
        let imprint = Digest::of(DigestAlgorithm::Sha256, CONTENT);
        let nonce = Some(Nonce::from_random(&[0x5A; 16]));
        let plain = Request { imprint, policy: None, nonce: None, certificate_requested: false };
        let full = Request { nonce, certificate_requested: true, ..plain.clone() };
        for (name, request) in [("plain", plain), ("full", full)] {
            let response = self.simulator.time_stamping().respond(&request.to_der());
            let Ok(Response::Granted(token)) = Response::parse(&response) else { unreachable!() };
            world.add("time-stamp-requests", name, request.to_der());
            world.add("time-stamp-responses", name, response);
            world.add("time-stamps", name, token.as_bytes());
        }
        let rejection = Response::rejection(FailureInfo::BadAlg, "only SHA-2");
        world.add("time-stamp-responses", "rejection", rejection.to_der());
    }

    fn containers(&self, world: &mut World) {
        let suites = [
            SignatureAlgorithm::EcdsaP256Sha256,
            SignatureAlgorithm::EcdsaP384Sha384,
            SignatureAlgorithm::Ed25519,
        ];
        for suite in suites {
            let digest = Digest::of(suite.digest_algorithm(), CONTENT);
            let signature = self.sign(digest, suite, SignatureKind::Cades { signing_time: noon() });
            let name = suite.name();
            let attached = signature.to_der(Content::Attached(CONTENT)).unwrap();
            world.add("containers", &format!("{name}-attached"), attached);
            let stamped = self.stamp(signature).to_der(Content::Detached).unwrap();
            let augmentation = Augmentation::parse(stamped.clone()).unwrap();
            world.add("containers", &format!("{name}-B-T"), stamped);
            let long = augmentation.with_validation_data(&world.evidence()).unwrap();
            world.add("containers", &format!("{name}-B-LT"), long.as_der());
            let content = SignedContent::Bytes(CONTENT);
            let signature = long.signatures().unwrap().remove(0);
            let algorithm = DigestAlgorithm::Sha256;
            let archive = long.archive_time_stamp(&signature, content, algorithm).unwrap();
            let token = self.token(*archive.imprint());
            let tsa = Certificate::parse(self.simulator.tsa_certificate()).unwrap();
            let trust = TimeStampTrust::Certificate(&tsa);
            let archived = archive.assemble(&token, None, trust).unwrap();
            world.add("containers", &format!("{name}-B-LTA"), archived.as_der());
        }
    }

    fn documents(&self, world: &mut World) {
        for (name, fixture) in FIXTURES {
            world.add("unsigned", name, fixture);
            let sealed = self.seal(&Document::open(Bytes::from_static(fixture)).unwrap(), false);
            world.add("documents", &format!("{name}-B-B"), sealed.to_vec());
        }
        for (name, fixture) in [FIXTURES[0], FIXTURES[3], FIXTURES[8]] {
            let sealed = self.seal(&Document::open(Bytes::from_static(fixture)).unwrap(), true);
            let document = Document::reopen(sealed).unwrap();
            let reserved = self.simulator.time_stamping().maximum_token_length();
            let prepared = document
                .prepare_archive_time_stamp(
                    &world.pdf_evidence(),
                    DigestAlgorithm::Sha256,
                    reserved,
                )
                .unwrap();
            let token = self.token(prepared.digest());
            let archived = prepared.embed(token.as_bytes()).unwrap();
            world.add("documents", &format!("{name}-B-LTA"), archived.to_vec());
            let again = self.seal(&Document::reopen(archived).unwrap(), false);
            world.add("documents", &format!("{name}-twice"), again.to_vec());
        }
    }

    /// Persons' tokens, and the key set that verifies them.
    fn tokens(&self, world: &mut World) {
        let identities = self.simulator.identities();
        let document = Digest::of(DigestAlgorithm::Sha256, CONTENT);
        for (name, documents) in [("caller", &[][..]), ("signer", &[document])] {
            let token = identities.issue("karen", documents, noon()).unwrap().unwrap();
            world.add("tokens", name, token.expose());
        }
        world.add("identities", "keys", identities.key_set_json().to_string());
        world.add("identities", "issuer", identities.issuer());
        world.add("identities", "audience", identities.audience());
    }

    fn enrol(&self, algorithm: SignatureAlgorithm, assurance: Assurance) -> seal::Chain {
        self.runtime
            .block_on(self.simulator.device().enrol(enrolment(algorithm, assurance)))
            .unwrap()
            .chain
    }

    fn sign(&self, digest: Digest, suite: SignatureAlgorithm, kind: SignatureKind) -> Signature {
        let device = self.simulator.device();
        self.runtime.block_on(async {
            let request = enrolment(suite, Assurance::ValidityAssured);
            let credential = device.enrol(request).await.unwrap();
            let to_be_signed = ToBeSigned::new(&digest, credential.chain, suite, kind).unwrap();
            let to_sign = [to_be_signed.to_sign()];
            let evidence = ActivationEvidence::Mandate(MandateId::new(PROFILE));
            let sad = device.authorise(&credential.id, &to_sign, &evidence).await.unwrap();
            let mut values = device.sign(&credential.id, sad, &to_sign).await.unwrap();
            to_be_signed.assemble(values.pop().unwrap()).unwrap()
        })
    }

    fn stamp(&self, signature: Signature) -> Signature {
        let token = self.token(signature.imprint(DigestAlgorithm::Sha256));
        let tsa = Certificate::parse(self.simulator.tsa_certificate()).unwrap();
        signature.with_time_stamp(token, None, TimeStampTrust::Certificate(&tsa)).unwrap()
    }

    fn token(&self, imprint: Digest) -> TimeStampTokenDer {
        self.runtime.block_on(self.simulator.time_stamping().time_stamp(imprint)).unwrap()
    }

    fn seal(&self, document: &Document, time_stamp: bool) -> pades::SignedDocument {
        let options = SignatureOptions::new(noon());
        let prepared = document.prepare(&options, DigestAlgorithm::Sha256, RESERVED).unwrap();
        let suite = SignatureAlgorithm::EcdsaP256Sha256;
        let mut signature = self.sign(prepared.digest(), suite, SignatureKind::Pades);
        if time_stamp {
            signature = self.stamp(signature);
        }
        prepared.embed(&signature.to_der(Content::Detached).unwrap()).unwrap()
    }
}

fn enrolment(algorithm: SignatureAlgorithm, assurance: Assurance) -> EnrolmentRequest {
    EnrolmentRequest {
        profile: ProfileId::new(PROFILE),
        subject: Subject::Organisation(OrganisationSubject {
            organization_name: "Havnsted Kommune".into(),
            organization_identifier: "NTRDK-12345674".into(),
            common_name: "Havnsted Kommune".into(),
            serial_number: "UI:DK-O:G:bce1ecb4-c38d-4737-a37a-ea110b86a99b".into(),
        }),
        algorithm,
        assurance,
        at: noon(),
        back_dating: Duration::from_secs(300),
        lifetime: Duration::from_secs(900),
        signatures: 1,
        requester: "seeds".into(),
    }
}

/// An OCSPRequest (RFC 6960 section 4.1) about the certificate that `response` speaks of.
fn ocsp_request(response: &[u8]) -> Vec<u8> {
    let id = single_response(response).and_then(|single| single.elements().first().cloned());
    let sequence = |inside| Node::of(0x30, vec![inside]);
    sequence(sequence(sequence(sequence(id.unwrap())))).to_der()
}

/// The first SingleResponse of an OCSPResponse: the only SEQUENCE OF in ResponseData.
fn single_response(response: &[u8]) -> Option<Node> {
    let data = response_data(response)?;
    data.elements().iter().find(|node| node.tag == 0x30)?.elements().first().cloned()
}

/// ResponseData of an OCSPResponse: what its responder signs.
pub(crate) fn response_data(response: &[u8]) -> Option<Node> {
    // OCSPResponse, responseBytes, ResponseBytes, response, BasicOCSPResponse, tbsResponseData.
    der::parse(response).0.first()?.at(&[1, 0, 1, 0, 0]).cloned()
}

/// The first element of a signed structure: the part that is signed.
pub(crate) fn signed_part(list: &[u8]) -> Option<Node> {
    der::parse(list).0.first()?.at(&[0]).cloned()
}
