//! Evidence of a person's act at that moment.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::IdentityToken;

/// A passkey's assertion (Web Authentication Level 3, clause 6.3.3), each part as it came. Its `Debug`
/// prints nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct PasskeyAssertion {
    /// The credential's id.
    pub credential_id: Vec<u8>,
    /// clientDataJSON.
    pub client_data: Vec<u8>,
    /// authenticatorData.
    pub authenticator_data: Vec<u8>,
    /// The signature over both.
    pub signature: Vec<u8>,
    /// userHandle, if the authenticator gave one.
    pub user_handle: Option<Vec<u8>>,
}

impl fmt::Debug for PasskeyAssertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasskeyAssertion(..)")
    }
}

/// Evidence that a person agreed to what a challenge stands for.
#[derive(Clone, Debug)]
pub enum PersonalEvidence {
    /// A passkey's assertion over the challenge.
    Passkey(PasskeyAssertion),
    /// An ID token of a fresh login, whose `nonce` is the challenge.
    IdToken(IdentityToken),
}

/// What activated a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceKind {
    /// A passkey's assertion.
    Passkey,
    /// An ID token of a fresh login.
    IdToken,
    /// A token of an issuer that names the documents itself.
    Jwt,
}

impl EvidenceKind {
    /// The word of wire and record.
    pub fn name(self) -> &'static str {
        match self {
            Self::Passkey => "passkey",
            Self::IdToken => "id-token",
            Self::Jwt => "jwt",
        }
    }
}

/// Evidence that the device accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GivenEvidence {
    /// What it is.
    pub kind: EvidenceKind,
    /// Of a passkey: whether it may leave its authenticator (BE), and whether it has (BS).
    pub backup: Option<Backup>,
}

/// Where a passkey may be (Web Authentication Level 3, clause 6.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backup {
    /// It may be copied to other authenticators (BE).
    pub eligible: bool,
    /// It is (BS).
    pub backed_up: bool,
}
