//! A passkey that is made on a device's own page, for that page's relying party.

use std::fmt;

use super::{AuthenticatorOrder, Backup, Means};
use crate::PersonId;

/// For whom a passkey is to be made.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPasskeyOrder {
    /// The organisation on whose behalf the person acts by it, as `NTRDK-12345674`.
    pub organization_identifier: String,
    /// The person.
    pub person: PersonId,
    /// givenName of the person's certificates.
    pub given_name: String,
    /// surname of the person's certificates.
    pub surname: String,
    /// Whether the person may have others' means registered.
    pub administrator: bool,
}

impl NewPasskeyOrder {
    /// The order to register this means for the same person.
    pub fn with(self, means: Means) -> AuthenticatorOrder {
        AuthenticatorOrder {
            organization_identifier: self.organization_identifier,
            person: self.person,
            given_name: self.given_name,
            surname: self.surname,
            administrator: self.administrator,
            means,
        }
    }
}

/// It names nobody.
impl fmt::Debug for NewPasskeyOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewPasskeyOrder").finish_non_exhaustive()
    }
}

/// A passkey that was made, and for whom.
#[derive(Clone, PartialEq, Eq)]
pub struct MadePasskey {
    /// The organisation.
    pub organization_identifier: String,
    /// The person.
    pub person: PersonId,
    /// The credential's id, 1 to 1,023 bytes.
    pub credential_id: Vec<u8>,
    /// Its public key: a COSE_Key (RFC 9052 section 7).
    pub cose_key: Vec<u8>,
    /// The user handle that it was made for: 32 random bytes, so that an authenticator puts it in no other
    /// passkey's place.
    pub user_handle: Vec<u8>,
    /// How often it signed; 0 where it does not count.
    pub sign_count: u32,
    /// Where it may be.
    pub backup: Backup,
}

/// It names nobody.
impl fmt::Debug for MadePasskey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MadePasskey").finish_non_exhaustive()
    }
}

/// The page on which a device asks persons itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DevicePage {
    /// Its origin, as `https://sign.segl.example`.
    pub origin: String,
    /// The relying party of the passkeys that it asks for: the origin's host, or a domain above it.
    pub rp_id: String,
}
