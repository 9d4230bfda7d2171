//! `[[application]]`: who calls with an API key.

use std::fmt;

use ring::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use seal::ApplicationId;
use serde::Deserialize;

use super::Secret;

/// One application and the hash of its API key. The key itself stands nowhere.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// The application's name, as in grants and in the audit log.
    pub id: ApplicationId,
    /// SHA-256 of the API key, 64 hexadecimal digits. The key has at least 256 random bits, which
    /// is why a plain hash is enough.
    pub api_key_sha256: KeyHash,
}

/// SHA-256 of an API key.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub struct KeyHash([u8; SHA256_OUTPUT_LEN]);

impl KeyHash {
    /// Hashes a key.
    pub fn of(key: &Secret) -> Self {
        let mut hash = [0; SHA256_OUTPUT_LEN];
        hash.copy_from_slice(digest(&SHA256, key.expose().as_bytes()).as_ref());
        Self(hash)
    }

    /// The hash's bytes; whoever compares them takes the same time for every key.
    pub fn as_bytes(&self) -> &[u8; SHA256_OUTPUT_LEN] {
        &self.0
    }
}

impl TryFrom<String> for KeyHash {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        const DEFECT: &str = "SHA-256 of the API key has 64 hexadecimal digits";
        let mut hash = [0; SHA256_OUTPUT_LEN];
        if text.len() != 2 * hash.len() || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(DEFECT);
        }
        for (byte, at) in hash.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(&text[at..at + 2], 16).map_err(|_| DEFECT)?;
        }
        Ok(Self(hash))
    }
}

/// Lower-case hexadecimal.
impl fmt::Display for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyHash(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        let key = Secret::new("abc");
        let published = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let hash = KeyHash::try_from(published.to_owned()).unwrap();
        assert_eq!(hash.as_bytes(), KeyHash::of(&key).as_bytes());
        assert_eq!(KeyHash::of(&key).to_string(), published);
    }

    #[test]
    fn what_is_not_a_hash_is_refused() {
        for text in ["", "ab", &"g".repeat(64), &"a".repeat(63), &"ø".repeat(32)] {
            assert!(KeyHash::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
