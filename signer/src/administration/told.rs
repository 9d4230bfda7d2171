//! What the device was told of an organisation's profiles, and how it comes to know what is on record.

use std::collections::{BTreeMap, BTreeSet};

use registry::Version;
use seal::{ProfileId, QscdError, Registered, Registrar, Registration};

use super::{Administration, ChangeError, Snapshot};

/// What this process told last. Other nodes tell the same device, each of what is on record; what one
/// says too late it mends when it hears of the change.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// The change up to which everything was told; none when the device may know something else.
    revision: Option<Version>,
    last: BTreeMap<ProfileId, Last>,
}

#[derive(Debug)]
struct Last {
    registration: Registration,
    /// Otherwise it is not known whether the device has it.
    acknowledged: bool,
}

impl Told {
    /// Tells of a change that is not on record yet.
    pub(super) async fn of_change(
        &mut self,
        device: &dyn Registrar,
        registration: Registration,
    ) -> Result<Registered, QscdError> {
        self.revision = None;
        self.tell(device, registration).await
    }

    async fn tell(
        &mut self,
        device: &dyn Registrar,
        registration: Registration,
    ) -> Result<Registered, QscdError> {
        let profile = registration.profile.clone();
        // Before it is known: whoever waits for the answer may be gone when it comes.
        let last = Last { registration: registration.clone(), acknowledged: false };
        self.last.insert(profile.clone(), last);
        let registered = device.register(registration).await?;
        if let Some(last) = self.last.get_mut(&profile) {
            last.acknowledged = true;
        }
        Ok(registered)
    }

    /// Tells what `present` says of a profile, unless that was said last. One of which it says nothing
    /// was told of and not recorded: that is withdrawn.
    async fn tell_of(
        &mut self,
        device: &dyn Registrar,
        present: &Snapshot,
        profile: &ProfileId,
    ) -> Result<(), QscdError> {
        let last = self.last.get(profile);
        let unrecorded = || Some(Registration { withdrawn: true, ..last?.registration.clone() });
        let Some(wanted) = present.registration(profile).or_else(unrecorded) else { return Ok(()) };
        if last.is_some_and(|last| last.acknowledged && last.registration == wanted) {
            return Ok(());
        }
        self.tell(device, wanted).await.map(drop)
    }
}

impl Administration {
    /// Tells the device what is on record of the profiles that administrators made, those that were
    /// retired among them. What it was told last is not said again.
    ///
    /// # Errors
    /// [`ChangeError`] of the first profile that the device does not take, or when the register cannot
    /// be read.
    pub(crate) async fn tell_device(&self) -> Result<(), ChangeError> {
        let known = self.told.lock().await.revision;
        if known == Some(self.snapshot().revision()) {
            return Ok(());
        }
        // What the device was told may be on record although whoever recorded it was not answered.
        let present = self.renewed().await?;
        let made = present.register().profiles().keys().cloned();
        let mut profiles: BTreeSet<ProfileId> = made.collect();
        let mut told = self.told.lock().await;
        // A change that comes in between makes it none again.
        told.revision = Some(present.revision());
        profiles.extend(told.last.keys().cloned());
        drop(told);
        for profile in profiles {
            let mut told = self.told.lock().await;
            if let Err(error) = told.tell_of(&*self.device, &self.snapshot(), &profile).await {
                told.revision = None;
                return Err(error.into());
            }
        }
        Ok(())
    }

    /// Tells the device what is on record of a profile after a change that may not be: another node may
    /// have recorded the same. For whoever has the turn.
    pub(super) async fn correct(&self, told: &mut Told, profile: &ProfileId) {
        let corrected = match self.renew().await {
            Ok(present) => told.tell_of(&*self.device, &present, profile).await.map_err(Into::into),
            Err(error) => Err(ChangeError::from(error)),
        };
        if let Err(error) = corrected {
            let number = self.organisation();
            tracing::warn!(%number, %error, "the device may know of a profile what is not on record, until it is told anew");
        }
    }
}

#[cfg(test)]
mod tests;
