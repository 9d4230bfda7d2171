//! What a passkey signs (section 7.2).

use ring::digest::{SHA256, digest};

use crate::{
    MAXIMUM_ANSWER, MAXIMUM_ASSERTION_DATA, Part, PublicKey, RelyingParty, WebauthnError,
    authenticator_data::AuthenticatorData,
    client_data::{self, Ceremony},
};

/// What comes back when somebody was asked to show a passkey.
#[derive(Clone, Copy, Debug)]
pub struct Assertion<'a> {
    /// The client data, as they came.
    pub client_data_json: &'a [u8],
    /// The authenticator data, as they came.
    pub authenticator_data: &'a [u8],
    /// The signature over both.
    pub signature: &'a [u8],
}

/// What is known of the passkey.
#[derive(Clone, Copy, Debug)]
pub struct KnownCredential<'a> {
    /// Its public key.
    pub public_key: &'a PublicKey,
    /// How often it had signed.
    pub sign_count: u32,
    /// Whether it can be on several devices; nothing where no answer of it was seen before.
    pub backup_eligible: Option<bool>,
}

/// What an assertion that holds says beside that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asserted {
    /// How often the passkey signed; 0 where it does not count.
    pub sign_count: u32,
    /// Whether it can be on several devices.
    pub backup_eligible: bool,
    /// Whether it is on several devices now.
    pub backed_up: bool,
}

impl Assertion<'_> {
    /// Judges the answer to `challenge` by the passkey that it names.
    ///
    /// # Errors
    /// [`WebauthnError`] names the cause.
    pub fn judge(
        &self,
        party: &RelyingParty,
        challenge: &[u8],
        known: &KnownCredential<'_>,
    ) -> Result<Asserted, WebauthnError> {
        client_data::judge(self.client_data_json, Ceremony::Get, party, challenge)?;
        if self.authenticator_data.len() > MAXIMUM_ASSERTION_DATA {
            return Err(WebauthnError::TooLong(Part::AuthenticatorData));
        }
        let data = AuthenticatorData::judge(self.authenticator_data, party)?;
        if data.credential.is_some() {
            // An assertion attests no credential.
            return Err(WebauthnError::Malformed(Part::AuthenticatorData));
        }
        if self.signature.len() > MAXIMUM_ANSWER {
            return Err(WebauthnError::TooLong(Part::Signature));
        }
        let client_data_hash = digest(&SHA256, self.client_data_json);
        let signed = [self.authenticator_data, client_data_hash.as_ref()].concat();
        known.public_key.verify(&signed, self.signature)?;
        if known.backup_eligible.is_some_and(|known| known != data.backup_eligible) {
            return Err(WebauthnError::BackupEligibility);
        }
        // Section 6.1.1: who counts counts on.
        let counts = data.sign_count != 0 || known.sign_count != 0;
        if counts && data.sign_count <= known.sign_count {
            return Err(WebauthnError::PossibleClone);
        }
        let AuthenticatorData { sign_count, backup_eligible, backed_up, .. } = data;
        Ok(Asserted { sign_count, backup_eligible, backed_up })
    }
}
