//! Who calls: an application by its API key or an access token, or a person by a token.

mod access;
mod authenticated;
mod certificate;
mod proof;

use registry::{KeyHash, Scope};
use ring::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use seal::{
    ApplicationId, Caller, Clock, IdentityToken, OrganisationId,
    identity::{IdentityError, IdentityIssuer, IdentityVerifier},
};
use std::{sync::Arc, time::SystemTime};

use crate::{
    administration::{KeyEnd, Organisations, RegisterUnread, Snapshot},
    store::{SecretKind, Store},
};

pub use self::{access::Access, authenticated::Authenticated, proof::ShownProof};
use self::{
    access::is_access_token,
    certificate::{is_good, is_shown},
};
pub(crate) use self::{
    access::{AccessContent, Agreed, Consent, PREFIX},
    certificate::{AUTHENTICATION, Holder, holder, seconds, speaks, thumbprint},
    proof::used,
};

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
        if let Some(serial) = &access.signer {
            is_good(&self.store, serial, now).await?;
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
    /// The certificate with whose key the access token's client proved who it is, is not good any more.
    #[error("the certificate with whose key the access token's client proved who it is has ended")]
    CertificateEnded,
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
