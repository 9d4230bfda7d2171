//! Hashes as clients write them.

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use seal::{Digest, DigestAlgorithm};

use crate::Error;

/// Padded or not.
const INDIFFERENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Reads bytes in base64 of either alphabet, padded or not, with its signs escaped for an address or not.
pub(crate) fn read_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut signs = text.trim().bytes();
    while let Some(sign) = signs.next() {
        bytes.push(match sign {
            b'-' => b'+',
            b'_' => b'/',
            b'%' => {
                let digits = [signs.next()?, signs.next()?];
                let digits = std::str::from_utf8(&digits).ok()?;
                u8::from_str_radix(digits, 16).ok()?
            }
            other => other,
        });
    }
    INDIFFERENT.decode(bytes).ok()
}

/// Reads a hash of this algorithm.
///
/// # Errors
/// [`Error`] for what is no base64, or of another length.
pub fn read_hash(text: &str, algorithm: DigestAlgorithm) -> Result<Digest, Error> {
    let bytes =
        read_base64(text).ok_or_else(|| Error::request("Invalid Base64 hash string parameter"))?;
    Digest::from_bytes(algorithm, &bytes).map_err(|_| Error::request("Invalid digest value length"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_alphabets_are_read_padded_or_not_and_escaped_or_not() {
        // The first two signs differ in the two alphabets.
        let bytes: Vec<u8> = [0xfb, 0xff].into_iter().chain(2..32).collect();
        let expected = Digest::from_bytes(DigestAlgorithm::Sha256, &bytes).unwrap();
        let standard = base64::engine::general_purpose::STANDARD.encode(&bytes);
        assert!(standard.starts_with("+/8") && standard.ends_with('='), "{standard}");
        let url = standard.replace('+', "-").replace('/', "_");
        let escaped = standard.replace('+', "%2B").replace('/', "%2f").replace('=', "%3D");
        for text in [&standard, &url, &escaped, &standard.replace('=', ""), &url.replace('=', "")] {
            assert_eq!(read_hash(text, DigestAlgorithm::Sha256), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_hash_is_told_by_the_specification_s_texts() {
        for (text, description) in [
            ("not base64!", "Invalid Base64 hash string parameter"),
            ("AAA%4", "Invalid Base64 hash string parameter"),
            ("AAAA", "Invalid digest value length"),
            ("", "Invalid digest value length"),
        ] {
            let error = read_hash(text, DigestAlgorithm::Sha256).unwrap_err();
            assert_eq!(error.description, description, "{text}");
        }
    }
}
