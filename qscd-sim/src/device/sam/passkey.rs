//! A passkey's assertion, judged by the device itself (Web Authentication Level 3, clause 7.2).

use seal::{ActivationRefusal, Backup, Challenge, Means, PasskeyAssertion};
use webauthn::{Assertion, KnownCredential, Part, PublicKey, RelyingParty, WebauthnError};

/// A registered passkey, as far as an assertion is held against it.
#[derive(Clone, Debug)]
pub(super) struct Passkey {
    key: PublicKey,
    user_handle: Vec<u8>,
    /// The counter of the last assertion.
    count: u32,
    /// Whether it may be backed up, as its first assertion said: that does not change (clause 6.1.3).
    backup_eligible: Option<bool>,
}

impl Passkey {
    /// A passkey that has asserted nothing yet.
    ///
    /// # Errors
    /// [`ActivationRefusal::KeyMalformed`].
    pub(super) fn new(cose_key: &[u8], user_handle: &[u8]) -> Result<Self, ActivationRefusal> {
        let key = PublicKey::from_cose(cose_key).map_err(|_| ActivationRefusal::KeyMalformed)?;
        Ok(Self { key, user_handle: user_handle.to_vec(), count: 0, backup_eligible: None })
    }

    /// As it was registered.
    pub(super) fn means(&self, credential_id: &[u8]) -> Means {
        Means::Passkey {
            credential_id: credential_id.to_vec(),
            cose_key: self.key.cose().to_vec(),
            user_handle: self.user_handle.clone(),
        }
    }

    /// Judges an assertion over `challenge`, and remembers what it says of the passkey.
    pub(super) fn judge(
        &mut self,
        assertion: &PasskeyAssertion,
        challenge: &Challenge,
        relying_party: &RelyingParty,
    ) -> Result<Backup, ActivationRefusal> {
        if assertion.user_handle.as_ref().is_some_and(|handle| *handle != self.user_handle) {
            return Err(ActivationRefusal::OtherUserHandle);
        }
        let known = KnownCredential {
            public_key: &self.key,
            sign_count: self.count,
            backup_eligible: self.backup_eligible,
        };
        let answer = Assertion {
            client_data_json: &assertion.client_data,
            authenticator_data: &assertion.authenticator_data,
            signature: &assertion.signature,
        };
        let judged = answer.judge(relying_party, challenge.as_bytes(), &known);
        let asserted = judged.map_err(refusal)?;
        self.count = asserted.sign_count;
        self.backup_eligible = Some(asserted.backup_eligible);
        Ok(Backup { eligible: asserted.backup_eligible, backed_up: asserted.backed_up })
    }
}

/// What is wrong, in the words of the device.
pub(super) fn refusal(error: WebauthnError) -> ActivationRefusal {
    match error {
        WebauthnError::TooLong(part) | WebauthnError::Malformed(part) => match part {
            Part::ClientData => ActivationRefusal::ClientDataMalformed,
            Part::Signature => ActivationRefusal::SignatureInvalid,
            Part::AuthenticatorData | Part::AttestationObject | Part::PublicKey | Part::Cbor => {
                ActivationRefusal::AuthenticatorDataMalformed
            }
        },
        WebauthnError::Signature => ActivationRefusal::SignatureInvalid,
        WebauthnError::NoCredential => ActivationRefusal::AuthenticatorDataMalformed,
        WebauthnError::OtherCeremony => ActivationRefusal::OtherType,
        WebauthnError::OtherChallenge => ActivationRefusal::OtherChallenge,
        WebauthnError::OtherOrigin => ActivationRefusal::OtherOrigin,
        WebauthnError::CrossOrigin => ActivationRefusal::CrossOrigin,
        WebauthnError::OtherRelyingParty => ActivationRefusal::OtherRelyingParty,
        WebauthnError::UserAbsent => ActivationRefusal::UserNotPresent,
        WebauthnError::UserNotVerified => ActivationRefusal::UserNotVerified,
        WebauthnError::Algorithm => ActivationRefusal::KeyMalformed,
        WebauthnError::PossibleClone => ActivationRefusal::PossibleClone,
        WebauthnError::BackupEligibility => ActivationRefusal::BackupChanged,
    }
}
