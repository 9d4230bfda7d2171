//! `auth/revoke`: an access token, taken back by one who bears a token of the same client.

use csc::{Code, RevocationRequest};

use super::{Asker, Csc, Failure, bearer::bearer_hash};
use crate::{
    Error,
    store::{KeptSecret, SecretKind},
};

impl Csc {
    /// Ends a token; one that is not known is no failure. What was authorised by it is worth nothing
    /// from then on.
    ///
    /// # Errors
    /// [`Failure`] for another client's token, which stays, and for who bears none.
    pub async fn revoke(&self, asker: &Asker, request: &RevocationRequest) -> Result<(), Failure> {
        let Some(access) = &asker.caller.access else {
            let why = "only one who bears an access token takes one back";
            return Err(csc::Error::new(Code::AccessDenied, why).into());
        };
        let hash = bearer_hash(&request.token);
        let (store, now) = (self.service.store(), self.service.clock().now());
        let kept = store.secret(SecretKind::AccessToken, &hash, now).await.map_err(Error::from)?;
        let Some(kept) = kept else { return Ok(()) };
        let organisation = asker.caller.organisation.organisation();
        if kept.subject != access.client.0 || kept.organisation != *organisation {
            return Err(csc::Error::invalid("token").into());
        }
        // A person takes back what they gave, and the client for itself whatever it was given.
        let person = asker.caller.caller.person().map(|one| KeptSecret::of_person(&one.person));
        if person.is_some() && kept.person != person {
            return Err(csc::Error::invalid("token").into());
        }
        store.end_secret(SecretKind::AccessToken, &hash).await.map_err(Error::from)?;
        Ok(())
    }
}
