//! Links by which people come in, sent to them: what lets somebody in is made when the letter is sent, and lies
//! in the clear nowhere.

use std::sync::Arc;

use registry::{RegisteredId, RegisteredPerson};

use super::{
    Error, Service,
    one_time_link::{self, For},
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

    /// Has a link sent to a person, if there is a mail server and the person has an address; answers the address.
    /// The caller may make one, and gives roles, or the person holds none.
    ///
    /// # Errors
    /// [`registry::OrderRefusal`] where as many letters were written as may be; [`Error`].
    pub(crate) async fn send_invitation(
        self: &Arc<Self>,
        caller: &Authenticated,
        snapshot: &Snapshot,
        person: &RegisteredPerson,
        gives_roles: bool,
    ) -> Result<Option<String>, Error> {
        let now = self.clock.now();
        let (Some(writer), Some(address)) = (self.writer(snapshot, seconds(now)), &person.email)
        else {
            return Ok(None);
        };
        let Some(letter) = writer.invitation(&person.id, address, gives_roles)? else {
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

    /// The link that a letter brings; nothing where the person may not be let in by it any more, or has another
    /// address.
    pub(super) async fn link_of_invitation(
        &self,
        letter: &HeldLetter,
        whose: RegisteredId,
        gives_roles: bool,
    ) -> Result<Option<String>, Error> {
        let Some(organisation) = self.served(&letter.organisation)? else { return Ok(None) };
        let snapshot = organisation.renewed().await?;
        let person = snapshot.register().people().get(&whose).map(|kept| &kept.value);
        let good = person.is_some_and(|person| {
            let same = person.email.as_ref().is_some_and(|email| *email == letter.address);
            same && !person.state.is_barred() && (gives_roles || person.roles.is_empty())
        });
        if !good {
            return Ok(None);
        }
        let (code, hash) = random_secret::new().map_err(record)?;
        let (lets_in, by) = (For::Person(whose), AccessBy::Nobody);
        let now = self.clock.now();
        one_time_link::keep(&self.store, organisation.tenant(), &lets_in, hash, by, now).await?;
        Ok(Some(one_time_link::address(&self.pages, code.expose())))
    }
}
