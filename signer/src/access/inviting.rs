//! Links by which administrators let people register a passkey.

use std::sync::Arc;

use registry::{AdministrativeAct, Moment, RegisteredId, RegisteredPerson, RegistryRefusal};

use super::{
    AccessSettings,
    link::{self, For, KeptLink},
    random_secret,
};
use crate::{
    Error,
    administration::Snapshot,
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
    invitable(service, caller, &snapshot, id)?;
    let now = service.clock().now();
    let expires = Moment::try_from(now + link::LIFETIME);
    let expires = expires.map_err(|_| AuditError::from(RecordError::TimeOutOfRange))?;
    let (code, hash) = random_secret::new().map_err(AuditError::from)?;
    let by = AccessBy::Caller(&caller.caller);
    let gives_roles = caller.permit::<Error>(&snapshot, AdministrativeAct::ChangeRoles).is_ok();
    let kept = KeptLink::shown(For::Person(id.clone()), gives_roles);
    link::keep(service.store(), organisation.tenant(), &kept, hash, by, now).await?;
    Ok(Invitation { link: link::address(&access.origin, code.expose()), expires })
}

/// Has a link sent to the person, which is made when the letter goes out; answers the address. Whoever asks never
/// sees it.
///
/// # Errors
/// [`Error`]; nothing is sent then.
pub(crate) async fn send(
    service: &Arc<Service>,
    caller: &Authenticated,
    id: &RegisteredId,
) -> Result<String, Error> {
    let snapshot = caller.organisation.renewed().await?;
    let person = invitable(service, caller, &snapshot, id)?;
    // Whoever changes addresses gives no roles, and would come in to whoever holds some.
    if !person.roles.is_empty() {
        let cause = "the person holds roles: have the link shown";
        return Err(RegistryRefusal::Invalid { field: "by", cause }.into());
    }
    if !service.sends_letters() {
        let cause = "there is no mail server: have the link shown";
        return Err(RegistryRefusal::Invalid { field: "by", cause }.into());
    }
    let sent = service.send_invitation(caller, &snapshot, person).await?;
    let cause = "the person has no address to which letters go: have the link shown";
    Ok(sent.ok_or(RegistryRefusal::Invalid { field: "email", cause })?)
}

/// The person, if the caller may let them in.
fn invitable<'a>(
    service: &Service,
    caller: &Authenticated,
    snapshot: &'a Snapshot,
    id: &RegisteredId,
) -> Result<&'a RegisteredPerson, Error> {
    let person = snapshot.register().people().get(id).map(|kept| &kept.value);
    let person = person.ok_or_else(|| RegistryRefusal::PersonUnknown(id.clone()))?;
    caller.permit::<Error>(snapshot, AdministrativeAct::ChangePeople)?;
    if person.state.is_barred() {
        return Err(RegistryRefusal::PersonBarred.into());
    }
    // Whoever makes the link could use it, and nobody raises themselves.
    if !person.roles.is_empty() {
        caller.permit::<Error>(snapshot, AdministrativeAct::ChangeRoles)?;
    }
    match caller.is_fresh(service.clock().now()) {
        true => Ok(person),
        false => Err(AuthenticationError::LoginTooOld.into()),
    }
}
