//! Callers, requests and outcomes for the tests of those who write and read the log.

#![allow(clippy::unwrap_used, reason = "for tests alone")]

use std::time::{Duration, SystemTime};

use registry::Version;
use seal::{
    Act, ActRequest, ApplicationId, Caller, Certification, CountryCode, CvrCheck, Digest,
    DigestAlgorithm, DocumentFacts, Format, Level, Organisation, OrganisationId, PersonId,
    ProfileId, identity::IdentityClaims,
};

use super::{AuditEvent, AuditKey, Done, Intent, KeyDestruction};

/// The moment at which everything happens.
pub fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
}

/// The log's key.
pub fn key() -> AuditKey {
    AuditKey::from_bytes(&[7; 32]).unwrap()
}

/// SHA-256.
pub fn digest(content: &[u8]) -> Digest {
    Digest::of(DigestAlgorithm::Sha256, content)
}

/// The organisation of the configuration file.
pub fn organisation() -> OrganisationId {
    OrganisationId::new("12345674")
}

/// An application of this name.
pub fn application(name: &str) -> Caller {
    Caller::Application(ApplicationId::new(name))
}

/// What a token says of a person.
pub fn claims(subject: &str, token_id: &str) -> IdentityClaims {
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

/// A person with a token.
pub fn person(subject: &str) -> Caller {
    Caller::Person(Box::new(claims(subject, "token-1")))
}

/// What is asked for, and on whose behalf.
#[derive(Debug)]
pub struct Asked {
    /// The act.
    pub request: ActRequest,
    /// The organisation.
    pub organisation: Organisation,
}

impl Asked {
    /// A seal of a PDF.
    #[expect(clippy::new_without_default, reason = "nobody asks for a default")]
    pub fn new() -> Self {
        Self {
            request: ActRequest {
                appearance: None,
                act: Act::Seal,
                profile: ProfileId::new("decisions"),
                format: Format::Pades,
                level: Level::BT,
                certification: Certification::None,
                texts: Vec::new(),
                document: digest(b"document"),
                facts: DocumentFacts::default(),
                activated: false,
                seals: 1,
            },
            organisation: Organisation {
                registered_name: "Havnsted \"Kommune\" Ærø".into(),
                cvr: "12345674".into(),
                country: CountryCode::DENMARK,
                cvr_check: CvrCheck::Modulo11,
                allow_seals: true,
            },
        }
    }

    /// The intent when this caller asks for it.
    pub fn by<'a>(&'a self, caller: &'a Caller) -> Intent<'a> {
        Intent {
            caller,
            request: &self.request,
            organisation: &self.organisation,
            spend: None,
            counted: None,
            keyed: None,
            hashes: None,
            activated_by: None,
            revision: Version(0),
            profile_version: None,
        }
    }
}

/// What an act made.
pub fn done() -> Done {
    Done {
        certificate_serial: "0f".repeat(20),
        certificate_not_after: now() + Duration::from_secs(900),
        output: digest(b"output"),
        size: 20_480,
        level: Level::BT,
        time_stamp_time: Some(now() + Duration::from_secs(1)),
        degraded: false,
        warnings: Vec::new(),
        reference: None,
    }
}

/// The destruction of a key.
pub fn destroyed(sequence: u64) -> AuditEvent {
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
