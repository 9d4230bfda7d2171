//! Links by which people come in, sent to them: what lets somebody in is made when the letter is sent, and lies
//! in the clear nowhere.

use std::sync::Arc;

use registry::{RegisteredId, RegisteredPerson};

use super::{
    Error, Service,
    one_time_link::{self, KeptLink, LIFETIME},
    ordered::{record, refused},
    seconds,
};
use crate::{
    administration::Snapshot,
    audit::{AccessBy, AccessRecord, AccessStep},
    authentication::Authenticated,
    random_secret,
    store::HeldLetter,
};

impl Service {
    /// Whether there is a mail server.
    pub(crate) fn sends_letters(&self) -> bool {
        self.post.is_some()
    }

    /// Has a link sent to a person who holds no roles, if there is a mail server and the person has an address;
    /// answers the address. The caller may make one.
    ///
    /// # Errors
    /// [`registry::OrderRefusal`] where as many letters were written as may be; [`Error`].
    pub(crate) async fn send_invitation(
        self: &Arc<Self>,
        caller: &Authenticated,
        snapshot: &Snapshot,
        person: &RegisteredPerson,
    ) -> Result<Option<String>, Error> {
        let now = self.clock.now();
        let (Some(writer), Some(address)) = (self.writer(snapshot, seconds(now)), &person.email)
        else {
            return Ok(None);
        };
        let Some(letter) = writer.invitation(&person.id, address)? else {
            return Ok(None);
        };
        let asked = AccessRecord {
            what: AccessStep::LinkAsked,
            by: AccessBy::Caller(&caller.caller),
            means: None,
            entry: Some(&person.id.0),
            cause: None,
        };
        let tenant = caller.organisation.tenant();
        tenant.note_access_with(asked, vec![letter], now).await.map_err(refused)?;
        Ok(Some(address.clone()))
    }

    /// The link that a letter brings; nothing where the person may not be let in by it any more, has another
    /// address, or was to come in within a day that is over.
    pub(super) async fn link_of_invitation(
        &self,
        letter: &HeldLetter,
        whose: RegisteredId,
    ) -> Result<Option<String>, Error> {
        let Some(organisation) = self.served(&letter.organisation)? else { return Ok(None) };
        let now = self.clock.now();
        if seconds(now).saturating_sub(letter.made) > LIFETIME.as_secs().cast_signed() {
            return Ok(None);
        }
        let snapshot = organisation.renewed().await?;
        let person = snapshot.register().people().get(&whose).map(|kept| &kept.value);
        let link = KeptLink::sent(whose.clone(), &letter.address);
        if !person.is_some_and(|person| link.admits(person)) {
            return Ok(None);
        }
        let (code, hash) = random_secret::new().map_err(record)?;
        let (tenant, by) = (organisation.tenant(), AccessBy::Nobody);
        one_time_link::keep(&self.store, tenant, &link, hash, by, now).await?;
        Ok(Some(one_time_link::address(&self.pages, code.expose())))
    }
}
