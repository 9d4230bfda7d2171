//! Who calls: an application by its API key, or a person by a token.

use audit::KeyedRequest;
use registry::KeyHash;
use ring::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use seal::{
    ApplicationId, Caller, Clock, IdentityToken, OrganisationId,
    identity::{IdentityError, IdentityIssuer, IdentityVerifier},
};
use std::{sync::Arc, time::SystemTime};

use crate::{
    administration::{Administration, KeyEnd, Organisations, RegisterUnread, Snapshot},
    store::Tenant,
};

/// The longest API key that is looked at, in bytes. How long a token may be says who verifies it.
const MAXIMUM_KEY_LENGTH: usize = 16 * 1024;

/// Tells callers from what they bear.
#[derive(Debug)]
pub struct Authenticator {
    organisations: Arc<Organisations>,
    persons: IdentityVerifier,
    clock: Arc<dyn Clock>,
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
    /// The key that the caller gave to the request, and what is asked under it.
    pub keyed: Option<KeyedRequest>,
}

impl Authenticated {
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
        self.key.map_or(Ok(()), |key| application(snapshot, &key, now).map(drop))
    }
}

impl Authenticator {
    /// Knows the applications of `organisations` and the issuers behind `persons`.
    pub fn new(
        organisations: Arc<Organisations>,
        persons: IdentityVerifier,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { organisations, persons, clock }
    }

    /// Puts the keys of these issuers in place of those that they had.
    pub(crate) fn renew(&self, issuers: &[IdentityIssuer]) {
        self.persons.renew(issuers);
    }

    /// Reads a bearer value (RFC 6750): three parts with dots between them are a person's token,
    /// anything else is an API key.
    ///
    /// # Errors
    /// [`AuthenticationError`]; it does not say which keys exist.
    pub fn authenticate(&self, bearer: &str) -> Result<Authenticated, AuthenticationError> {
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
            return Ok(Authenticated {
                keyed: None,
                caller,
                organisation,
                token: Some(token),
                key: None,
            });
        }
        if bearer.len() > MAXIMUM_KEY_LENGTH {
            return Err(AuthenticationError::KeyUnknown);
        }
        let mut hash = KeyHash([0; SHA256_OUTPUT_LEN]);
        hash.0.copy_from_slice(digest(&SHA256, bearer.as_bytes()).as_ref());
        let organisation = self.organisations.with_key(&hash)?;
        let organisation = organisation.ok_or(AuthenticationError::KeyUnknown)?;
        let now = self.clock.now();
        let id = application(&organisation.snapshot(), &hash, now)?;
        organisation.use_key(&hash, now);
        let caller = Caller::Application(id);
        Ok(Authenticated { caller, organisation, token: None, key: Some(hash), keyed: None })
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
pub(crate) fn is_token(bearer: &str) -> bool {
    bearer.split('.').count() == 3
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
    /// Who may act in the organisation cannot be read.
    #[error(transparent)]
    Register(#[from] RegisterUnread),
    /// The token is for certain documents, and this is none of them.
    #[error("the person's token is for other documents")]
    OtherDocuments,
    /// The token is not accepted.
    #[error("the person's token is not accepted: {0}")]
    Token(#[from] IdentityError),
}

#[cfg(test)]
mod tests;
