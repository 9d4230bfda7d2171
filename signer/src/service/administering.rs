//! What administrators decide, to its end: what it leaves at the device and in links, too.

use std::sync::Arc;

use registry::{AdministrativeAct, Change, Command, Entry, Permitted, RegisteredId};
use seal::AuthenticatorOrder;

use super::{
    Error, Service,
    activation::{all_of, orders_of},
    ordered::moment,
    seconds,
};
use crate::{
    administration::{Changed, Snapshot},
    authentication::Authenticated,
    store::Forgotten,
};

impl Service {
    /// Has a command decided, recorded and kept in the caller's organisation; it goes on to its end
    /// when nobody waits for it. The caller must be permitted `act` when its turn has come. What it takes
    /// from a person the device forgets before and after: what it does not answer may be asked again, and it
    /// may have been asked meanwhile to take it again.
    ///
    /// # Errors
    /// [`Error`]; nothing has changed here then, though the device may have forgotten what it was to forget.
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
            let tried = || {
                let permitted = permit(&before)?;
                Ok::<_, Error>(before.register().decide(
                    &permitted,
                    command.clone(),
                    moment(now)?,
                )?)
            };
            // What will be refused takes nothing away there either.
            let taken = match &command {
                Command::People(_) => {
                    tried().map_or(Ok(Vec::new()), |change| taken_by(&before, change.after()))?
                }
                _ => Vec::new(),
            };
            service.forget_each(&taken).await?;
            let changed = caller.organisation.change(asker, command, now, permit, &letters);
            let changed = changed.await?;
            service.forget_again(&taken).await;
            let after = caller.organisation.snapshot();
            match &changed.entry {
                Entry::Profile(made) => {
                    service.end_contact_links((&before, &after), &made.profile.id).await;
                }
                Entry::Person(person) => {
                    service.lower_at_device((&before, &after), &person.id).await;
                }
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
                caller.permit::<Error>(present, AdministrativeAct::ChangePeople)
            };
            let before = caller.organisation.snapshot();
            let permitted: Permitted = permit(&before)?;
            before.register().erasable(&permitted, &id, moment(now)?)?;
            // At the device as with what a change takes from them.
            let theirs = orders_of(&before, &id)?;
            service.forget_each(&theirs).await?;
            let erased = caller.organisation.erase(&caller.caller, &id, now, permit).await;
            let (person, forgotten) = erased?;
            // A means that cannot be read was never taken.
            service.forget_again(&all_of(&before, &person).unwrap_or_default()).await;
            Ok::<_, Error>(forgotten)
        };
        self.flights.run(erasure).await
    }

    /// Has the device forget what it may have been asked to take while it was taken away. What was decided
    /// stands, and the operator is told where the device does not answer.
    async fn forget_again(&self, taken: &[AuthenticatorOrder]) {
        if let Err(error) = self.forget_each(taken).await {
            tracing::error!(%error, "the device may have a means of login that was taken away");
        }
    }
}

/// What a person had that the device may have taken, and has not any more.
fn taken_by(before: &Snapshot, after: &Entry) -> Result<Vec<AuthenticatorOrder>, Error> {
    let Entry::Person(after) = after else { return Ok(Vec::new()) };
    let mut had = orders_of(before, &after.id)?;
    let kept = all_of(before, after)?;
    had.retain(|one| !kept.iter().any(|kept| kept.person == one.person && kept.means == one.means));
    Ok(had)
}
