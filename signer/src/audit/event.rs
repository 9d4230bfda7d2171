//! What is recorded beside acts.

use std::time::SystemTime;

use base64::{Engine, engine::general_purpose::STANDARD};
use seal::{CredentialEnd, Digest};
use serde::Serialize;

use super::{
    AuditError, Timestamp,
    record::{Draft, sha256},
};

/// An event of the service or of the device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditEvent {
    /// The service started.
    Started {
        /// The run's name, as in the root certificate.
        run: String,
        /// SHA-256 of the trust anchor's certificate.
        trust_anchor: Digest,
        /// SHA-256 of the configuration.
        configuration: Digest,
    },
    /// The device had a certificate issued for an act.
    Issued {
        /// The number of the act's intent.
        intent: u64,
        /// The serial number in lower-case hexadecimal.
        certificate_serial: String,
        /// notAfter.
        certificate_not_after: SystemTime,
    },
    /// The device destroyed a key.
    Destroyed(KeyDestruction),
    /// The service stopped.
    Stopped {
        /// The run's name.
        run: String,
    },
}

/// The device's signed statement that it destroyed a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyDestruction {
    /// SHA-256 of the key's SubjectPublicKeyInfo.
    pub public_key: Digest,
    /// The serial number of the key's certificate in lower-case hexadecimal.
    pub certificate_serial: String,
    /// How many signatures the key made.
    pub uses: u32,
    /// How the credential ended.
    pub reason: CredentialEnd,
    /// When.
    pub at: SystemTime,
    /// The device's signature over the statement.
    pub signature: Vec<u8>,
}

impl AuditEvent {
    pub(crate) fn draft(&self, now: SystemTime) -> Result<Draft, AuditError> {
        match self {
            Self::Started { run, trust_anchor, configuration } => Draft::new(
                "started",
                &StartedEvent {
                    configuration_sha256: sha256(configuration)?,
                    run,
                    trust_anchor_sha256: sha256(trust_anchor)?,
                },
                now,
            ),
            Self::Issued { intent, certificate_serial, certificate_not_after } => Draft::new(
                "issued",
                &IssuedEvent {
                    certificate_not_after: (*certificate_not_after).try_into()?,
                    certificate_serial,
                    intent: *intent,
                },
                now,
            ),
            Self::Destroyed(destruction) => destruction.draft(now),
            Self::Stopped { run } => Draft::new("stopped", &StoppedEvent { run }, now),
        }
    }
}

impl KeyDestruction {
    fn draft(&self, now: SystemTime) -> Result<Draft, AuditError> {
        let event = DestroyedEvent {
            at: self.at.try_into()?,
            certificate_serial: &self.certificate_serial,
            public_key_sha256: sha256(&self.public_key)?,
            reason: word(self.reason),
            signature: STANDARD.encode(&self.signature),
            uses: self.uses,
        };
        Draft::new("destroyed", &event, now)
    }
}

fn word(reason: CredentialEnd) -> &'static str {
    match reason {
        CredentialEnd::Consumed => "consumed",
        CredentialEnd::Expired => "expired",
        CredentialEnd::Evicted => "evicted",
        CredentialEnd::Destroyed => "destroyed",
        CredentialEnd::Unknown => "unknown",
    }
}

// The fields stand in the order of their names: that is what makes the JSON canonical.

#[derive(Serialize)]
struct StartedEvent<'a> {
    configuration_sha256: String,
    run: &'a str,
    trust_anchor_sha256: String,
}

#[derive(Serialize)]
struct IssuedEvent<'a> {
    certificate_not_after: Timestamp,
    certificate_serial: &'a str,
    intent: u64,
}

#[derive(Serialize)]
struct DestroyedEvent<'a> {
    at: Timestamp,
    certificate_serial: &'a str,
    public_key_sha256: String,
    reason: &'static str,
    signature: String,
    uses: u32,
}

#[derive(Serialize)]
struct StoppedEvent<'a> {
    run: &'a str,
}
