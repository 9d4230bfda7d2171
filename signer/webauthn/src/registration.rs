//! A new passkey (section 7.1).

use crate::{
    MAXIMUM_ANSWER, Part, PublicKey, RelyingParty, WebauthnError,
    authenticator_data::AuthenticatorData,
    cbor::Item,
    client_data::{self, Ceremony},
};

/// What comes back when a passkey was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Registration<'a> {
    /// The client data, as they came.
    pub client_data_json: &'a [u8],
    /// The attestation object.
    pub attestation_object: &'a [u8],
}

/// A passkey, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Its id, which the authenticator made.
    pub id: Vec<u8>,
    /// Its public key.
    pub public_key: PublicKey,
    /// How often it signed; 0 where it does not count.
    pub sign_count: u32,
    /// Whether it can be on several devices.
    pub backup_eligible: bool,
    /// Whether it is now.
    pub backed_up: bool,
}

impl Registration<'_> {
    /// Judges the answer to `challenge`.
    ///
    /// # Errors
    /// [`WebauthnError`] names the cause.
    pub fn judge(
        &self,
        party: &RelyingParty,
        challenge: &[u8],
    ) -> Result<Credential, WebauthnError> {
        const PART: Part = Part::AttestationObject;
        client_data::judge(self.client_data_json, Ceremony::Create, party, challenge)?;
        if self.attestation_object.len() > MAXIMUM_ANSWER {
            return Err(WebauthnError::TooLong(PART));
        }
        let (object, rest) = Item::read(self.attestation_object)?;
        let data = object.named("authData").and_then(Item::bytes);
        // No attestation was asked for. One that comes all the same, as from authenticators that
        // attest with the passkey itself, is not looked at.
        let data = data.filter(|_| rest.is_empty()).ok_or(WebauthnError::Malformed(PART))?;
        let data = AuthenticatorData::judge(data, party)?;
        let (id, key) = data.credential.ok_or(WebauthnError::NoCredential)?;
        Ok(Credential {
            id: id.to_vec(),
            public_key: PublicKey::from_cose(key)?,
            sign_count: data.sign_count,
            backup_eligible: data.backup_eligible,
            backed_up: data.backed_up,
        })
    }
}
