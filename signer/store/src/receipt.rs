//! Receipts: what an outcome record tells whoever asked for the act.

use std::{fmt, str::FromStr};

use seal::{Act, Format, Level};
use serde::{Serialize, Serializer};

use audit::{ActivatedBy, AuditPosition, AugmentedEvent, OutcomeEvent, Timestamp, bytes_of_hex};

/// The name of a receipt: the number of its record, and 128 random bits that nobody can guess.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ReceiptId {
    sequence: u64,
    /// 32 lower-case hexadecimal digits.
    secret: String,
}

/// What was done, for whoever asked for it. It names no person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// Its name.
    pub id: ReceiptId,
    /// When the outcome was recorded.
    pub time: Timestamp,
    /// Signature or seal.
    pub act: Act,
    /// What activated the key, of a signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activated_by: Option<ActivatedBy>,
    /// The profile's appearance that was asked for by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appearance: Option<String>,
    /// The certificate profile.
    pub profile: String,
    /// The version of the profile, if administrators made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile_version: Option<u64>,
    /// The organisation's registered name.
    pub organisation: String,
    /// Its CVR number.
    pub cvr: String,
    /// The level that was reached.
    pub level: Level,
    /// SHA-256 of the document as received, in hexadecimal; `None` when its owner sent a digest
    /// of another algorithm.
    pub input_sha256: Option<String>,
    /// SHA-256 of what was answered, in hexadecimal.
    pub output_sha256: String,
    /// The certificate's serial number, in hexadecimal.
    pub certificate_serial: String,
    /// The certificate's notAfter.
    pub certificate_not_after: Timestamp,
    /// The time in the time-stamp token, if there is one.
    pub time_stamp_time: Option<Timestamp>,
    /// Whether the level is lower than the one asked for.
    pub degraded: bool,
    /// What is to be said of it, by the names of the header `Segl-Warning`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// The outcome's place in the audit log.
    pub audit: AuditPosition,
}

/// What an augmentation made, for whoever asked for it. It names no person, and no certificate:
/// nothing was signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AugmentationReceipt {
    /// Its name.
    pub id: ReceiptId,
    /// When it was recorded.
    pub time: Timestamp,
    /// Always `augmentation`.
    act: &'static str,
    /// The container.
    pub format: Format,
    /// The level that every signature has now.
    pub level: Level,
    /// The lowest level that the validation stated of one, such as `PAdES-B-LTA`, or `PKCS7-LTA`
    /// when the format is none of AdES.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reached: Option<String>,
    /// How many signatures.
    pub signatures: u64,
    /// Whether they had the level before, and their proof was renewed.
    pub renewed: bool,
    /// SHA-256 of what was received, in hexadecimal.
    pub input_sha256: String,
    /// SHA-256 of what was answered, in hexadecimal.
    pub output_sha256: String,
    /// The time in the newest time-stamp that was added, if one was.
    pub time_stamp_time: Option<Timestamp>,
    /// The record's place in the audit log.
    pub audit: AuditPosition,
}

/// A receipt as it was found by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum FoundReceipt {
    /// Of a signature or seal.
    Act(Receipt),
    /// Of an augmentation.
    Augmentation(AugmentationReceipt),
}

impl AugmentationReceipt {
    pub(super) fn new(event: AugmentedEvent, time: Timestamp, audit: AuditPosition) -> Self {
        Self {
            id: ReceiptId { sequence: audit.sequence, secret: event.secret },
            time,
            act: "augmentation",
            format: event.format,
            level: event.level,
            reached: event.reached,
            signatures: event.signatures,
            renewed: event.renewed,
            input_sha256: event.input_sha256,
            output_sha256: event.output_sha256,
            time_stamp_time: event.time_stamp_time,
            audit,
        }
    }
}

impl ReceiptId {
    /// The name of the receipt that this record is.
    pub(super) fn of(sequence: u64, secret: String) -> Self {
        Self { sequence, secret }
    }

    pub(super) fn sequence(&self) -> u64 {
        self.sequence
    }

    pub(super) fn secret(&self) -> &str {
        &self.secret
    }
}

impl Receipt {
    pub(super) fn new(outcome: OutcomeEvent, time: Timestamp, audit: AuditPosition) -> Self {
        Self {
            id: ReceiptId { sequence: audit.sequence, secret: outcome.secret },
            time,
            act: outcome.act,
            activated_by: outcome.activated_by,
            appearance: outcome.appearance,
            profile: outcome.profile,
            profile_version: outcome.profile_version,
            organisation: outcome.organisation,
            cvr: outcome.cvr,
            level: outcome.level,
            input_sha256: outcome.input_sha256,
            output_sha256: outcome.output_sha256,
            certificate_serial: outcome.certificate_serial,
            certificate_not_after: outcome.certificate_not_after,
            time_stamp_time: outcome.time_stamp_time,
            degraded: outcome.degraded,
            warnings: outcome.warnings,
            audit,
        }
    }
}

impl fmt::Display for ReceiptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.sequence, self.secret)
    }
}

impl FromStr for ReceiptId {
    type Err = ReceiptIdError;

    fn from_str(text: &str) -> Result<Self, ReceiptIdError> {
        let (sequence, secret) = text.split_once('-').ok_or(ReceiptIdError)?;
        let decimal = sequence.bytes().all(|byte| byte.is_ascii_digit());
        let lower = !secret.bytes().any(|byte| byte.is_ascii_uppercase());
        match sequence.parse() {
            Ok(sequence) if decimal && lower && bytes_of_hex::<16>(secret).is_some() => {
                Ok(Self { sequence, secret: secret.to_owned() })
            }
            _ => Err(ReceiptIdError),
        }
    }
}

impl Serialize for ReceiptId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A text that cannot be the name of a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a receipt's name is a number, a hyphen and 32 hexadecimal digits")]
pub struct ReceiptIdError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_written() {
        let text = format!("412-{}", "0f".repeat(16));
        assert_eq!(text.parse::<ReceiptId>().unwrap().to_string(), text);
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let secret = "0f".repeat(16);
        for text in [
            String::new(),
            secret.clone(),
            format!("-{secret}"),
            format!("+1-{secret}"),
            format!("1-{secret}0"),
            format!("1-{}", secret.to_uppercase()),
            format!("99999999999999999999-{secret}"),
            format!("1-{}", "é".repeat(16)),
        ] {
            assert_eq!(text.parse::<ReceiptId>(), Err(ReceiptIdError), "{text}");
        }
    }
}
