//! Access tokens (RFC 6749 section 1.4): opaque, and known by what the store keeps of them.

use std::{collections::BTreeSet, time::SystemTime};

use registry::{AdministrativeAct, ClientId, Scope};
use seal::ApplicationId;
use serde::{Deserialize, Serialize};

use super::AuthenticationError;
use crate::{
    administration::{KeyEnd, Snapshot},
    store::KeptSecret,
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
    /// The key without whose proof it is good for nothing: its thumbprint (RFC 9449 section 6.1).
    pub(super) key: Option<String>,
    /// Its end.
    ends: SystemTime,
}

/// What the store keeps of it, beside whose it is and its end.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccessContent {
    pub(crate) scopes: BTreeSet<Scope>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
}

impl Access {
    /// What was kept.
    ///
    /// # Errors
    /// [`AuthenticationError::Unread`] for what nobody here has kept so.
    pub(super) fn of(kept: &KeptSecret) -> Result<Self, AuthenticationError> {
        let content = serde_json::from_str(&kept.content);
        let AccessContent { scopes, key } = content.map_err(|error| {
            tracing::error!(%error, "an access token says what is not known here");
            AuthenticationError::Unread
        })?;
        Ok(Self { client: ClientId(kept.subject.clone()), scopes, key, ends: kept.ends })
    }

    /// The application that its bearer acts as. The token counts no longer than its client does.
    ///
    /// # Errors
    /// [`AuthenticationError::TokenUnknown`], [`AuthenticationError::ClientEnded`].
    pub(super) fn application(
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

/// Whether a bearer value is an access token rather than an API key.
pub(crate) fn is_access_token(bearer: &str) -> bool {
    let rest = bearer.strip_prefix(PREFIX);
    rest.is_some_and(|rest| rest.len() == LENGTH && oauth::is_identifier(rest))
}
