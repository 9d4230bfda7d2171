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
    ::hex::encode(bytes)
}

/// The bytes of exactly `2 * N` hexadecimal digits.
pub fn bytes_of_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    ::hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(bytes)
}
