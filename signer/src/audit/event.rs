//! What is recorded beside acts.

use std::time::SystemTime;

use base64::{Engine, engine::general_purpose::STANDARD};
use seal::{Digest, TimeStampTokenDer};
use serde::Serialize;

use super::{
    AuditError, AuditPosition, Timestamp,
    record::{Draft, sha256},
};

/// The kind of the records that hold a time-stamp.
pub(super) const HEAD_TIME_STAMPED: &str = "head-time-stamped";

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
    /// The device signed for its destructions so far.
    DestructionsSigned {
        /// The last destruction that the signature covers.
        sequence: u64,
        /// That destruction's hash, in hexadecimal.
        hash: String,
        /// The device's signature.
        signature: Vec<u8>,
    },
    /// An authority time-stamped the log as it stood: nobody can write it anew later, even with
    /// the key.
    HeadTimeStamped {
        /// The last record that the time-stamp covers.
        head: AuditPosition,
        /// The token over [`AuditPosition::imprint`].
        token: TimeStampTokenDer,
    },
    /// The service stopped.
    Stopped {
        /// The run's name.
        run: String,
    },
}

/// The device's statement that it destroyed a key, whole, so that its hash can be made again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyDestruction {
    // The fields stand in the order of their names: that is what makes the JSON canonical.
    /// The serial number of the key's certificate in hexadecimal; empty if none was issued.
    pub certificate_serial: String,
    /// The device's name for the key.
    pub credential: String,
    /// The hash of the destruction before this one, in hexadecimal.
    pub previous: String,
    /// SHA-256 of the key's SubjectPublicKeyInfo, in hexadecimal.
    pub public_key_sha256: String,
    /// Why, in the device's words.
    pub reason: String,
    /// The device's own count of destructions.
    pub sequence: u64,
    /// When, in milliseconds since 1970.
    pub time_unix_ms: u64,
    /// How many signatures the key made.
    pub uses: u32,
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
            Self::Destroyed(destruction) => Draft::new("destroyed", destruction, now),
            Self::DestructionsSigned { sequence, hash, signature } => Draft::new(
                "destructions-signed",
                &DestructionsSignedEvent {
                    hash,
                    sequence: *sequence,
                    signature: STANDARD.encode(signature),
                },
                now,
            ),
            Self::HeadTimeStamped { head, token } => Draft::new(
                HEAD_TIME_STAMPED,
                &HeadTimeStampedEvent {
                    head: head.to_string(),
                    token: STANDARD.encode(token.as_bytes()),
                },
                now,
            ),
            Self::Stopped { run } => Draft::new("stopped", &StoppedEvent { run }, now),
        }
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
struct DestructionsSignedEvent<'a> {
    hash: &'a str,
    sequence: u64,
    signature: String,
}

#[derive(Serialize)]
struct HeadTimeStampedEvent {
    head: String,
    token: String,
}

#[derive(Serialize)]
struct StoppedEvent<'a> {
    run: &'a str,
}
