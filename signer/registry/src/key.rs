//! Keys and clients alike: the hash that is kept of a secret, and what a bearer is good for.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Moment;

/// SHA-256 of an API key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyHash(pub [u8; 32]);

/// What a key or a client is good for at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyState {
    /// It is taken.
    Active,
    /// Its end has come.
    Expired,
    /// It was revoked.
    Revoked,
}

/// What somebody is good for who was revoked then, or ends then.
pub(crate) fn state(revoked: Option<Moment>, expires: Option<Moment>, now: Moment) -> KeyState {
    match (revoked, expires) {
        (Some(_), _) => KeyState::Revoked,
        (None, Some(end)) if end <= now => KeyState::Expired,
        (None, Some(_) | None) => KeyState::Active,
    }
}

impl TryFrom<String> for KeyHash {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut hash = [0; 32];
        hex::decode_to_slice(text, &mut hash)
            .map_err(|_| "SHA-256 of the API key has 64 hexadecimal digits")?;
        Ok(Self(hash))
    }
}

impl From<KeyHash> for String {
    fn from(hash: KeyHash) -> Self {
        hash.to_string()
    }
}

/// Lower-case hexadecimal.
impl fmt::Display for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyHash(..)")
    }
}
