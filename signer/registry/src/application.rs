//! Applications and their API keys.

use seal::ApplicationId;
use serde::{Deserialize, Serialize};

use crate::{Actor, Client, KeyHash, KeyState, Moment, key::state};

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
    /// Its OAuth clients, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clients: Vec<Client>,
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
    /// The key that came in its place, if it was rotated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<KeyId>,
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
        state(self.revoked, self.expires, now)
    }
}
