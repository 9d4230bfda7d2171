//! Passkeys and logins of people: what is decided without a role, for it is one's own.

use std::time::SystemTime;

use registry::{
    Actor, Admitted, Command, MakeGrant, Moment, OWN_ISSUER, Passkey, Permitted, PersonGrantId,
    RegisteredId, RegistryRefusal, Role, Roles,
};
use seal::{Act, Caller, Grantee, PersonId};

use super::{Administration, ChangeError, Changed, Snapshot, moment};
use crate::audit::ChangedBy;

/// A day, in seconds.
const DAY: u64 = 86_400;

/// A means of login of a person, by its name in the register.
#[derive(Clone, Copy, Debug)]
pub(crate) enum NamedMeans<'a> {
    /// A passkey, by the credential's id in base64url.
    Passkey(&'a str),
    /// A login at a provider, by [`RegisteredPerson::name_of_login`](registry::RegisteredPerson::name_of_login).
    Login(&'a str),
}

impl NamedMeans<'_> {
    /// Decides whether its person takes it away.
    ///
    /// # Errors
    /// [`RegistryRefusal`].
    pub(crate) fn without_own(
        self,
        register: &registry::Register,
        person: &RegisteredId,
    ) -> Result<registry::Change, RegistryRefusal> {
        match self {
            Self::Passkey(passkey) => register.without_own_passkey(person, passkey),
            Self::Login(login) => register.without_own_link(person, login),
        }
    }
}

impl Administration {
    /// Registers a passkey of somebody who holds a link, or is logged in.
    ///
    /// # Errors
    /// [`ChangeError`]; nothing has changed then.
    pub(crate) async fn admit(
        &self,
        admitted: Admitted,
        passkey: Passkey,
        by: ChangedBy<'_>,
        now: SystemTime,
    ) -> Result<Changed, ChangeError> {
        let moment = moment(now)?;
        self.decided((by, None), now, |present| {
            Ok(present.register().admit(admitted.clone(), passkey.clone(), moment)?)
        })
        .await
    }

    /// Lets somebody sign whom the operator's link let in: nobody else is there to give them the right.
    ///
    /// # Errors
    /// [`ChangeError`]; nothing has changed then.
    pub(crate) async fn let_sign(
        &self,
        person: &RegisteredId,
        grant: PersonGrantId,
        now: SystemTime,
    ) -> Result<(), ChangeError> {
        let moment = moment(now)?;
        let wanted = MakeGrant {
            id: grant,
            person: PersonId { issuer: OWN_ISSUER.to_owned(), subject: person.0.clone() },
            acts: vec![Act::Sign],
            profiles: None,
            until: None,
            note: "given with the operator's link".to_owned(),
        };
        let changed = self.decided((ChangedBy::Operator, None), now, |present| {
            let command = Command::MakeGrant(wanted.clone());
            let roles = Roles::from_iter(Role::ALL);
            let permitted = Permitted::asked(Actor::Operator, &roles, command.needs())?;
            Ok(present.register().decide(&permitted, command, moment)?)
        });
        changed.await.map(drop)
    }

    /// Keeps what a login by a passkey leaves, where that is something new.
    ///
    /// # Errors
    /// [`ChangeError`]: nobody is logged in then.
    pub(crate) async fn use_passkey(
        &self,
        (person, passkey): (&RegisteredId, &str),
        used: (u32, bool),
        moment: Moment,
        now: SystemTime,
    ) -> Result<(), ChangeError> {
        let day = day_of(moment)?;
        let decide = |present: &Snapshot| {
            Ok::<_, ChangeError>(present.register().used_passkey(person, passkey, used, day)?)
        };
        if decide(&self.snapshot())?.is_none() {
            return Ok(());
        }
        self.decided((ChangedBy::Link, None), now, decide).await.map(drop)
    }

    /// Keeps that the device took a means of login in this run, as that of whoever comes with `login`, where that
    /// is something new.
    ///
    /// # Errors
    /// [`ChangeError`].
    pub(crate) async fn keep_known(
        &self,
        (person, means): (&RegisteredId, NamedMeans<'_>),
        (run, login): (&str, &PersonId),
        by: ChangedBy<'_>,
        now: SystemTime,
    ) -> Result<(), ChangeError> {
        let decide = |present: &Snapshot| {
            let register = present.register();
            let is_theirs = register
                .people()
                .get(person)
                .is_some_and(|kept| kept.value.login.as_ref() == Some(login));
            if !is_theirs {
                return Err(RegistryRefusal::PersonUnknown(person.clone()).into());
            }
            Ok::<_, ChangeError>(match means {
                NamedMeans::Passkey(passkey) => register.passkey_known_to(person, passkey, run)?,
                NamedMeans::Login(login) => register.login_known_to(person, login, run)?,
            })
        };
        if decide(&self.snapshot())?.is_none() {
            return Ok(());
        }
        self.decided((by, None), now, decide).await.map(drop)
    }

    /// Takes a means of login away from whoever asks for it.
    ///
    /// # Errors
    /// [`ChangeError`]; nothing has changed then.
    pub(crate) async fn remove_own(
        &self,
        (person, means): (&RegisteredId, NamedMeans<'_>),
        by: &Caller,
        now: SystemTime,
    ) -> Result<(), ChangeError> {
        let changed = self.decided((ChangedBy::Caller(by), None), now, |present| {
            Ok(means.without_own(present.register(), person)?)
        });
        changed.await.map(drop)
    }

    /// Links a login that whoever is logged in has shown to be theirs.
    ///
    /// # Errors
    /// [`ChangeError`]; nothing has changed then.
    pub(crate) async fn link_own(
        &self,
        person: &RegisteredId,
        login: &PersonId,
        by: &Caller,
        now: SystemTime,
    ) -> Result<(), ChangeError> {
        let changed = self.decided((ChangedBy::Caller(by), None), now, |present| {
            Ok(present.register().with_own_link(person, login.clone())?)
        });
        changed.await.map(drop)
    }

    /// Whether some person answers for the organisation, and can log in.
    pub(crate) fn has_administrator(&self) -> bool {
        let snapshot = self.snapshot();
        let declared = snapshot.declared().roles.iter();
        let mut declared = declared.filter(|(_, role)| *role == Role::OrganisationAdministrator);
        let by_file = declared.any(|(to, _)| matches!(to, Grantee::Person(_)));
        let mut people = snapshot.register().people().values();
        by_file || people.any(|kept| kept.value.holds(Role::OrganisationAdministrator))
    }
}

/// The beginning of the day: that somebody was there at a certain minute stands in the log alone.
fn day_of(now: Moment) -> Result<Moment, ChangeError> {
    let since = SystemTime::from(now).duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let day = since.as_secs() / DAY * DAY;
    moment(SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(day))
}
