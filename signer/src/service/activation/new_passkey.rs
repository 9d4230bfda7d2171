//! Passkeys that are made on the device's own page: begun here, and kept when the person is back.

use std::time::SystemTime;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use registry::{
    Admitted, MAXIMUM_PASSKEYS, Moment, Passkey, RegisteredId, RegisteredPerson, RegistryRefusal,
};
use seal::{ActivationId, ActivationRefusal, MadePasskey, QscdError};

use super::means::{MeansBegun, new_passkey};
use crate::{
    Error,
    administration::{Administration, ChangeError, NamedMeans},
    audit::{ChangedBy, RecordError},
    service::Service,
    store::AuditError,
};

impl Service {
    /// Whether a passkey could sign, once the device knows it: where the device asks on a page of its own, those
    /// of that page's relying party.
    pub(crate) fn could_activate(&self, passkey: &Passkey) -> bool {
        match self.activator.page() {
            Some(page) => passkey.party == page.rp_id,
            None => !passkey.signs_only(),
        }
    }

    /// Has the device ask this person for a new passkey: its name there.
    ///
    /// # Errors
    /// [`Error::Registry`] where there is no such person, or no room for another passkey; [`Error::Device`], as
    /// where the device has no page.
    pub(crate) async fn begin_passkey(
        &self,
        organisation: &Administration,
        id: &RegisteredId,
    ) -> Result<ActivationId, Error> {
        let snapshot = organisation.snapshot();
        let person = snapshot.register().people().get(id).map(|kept| &kept.value);
        let person = person.ok_or_else(|| RegistryRefusal::PersonUnknown(id.clone()))?;
        if person.passkeys.len() >= MAXIMUM_PASSKEYS {
            return Err(RegistryRefusal::Full { what: "passkeys", most: MAXIMUM_PASSKEYS }.into());
        }
        let order = new_passkey(&snapshot, person)?;
        Ok(self.activator.begin_passkey(order).await?)
    }

    /// Keeps the passkey that was made by this name for this person, called `name`, and has it registered, as
    /// any other: by its id, what is to be agreed to, if anything. Nothing where none was made; again it adds
    /// nothing.
    ///
    /// # Errors
    /// [`Error::Device`] for a passkey that is another person's; [`Error::Registry`].
    pub(crate) async fn keep_passkey(
        &self,
        organisation: &Administration,
        id: &RegisteredId,
        made: &ActivationId,
        name: impl FnOnce(&RegisteredPerson) -> String,
        by: ChangedBy<'_>,
    ) -> Result<Option<(String, MeansBegun)>, Error> {
        let (Some(made), Some(page)) =
            (self.activator.made_passkey(made).await?, self.activator.page())
        else {
            return Ok(None);
        };
        let snapshot = organisation.snapshot();
        let person = snapshot.register().people().get(id).map(|kept| &kept.value);
        let person = person.ok_or_else(|| RegistryRefusal::PersonUnknown(id.clone()))?;
        let expected = new_passkey(&snapshot, person)?;
        if made.person != expected.person
            || made.organization_identifier != expected.organization_identifier
        {
            return Err(QscdError::from(ActivationRefusal::PasskeyOfAnother).into());
        }
        let now = self.clock.now();
        let passkey = of_made(made, page.rp_id, name(person), now)?;
        let credential = passkey.id.clone();
        if !person.passkeys.iter().any(|one| one.id == credential) {
            let taken = |one: &Administration| {
                one.snapshot().register().with_passkey(&credential).is_some()
            };
            if self.organisations().all().iter().any(|one| taken(one)) {
                return Err(RegistryRefusal::PasskeyTaken.into());
            }
            let admitted = organisation.admit(Admitted::Known(id.clone()), passkey, by, now).await;
            admitted.map_err(|error: ChangeError| Error::from(error))?;
        }
        let begun = self.begin_means(organisation, (id, NamedMeans::Passkey(&credential)), by);
        Ok(Some((credential.clone(), begun.await?)))
    }
}

/// A passkey that was made, as it is kept.
fn of_made(
    made: MadePasskey,
    party: String,
    name: String,
    now: SystemTime,
) -> Result<Passkey, Error> {
    let moment = Moment::try_from(now);
    Ok(Passkey {
        id: URL_SAFE_NO_PAD.encode(made.credential_id),
        public_key: URL_SAFE_NO_PAD.encode(made.cose_key),
        party,
        name,
        sign_count: made.sign_count,
        backup_eligible: made.backup.eligible,
        backed_up: made.backup.backed_up,
        made: moment.map_err(|_| AuditError::from(RecordError::TimeOutOfRange))?,
        used: None,
        known_to: None,
        signing_handle: Some(URL_SAFE_NO_PAD.encode(made.user_handle)),
    })
}
