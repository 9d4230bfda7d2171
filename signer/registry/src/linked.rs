//! Further logins at providers by which a person comes.

use std::fmt;

use seal::PersonId;
use serde::{Deserialize, Serialize};

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
