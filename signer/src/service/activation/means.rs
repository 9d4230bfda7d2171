//! Passkeys and linked logins at the device: what it takes on whose evidence, and what it forgets.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use registry::{Passkey, RegisteredId, RegisteredPerson, RegistryRefusal, Role};
use seal::{
    ActivationId, ActivationRefusal, AuthenticatorOrder, Challenge, Means, NewPasskeyOrder,
    PasskeyAssertion, PendingRegistration, PersonId, PersonalEvidence, QscdError,
};

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
        self.remind(&snapshot)?;
        let order = order_of(&snapshot, id, means)?;
        if !self.could_answer(&snapshot, id, means) {
            return Ok(MeansBegun::LogsInOnly);
        }
        let administrator = order.administrator;
        let begun = self.activator.begin_registration(order).await;
        let pending = match begun {
            Ok(pending) => pending,
            Err(QscdError::ActivationRefused(ActivationRefusal::AlreadyRegistered)) => {
                self.keep_known(organisation, (id, means), by).await?;
                return Ok(MeansBegun::Registered);
            }
            Err(error) => return Err(error.into()),
        };
        if !administrator {
            return Ok(MeansBegun::Wanted(pending));
        }
        match self.activator.register_authenticator(&pending.id, None).await {
            Ok(_) => {
                self.keep_known(organisation, (id, means), by).await?;
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
        if self.activator.is_registered(order).await? {
            self.keep_known(organisation, (id, means), by).await?;
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
        self.remind(&snapshot)?;
        // What is kept is that the device took this means, and not whatever the name stands for.
        let asked = Challenge::of_registration(&order_of(&snapshot, id, means)?, nonce);
        let answered = webauthn::answered_challenge(&assertion.client_data);
        if answered.ok().as_deref() != Some(asked.as_bytes().as_slice()) {
            return Err(QscdError::from(ActivationRefusal::OtherChallenge).into());
        }
        if !self.may_agree(&snapshot, id, &assertion.credential_id) {
            return Err(QscdError::from(ActivationRefusal::NotEntitled).into());
        }
        let evidence = Some(PersonalEvidence::Passkey(assertion));
        self.activator.register_authenticator(pending, evidence).await?;
        self.keep_known(organisation, (id, means), by).await
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
        let order = match named(snapshot, id, means) {
            Ok(order) => order,
            Err(Error::Registry(
                RegistryRefusal::PersonUnknown(_)
                | RegistryRefusal::PasskeyUnknown
                | RegistryRefusal::LinkUnknown,
            )) => return Ok(()),
            Err(error) => return Err(error),
        };
        self.forget_at_device(order).await
    }

    async fn forget_at_device(&self, order: AuthenticatorOrder) -> Result<(), Error> {
        match self.activator.remove_authenticator(order).await {
            Ok(()) | Err(QscdError::ActivationRefused(ActivationRefusal::Unknown)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Has the device forget all that a person uses: who is erased leaves nothing there.
    ///
    /// # Errors
    /// [`Error::Device`]; nobody should then believe that it is forgotten.
    pub(crate) async fn forget_person(
        &self,
        snapshot: &Snapshot,
        id: &RegisteredId,
    ) -> Result<(), Error> {
        for order in self.orders_of(snapshot, id)? {
            self.forget_at_device(order).await?;
        }
        Ok(())
    }

    /// Has the device know of a person who administers no more, or is barred, that nothing of theirs speaks for
    /// others. What it does not answer is told to the operator: here such a person speaks for nobody anyway.
    pub(crate) async fn lower_at_device(&self, snapshot: &Snapshot, id: &RegisteredId) {
        let lowering = async {
            let orders = self.orders_of(snapshot, id)?;
            for order in orders.into_iter().filter(|order| !order.administrator) {
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

    /// What the device took of a person's, by what counts.
    fn orders_of(
        &self,
        snapshot: &Snapshot,
        id: &RegisteredId,
    ) -> Result<Vec<AuthenticatorOrder>, Error> {
        let person = snapshot.register().people().get(id).map(|kept| &kept.value);
        let Some(person) = person.filter(|person| person.login.is_some()) else {
            return Ok(Vec::new());
        };
        let known = self.known_means(person).map(|means| Ok(of(snapshot, person)?.with(means?)));
        known.collect()
    }

    /// Whether somebody may have others take a means: its person themselves, or who administers now. The
    /// device knows the latter from when their own was registered.
    fn may_agree(&self, snapshot: &Snapshot, whose: &RegisteredId, credential: &[u8]) -> bool {
        let shown = URL_SAFE_NO_PAD.encode(credential);
        let mut people = snapshot.register().people().values().map(|kept| &kept.value);
        let shown = people.find(|one| one.passkeys.iter().any(|passkey| passkey.id == shown));
        // One that the register has not is the device's to judge.
        shown.is_none_or(|person| {
            let administers = ADMINISTER.into_iter().any(|role| person.holds(role));
            !person.state.is_barred() && (administers || person.id == *whose)
        })
    }

    /// Has a device in this process take again, after a start, what this person uses.
    pub(super) fn remind_of(&self, snapshot: &Snapshot, person: &PersonId) -> Result<(), Error> {
        match snapshot.register().registered(person) {
            Some(found) => self.remind_of_all(snapshot, found),
            None => Ok(()),
        }
    }

    /// The same for everybody of an organisation: who speaks for a passkey has to be known.
    fn remind(&self, snapshot: &Snapshot) -> Result<(), Error> {
        let people = snapshot.register().people().values().map(|kept| &kept.value);
        let mut people = people.filter(|person| !person.state.is_barred());
        people.try_for_each(|person| self.remind_of_all(snapshot, person))
    }

    fn remind_of_all(&self, snapshot: &Snapshot, person: &RegisteredPerson) -> Result<(), Error> {
        self.known_means(person).try_for_each(|means| {
            let order = new_passkey(snapshot, person)?.with(means?);
            Ok(self.known_persons.take_again(&order)?)
        })
    }

    /// The means of a person that the device took.
    fn known_means<'a>(
        &'a self,
        person: &'a RegisteredPerson,
    ) -> impl Iterator<Item = Result<Means, Error>> + 'a {
        let passkeys = person.passkeys.iter().filter(|passkey| self.activates(passkey));
        let logins =
            person.provided_logins().filter(|login| self.activates_by(person, login)).map(of_login);
        passkeys.map(|one| of_passkey(person, one)).chain(logins.map(Ok))
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
        by: ChangedBy<'_>,
    ) -> Result<(), Error> {
        let (run, now) = (self.known_persons.run(), self.clock.now());
        Ok(organisation.keep_known(whose, &run, by, now).await?)
    }
}

/// The roles whose holders speak for others at the device.
const ADMINISTER: [Role; 2] = [Role::OrganisationAdministrator, Role::UserAdministrator];

/// What is to be registered for whom, by the names of entry and means.
fn order_of(
    snapshot: &Snapshot,
    id: &RegisteredId,
    means: NamedMeans<'_>,
) -> Result<AuthenticatorOrder, Error> {
    let person = snapshot.register().people().get(id);
    if person.is_some_and(|kept| kept.value.state.is_barred()) {
        return Err(RegistryRefusal::PersonBarred.into());
    }
    named(snapshot, id, means)
}

/// The same of whoever is barred, too.
fn named(
    snapshot: &Snapshot,
    id: &RegisteredId,
    means: NamedMeans<'_>,
) -> Result<AuthenticatorOrder, Error> {
    let person = snapshot.register().people().get(id).map(|kept| &kept.value);
    let person = person.ok_or_else(|| RegistryRefusal::PersonUnknown(id.clone()))?;
    let means = match means {
        NamedMeans::Passkey(name) => {
            let passkey = person.passkeys.iter().find(|one| one.id == name);
            of_passkey(person, passkey.ok_or(RegistryRefusal::PasskeyUnknown)?)?
        }
        NamedMeans::Login(name) => {
            of_login(person.provided_login(name).ok_or(RegistryRefusal::LinkUnknown)?)
        }
    };
    Ok(of(snapshot, person)?.with(means))
}

/// For whom a means is registered, or a passkey made.
pub(super) fn new_passkey(
    snapshot: &Snapshot,
    person: &RegisteredPerson,
) -> Result<NewPasskeyOrder, Error> {
    if person.state.is_barred() {
        return Err(RegistryRefusal::PersonBarred.into());
    }
    of(snapshot, person)
}

fn of(snapshot: &Snapshot, person: &RegisteredPerson) -> Result<NewPasskeyOrder, Error> {
    Ok(NewPasskeyOrder {
        organization_identifier: snapshot.policy().organisation().organization_identifier(),
        person: person.login.clone().ok_or(RegistryRefusal::PasskeyUnknown)?,
        given_name: person.given_name.clone(),
        surname: person.family_name.clone(),
        administrator: ADMINISTER.into_iter().any(|role| person.holds(role)),
    })
}

fn of_passkey(person: &RegisteredPerson, passkey: &Passkey) -> Result<Means, Error> {
    let bytes = |text: &str| {
        URL_SAFE_NO_PAD.decode(text).map_err(|_| Error::from(RegistryRefusal::PasskeyUnknown))
    };
    Ok(Means::Passkey {
        credential_id: bytes(&passkey.id)?,
        cose_key: bytes(&passkey.public_key)?,
        user_handle: match &passkey.signing_handle {
            Some(handle) => bytes(handle)?,
            None => person.id.0.as_bytes().to_vec(),
        },
    })
}

fn of_login(login: &PersonId) -> Means {
    let PersonId { issuer, subject } = login.clone();
    Means::Login { issuer, subject }
}
