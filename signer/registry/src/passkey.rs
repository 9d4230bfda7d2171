//! The passkeys by which people log in here.

use serde::{Deserialize, Serialize};

use crate::Moment;

/// The issuer of the logins of people whom the register alone knows, by the names of their entries. No
/// identity issuer of a configuration file is called so.
pub const OWN_ISSUER: &str = "urn:segl:register";

/// How many passkeys a person has at most.
pub const MAXIMUM_PASSKEYS: usize = 20;

/// A passkey of a person, for login here or for signing on the device's own page. It says nothing secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    /// The credential's id, in base64url: the authenticator made it.
    pub id: String,
    /// The public key, a COSE_Key in base64url.
    pub public_key: String,
    /// The rpId that it was registered for.
    pub party: String,
    /// What its owner calls it, 1 to 200 characters.
    pub name: String,
    /// How often it signed; 0 where the authenticator does not count.
    pub sign_count: u32,
    /// Whether it can be on several devices.
    pub backup_eligible: bool,
    /// Whether it was when it was used last.
    pub backed_up: bool,
    /// When it was registered.
    pub made: Moment,
    /// The day on which it was used last, once it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<Moment>,
    /// The run of the signing device that took it, and in which it activates keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_to: Option<String>,
    /// The user handle, in base64url, of one that was made on the signing device's own page, for its relying
    /// party: it signs, and nobody logs in by it. That of the others is the entry's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing_handle: Option<String>,
}

impl Passkey {
    /// Whether it signs, and is for no login.
    pub fn signs_only(&self) -> bool {
        self.signing_handle.is_some()
    }
}
