//! Links that are good once, for a day: by one somebody registers their first passkey, or a new one when
//! the others are lost.

use std::{sync::Arc, time::Duration, time::SystemTime};

use registry::{PersonState, RegisteredId};
use serde::{Deserialize, Serialize};

use super::{passkey::serving, random_secret, session::unkept};
use crate::{
    Error,
    administration::Administration,
    audit::{AccessBy, AccessRecord, AccessStep, random},
    service::Service,
    store::{AuditError, KeptSecret, SecretKind, Store, Tenant},
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

/// A link that is good.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    /// Where.
    pub(crate) organisation: Arc<Administration>,
    /// Whom it lets in.
    pub(crate) lets_in: For,
    /// Its hash.
    pub(crate) hash: [u8; 32],
}

/// Keeps a link by its hash, in the place of those that were there for the same, and records it.
///
/// # Errors
/// [`Error::Audit`].
pub(crate) async fn keep(
    store: &Store,
    tenant: &Tenant,
    lets_in: &For,
    hash: [u8; 32],
    by: AccessBy<'_>,
    now: SystemTime,
) -> Result<(), Error> {
    let kind = SecretKind::OneTimeLink;
    store.end_secrets_of(kind, tenant.organisation(), lets_in.subject()).await?;
    let kept = KeptSecret {
        kind,
        hash,
        organisation: tenant.organisation().clone(),
        subject: lets_in.subject().to_owned(),
        person: None,
        family: random::<16>().map_err(AuditError::from)?,
        ends: now + LIFETIME,
        content: serde_json::to_string(lets_in).unwrap_or_default(),
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

/// Finds a link by what it ends with; nothing when it is not good.
///
/// # Errors
/// [`Error`].
pub(crate) async fn find(service: &Service, code: &str) -> Result<Option<Link>, Error> {
    let Some(hash) = random_secret::hash_of(code) else { return Ok(None) };
    let now = service.clock().now();
    let Some(kept) = service.store().secret(SecretKind::OneTimeLink, &hash, now).await? else {
        return Ok(None);
    };
    let Ok(lets_in) = serde_json::from_str::<For>(&kept.content) else { return Ok(None) };
    let Some(organisation) = serving(service, &kept)? else { return Ok(None) };
    if let For::Person(id) = &lets_in {
        let snapshot = organisation.snapshot();
        let person = snapshot.register().people().get(id).map(|kept| kept.value.state);
        if person.is_none_or(PersonState::is_barred) {
            return Ok(None);
        }
    }
    Ok(Some(Link { organisation, lets_in, hash }))
}

/// The address of a link.
pub(crate) fn address(origin: &str, code: &str) -> String {
    format!("{origin}/invitation/{code}")
}
