//! Assertions that the device judges: what a browser is asked over a challenge of the device's, and what it
//! answers. Nothing is judged here.

use seal::{Challenge, PasskeyAssertion};
use serde::{Deserialize, Serialize};

use super::{
    AccessSettings,
    passkey::{CHALLENGE_LIFETIME, PasskeyError, bytes, party},
};

/// What the browser is asked (`PublicKeyCredentialRequestOptions`).
#[derive(Debug, Serialize)]
pub(crate) struct AssertionOptions {
    challenge: String,
    #[serde(rename = "rpId")]
    rp_id: String,
    #[serde(rename = "allowCredentials")]
    allow: Vec<Descriptor>,
    #[serde(rename = "userVerification")]
    user_verification: &'static str,
    timeout: u64,
}

#[derive(Debug, Serialize)]
struct Descriptor {
    r#type: &'static str,
    id: String,
}

impl AssertionOptions {
    /// Asks for one of these passkeys, by their ids in base64url.
    ///
    /// # Errors
    /// [`PasskeyError::NoParty`].
    pub(crate) fn over(
        settings: &AccessSettings,
        challenge: &Challenge,
        passkeys: impl Iterator<Item = String>,
    ) -> Result<Self, PasskeyError> {
        Ok(Self {
            challenge: challenge.base64url(),
            rp_id: party(settings)?.id.clone(),
            allow: passkeys.map(|id| Descriptor { r#type: "public-key", id }).collect(),
            user_verification: "required",
            timeout: CHALLENGE_LIFETIME.as_millis() as u64,
        })
    }
}

/// What it answers; bytes are in base64url.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssertionAnswer {
    id: String,
    client_data_json: String,
    authenticator_data: String,
    signature: String,
    user_handle: Option<String>,
}

impl AssertionAnswer {
    /// As the device judges it.
    ///
    /// # Errors
    /// [`PasskeyError::Encoding`].
    pub(crate) fn assertion(&self) -> Result<PasskeyAssertion, PasskeyError> {
        Ok(PasskeyAssertion {
            credential_id: bytes(&self.id)?,
            client_data: bytes(&self.client_data_json)?,
            authenticator_data: bytes(&self.authenticator_data)?,
            signature: bytes(&self.signature)?,
            user_handle: self.user_handle.as_deref().map(bytes).transpose()?,
        })
    }
}
