//! Means of login as the device is told of them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use registry::{Passkey, RegisteredId, RegisteredPerson, RegistryRefusal, Role};
use seal::{AuthenticatorOrder, Means, NewPasskeyOrder, PersonId};

use crate::{
    Error,
    administration::{NamedMeans, Snapshot},
};

/// The roles whose holders speak for others at the device.
const ADMINISTER: [Role; 2] = [Role::OrganisationAdministrator, Role::UserAdministrator];

/// Whether the device has to know that they speak for others.
pub(super) fn administers(person: &RegisteredPerson) -> bool {
    ADMINISTER.into_iter().any(|role| person.holds(role))
}

/// What the device may have taken of a person's, also where the register does not know it: whoever agreed on the
/// device's own page may not have come back.
pub(crate) fn orders_of(
    snapshot: &Snapshot,
    id: &RegisteredId,
) -> Result<Vec<AuthenticatorOrder>, Error> {
    let person = snapshot.register().people().get(id);
    person.map_or_else(|| Ok(Vec::new()), |kept| all_of(snapshot, &kept.value))
}

/// The same of somebody as they will be.
pub(crate) fn all_of(
    snapshot: &Snapshot,
    person: &RegisteredPerson,
) -> Result<Vec<AuthenticatorOrder>, Error> {
    if person.login.is_none() {
        return Ok(Vec::new());
    }
    let passkeys = person.passkeys.iter().map(|passkey| of_passkey(person, passkey));
    let means = passkeys.chain(person.provided_logins().map(of_login).map(Ok));
    means.map(|means| Ok(of(snapshot, person)?.with(means?))).collect()
}

/// What is to be registered for whom, by the names of entry and means.
pub(super) fn order_of(
    snapshot: &Snapshot,
    id: &RegisteredId,
    means: NamedMeans<'_>,
) -> Result<AuthenticatorOrder, Error> {
    let person = snapshot.register().people().get(id);
    if person.is_some_and(|kept| kept.value.state.is_barred()) {
        return Err(RegistryRefusal::PersonBarred.into());
    }
    named(snapshot, id, means)
}

/// The same of whoever is barred, too.
pub(super) fn named(
    snapshot: &Snapshot,
    id: &RegisteredId,
    means: NamedMeans<'_>,
) -> Result<AuthenticatorOrder, Error> {
    let person = snapshot.register().people().get(id).map(|kept| &kept.value);
    let person = person.ok_or_else(|| RegistryRefusal::PersonUnknown(id.clone()))?;
    let means = match means {
        NamedMeans::Passkey(name) => {
            let passkey = person.passkeys.iter().find(|one| one.id == name);
            of_passkey(person, passkey.ok_or(RegistryRefusal::PasskeyUnknown)?)?
        }
        NamedMeans::Login(name) => {
            of_login(person.provided_login(name).ok_or(RegistryRefusal::LinkUnknown)?)
        }
    };
    Ok(of(snapshot, person)?.with(means))
}

/// For whom a means is registered, or a passkey made.
pub(in crate::service::activation) fn new_passkey(
    snapshot: &Snapshot,
    person: &RegisteredPerson,
) -> Result<NewPasskeyOrder, Error> {
    if person.state.is_barred() {
        return Err(RegistryRefusal::PersonBarred.into());
    }
    of(snapshot, person)
}

pub(super) fn of(snapshot: &Snapshot, person: &RegisteredPerson) -> Result<NewPasskeyOrder, Error> {
    Ok(NewPasskeyOrder {
        organization_identifier: snapshot.policy().organisation().organization_identifier(),
        person: person.login.clone().ok_or(RegistryRefusal::PasskeyUnknown)?,
        given_name: person.given_name.clone(),
        surname: person.family_name.clone(),
        administrator: administers(person),
    })
}

pub(super) fn of_passkey(person: &RegisteredPerson, passkey: &Passkey) -> Result<Means, Error> {
    let bytes = |text: &str| {
        URL_SAFE_NO_PAD.decode(text).map_err(|_| Error::from(RegistryRefusal::PasskeyUnknown))
    };
    Ok(Means::Passkey {
        credential_id: bytes(&passkey.id)?,
        cose_key: bytes(&passkey.public_key)?,
        user_handle: match &passkey.signing_handle {
            Some(handle) => bytes(handle)?,
            None => person.id.0.as_bytes().to_vec(),
        },
    })
}

pub(super) fn of_login(login: &PersonId) -> Means {
    let PersonId { issuer, subject } = login.clone();
    Means::Login { issuer, subject }
}
