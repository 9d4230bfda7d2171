//! `credentials/list`: what a caller may seal with. What it may and does not have is made now.

use std::sync::Arc;

use csc::{ApiVersion, CredentialsAnswer, ListRequest};
use seal::ProfileId;

use super::{
    Asker, Csc, Failure,
    shown::shown,
    wallets::{Wallet, is_of_use},
};
use crate::Error;

impl Csc {
    /// The credentials of whoever asks: of an application, whichever user of its own it asks for.
    ///
    /// # Errors
    /// [`Failure`] when one that is missing cannot be made, and there is no other.
    pub async fn list(
        &self,
        version: ApiVersion,
        asker: &Asker,
        request: &ListRequest,
    ) -> Result<CredentialsAnswer, Failure> {
        if request.names_user && asker.caller.caller.person().is_some() {
            return Err(csc::Error::request("userID parameter MUST be null").into());
        }
        let wallet = self.furnished(asker).await?;
        let now = self.service.clock().now();
        // What has signed all that it may, or whose time is over, is nobody's choice any more.
        let credentials: Vec<_> =
            wallet.all().into_iter().filter(|(_, one)| is_of_use(one, now)).collect();
        let page = credentials.iter().skip(request.after).take(request.maximum);
        let end = request.after.saturating_add(request.maximum);
        Ok(CredentialsAnswer {
            ids: page.clone().map(|(id, _)| id.clone()).collect(),
            infos: request.described.then(|| {
                page.map(|(id, one)| {
                    shown((version, asker), Some(id.clone()), one, request.depth, now)
                })
                .collect()
            }),
            only_valid: request.only_valid.then_some(true),
            next: (end < credentials.len()).then(|| end.to_string()),
        })
    }

    /// What the caller has; one who may have nothing has a wallet that nobody keeps.
    async fn furnished(&self, asker: &Asker) -> Result<Arc<Wallet>, Failure> {
        let now = self.service.clock().now();
        let snapshot = asker.caller.organisation.snapshot();
        let mut profiles = snapshot.policy().profiles().iter();
        let wallet = match self.wallets.existing(asker) {
            Some(wallet) => wallet,
            None if profiles.any(|one| self.service.may_open_session(&asker.caller, one, now)) => {
                self.wallets.of(asker)
            }
            None => return Ok(Arc::default()),
        };
        self.furnish(asker, &wallet).await?;
        Ok(wallet)
    }

    /// Makes a credential for each profile that the caller may seal with and has none of.
    async fn furnish(&self, asker: &Asker, wallet: &Arc<Wallet>) -> Result<(), Failure> {
        let _turn = wallet.making.lock().await;
        let now = self.service.clock().now();
        let present = wallet.all();
        let has = |profile: &ProfileId| {
            present.iter().any(|(_, one)| one.profile() == profile && is_of_use(one, now))
        };
        let snapshot = asker.caller.organisation.snapshot();
        let missing = snapshot.policy().profiles().iter().filter(|profile| {
            !has(&profile.id) && self.service.may_open_session(&asker.caller, profile, now)
        });
        let mut failed: Option<Error> = None;
        for profile in missing {
            if let Err(full) = wallet.room(now) {
                failed = Some(full.into());
                break;
            }
            match self.service.open_session(&asker.caller, &profile.id).await {
                Ok(credential) => drop(wallet.keep(credential, now)?),
                // One suite whose keys cannot be had does not keep the others from being used.
                Err(error) => failed = Some(error),
            }
        }
        let usable = wallet.all().iter().any(|(_, one)| is_of_use(one, now));
        match failed {
            Some(error) if !usable => Err(error.into()),
            Some(error) => {
                tracing::warn!(cause = %error, "a credential for a session could not be made");
                Ok(())
            }
            None => Ok(()),
        }
    }
}
