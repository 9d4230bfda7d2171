//! Who calls: an application by its API key or an access token, or a person by a token.

mod access;
mod certificate;
mod proof;

use audit::KeyedRequest;
use registry::{AdministrativeAct, Command, KeyHash, Permitted, RegistryRefusal, Scope};
use ring::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use seal::{
    ApplicationId, Caller, Clock, IdentityToken, OrganisationId,
    identity::{IdentityError, IdentityIssuer, IdentityVerifier},
};
use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::{
    administration::{Administration, KeyEnd, Organisations, RegisterUnread, Snapshot},
    store::{SecretKind, Store, Tenant},
};

pub use self::access::Access;
pub use self::proof::ShownProof;
use self::{access::is_access_token, certificate::is_shown};
pub(crate) use self::{
    access::{AccessContent, Agreed, Consent, PREFIX},
    certificate::{Holder, holder, thumbprint},
    proof::used,
};

/// How long after a login its session may have somebody given more power than they have.
pub(crate) const FRESH: Duration = Duration::from_secs(15 * 60);

/// The longest API key that is looked at, in bytes. How long a token may be says who verifies it.
const MAXIMUM_KEY_LENGTH: usize = 16 * 1024;

/// Tells callers from what they bear.
#[derive(Debug)]
pub struct Authenticator {
    organisations: Arc<Organisations>,
    persons: IdentityVerifier,
    store: Store,
    clock: Arc<dyn Clock>,
    /// The address of the service, as proofs of possession have it.
    address: String,
}

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

impl Authenticator {
    /// Knows the applications of `organisations`, the issuers behind `persons`, and the access tokens in
    /// `store`. `address` is the service's own, without a `/` at its end.
    pub fn new(
        organisations: Arc<Organisations>,
        persons: IdentityVerifier,
        store: Store,
        clock: Arc<dyn Clock>,
        address: String,
    ) -> Self {
        Self { organisations, persons, store, clock, address }
    }

    /// Puts the keys of these issuers in place of those that they had.
    pub(crate) fn renew(&self, issuers: &[IdentityIssuer]) {
        self.persons.renew(issuers);
    }

    /// Reads a bearer value (RFC 6750): three parts with dots between them are a person's token, what
    /// begins and is as long as an access token is one, anything else is an API key.
    ///
    /// # Errors
    /// [`AuthenticationError`]; it does not say which keys exist.
    pub async fn authenticate(&self, bearer: &str) -> Result<Authenticated, AuthenticationError> {
        self.authenticate_on(bearer, None).await
    }

    /// The same, on a connection on which this certificate (DER) was shown: access tokens that are bound to
    /// it are good here.
    ///
    /// # Errors
    /// [`AuthenticationError`].
    pub async fn authenticate_on(
        &self,
        bearer: &str,
        certificate: Option<&[u8]>,
    ) -> Result<Authenticated, AuthenticationError> {
        if is_token(bearer) {
            let token = IdentityToken::new(bearer.to_owned());
            let claims = self.persons.verify(&token, self.clock.now())?;
            // Somebody of an organisation that is not served here reaches the file's, whose policy
            // refuses every act, whose roles they hold none of, and whose receipts are not theirs.
            let number = OrganisationId::new(&*claims.cvr);
            let caller = Caller::Person(Box::new(claims));
            let organisation = self.organisations.serving(&number)?;
            let organisation =
                organisation.filter(|one| caller.acts_for(one.snapshot().policy().organisation()));
            let organisation = organisation.unwrap_or_else(|| Arc::clone(self.organisations.own()));
            let token = Some(token);
            return Ok(Authenticated { token, ..Authenticated::of(caller, organisation) });
        }
        if bearer.len() > MAXIMUM_KEY_LENGTH {
            return Err(AuthenticationError::KeyUnknown);
        }
        let mut hash = KeyHash([0; SHA256_OUTPUT_LEN]);
        hash.0.copy_from_slice(digest(&SHA256, bearer.as_bytes()).as_ref());
        if is_access_token(bearer) {
            let found = self.bearing(&hash, certificate).await?;
            return match found.access.as_ref().is_some_and(|access| access.key.is_some()) {
                true => Err(AuthenticationError::ProofMissing),
                false => Ok(found),
            };
        }
        let organisation = self.organisations.with_key(&hash)?;
        let organisation = organisation.ok_or(AuthenticationError::KeyUnknown)?;
        let now = self.clock.now();
        let id = application(&organisation.snapshot(), &hash, now)?;
        organisation.use_key(&hash, now);
        let caller = Caller::Application(id);
        Ok(Authenticated { key: Some(hash), ..Authenticated::of(caller, organisation) })
    }

    /// Who shows an access token with a proof of the key that it is bound to (RFC 9449 section 7.1).
    ///
    /// # Errors
    /// [`AuthenticationError`].
    pub async fn authenticate_with(
        &self,
        token: &str,
        proof: &ShownProof<'_>,
        certificate: Option<&[u8]>,
    ) -> Result<Authenticated, AuthenticationError> {
        if !is_access_token(token) {
            return Err(AuthenticationError::TokenUnknown);
        }
        let mut hash = KeyHash([0; SHA256_OUTPUT_LEN]);
        hash.0.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        let found = self.bearing(&hash, certificate).await?;
        let bound = found.access.as_ref().and_then(|access| access.key.as_deref());
        let now = self.clock.now();
        let verified = proof.verified(&self.address, token, now)?;
        if bound != Some(&*verified.thumbprint) {
            return Err(AuthenticationError::ProofMissing);
        }
        let organisation = found.organisation.organisation();
        used(&self.store, organisation, &verified, now).await?;
        Ok(found)
    }

