//! The file encryption key, by the revision of the encryption dictionary.

use zeroize::Zeroizing;

use super::dictionary::EncryptionDictionary;
use super::{key, key_aes256};

impl EncryptionDictionary {
    /// The file encryption key, if the password is the user's.
    pub(super) fn user_key(&self, password: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        if self.revision >= 5 {
            key_aes256::user(self, password)
        } else {
            key::user(self, password)
        }
    }

    /// The file encryption key, if the password is the owner's.
    pub(super) fn owner_key(&self, password: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        if self.revision >= 5 {
            key_aes256::owner(self, password)
        } else {
            key::owner(self, password)
        }
    }
}
