//! Who a person is that the service let in: by a login, or by what they agreed to while they were logged
//! in. Whether they are there still says the register, whenever it is asked.

use std::time::SystemTime;

use registry::{PersonState, RegisteredId};
use seal::{Caller, PersonId, identity::IdentityClaims};
use serde::{Deserialize, Serialize};

use crate::{administration::Snapshot, audit::hex};

/// Who is logged in. Its `Debug` names nobody.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Who {
    /// Somebody with an entry in the organisation's register, by its name.
    Registered(RegisteredId),
    /// Somebody whom an issuer alone knows.
    Claimed(Claimed),
}

/// What an issuer says of a person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claimed {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    pub(crate) name: String,
    pub(crate) given_name: String,
    pub(crate) family_name: String,
}

/// When somebody logged in, and until when that counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LoggedIn {
    pub(crate) at: SystemTime,
    pub(crate) until: SystemTime,
}

impl std::fmt::Debug for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Registered(id) => f.debug_tuple("Registered").field(id).finish(),
            Self::Claimed(_) => f.write_str("Claimed(..)"),
        }
    }
}

impl Who {
    /// Who calls, if they are there. `family` is what came of their login.
    pub(crate) fn caller(
        &self,
        snapshot: &Snapshot,
        logged_in: LoggedIn,
        family: &[u8; 16],
    ) -> Option<Caller> {
        let register = snapshot.register();
        let (person, given_name, family_name, name, email) = match self {
            Self::Registered(id) => {
                let person = &register.people().get(id)?.value;
                if person.state != PersonState::Active {
                    return None;
                }
                let name = format!("{} {}", person.given_name, person.family_name);
                let (given, family) = (person.given_name.clone(), person.family_name.clone());
                (person.login.clone()?, given, family, name, person.email.clone())
            }
            Self::Claimed(claimed) => {
                let Claimed { issuer, subject, name, given_name, family_name } = claimed.clone();
                let person = PersonId { issuer, subject };
                if register.is_barred(&person) {
                    return None;
                }
                (person, given_name, family_name, name, None)
            }
        };
        let policy = snapshot.policy().organisation();
        Some(Caller::Person(Box::new(IdentityClaims {
            person,
            token_id: hex(family),
            issued_at: logged_in.at,
            not_before: None,
            expires_at: logged_in.until,
            authenticated_at: logged_in.at,
            name,
            given_name,
            family_name,
            email,
            cvr: policy.cvr.clone(),
            organisation_name: Some(policy.registered_name.clone()),
            documents: Vec::new(),
        })))
    }
}