    /// Who bore something with this hash before, if it is taken still. What comes in its place is shown
    /// without a proof: it stands for applications' keys, and for tokens that are bound to no key and no
    /// certificate.
    ///
    /// # Errors
    /// [`AuthenticationError`].
    pub(crate) async fn again(
        &self,
        known: &Authenticated,
        hash: [u8; SHA256_OUTPUT_LEN],
    ) -> Result<Authenticated, AuthenticationError> {
        if let Some(key) = known.key {
            let now = self.clock.now();
            application(&known.organisation.snapshot(), &key, now)?;
            known.organisation.use_key(&key, now);
            return Ok(known.clone());
        }
        if known.access.is_none() {
            return Err(AuthenticationError::TokenUnknown);
        }
        let found = self.bearing(&KeyHash(hash), None).await?;
        match found.access.as_ref().is_some_and(|access| access.key.is_some()) {
            true => Err(AuthenticationError::ProofMissing),
            false => Ok(found),
        }
    }

    /// Who bears the access token with this hash, and has shown this certificate in TLS.
    async fn bearing(
        &self,
        hash: &KeyHash,
        certificate: Option<&[u8]>,
    ) -> Result<Authenticated, AuthenticationError> {
        let now = self.clock.now();
        let kept = self.store.secret(SecretKind::AccessToken, &hash.0, now).await;
        let kept = kept.map_err(|error| {
            tracing::error!(%error, "an access token cannot be looked up");
            AuthenticationError::Unread
        })?;
        let kept = kept.ok_or(AuthenticationError::TokenUnknown)?;
        let organisation = self.organisations.serving(&kept.organisation)?;
        let organisation = organisation.ok_or(AuthenticationError::TokenUnknown)?;
        let access = Access::of(&kept)?;
        if let Some(bound) = &access.certificate {
            is_shown(&self.store, bound, certificate, now).await?;
        }
        let caller = access.caller(&organisation.snapshot(), now)?;
        let access = Some(Arc::new(access));
        Ok(Authenticated { access, ..Authenticated::of(caller, organisation) })
    }
}

fn application(
    snapshot: &Snapshot,
    hash: &KeyHash,
    now: SystemTime,
) -> Result<ApplicationId, AuthenticationError> {
    let held = snapshot.key(hash).ok_or(AuthenticationError::KeyUnknown)?;
    match held.end {
        Some(KeyEnd::Revoked) => Err(AuthenticationError::KeyRevoked),
        Some(KeyEnd::Inactive) => Err(AuthenticationError::ApplicationInactive),
        Some(KeyEnd::At(end)) if end <= now => Err(AuthenticationError::KeyExpired),
        Some(KeyEnd::At(_)) | None => Ok(held.application.clone()),
    }
}

/// Whether a bearer value is a person's token rather than an API key.
fn is_token(bearer: &str) -> bool {
    bearer.split('.').count() == 3
}

/// Whether work is needed to know a bearer value: a signature to verify, a database to ask.
pub(crate) fn is_costly(bearer: &str) -> bool {
    is_token(bearer) || is_access_token(bearer)
}

/// Why nobody was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthenticationError {
    /// No bearer value was sent.
    #[error("no API key and no person's token was sent")]
    Missing,
    /// No application has this key.
    #[error("the API key is not known")]
    KeyUnknown,
    /// The key's end has come.
    #[error("the API key has expired")]
    KeyExpired,
    /// The key was revoked.
    #[error("the API key was revoked")]
    KeyRevoked,
    /// The application's keys are not taken.
    #[error("the application is not active")]
    ApplicationInactive,
    /// The session has ended, or its person is not there any more.
    #[error("the session has ended")]
    SessionEnded,
    /// The login was too long ago for what is asked.
    #[error("it gives somebody more power, and the login was too long ago for that: log in anew")]
    LoginTooOld,
    /// A session's cookie came without what only this service's own pages show.
    #[error("a session's cookie is taken from this service's own pages alone")]
    SessionFromElsewhere,
    /// Who may act in the organisation cannot be read.
    #[error(transparent)]
    Register(#[from] RegisterUnread),
    /// No such access token was given, or it has ended.
    #[error("the access token is not known, or has ended")]
    TokenUnknown,
    /// The access token's client, or its application, may not come any more.
    #[error("the access token's client has ended")]
    ClientEnded,
    /// The person who agreed to the access token is not there any more.
    #[error("the person who agreed to the access token is not there any more")]
    PersonEnded,
    /// A person's access token, shown elsewhere than at the API that it is for.
    #[error("a person's access token is for the API of the Cloud Signature Consortium alone")]
    OtherAudience,
    /// Whether it is an access token cannot be read.
    #[error("access tokens cannot be looked up")]
    Unread,
    /// The access token is bound to a key, and was shown without a proof of that key; or it is bound to
    /// none, and was shown with one.
    #[error("the access token is not shown with a proof of the key that it is bound to")]
    ProofMissing,
    /// The access token is bound to a certificate that was not shown in TLS, or is not good any more.
    #[error("the access token is not shown with the certificate that it is bound to")]
    CertificateMissing,
    /// The proof of possession does not hold.
    #[error(transparent)]
    Proof(#[from] oauth::ProofError),
    /// The proof of possession was shown before.
    #[error("the DPoP proof was used before")]
    ProofUsed,
    /// The access token is not for this.
    #[error("the access token's scope does not have {}", .0.name())]
    ScopeMissing(Scope),
    /// The token is for certain documents, and this is none of them.
    #[error("the person's token is for other documents")]
    OtherDocuments,
    /// The token is not accepted.
    #[error("the person's token is not accepted: {0}")]
    Token(#[from] IdentityError),
}

#[cfg(test)]
mod tests;
