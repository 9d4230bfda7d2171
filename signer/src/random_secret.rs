//! What somebody bears: 256 random bits. Only their SHA-256 is kept.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::digest::{SHA256, SHA256_OUTPUT_LEN, digest};

use crate::{
    audit::{RecordError, random},
    secret::Secret,
};

/// 256 random bits in base64url, and their SHA-256.
///
/// # Errors
/// [`RecordError::NoRandomness`].
pub(crate) fn new() -> Result<(Secret, [u8; 32]), RecordError> {
    let secret = Secret::new(URL_SAFE_NO_PAD.encode(random::<32>()?));
    let hash = sha256(secret.expose().as_bytes());
    Ok((secret, hash))
}

/// The hash under which something that was shown is kept; nothing for what no secret of ours looks like.
pub(crate) fn hash_of(shown: &str) -> Option<[u8; 32]> {
    let alphabet = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let ours = shown.len() == 43 && shown.bytes().all(alphabet);
    ours.then(|| sha256(shown.as_bytes()))
}

/// SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; SHA256_OUTPUT_LEN] {
    let mut hash = [0; SHA256_OUTPUT_LEN];
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_by_its_hash_and_nothing_else_is_looked_for() {
        let (secret, hash) = new().unwrap();
        assert_eq!(hash_of(secret.expose()), Some(hash));
        let (other, _) = new().unwrap();
        assert_ne!(hash_of(other.expose()), Some(hash));
        let text = secret.expose();
        for shown in ["", &text[1..], &format!("{text}A"), &format!("{}=", &text[1..]), "ø"] {
            assert_eq!(hash_of(shown), None, "{shown}");
        }
    }
}
