//! `[[application]]`: who calls with an API key.

use registry::KeyHash;
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

/// The hash of a key.
pub(crate) fn key_hash(key: &Secret) -> KeyHash {
    let mut hash = [0; SHA256_OUTPUT_LEN];
    hash.copy_from_slice(digest(&SHA256, key.expose().as_bytes()).as_ref());
    KeyHash(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        let key = Secret::new("abc");
        let published = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let hash = KeyHash::try_from(published.to_owned()).unwrap();
        assert_eq!(hash, key_hash(&key));
        assert_eq!(hash.to_string(), published);
    }

    #[test]
    fn what_is_not_a_hash_is_refused() {
        for text in ["", "ab", &"g".repeat(64), &"a".repeat(63), &"ø".repeat(32)] {
            assert!(KeyHash::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
