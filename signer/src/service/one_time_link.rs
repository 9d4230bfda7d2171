//! Links that are good once, for a day, as they are kept: by their hash.

use std::time::{Duration, SystemTime};

use registry::{RegisteredId, RegisteredPerson};
use serde::{Deserialize, Serialize};

use super::{Error, RequestError};
use crate::{
    audit::{AccessBy, AccessRecord, AccessStep, hex, random},
    random_secret::sha256,
    store::{AuditError, KeptSecret, SecretError, SecretKind, Store, Tenant},
};

/// How long a link is good.
pub(crate) const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// The subject of the link that makes an administrator.
const ADMINISTRATOR: &str = "administrator";

/// Whom a link lets in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum For {
    /// Whoever holds it becomes an administrator of the organisation.
    Administrator,
    /// A person of the organisation.
    Person(RegisteredId),
}

impl For {
    fn subject(&self) -> &str {
        match self {
            Self::Administrator => ADMINISTRATOR,
            Self::Person(id) => &id.0,
        }
    }
}

/// A link as it is kept: whom it lets in, and what must be so when it is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptLink {
    /// Whom it lets in.
    pub(crate) lets_in: For,
    /// Whether whoever had it made gives roles. Who does not could otherwise wait until somebody holds some, and
    /// hold them too.
    gives_roles: bool,
    /// SHA-256 of the address to which it was sent, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sent_to: Option<String>,
}

impl KeptLink {
    /// One that is shown once.
    pub(crate) fn shown(lets_in: For, gives_roles: bool) -> Self {
        Self { lets_in, gives_roles, sent_to: None }
    }

    /// One that is sent to an address.
    pub(super) fn sent(person: RegisteredId, address: &str) -> Self {
        let sent_to = Some(hex(&sha256(address.as_bytes())));
        Self { lets_in: For::Person(person), gives_roles: false, sent_to }
    }

    /// Whether it lets this person in, as they are now.
    pub(crate) fn admits(&self, person: &RegisteredPerson) -> bool {
        let address = person.email.as_deref().map(|address| hex(&sha256(address.as_bytes())));
        !person.state.is_barred()
            && (self.gives_roles || person.roles.is_empty())
            && (self.sent_to.is_none() || self.sent_to == address)
    }
}

/// Keeps a link by its hash, in the place of those that were there for the same, and records it.
///
/// # Errors
/// [`Error::Audit`].
pub(crate) async fn keep(
    store: &Store,
    tenant: &Tenant,
    link: &KeptLink,
    hash: [u8; 32],
    by: AccessBy<'_>,
    now: SystemTime,
) -> Result<(), Error> {
    let kind = SecretKind::OneTimeLink;
    let lets_in = &link.lets_in;
    store.end_secrets_of(kind, tenant.organisation(), lets_in.subject()).await?;
    let kept = KeptSecret {
        kind,
        hash,
        organisation: tenant.organisation().clone(),
        subject: lets_in.subject().to_owned(),
        person: None,
        family: random::<16>().map_err(AuditError::from)?,
        ends: now + LIFETIME,
        content: serde_json::to_string(link).unwrap_or_default(),
    };
    store.keep_secret(&kept, None, now).await.map_err(unkept)?;
    let entry = match lets_in {
        For::Administrator => None,
        For::Person(id) => Some(id.0.as_str()),
    };
    let what = AccessStep::LinkMade;
    let record = AccessRecord { what, by, means: None, entry, cause: None };
    tenant.note_access(record, now).await?;
    Ok(())
}

/// Why something that somebody bears is not kept.
pub(crate) fn unkept(error: SecretError) -> Error {
    match error {
        SecretError::Store(error) => error.into(),
        SecretError::Full => RequestError::TooMany.into(),
        SecretError::AlreadyKept | SecretError::TooLong(_) => Error::Interrupted,
    }
}

/// The address of a link.
pub(crate) fn address(origin: &str, code: &str) -> String {
    format!("{origin}/invitation/{code}")
}
