//! Links by which administrators let people register a passkey.

use registry::{AdministrativeAct, Moment, RegisteredId, RegistryRefusal};

use super::{
    AccessSettings,
    link::{self, For},
    random_secret,
};
use crate::{
    Error,
    audit::{AccessBy, RecordError},
    authentication::{Authenticated, AuthenticationError},
    service::Service,
    store::AuditError,
};

/// A link, which is shown once. Whoever has it comes in as the person.
pub(crate) struct Invitation {
    pub(crate) link: String,
    /// Until when it is good.
    pub(crate) expires: Moment,
}

/// It does not show the link.
impl std::fmt::Debug for Invitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invitation").field("expires", &self.expires).finish_non_exhaustive()
    }
}

/// Makes a link for a person: the first one, or a new one when their passkeys are lost. Of somebody who
/// holds roles whoever gives roles alone makes one.
///
/// # Errors
/// [`Error`]; there is no link then.
pub(crate) async fn invite(
    service: &Service,
    access: &AccessSettings,
    caller: &Authenticated,
    id: &RegisteredId,
) -> Result<Invitation, Error> {
    let organisation = &caller.organisation;
    let snapshot = organisation.renewed().await?;
    let person = snapshot.register().people().get(id).map(|kept| &kept.value);
    let person = person.ok_or_else(|| RegistryRefusal::PersonUnknown(id.clone()))?;
    caller.permit::<Error>(&snapshot, AdministrativeAct::ChangePeople)?;
    if person.state.is_barred() {
        return Err(RegistryRefusal::PersonBarred.into());
    }
    // Whoever makes the link could use it, and nobody raises themselves.
    if !person.roles.is_empty() {
        caller.permit::<Error>(&snapshot, AdministrativeAct::ChangeRoles)?;
    }
    let now = service.clock().now();
    if !caller.is_fresh(now) {
        return Err(AuthenticationError::LoginTooOld.into());
    }
    let expires = Moment::try_from(now + link::LIFETIME);
    let expires = expires.map_err(|_| AuditError::from(RecordError::TimeOutOfRange))?;
    let (code, hash) = random_secret::new().map_err(AuditError::from)?;
    let by = AccessBy::Caller(&caller.caller);
    link::keep(service.store(), organisation.tenant(), &For::Person(id.clone()), hash, by, now)
        .await?;
    Ok(Invitation { link: link::address(&access.origin, code.expose()), expires })
}
