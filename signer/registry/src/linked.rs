//! The logins at providers by which a person comes.

use std::fmt;

use seal::{Digest, DigestAlgorithm, PersonId};
use serde::{Deserialize, Serialize};

use crate::{OWN_ISSUER, RegisteredPerson};

/// How many further logins a person has at most.
pub const MAXIMUM_LINKS: usize = 10;

/// A login that the signing device took as its person's. Its `Debug` names nobody.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownLogin {
    /// Issuer and subject of its ID tokens.
    pub login: PersonId,
    /// The run of the device that took it, and in which it activates keys.
    pub known_to: String,
}

impl fmt::Debug for KnownLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KnownLogin").finish_non_exhaustive()
    }
}

impl RegisteredPerson {
    /// Their logins at providers, the first one before the further ones.
    pub fn provided_logins(&self) -> impl Iterator<Item = &PersonId> {
        let first = self.login.iter().filter(|login| login.issuer != OWN_ISSUER);
        first.chain(&self.links)
    }

    /// What a login of theirs is called in addresses: half of SHA-256 over the entry's salt, issuer and
    /// subject, each with its length before it, in hexadecimal. Nobody can try subjects against it.
    pub fn name_of_login(&self, login: &PersonId) -> String {
        let mut said = Vec::new();
        for part in [&self.salt, &login.issuer, &login.subject] {
            said.extend((part.len() as u64).to_be_bytes());
            said.extend(part.as_bytes());
        }
        let hash = Digest::of(DigestAlgorithm::Sha256, &said);
        hex::encode(&hash.as_bytes()[..16])
    }

    /// The login of theirs that is called so.
    pub fn provided_login(&self, name: &str) -> Option<&PersonId> {
        self.provided_logins().find(|login| self.name_of_login(login) == name)
    }
}
