//! Callers, requests and outcomes for tests.

use std::time::{Duration, SystemTime};

use registry::Version;
use seal::{
    Act, ActRequest, ApplicationId, Caller, Certification, CvrCheck, Digest, DigestAlgorithm,
    DocumentFacts, Format, Level, Organisation, OrganisationId, PersonId, ProfileId,
    identity::IdentityClaims,
};

use super::{AuditEvent, AuditKey, Done, Intent, KeyDestruction};

pub(crate) fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
}

pub(crate) fn key() -> AuditKey {
    AuditKey::from_bytes(&[7; 32]).unwrap()
}

pub(crate) fn digest(content: &[u8]) -> Digest {
    Digest::of(DigestAlgorithm::Sha256, content)
}

pub(crate) fn organisation() -> OrganisationId {
    OrganisationId::new("12345674")
}

pub(crate) fn application(name: &str) -> Caller {
    Caller::Application(ApplicationId::new(name))
}

pub(crate) fn claims(subject: &str, token_id: &str) -> IdentityClaims {
    IdentityClaims {
        person: PersonId { issuer: "https://id.example".into(), subject: subject.into() },
        token_id: token_id.into(),
        issued_at: now(),
        not_before: None,
        expires_at: now() + Duration::from_secs(300),
        authenticated_at: now(),
        name: format!("{subject} Ørsted \"\u{1}\\"),
        given_name: subject.into(),
        family_name: "Ørsted".into(),
        email: None,
        cvr: "12345674".into(),
        organisation_name: None,
        documents: vec![digest(b"document")],
    }
}

pub(crate) fn person(subject: &str) -> Caller {
    Caller::Person(Box::new(claims(subject, "token-1")))
}

pub(crate) struct Asked {
    pub(crate) request: ActRequest,
    pub(crate) organisation: Organisation,
}

impl Asked {
    pub(crate) fn new() -> Self {
        Self {
            request: ActRequest {
                act: Act::Seal,
                profile: ProfileId::new("decisions"),
                format: Format::Pades,
                level: Level::BT,
                certification: Certification::None,
                texts: Vec::new(),
                document: digest(b"document"),
                facts: DocumentFacts::default(),
            },
            organisation: Organisation {
                registered_name: "Havnsted \"Kommune\" Ærø".into(),
                cvr: "12345674".into(),
                cvr_check: CvrCheck::Modulo11,
                allow_seals: true,
            },
        }
    }

    pub(crate) fn by<'a>(&'a self, caller: &'a Caller) -> Intent<'a> {
        Intent {
            caller,
            request: &self.request,
            organisation: &self.organisation,
            spend: None,
            counted: None,
            revision: Version(0),
        }
    }
}

pub(crate) fn done() -> Done {
    Done {
        certificate_serial: "0f".repeat(20),
        certificate_not_after: now() + Duration::from_secs(900),
        output: digest(b"output"),
        size: 20_480,
        level: Level::BT,
        time_stamp_time: Some(now() + Duration::from_secs(1)),
        degraded: false,
        warnings: Vec::new(),
    }
}

pub(crate) fn destroyed(sequence: u64) -> AuditEvent {
    AuditEvent::Destroyed(KeyDestruction {
        certificate_serial: "0f".repeat(20),
        credential: "c".repeat(22),
        previous: "ab".repeat(32),
        public_key_sha256: "cd".repeat(32),
        reason: "consumed".into(),
        sequence,
        time_unix_ms: 1_800_000_000_000,
        uses: 1,
    })
}
