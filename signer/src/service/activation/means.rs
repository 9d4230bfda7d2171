//! Passkeys and linked logins at the device: what it takes on whose evidence, and what it forgets.

mod orders;

use std::{collections::BTreeSet, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use registry::{Passkey, RegisteredId, RegisteredPerson, RegistryRefusal};
use seal::{
    ActivationId, ActivationRefusal, AuthenticatorOrder, Challenge, Means, PasskeyAssertion,
    PendingRegistration, PersonId, PersonalEvidence, QscdError,
};

pub(super) use self::orders::new_passkey;
use self::orders::{administers, named, of, of_login, of_passkey, order_of};
pub(crate) use self::orders::{all_of, orders_of};

use crate::{
    Error,
    administration::{Administration, NamedMeans, Snapshot},
    audit::ChangedBy,
    service::Service,
};

/// What came of asking the device for a passkey's registration.
#[derive(Debug)]
pub(crate) enum MeansBegun {
    /// It is registered: it was, or it is an administrator's and the organisation's first.
    Registered,
    /// It wants the evidence of the person, by a passkey that it knows, or of an administrator.
    Wanted(PendingRegistration),
    /// It only logs in: the device takes passkeys of its own page alone. It was not asked, or this would be
    /// the organisation's first, and nobody could sign with it.
    LogsInOnly,
}

impl Service {
    /// Whether the device took a passkey, so that it activates keys.
    pub(crate) fn activates(&self, passkey: &Passkey) -> bool {
        passkey.known_to.as_deref() == Some(&*self.known_persons.run())
    }

    /// Whether the device took a login of this person, so that it activates keys.
    pub(crate) fn activates_by(&self, person: &RegisteredPerson, login: &PersonId) -> bool {
        let run = self.known_persons.run();
        person.known_logins.iter().any(|known| known.login == *login && known.known_to == run)
    }

    /// Asks the device to register a passkey or a login. It takes the first of an organisation without evidence: only
    /// an administrator's is offered as that, for whoever it is can speak for all others.
    ///
    /// # Errors
    /// [`Error::Registry`] where there is no such means; [`Error::Device`].
    pub(crate) async fn begin_means(
        &self,
        organisation: &Administration,
        (id, means): (&RegisteredId, NamedMeans<'_>),
        by: ChangedBy<'_>,
    ) -> Result<MeansBegun, Error> {
        let snapshot = organisation.snapshot();
        self.remind(&snapshot);
        let order = order_of(&snapshot, id, means)?;
        if !self.could_answer(&snapshot, id, means) {
            return Ok(MeansBegun::LogsInOnly);
        }
        let begun = self.activator.begin_registration(order.clone()).await;
        let pending = match begun {
            Ok(pending) => pending,
            Err(error @ QscdError::ActivationRefused(ActivationRefusal::AlreadyRegistered)) => {
                // It may be that of whoever else had the name.
                if !self.activator.is_registered(order.clone()).await? {
                    return Err(error.into());
                }
                self.keep_known(organisation, (id, means), order, by).await?;
                return Ok(MeansBegun::Registered);
            }
            Err(error) => return Err(error.into()),
        };
        if !order.administrator {
            return Ok(MeansBegun::Wanted(pending));
        }
        match self.activator.register_authenticator(&pending.id, None).await {
            Ok(_) => {
                self.keep_known(organisation, (id, means), order, by).await?;
                Ok(MeansBegun::Registered)
            }
            Err(QscdError::ActivationRefused(ActivationRefusal::EvidenceNeeded)) => {
                Ok(MeansBegun::Wanted(pending))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Keeps that the device registered a means, where its own page had somebody agree; it is asked, and nothing
    /// is begun.
    ///
    /// # Errors
    /// [`Error::Registry`] where there is no such means; [`Error::Device`].
    pub(crate) async fn note_means(
        &self,
        organisation: &Administration,
        (id, means): (&RegisteredId, NamedMeans<'_>),
        by: ChangedBy<'_>,
    ) -> Result<(), Error> {
        let order = order_of(&organisation.snapshot(), id, means)?;
        if self.activator.is_registered(order.clone()).await? {
            self.keep_known(organisation, (id, means), order, by).await?;
        }
        Ok(())
    }

    /// Gives the device the evidence for a registration, which it judges.
    ///
    /// # Errors
    /// [`Error::Device`]: what the device has against it; [`Error::Registry`].
    pub(crate) async fn finish_means(
        &self,
        organisation: &Administration,
        (id, means): (&RegisteredId, NamedMeans<'_>),
        (pending, nonce): (&ActivationId, &[u8; 32]),
        assertion: PasskeyAssertion,
        by: ChangedBy<'_>,
    ) -> Result<(), Error> {
        let snapshot = organisation.snapshot();
        self.remind(&snapshot);
        // What is kept is that the device took this means, and not whatever the name stands for.
        let order = order_of(&snapshot, id, means)?;
        let asked = Challenge::of_registration(&order, nonce);
        let answered = webauthn::answered_challenge(&assertion.client_data);
        if answered.ok().as_deref() != Some(asked.as_bytes().as_slice()) {
            return Err(QscdError::from(ActivationRefusal::OtherChallenge).into());
        }
        if !self.may_agree(&snapshot, id, &assertion.credential_id) {
            return Err(QscdError::from(ActivationRefusal::NotEntitled).into());
        }
        let evidence = Some(PersonalEvidence::Passkey(assertion));
        self.activator.register_authenticator(pending, evidence).await?;
        self.keep_known(organisation, (id, means), order, by).await
    }

    /// Has the device forget a means, if it took it.
    ///
    /// # Errors
    /// [`Error::Device`]; nobody should then believe that it is forgotten.
    pub(crate) async fn forget_means(
        &self,
        snapshot: &Snapshot,
        (id, means): (&RegisteredId, NamedMeans<'_>),
    ) -> Result<(), Error> {
        // Whoever is barred is forgotten, too.
        match named(snapshot, id, means) {
            Ok(order) => self.forget_each(&[order]).await,
            Err(error) if is_of_nobody(&error) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn forget_at_device(&self, order: AuthenticatorOrder) -> Result<(), Error> {
        match self.activator.remove_authenticator(order).await {
            Ok(()) | Err(QscdError::ActivationRefused(ActivationRefusal::Unknown)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Has the device forget those of these means that it took, and what waits to be taken.
    ///
    /// # Errors
    /// [`Error::Device`]; nobody should then believe that they are forgotten.
    pub(crate) async fn forget_each(&self, orders: &[AuthenticatorOrder]) -> Result<(), Error> {
        for order in orders {
            let PersonId { issuer, subject } = order.person.clone();
            let is_own = order.means == Means::Login { issuer, subject };
            // One's own account the device keeps as removed, which is only for one that was registered.
            if !is_own || self.is_there(order).await? {
                self.forget_at_device(order.clone()).await?;
            }
        }
        Ok(())
    }

    /// Whether the device took a means, for however much it speaks.
    async fn is_there(&self, order: &AuthenticatorOrder) -> Result<bool, Error> {
        let order = AuthenticatorOrder { administrator: false, ..order.clone() };
        Ok(self.activator.is_registered(order).await?)
    }

    /// Has the device know of a person who administers no more, or is barred, that nothing of theirs speaks for
    /// others. What it does not answer is told to the operator: here such a person speaks for nobody anyway.
    pub(crate) async fn lower_at_device(
        &self,
        (before, after): (&Snapshot, &Snapshot),
        id: &RegisteredId,
    ) {
        let person = |of: &Snapshot| of.register().people().get(id).map(|kept| kept.value.clone());
        let Some(person_after) = person(after).filter(|person| !administers(person)) else {
            return;
        };
        let ends = person(before).is_some_and(|person| administers(&person));
        let lowering = async {
            for order in all_of(after, &person_after)? {
                // Also one that the register does not know of; else, should it have been missed, what it knows.
                let is_meant = ends || self.is_known(&person_after, &order);
                if !is_meant || !self.is_there(&order).await? {
                    continue;
                }
                match self.activator.begin_registration(order).await {
                    Ok(_) | Err(QscdError::ActivationRefused(_)) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            Ok::<_, Error>(())
        };
        if let Err(error) = lowering.await {
            tracing::error!(%error, "the device does not know of an administrator who is none any more");
        }
    }

    /// Whether the register says that the device took it.
    fn is_known(&self, person: &RegisteredPerson, order: &AuthenticatorOrder) -> bool {
        self.known_means(person).any(|(_, means)| means.is_ok_and(|means| means == order.means))
    }

    /// The means, by their names, which the device took of those of these people who administer, and which speak
    /// there for nobody else: that wants another administrator's agreement. As many as it says within two
    /// seconds.
    pub(crate) async fn lowered_means(
        &self,
        snapshot: &Snapshot,
        people: impl Iterator<Item = &RegisteredPerson>,
    ) -> BTreeSet<String> {
        let mut lowered = BTreeSet::new();
        if self.known_persons.is_told() {
            return lowered;
        }
        let asked = async {
            for person in people.filter(|person| administers(person)) {
                for (name, means) in self.known_means(person) {
                    let order = of(snapshot, person)?.with(means?);
                    if !self.activator.is_registered(order).await? {
                        lowered.insert(name);
                    }
                }
            }
            Ok::<_, Error>(())
        };
        // A page is shown without it, too.
        let _ = tokio::time::timeout(SOON, asked).await;
        lowered
    }

    /// Whether somebody may have others take a means: its person themselves, or who administers now. The
    /// device knows the latter from when their own was registered.
    fn may_agree(&self, snapshot: &Snapshot, whose: &RegisteredId, credential: &[u8]) -> bool {
        let shown = URL_SAFE_NO_PAD.encode(credential);
        let mut people = snapshot.register().people().values().map(|kept| &kept.value);
        let shown = people.find(|one| one.passkeys.iter().any(|passkey| passkey.id == shown));
        // One that the register has not is the device's to judge.
        shown.is_none_or(|person| {
            !person.state.is_barred() && (administers(person) || person.id == *whose)
        })
    }

    /// Has a device in this process take again, after a start, what this person uses.
    pub(super) fn remind_of(&self, snapshot: &Snapshot, person: &PersonId) -> Result<(), Error> {
        match snapshot.register().registered(person) {
            Some(found) => self.remind_of_all(snapshot, found),
            None => Ok(()),
        }
    }

    /// The same for everybody of an organisation: who speaks for a passkey has to be known. What the device has
    /// against one of them is no other's fault.
    fn remind(&self, snapshot: &Snapshot) {
        let people = snapshot.register().people().values().map(|kept| &kept.value);
        for person in people.filter(|person| !person.state.is_barred()) {
            if let Err(error) = self.remind_of_all(snapshot, person) {
                tracing::warn!(%error, "the device does not take again what it had taken of somebody");
            }
        }
    }

    fn remind_of_all(&self, snapshot: &Snapshot, person: &RegisteredPerson) -> Result<(), Error> {
        self.known_means(person).try_for_each(|(_, means)| {
            let order = new_passkey(snapshot, person)?.with(means?);
            Ok(self.known_persons.take_again(&order)?)
        })
    }

    /// The means of a person that the device took, by their names.
    fn known_means<'a>(
        &'a self,
        person: &'a RegisteredPerson,
    ) -> impl Iterator<Item = (String, Result<Means, Error>)> + 'a {
        let passkeys = person.passkeys.iter().filter(|passkey| self.activates(passkey));
        let logins = person.provided_logins().filter(|login| self.activates_by(person, login));
        let passkeys = passkeys.map(|one| (one.id.clone(), of_passkey(person, one)));
        passkeys.chain(logins.map(|login| (person.name_of_login(login), Ok(of_login(login)))))
    }

    /// Whether the device could take evidence by this means.
    fn could_answer(&self, snapshot: &Snapshot, id: &RegisteredId, means: NamedMeans<'_>) -> bool {
        let NamedMeans::Passkey(name) = means else { return true };
        let person = snapshot.register().people().get(id);
        let mut passkeys = person.into_iter().flat_map(|kept| &kept.value.passkeys);
        passkeys.find(|one| one.id == name).is_some_and(|one| self.could_activate(one))
    }

    async fn keep_known(
        &self,
        organisation: &Administration,
        whose: (&RegisteredId, NamedMeans<'_>),
        taken: AuthenticatorOrder,
        by: ChangedBy<'_>,
    ) -> Result<(), Error> {
        let (run, now) = (self.known_persons.run(), self.clock.now());
        let kept = organisation.keep_known(whose, (&run, &taken.person), by, now).await;
        let kept = kept.map_err(Error::from);
        if let Err(error) = &kept
            && is_of_nobody(error)
        {
            // While the device was asked it was taken away, or became another's, or its person was erased.
            self.forget_at_device(taken).await?;
        }
        kept
    }
}

/// How long a page waits for the device.
const SOON: Duration = Duration::from_secs(2);

/// Whether there is no such means, or nobody whose it is.
fn is_of_nobody(error: &Error) -> bool {
    use RegistryRefusal::{LinkUnknown, PasskeyUnknown, PersonUnknown};
    matches!(error, Error::Registry(PersonUnknown(_) | PasskeyUnknown | LinkUnknown))
}
