//! Passkeys that are made on the device's own page: begun here, and kept when the person is back.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use registry::{Admitted, Moment, Passkey, RegisteredId, RegisteredPerson, RegistryRefusal};
use seal::{ActivationId, ActivationRefusal, MadePasskey, QscdError};

use super::means::new_passkey;
use crate::{
    Error,
    administration::{Administration, ChangeError, NamedMeans},
    audit::{ChangedBy, RecordError},
    service::Service,
    store::AuditError,
};

impl Service {
    /// Whether a passkey of this relying party may sign: with a page of the device's, those of its own.
    pub(crate) fn signs_under(&self, party: &str) -> bool {
        self.activator.page().is_none_or(|page| page.rp_id == party)
    }

    /// Whether a passkey could sign, once the device knows it.
    pub(crate) fn could_activate(&self, passkey: &Passkey) -> bool {
        let elsewhere = passkey.signing_only && self.activator.page().is_none();
        !elsewhere && self.signs_under(&passkey.party)
    }

    /// Has the device ask this person for a new passkey: its name there.
    ///
    /// # Errors
    /// [`Error::Registry`] where there is no such person; [`Error::Device`].
    pub(crate) async fn begin_passkey(
        &self,
        organisation: &Administration,
        id: &RegisteredId,
    ) -> Result<ActivationId, Error> {
        let snapshot = organisation.snapshot();
        let person = snapshot.register().people().get(id).map(|kept| &kept.value);
        let person = person.ok_or_else(|| RegistryRefusal::PersonUnknown(id.clone()))?;
        let order = new_passkey(&snapshot, person)?;
        Ok(self.activator.begin_passkey(order).await?)
    }

    /// Keeps the passkey that was made by this name for this person, called `name`, and that the device
    /// registered it, if it did. Nothing where none was made; again it changes nothing.
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
    ) -> Result<(), Error> {
        let (Some(made), Some(page)) =
            (self.activator.made_passkey(made).await?, self.activator.page())
        else {
            return Ok(());
        };
        let MadePasskey {
            organization_identifier,
            person: owner,
            credential_id,
            cose_key,
            sign_count,
            backup,
        } = made;
        let snapshot = organisation.snapshot();
        let person = snapshot.register().people().get(id).map(|kept| &kept.value);
        let person = person.ok_or_else(|| RegistryRefusal::PersonUnknown(id.clone()))?;
        let expected = new_passkey(&snapshot, person)?;
        if (organization_identifier, owner) != (expected.organization_identifier, expected.person) {
            return Err(QscdError::from(ActivationRefusal::PasskeyOfAnother).into());
        }
        let now = self.clock.now();
        let moment = Moment::try_from(now);
        let moment =
            moment.map_err(|_| Error::from(AuditError::from(RecordError::TimeOutOfRange)))?;
        let passkey = Passkey {
            id: URL_SAFE_NO_PAD.encode(credential_id),
            public_key: URL_SAFE_NO_PAD.encode(cose_key),
            party: page.rp_id,
            name: name(person),
            sign_count,
            backup_eligible: backup.eligible,
            backed_up: backup.backed_up,
            made: moment,
            used: None,
            known_to: None,
            signing_only: true,
        };
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
        self.begin_means(organisation, (id, NamedMeans::Passkey(&credential)), by).await?;
        Ok(())
    }
}
