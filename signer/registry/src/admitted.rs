//! Who gets a passkey.

use seal::PersonId;

use crate::{OWN_ISSUER, RegisteredId};

/// Who gets a passkey.
#[derive(Clone)]
pub enum Admitted {
    /// Somebody who has an entry already.
    Known(RegisteredId),
    /// Somebody whom the operator's link makes an administrator.
    Administrator {
        /// The name of the new entry; random, made by whoever asks.
        id: RegisteredId,
        /// 32 random bytes in hexadecimal, made by whoever asks.
        salt: String,
        /// The given name, 1 to 200 characters.
        given_name: String,
        /// The family name, 1 to 200 characters.
        family_name: String,
    },
}

/// It names nobody.
impl std::fmt::Debug for Admitted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Self::Known(id) | Self::Administrator { id, .. }) = self;
        f.debug_tuple("Admitted").field(id).finish()
    }
}

impl Admitted {
    /// The name of the entry.
    pub fn id(&self) -> &RegisteredId {
        match self {
            Self::Known(id) | Self::Administrator { id, .. } => id,
        }
    }
}

/// How somebody is known whom only their entry knows.
pub(crate) fn own_login(id: &RegisteredId) -> PersonId {
    PersonId { issuer: OWN_ISSUER.to_owned(), subject: id.0.clone() }
}
