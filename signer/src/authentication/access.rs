//! Access tokens (RFC 6749 section 1.4): opaque, and known by what the store keeps of them.

use std::{
    collections::BTreeSet,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use registry::{AdministrativeAct, ClientId, Scope};
use seal::{ApplicationId, Caller};
use serde::{Deserialize, Serialize};

use super::AuthenticationError;
use crate::{
    administration::{KeyEnd, Snapshot},
    store::KeptSecret,
    who::{LoggedIn, Who},
};

/// What access tokens begin with: they are told from API keys by it, and found where they do not belong.
pub(crate) const PREFIX: &str = "segl_at_";

/// How many characters follow: 256 bits in base64url.
const LENGTH: usize = 43;

/// What an access token lets its bearer do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The client that it was given to.
    pub client: ClientId,
    /// What it is good for.
    pub scopes: BTreeSet<Scope>,
    /// The person who agreed to it, and whom its bearer acts for; else it is the client's application's.
    person: Option<Agreed>,
    /// What a person agreed to have sealed: it is good for that alone.
    pub(crate) consent: Option<Consent>,
    /// The key without whose proof it is good for nothing: its thumbprint (RFC 9449 section 6.1).
    pub(crate) key: Option<String>,
    /// The certificate without which, shown in TLS, it is good for nothing: its SHA-256 in base64url (RFC
    /// 8705 section 3.1).
    pub(crate) certificate: Option<String>,
    /// The certificate with whose key its client proved who it is, and without which it has ended: its serial
    /// number in base64url.
    pub(crate) signer: Option<String>,
    /// Its end.
    pub(crate) ends: SystemTime,
    /// What came of one consent.
    family: [u8; 16],
}

/// A person who agreed to something, and when they had logged in, in seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Agreed {
    pub(crate) who: Who,
    pub(crate) logged_in: u64,
}

/// What a person agreed to have sealed: these hashes, each as often as it is named, with this credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Consent {
    pub(crate) credential: String,
    pub(crate) hashes: Vec<Vec<u8>>,
}

/// What the store keeps of it, beside whose it is and its end.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccessContent {
    pub(crate) scopes: BTreeSet<Scope>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) person: Option<Agreed>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) consent: Option<Consent>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) certificate: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) signer: Option<String>,
}

impl Access {
    /// What was kept.
    ///
    /// # Errors
    /// [`AuthenticationError::Unread`] for what nobody here has kept so.
    pub(crate) fn of(kept: &KeptSecret) -> Result<Self, AuthenticationError> {
        let content = serde_json::from_str(&kept.content);
        let AccessContent { scopes, person, consent, key, certificate, signer } =
            content.map_err(|error| {
                tracing::error!(%error, "an access token says what is not known here");
                AuthenticationError::Unread
            })?;
        let (client, ends, family) = (ClientId(kept.subject.clone()), kept.ends, kept.family);
        Ok(Self { client, scopes, person, consent, key, certificate, signer, ends, family })
    }

    /// As a client would have it that a person lets ask while they are logged in as `caller`.
    pub(crate) fn of_session(client: ClientId, who: Who, caller: &Caller) -> Self {
        let claims = caller.person();
        let times = claims.map(|claims| (claims.authenticated_at, claims.expires_at));
        let (at, ends) = times.unwrap_or((UNIX_EPOCH, UNIX_EPOCH));
        let logged_in = at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        Self {
            client,
            scopes: BTreeSet::from([Scope::Service]),
            person: Some(Agreed { who, logged_in }),
            consent: None,
            key: None,
            certificate: None,
            signer: None,
            ends,
            family: [0; 16],
        }
    }

    /// Whether its bearer acts for a person who agreed to it.
    pub(crate) fn is_of_person(&self) -> bool {
        self.person.is_some()
    }

    /// Whether the same person agreed to both, for the same client.
    pub(crate) fn is_with(&self, other: &Self) -> bool {
        let who = |access: &Self| access.person.as_ref().map(|agreed| agreed.who.clone());
        self.client == other.client && who(self) == who(other)
    }

    /// Who its bearer acts as. The token counts no longer than its client does, and its person.
    ///
    /// # Errors
    /// [`AuthenticationError::TokenUnknown`], [`AuthenticationError::ClientEnded`],
    /// [`AuthenticationError::PersonEnded`].
    pub(super) fn caller(
        &self,
        snapshot: &Snapshot,
        now: SystemTime,
    ) -> Result<Caller, AuthenticationError> {
        let application = self.application(snapshot, now)?;
        match &self.person {
            None => Ok(Caller::Application(application)),
            Some(agreed) => agreed
                .caller(snapshot, self.ends, &self.family)
                .ok_or(AuthenticationError::PersonEnded),
        }
    }

    fn application(
        &self,
        snapshot: &Snapshot,
        now: SystemTime,
    ) -> Result<ApplicationId, AuthenticationError> {
        if self.ends <= now {
            return Err(AuthenticationError::TokenUnknown);
        }
        let held = snapshot.client(&self.client).ok_or(AuthenticationError::ClientEnded)?;
        match held.end {
            Some(KeyEnd::Revoked | KeyEnd::Inactive) => Err(AuthenticationError::ClientEnded),
            Some(KeyEnd::At(end)) if end <= now => Err(AuthenticationError::ClientEnded),
            Some(KeyEnd::At(_)) | None => Ok(held.application.clone()),
        }
    }

    /// Whether it is good for an act of administration.
    pub(super) fn covers(&self, act: AdministrativeAct) -> bool {
        self.scopes.contains(&Scope::Administration(act))
    }
}

impl Agreed {
    /// The person, if they are there.
    pub(crate) fn caller(
        &self,
        snapshot: &Snapshot,
        until: SystemTime,
        family: &[u8; 16],
    ) -> Option<Caller> {
        let at = UNIX_EPOCH + Duration::from_secs(self.logged_in);
        self.who.caller(snapshot, LoggedIn { at, until }, family)
    }
}

/// Whether a bearer value is an access token rather than an API key.
pub(crate) fn is_access_token(bearer: &str) -> bool {
    let rest = bearer.strip_prefix(PREFIX);
    rest.is_some_and(|rest| rest.len() == LENGTH && oauth::is_identifier(rest))
}
