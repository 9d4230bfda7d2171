//! What is recorded beside acts.

use std::time::SystemTime;

use base64::{Engine, engine::general_purpose::STANDARD};
use seal::{Digest, TimeStampTokenDer};
use serde::{Deserialize, Serialize};

use super::{
    AuditPosition, RecordError, Timestamp,
    hex::{hex, sha256},
    record::Draft,
};

/// The kind of the records that hold a time-stamp.
pub(super) const HEAD_TIME_STAMPED: &str = "head-time-stamped";

/// The kind of the records about destructions that are not known or not proved.
pub(super) const DESTRUCTIONS_UNPROVED: &str = "destructions-unproved";

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
    /// From here on destructions are those of this run of the device.
    DeviceRun {
        /// The run's name.
        run: String,
        /// The key that signs for its destructions: P-256, an uncompressed point.
        event_key: Vec<u8>,
        /// Whether the device is elsewhere.
        elsewhere: bool,
    },
    /// What a device elsewhere destroyed is not known, or what it says of it is not proved.
    DestructionsUnproved {
        /// The run's name.
        run: String,
        /// The last destruction that is known.
        after: u64,
        /// Why, by name.
        cause: &'static str,
        /// Why, in words; nothing in them comes from the device but numbers.
        detail: String,
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
    /// The operator had the organisations listed.
    OrganisationsListed {
        /// How many there were.
        count: u64,
    },
    /// The service stopped.
    Stopped {
        /// The run's name.
        run: String,
    },
}

/// The device's statement that it destroyed a key, whole, so that its hash can be made again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The record.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn draft(&self, now: SystemTime) -> Result<Draft, RecordError> {
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
            Self::DeviceRun { run, event_key, elsewhere } => Draft::new(
                "device-run",
                &DeviceRunEvent {
                    elsewhere: *elsewhere,
                    event_key: hex(event_key),
                    run: run.clone(),
                },
                now,
            ),
            Self::DestructionsUnproved { run, after, cause, detail } => Draft::new(
                DESTRUCTIONS_UNPROVED,
                &DestructionsUnprovedEvent { after: *after, cause, detail, run },
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
            Self::OrganisationsListed { count } => {
                Draft::new("organisations-listed", &OrganisationsListedEvent { count: *count }, now)
            }
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

/// A run of the device, as the log names it.
#[derive(Debug, Serialize, Deserialize)]
pub struct DeviceRunEvent {
    /// Whether the device is elsewhere.
    pub elsewhere: bool,
    /// In hexadecimal.
    pub event_key: String,
    /// The run's name.
    pub run: String,
}

#[derive(Serialize)]
struct DestructionsUnprovedEvent<'a> {
    after: u64,
    cause: &'a str,
    detail: &'a str,
    run: &'a str,
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
struct OrganisationsListedEvent {
    count: u64,
}

#[derive(Serialize)]
struct StoppedEvent<'a> {
    run: &'a str,
}
