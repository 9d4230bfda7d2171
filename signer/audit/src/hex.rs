//! Bytes as hexadecimal digits, and back.

use seal::{Digest, DigestAlgorithm};

use super::RecordError;

/// The hexadecimal form of a digest that has to be SHA-256.
pub(crate) fn sha256(digest: &Digest) -> Result<String, RecordError> {
    match digest.algorithm() {
        DigestAlgorithm::Sha256 => Ok(hex(digest.as_bytes())),
        other @ (DigestAlgorithm::Sha384 | DigestAlgorithm::Sha512) => {
            Err(RecordError::OtherDigest(other))
        }
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// The bytes of exactly `2 * N` hexadecimal digits.
pub fn bytes_of_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
    }
    Some(bytes)
}
