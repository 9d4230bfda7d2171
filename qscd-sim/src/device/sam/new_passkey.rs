//! Passkeys that are made on the device's own page: each is asked for once, and registered like any other.

use std::time::SystemTime;

use ring::rand::SystemRandom;
use seal::{
    ActivationId, ActivationRefusal, Backup, Challenge, MadePasskey, NewPasskeyOrder, QscdError,
};
use webauthn::Registration;

use super::{
    activations::{Activations, of_person, unavailable},
    waiting::{Waiting, What},
};
use crate::randomness::random;

impl Activations {
    /// Begins to have a passkey made; answers its name, and when it ends.
    pub(in crate::device) fn begin_passkey(
        &self,
        client: Option<&str>,
        order: NewPasskeyOrder,
        now: SystemTime,
        rng: &SystemRandom,
    ) -> Result<(ActivationId, SystemTime), QscdError> {
        self.authenticators.examine_new(&order)?;
        // Nothing is signed by this answer (`attestation` is `none`): the challenge says only that it is of
        // now.
        let challenge = Challenge::from_bytes(random(rng).map_err(unavailable)?);
        let user_handle = random(rng).map_err(unavailable)?;
        let requester = of_person(&order.organization_identifier, &order.person);
        let what = What::NewPasskey { order, user_handle, made: None };
        self.wait(Waiting::new(what, client, requester, challenge, now), rng)
    }

    /// Judges the answer to it, once, and keeps what was made. It signs nothing before it is registered.
    pub(in crate::device) fn make_passkey(
        &self,
        id: &ActivationId,
        answer: &Registration<'_>,
        now: SystemTime,
    ) -> Result<(), ActivationRefusal> {
        let mut waiting = self.waiting();
        let one = waiting.living(id, now).ok_or(ActivationRefusal::Unknown)?;
        let What::NewPasskey { order, user_handle, made: made @ None } = &mut one.what else {
            return Err(ActivationRefusal::Unknown);
        };
        let credential = match self.authenticators.judge_new(answer, &one.challenge) {
            Ok(credential) => credential,
            Err(refusal) => {
                one.count_try();
                return Err(refusal);
            }
        };
        *made = Some(MadePasskey {
            organization_identifier: order.organization_identifier.clone(),
            person: order.person.clone(),
            credential_id: credential.id,
            cose_key: credential.public_key.cose().to_vec(),
            user_handle: user_handle.to_vec(),
            sign_count: credential.sign_count,
            backup: Backup {
                eligible: credential.backup_eligible,
                backed_up: credential.backed_up,
            },
        });
        Ok(())
    }

    /// For which organisation it is, and what was made; nothing yet.
    pub(in crate::device) fn made_passkey(
        &self,
        id: &ActivationId,
        now: SystemTime,
    ) -> Result<(String, Option<MadePasskey>), ActivationRefusal> {
        match self.waiting().living(id, now).map(|one| &one.what) {
            Some(What::NewPasskey { order, made, .. }) => {
                Ok((order.organization_identifier.clone(), made.clone()))
            }
            Some(What::Activation { .. } | What::Registration(_)) | None => {
                Err(ActivationRefusal::Unknown)
            }
        }
    }
}
