//! The chain: positions in the log and the hash that ties each record to the one before.

use std::{fmt, str::FromStr};

use ring::hmac;
use seal::{Digest, DigestAlgorithm};
use serde::{Deserialize, Serialize, de::Error as _};

use super::AuditKey;

/// HMAC-SHA-256 over the hash of the record before and the record's canonical JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ChainHash([u8; Self::LENGTH]);

impl ChainHash {
    /// Length in bytes.
    pub const LENGTH: usize = 32;

    /// What stands in place of a hash before the first record.
    pub const ORIGIN: Self = Self([0; Self::LENGTH]);

    /// The hash of the record `body` that follows this one.
    pub fn next(&self, key: &AuditKey, body: &str) -> Self {
        let mut context = hmac::Context::with_key(key.hmac());
        context.update(&self.0);
        context.update(body.as_bytes());
        let mut hash = [0; Self::LENGTH];
        hash.copy_from_slice(context.sign().as_ref());
        Self(hash)
    }

    /// The hash as bytes; `None` when the length is not [`ChainHash::LENGTH`].
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Lower-case hexadecimal.
impl fmt::Display for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChainHash({self})")
    }
}

impl FromStr for ChainHash {
    type Err = PositionError;

    fn from_str(text: &str) -> Result<Self, PositionError> {
        super::hex::bytes_of_hex(text).map(Self).ok_or(PositionError::Hash)
    }
}

impl Serialize for ChainHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ChainHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// A record's place in the log, and the hash that fixes the whole log up to it.
///
/// Exported and read as `SEQ:HASH`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPosition {
    /// The record's number; the first record has 1.
    pub sequence: u64,
    /// The record's chain hash.
    pub hash: ChainHash,
}

impl AuditPosition {
    /// The place before the first record.
    pub const ORIGIN: Self = Self { sequence: 0, hash: ChainHash::ORIGIN };

    /// What a time-stamp of this head covers: SHA-256 of its text `SEQ:HASH`, so that
    /// `openssl ts -verify` can check it against an exported head.
    pub fn imprint(&self) -> Digest {
        Digest::of(DigestAlgorithm::Sha256, self.to_string().as_bytes())
    }
}

impl fmt::Display for AuditPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.sequence, self.hash)
    }
}

impl FromStr for AuditPosition {
    type Err = PositionError;

    fn from_str(text: &str) -> Result<Self, PositionError> {
        let (sequence, hash) = text.split_once(':').ok_or(PositionError::Form)?;
        // `u64::from_str` would take a plus sign.
        if !sequence.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PositionError::Sequence);
        }
        let sequence = sequence.parse().map_err(|_| PositionError::Sequence)?;
        Ok(Self { sequence, hash: hash.parse()? })
    }
}

/// Why a text is no position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PositionError {
    /// No colon.
    #[error("a head is written SEQ:HASH")]
    Form,
    /// The part before the colon is no decimal number.
    #[error("the sequence number before the colon is not a decimal number")]
    Sequence,
    /// The part after the colon is no hash.
    #[error("the hash after the colon is not 64 hexadecimal digits")]
    Hash,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_written_and_read_as_sequence_and_hash() {
        let position = AuditPosition { sequence: 412, hash: ChainHash([0xab; 32]) };
        let text = format!("412:{}", "ab".repeat(32));
        assert_eq!(position.to_string(), text);
        assert_eq!(text.parse(), Ok(position));
        assert_eq!(
            serde_json::to_string(&position).unwrap(),
            format!("{{\"sequence\":412,\"hash\":\"{}\"}}", "ab".repeat(32))
        );
    }

    #[test]
    fn what_is_no_position_is_refused_with_its_cause() {
        let hash = "ab".repeat(32);
        let cases = [
            ("412".to_owned(), PositionError::Form),
            (format!("+4:{hash}"), PositionError::Sequence),
            (format!(":{hash}"), PositionError::Sequence),
            (format!("99999999999999999999:{hash}"), PositionError::Sequence),
            ("4:abcd".to_owned(), PositionError::Hash),
            (format!("4:{}", "é".repeat(32)), PositionError::Hash),
            (format!("4:{}", "zz".repeat(32)), PositionError::Hash),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse::<AuditPosition>(), Err(expected), "{text}");
        }
    }

    #[test]
    fn the_hash_depends_on_key_predecessor_and_body() {
        let key = AuditKey::from_bytes(&[1; 32]).unwrap();
        let other = AuditKey::from_bytes(&[2; 32]).unwrap();
        let hash = ChainHash::ORIGIN.next(&key, "{}");
        assert_ne!(hash, ChainHash::ORIGIN.next(&other, "{}"));
        assert_ne!(hash, hash.next(&key, "{}"));
        assert_ne!(hash, ChainHash::ORIGIN.next(&key, "{ }"));
    }
}
