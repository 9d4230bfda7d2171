//! What administrators decide, to its end: what it leaves at the device and in links, too.

use std::sync::Arc;

use futures_util::FutureExt;
use registry::{AdministrativeAct, Change, Command, Entry, RegisteredId};

use super::{Error, Service, seconds};
use crate::{
    administration::{Changed, Snapshot},
    authentication::Authenticated,
    store::Forgotten,
};

impl Service {
    /// Has a command decided, recorded and kept in the caller's organisation; it goes on to its end
    /// when nobody waits for it. The caller must be permitted `act` when its turn has come.
    ///
    /// # Errors
    /// [`Error`]; nothing has changed then.
    pub(crate) async fn administer(
        self: &Arc<Self>,
        caller: Authenticated,
        act: AdministrativeAct,
        command: Command,
    ) -> Result<Changed, Error> {
        caller.is_fresh_for(&command, self.clock.now())?;
        let (service, place) = (Arc::clone(self), self.place_of(&caller)?);
        let change = async move {
            let _place = place;
            let now = service.clock.now();
            let permit = |present: &Snapshot| {
                caller.holds(present, now)?;
                caller.permit::<Error>(present, act)
            };
            let asker = (&caller.caller, caller.keyed.as_ref());
            let letters = |before: &Snapshot, after: &Snapshot, change: &Change| {
                service.letters_of_change((before, after), change, seconds(now))
            };
            let before = caller.organisation.snapshot();
            let changed = caller.organisation.change(asker, command, now, permit, &letters);
            let changed = changed.await?;
            let after = caller.organisation.snapshot();
            match &changed.entry {
                Entry::Profile(made) => {
                    service.end_contact_links((&before, &after), &made.profile.id).await;
                }
                Entry::Person(person) => service.lower_at_device(&after, &person.id).await,
                _ => {}
            }
            Ok::<_, Error>(changed)
        };
        self.flights.run(change).await
    }

    /// Erases a person of the caller's organisation; it goes on to its end when nobody waits for it.
    ///
    /// # Errors
    /// [`Error`].
    pub(crate) async fn erase(
        self: &Arc<Self>,
        caller: Authenticated,
        id: RegisteredId,
    ) -> Result<Forgotten, Error> {
        let (service, place) = (Arc::clone(self), self.place_of(&caller)?);
        let erasure = async move {
            let _place = place;
            let now = service.clock.now();
            let permit = |present: &Snapshot| {
                caller.holds(present, now)?;
                caller.permit(present, AdministrativeAct::ChangePeople)
            };
            let forget = |present: Arc<Snapshot>| {
                let (service, id) = (Arc::clone(&service), id.clone());
                async move { service.forget_person(&present, &id).await }.boxed()
            };
            caller.organisation.erase(&caller.caller, &id, now, permit, forget).await
        };
        self.flights.run(erasure).await
    }
}
