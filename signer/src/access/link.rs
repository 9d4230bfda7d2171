//! Links that are good once, for a day: by one somebody registers their first passkey, or a new one when
//! the others are lost.

use std::sync::Arc;

use super::{passkey::serving, random_secret};
pub(crate) use crate::service::one_time_link::{For, KeptLink, LIFETIME, address, keep};
use crate::{Error, administration::Administration, service::Service, store::SecretKind};

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
    let Ok(link) = serde_json::from_str::<KeptLink>(&kept.content) else { return Ok(None) };
    let Some(organisation) = serving(service, &kept)? else { return Ok(None) };
    if let For::Person(id) = &link.lets_in {
        let snapshot = organisation.renewed().await?;
        let person = snapshot.register().people().get(id).map(|kept| &kept.value);
        if !person.is_some_and(|person| link.admits(person)) {
            return Ok(None);
        }
    }
    Ok(Some(Link { organisation, lets_in: link.lets_in, hash }))
}
