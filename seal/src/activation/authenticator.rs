//! By what a person shows a device who they are, and how that is registered there.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::PersonId;

/// The most bytes that a passkey's id has (Web Authentication Level 3, clause 4: credential id).
pub const MAXIMUM_CREDENTIAL_ID_LENGTH: usize = 1023;

/// By what a person shows who they are.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Means {
    /// A passkey.
    Passkey {
        /// The credential's id.
        credential_id: Vec<u8>,
        /// Its public key: a COSE_Key (RFC 9052 section 7).
        cose_key: Vec<u8>,
        /// The user handle that it was made for; an assertion that tells one tells this.
        user_handle: Vec<u8>,
    },
    /// An account at an issuer of ID tokens.
    Login {
        /// `iss`.
        issuer: String,
        /// `sub`.
        subject: String,
    },
}

impl fmt::Debug for Means {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passkey { .. } => "Passkey(..)",
            Self::Login { .. } => "Login(..)",
        })
    }
}

/// What is to be registered, and for whom.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthenticatorOrder {
    /// The organisation on whose behalf the person acts by it, as `NTRDK-12345674`.
    pub organization_identifier: String,
    /// The person.
    pub person: PersonId,
    /// givenName of the person's certificates.
    pub given_name: String,
    /// surname of the person's certificates.
    pub surname: String,
    /// Whether the person may have others' means registered.
    pub administrator: bool,
    /// By what the person is known.
    pub means: Means,
}

impl fmt::Debug for AuthenticatorOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticatorOrder").field("means", &self.means).finish_non_exhaustive()
    }
}

/// On whose word a means was registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegistrationGround {
    /// It is the organisation's first: nobody could speak for it.
    FirstUse,
    /// The person's, by a means that was known before.
    Person,
    /// An administrator's whom the device knows.
    Administrator,
    /// The operator's, on the management port.
    Operator,
}

impl RegistrationGround {
    /// The word of the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::FirstUse => "first-use",
            Self::Person => "person",
            Self::Administrator => "administrator",
            Self::Operator => "operator",
        }
    }
}
