//! `credentials/create` and `credentials/delete` (2.2): the life of a credential in the client's hands.

use csc::{ApiVersion, CreationRequest, CredentialInfo};
use seal::ProfileId;

use super::{Asker, Csc, Failure, document::profile_of, shown::shown};

/// The certificate policy of seals (`docs/certificate-profiles.md`).
const POLICY_SEAL: &str = "1.3.6.1.4.1.32473.1.1";

impl Csc {
    /// Makes a credential with the certificate policy that is asked for: the qualifier of a profile, or
    /// the policy of seals, which is the first profile that the caller may seal with.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn create(
        &self,
        version: ApiVersion,
        asker: &Asker,
        request: &CreationRequest,
    ) -> Result<CredentialInfo, Failure> {
        let now = self.service.clock().now();
        let unknown = || csc::Error::invalid("certificatePolicy");
        let named = profile_of(&request.policy);
        let snapshot = asker.caller.organisation.snapshot();
        let mut profiles = snapshot.policy().profiles().iter();
        let wanted: Option<ProfileId> = match (named, request.policy == POLICY_SEAL) {
            (Some(named), _) => profiles.find(|one| one.id == named).map(|one| one.id.clone()),
            (None, true) => profiles
                .find(|one| self.service.may_open_session(&asker.caller, one, now))
                .map(|one| one.id.clone()),
            (None, false) => None,
        };
        let profile = wanted.ok_or_else(unknown)?;
        if !snapshot.policy().profile(&profile).is_some_and(|one| csc::offers(one.algorithm)) {
            return Err(unknown().into());
        }
        let existing = self.wallets.existing(asker).unwrap_or_default();
        let _turn = existing.making.lock().await;
        existing.room(now)?;
        let credential = self.service.open_session(&asker.caller, &profile).await?;
        let (id, credential) = self.wallets.of(asker).keep(credential, now)?;
        Ok(shown((version, asker), Some(id), &credential, request.depth, now))
    }

    /// Forgets a credential; its key is destroyed with it.
    ///
    /// # Errors
    /// [`Failure`] for any other's as for none.
    pub fn delete(&self, asker: &Asker, id: &str) -> Result<(), Failure> {
        self.wallets.credential(asker, id)?;
        self.wallets.of(asker).forget(id);
        Ok(())
    }
}
