//! How the operator of the installation makes an organisation.

use std::collections::BTreeSet;

use seal::{ApplicationId, Organisation};
use serde::{Deserialize, Serialize};

use crate::{
    Actor, ApiKey, Application, Change, Entry, Founded, KeyHash, KeyId, Moment, Register,
    RegistryRefusal, Role, RoleGrant,
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
        if name.trim().is_empty() || length > MAXIMUM_NAME || name.chars().any(char::is_control) {
            let cause = "1 to 200 characters, none of them a control character";
            return Err(RegistryRefusal::Invalid { field: "name", cause });
        }
        let roles: BTreeSet<Role> = administrators.iter().map(|one| one.role).collect();
        if administrators.is_empty() || roles.len() != administrators.len() {
            let cause = "one or more, each once";
            return Err(RegistryRefusal::Invalid { field: "role", cause });
        }
        let made_by = Actor::Operator;
        let also = administrators.into_iter().flat_map(|Administrator { role, key, sha256 }| {
            let id = ApplicationId::new(role.name());
            let key = ApiKey {
                id: key,
                display_name: String::new(),
                sha256,
                made: now,
                made_by: made_by.clone(),
                expires: None,
                revoked: None,
            };
            let application = Application {
                id: id.clone(),
                display_name: role.name().to_owned(),
                active: true,
                made: now,
                made_by: made_by.clone(),
                keys: vec![key],
            };
            let role = RoleGrant { application: id, role, made: now, made_by: made_by.clone() };
            [Entry::Application(application), Entry::Role(role)]
        });
        let also = also.collect();
        let founded = Founded { organisation, made: now, made_by: Actor::Operator };
        Ok(Change { also, ..Change::made("organisation-made", Entry::Organisation(founded)) })
    }
}
