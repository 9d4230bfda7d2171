//! Secrets of 256 random bits, of which only the hash is kept.

use ring::digest::{SHA256, digest};
use subtle::ConstantTimeEq;

/// The longest name or secret of a client, in characters.
const MAXIMUM_LENGTH: usize = 256;

/// SHA-256 of a secret. It has 256 random bits, which is why a plain hash is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretHash(pub [u8; 32]);

impl SecretHash {
    /// The hash of a secret.
    pub fn of(secret: &str) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, secret.as_bytes()).as_ref());
        Self(hash)
    }

    /// Whether it is the hash of this secret, in a time that tells nothing.
    pub fn is_of(&self, secret: &str) -> bool {
        self.0.ct_eq(&Self::of(secret).0).into()
    }
}

/// Whether a text can be a client's name or secret here: 1 to 256 of `A-Z a-z 0-9 _ -`, which are the
/// same form-encoded and raw (RFC 6749 section 2.3.1 wants the first, many clients send the second).
pub fn is_identifier(text: &str) -> bool {
    (1..=MAXIMUM_LENGTH).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_by_its_hash() {
        let hash = SecretHash::of("secret");
        assert!(hash.is_of("secret"));
        assert!(!hash.is_of("Secret"));
    }

    #[test]
    fn a_name_is_of_letters_that_nothing_encodes() {
        assert!(is_identifier("aB3_-"));
        for other in ["", "a b", "a%20", "a+b", "a:b", "\u{e6}", &"a".repeat(257)] {
            assert!(!is_identifier(other), "{other}");
        }
    }
}
