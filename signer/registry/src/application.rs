//! Applications and their API keys.

use std::fmt;

use seal::ApplicationId;
use serde::{Deserialize, Serialize};

use crate::{Actor, Moment};

/// An application that calls with API keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// Its name, as in mandates and in the audit log.
    pub id: ApplicationId,
    /// What people call it.
    pub display_name: String,
    /// Whether its keys are taken at all.
    pub active: bool,
    /// When it was made.
    pub made: Moment,
    /// By whom.
    pub made_by: Actor,
    /// Its keys, the oldest first.
    pub keys: Vec<ApiKey>,
}

/// The name of one key: public, unlike the key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyId(pub String);

/// One API key, of which only the hash is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// The key's name.
    pub id: KeyId,
    /// What people call it.
    pub display_name: String,
    /// SHA-256 of the key. It has 256 random bits, which is why a plain hash is enough.
    pub sha256: KeyHash,
    /// When it was made.
    pub made: Moment,
    /// By whom.
    pub made_by: Actor,
    /// From when on it is not taken any more.
    pub expires: Option<Moment>,
    /// When it was revoked.
    pub revoked: Option<Moment>,
}

/// SHA-256 of an API key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyHash(pub [u8; 32]);

/// What a key is good for at a moment.
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

impl Application {
    /// Whether any of its keys is taken.
    pub(crate) fn may_come(&self, now: Moment) -> bool {
        self.active && self.keys.iter().any(|key| key.state(now) == KeyState::Active)
    }
}

impl ApiKey {
    /// What the key is good for.
    pub fn state(&self, now: Moment) -> KeyState {
        match (self.revoked, self.expires) {
            (Some(_), _) => KeyState::Revoked,
            (None, Some(end)) if end <= now => KeyState::Expired,
            (None, Some(_) | None) => KeyState::Active,
        }
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
