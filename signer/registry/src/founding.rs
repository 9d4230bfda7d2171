//! How the operator of the installation makes an organisation.

use std::collections::BTreeSet;

use seal::{ApplicationId, Organisation, has_hidden};
use serde::{Deserialize, Serialize};

use crate::{
    Actor, ApiKey, Application, Change, Entry, Founded, KeyHash, KeyId, KeyState, Moment, Register,
    RegistryRefusal, Role, RoleGrant, decide::MAXIMUM_KEYS,
};

/// The longest registered name, in characters (X.520, ub-organization-name is 64; names of real
/// organisations are longer).
const MAXIMUM_NAME: usize = 200;

/// What the operator asks for: an organisation, and an application for each of these roles.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Founding {
    /// The organisation.
    pub organisation: Organisation,
    /// The administrators, one of a role.
    pub administrators: Vec<Administrator>,
}

/// An application that holds a role, and is called like it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Administrator {
    /// The role.
    pub role: Role,
    /// The name of its key; random, made by whoever asks.
    pub key: KeyId,
    /// The key's hash.
    pub sha256: KeyHash,
    /// Whether the keys that the application had are revoked.
    #[serde(default)]
    pub replaces: bool,
}

impl Register {
    /// Decides the first change of an organisation's register.
    ///
    /// # Errors
    /// [`RegistryRefusal::OrganisationExists`] when anything stands in the register already;
    /// [`RegistryRefusal::Invalid`].
    pub fn found(&self, founding: Founding, now: Moment) -> Result<Change, RegistryRefusal> {
        let Founding { organisation, administrators } = founding;
        if self.revision() != crate::Version::default() {
            return Err(RegistryRefusal::OrganisationExists(organisation.id()));
        }
        if let Some(cause) = organisation.number_defect() {
            return Err(RegistryRefusal::Invalid { field: "cvr", cause });
        }
        let name = &organisation.registered_name;
        let length = name.chars().count();
        if name.trim().is_empty() || length > MAXIMUM_NAME || has_hidden(name) {
            let cause = "1 to 200 characters, none of them a control character or one that turns the direction of writing";
            return Err(RegistryRefusal::Invalid { field: "name", cause });
        }
        let roles: BTreeSet<Role> = administrators.iter().map(|one| one.role).collect();
        if administrators.is_empty() || roles.len() != administrators.len() {
            let cause = "one or more, each once";
            return Err(RegistryRefusal::Invalid { field: "role", cause });
        }
        let also = administrators.into_iter().flat_map(|one| {
            let (application, role) = appointed(one, now);
            [Entry::Application(application), Entry::Role(role)]
        });
        let also = also.collect();
        let founded = Founded { organisation, made: now, made_by: Actor::Operator };
        Ok(Change { also, ..Change::made("organisation-made", Entry::Organisation(founded)) })
    }
    /// Decides on a further administrator, or a further key of one: for when a key was lost. An
    /// application whose keys were not taken has them taken again.
    ///
    /// # Errors
    /// [`RegistryRefusal::OrganisationUnknown`] for an organisation that the operator did not make;
    /// [`RegistryRefusal::ApplicationExists`] when an application without a role is called so.
    pub fn appoint(&self, wanted: Administrator, now: Moment) -> Result<Change, RegistryRefusal> {
        if self.organisation().is_none() {
            return Err(RegistryRefusal::OrganisationUnknown);
        }
        let replaces = wanted.replaces;
        let (application, role) = appointed(wanted, now);
        match (self.applications().get(&application.id), self.roles().get(&application.id)) {
            (Some(kept), Some(_)) => {
                Self::with_another_key(&kept.value, application, replaces, now)
            }
            (Some(_), None) => Err(RegistryRefusal::ApplicationExists(application.id)),
            (None, _) => {
                let also = vec![Entry::Role(role)];
                let made = Change::made("administrator-made", Entry::Application(application));
                Ok(Change { also, ..made })
            }
        }
    }

    fn with_another_key(
        before: &Application,
        with_key: Application,
        replaces: bool,
        now: Moment,
    ) -> Result<Change, RegistryRefusal> {
        let mut after = Application { active: true, ..before.clone() };
        if replaces {
            after.keys.iter_mut().for_each(|key| key.revoked = key.revoked.or(Some(now)));
            let clients = after.clients.iter_mut();
            clients.for_each(|client| client.revoked = client.revoked.or(Some(now)));
        }
        let mut removed_key = None;
        if after.keys.len() >= MAXIMUM_KEYS {
            let ended = after.keys.iter().position(|key| key.state(now) != KeyState::Active);
            let full = RegistryRefusal::Full { what: "keys", most: MAXIMUM_KEYS };
            removed_key = Some(after.keys.remove(ended.ok_or(full)?).id.0);
        }
        let key = with_key.keys.first().map(|key| key.id.0.clone());
        after.keys.extend(with_key.keys);
        let before = Some(Entry::Application(before.clone()));
        let what = if replaces { "administrator-keys-replaced" } else { "administrator-key-made" };
        let made = Change::made(what, Entry::Application(after));
        Ok(Change { before, key, removed_key, ..made })
    }
}

/// An application that holds a role, with its first key.
fn appointed(
    Administrator { role, key, sha256, replaces: _ }: Administrator,
    now: Moment,
) -> (Application, RoleGrant) {
    let (id, made_by) = (ApplicationId::new(role.name()), Actor::Operator);
    let key = ApiKey {
        id: key,
        display_name: String::new(),
        sha256,
        made: now,
        made_by: made_by.clone(),
        expires: None,
        revoked: None,
        next: None,
    };
    let application = Application {
        id: id.clone(),
        display_name: role.name().to_owned(),
        active: true,
        made: now,
        made_by: made_by.clone(),
        keys: vec![key],
        clients: Vec::new(),
    };
    (application, RoleGrant { application: id, role, made: now, made_by })
}
