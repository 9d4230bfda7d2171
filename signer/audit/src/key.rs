//! The key of the audit log's chain.

use std::fmt;

use ring::hmac;
use zeroize::Zeroizing;

use super::AuditKeyError;

/// The HMAC-SHA-256 key of the chain. Its `Debug` prints nothing.
#[derive(Clone)]
pub struct AuditKey(hmac::Key);

impl AuditKey {
    /// The shortest key, in bytes: the length of the hash (RFC 2104 section 3).
    pub const MINIMUM_LENGTH: usize = 32;

    /// The longest key, in bytes.
    const MAXIMUM_LENGTH: usize = 1024;

    /// Takes a key.
    ///
    /// # Errors
    /// [`AuditKeyError::Length`] for a key shorter than [`AuditKey::MINIMUM_LENGTH`], or
    /// absurdly long.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, AuditKeyError> {
        if !(Self::MINIMUM_LENGTH..=Self::MAXIMUM_LENGTH).contains(&bytes.len()) {
            return Err(AuditKeyError::Length { length: bytes.len() });
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, bytes)))
    }

    /// Reads a key written as hexadecimal digits, as `SIGNER_AUDIT_KEY` and the key file hold it.
    ///
    /// # Errors
    /// [`AuditKeyError::NotHexadecimal`]; [`AuditKeyError::Length`].
    pub fn from_hex(text: &str) -> Result<Self, AuditKeyError> {
        let text = text.trim_ascii().as_bytes();
        let bytes = text
            .chunks(2)
            .map(|pair| match pair {
                [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
                _ => None,
            })
            .collect::<Option<Vec<u8>>>()
            .map(Zeroizing::new)
            .ok_or(AuditKeyError::NotHexadecimal)?;
        Self::from_bytes(&bytes)
    }

    pub(super) fn hmac(&self) -> &hmac::Key {
        &self.0
    }
}

fn digit(character: u8) -> Option<u8> {
    char::from(character).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

impl fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuditKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_short_or_not_hexadecimal_is_refused() {
        let cases = [
            (String::new(), AuditKeyError::Length { length: 0 }),
            ("ab".repeat(31), AuditKeyError::Length { length: 31 }),
            ("ab".repeat(1025), AuditKeyError::Length { length: 1025 }),
            (format!("{}a", "ab".repeat(32)), AuditKeyError::NotHexadecimal),
            ("xy".repeat(32), AuditKeyError::NotHexadecimal),
        ];
        for (text, expected) in cases {
            assert_eq!(AuditKey::from_hex(&text).unwrap_err(), expected, "{text}");
        }
    }

    #[test]
    fn a_key_is_read_whatever_the_case_and_prints_nothing() {
        let key = AuditKey::from_hex(&format!("{}\n", "aB".repeat(32))).unwrap();
        assert_eq!(format!("{key:?}"), "AuditKey(..)");
    }
}
