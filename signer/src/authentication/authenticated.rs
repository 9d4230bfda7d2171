//! Who calls, once it is known.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use audit::KeyedRequest;
use registry::{AdministrativeAct, Command, KeyHash, Permitted, RegistryRefusal, Scope};
use seal::{Caller, IdentityToken};

use super::{Access, AuthenticationError, application};
use crate::{
    administration::{Administration, Snapshot},
    store::Tenant,
};

/// How long after a login its session may have somebody given more power than they have.
const FRESH: Duration = Duration::from_secs(15 * 60);

/// Who calls, and for a person the token itself: the device checks it again.
#[derive(Clone, Debug)]
pub struct Authenticated {
    /// Who.
    pub caller: Caller,
    /// The organisation that the key or the token leads to: the only one that the caller reaches.
    pub organisation: Arc<Administration>,
    /// The person's token.
    pub token: Option<IdentityToken>,
    /// The hash of the application's key, which may end while its request arrives.
    pub key: Option<KeyHash>,
    /// What the access token is good for, if the caller bears one.
    pub access: Option<Arc<Access>>,
    /// The key that the caller gave to the request, and what is asked under it.
    pub keyed: Option<KeyedRequest>,
}

impl Authenticated {
    /// A caller of this organisation, who bore nothing of what may be asked again.
    pub(crate) fn of(caller: Caller, organisation: Arc<Administration>) -> Self {
        Self { caller, organisation, token: None, key: None, access: None, keyed: None }
    }

    /// Whether whoever comes by a session logged in of late. Keys and tokens have ends of their own.
    pub(crate) fn is_fresh(&self, now: SystemTime) -> bool {
        let of_session = self.token.is_none() && self.access.is_none();
        let claims = self.caller.person().filter(|_| of_session);
        // A clock that was set back makes no login older.
        claims.is_none_or(|claims| {
            now.duration_since(claims.authenticated_at).is_ok_and(|age| age <= FRESH)
                || now < claims.authenticated_at
        })
    }

    /// Whether the login is no older than the command allows.
    ///
    /// # Errors
    /// [`AuthenticationError::LoginTooOld`].
    pub(crate) fn is_fresh_for(
        &self,
        command: &Command,
        now: SystemTime,
    ) -> Result<(), AuthenticationError> {
        match command.gives_power() && !self.is_fresh(now) {
            true => Err(AuthenticationError::LoginTooOld),
            false => Ok(()),
        }
    }

    /// Whether the caller acts for the organisation that it reaches.
    pub(crate) fn is_of_organisation(&self) -> bool {
        self.caller.acts_for(self.organisation.snapshot().policy().organisation())
    }

    /// The organisation's log; none for somebody of an organisation that is not served here: what they
    /// ask is in no log, and names them in no other organisation's.
    pub(crate) fn log(&self) -> Option<&Tenant> {
        self.is_of_organisation().then(|| self.organisation.tenant())
    }

    /// Whether what the caller bore is still taken.
    ///
    /// # Errors
    /// [`AuthenticationError`]: its key has ended since.
    pub(crate) fn holds(
        &self,
        snapshot: &Snapshot,
        now: SystemTime,
    ) -> Result<(), AuthenticationError> {
        if let Some(access) = &self.access {
            access.caller(snapshot, now)?;
        }
        self.key.map_or(Ok(()), |key| application(snapshot, &key, now).map(drop))
    }

    /// Whether what the caller bore is good for acts. Keys and issuers' tokens are; an access token may
    /// be for the administration alone, or a person's, who agreed to each seal by itself.
    ///
    /// # Errors
    /// [`AuthenticationError::ScopeMissing`], [`AuthenticationError::OtherAudience`].
    pub(crate) fn may_act(self) -> Result<Self, AuthenticationError> {
        match self.access.as_ref().is_some_and(|access| access.is_of_person()) {
            true => Err(AuthenticationError::OtherAudience),
            false => self.has_service(),
        }
    }

    /// Whether what the caller bore is good for the API of the Cloud Signature Consortium. A token that
    /// stands for a consent is good for that alone, and for whoever asks `with_consent`.
    ///
    /// # Errors
    /// [`AuthenticationError::ScopeMissing`].
    pub(crate) fn may_use_csc(self, with_consent: bool) -> Result<Self, AuthenticationError> {
        match self.access.as_ref().is_some_and(|access| access.consent.is_some()) {
            true if with_consent => Ok(self),
            true | false => self.has_service(),
        }
    }

    fn has_service(self) -> Result<Self, AuthenticationError> {
        let access = self.access.as_ref();
        match access.is_none_or(|access| access.scopes.contains(&Scope::Service)) {
            true => Ok(self),
            false => Err(AuthenticationError::ScopeMissing(Scope::Service)),
        }
    }

    /// What the caller may administer: what a role lets them, and no more than an access token is for.
    ///
    /// # Errors
    /// [`AuthenticationError::ScopeMissing`]; [`RegistryRefusal::NotPermitted`].
    pub(crate) fn permit<E>(
        &self,
        snapshot: &Snapshot,
        act: AdministrativeAct,
    ) -> Result<Permitted, E>
    where
        E: From<AuthenticationError> + From<RegistryRefusal>,
    {
        if self.access.as_ref().is_some_and(|access| !access.covers(act)) {
            return Err(AuthenticationError::ScopeMissing(Scope::Administration(act)).into());
        }
        Ok(snapshot.permit(&self.caller, act)?)
    }
}
