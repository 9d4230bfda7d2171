//! A certificate authority, as the database keeps it.

use std::fmt;

/// An authority as the database keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptAuthority {
    /// Its name: `root`, or `issuing-1` and so on.
    pub name: String,
    /// Its certificate in DER.
    pub certificate: Vec<u8>,
    /// Its key under a passphrase; `None` where it is in a token, or a root's elsewhere.
    pub protected_key: Option<Vec<u8>>,
}

impl fmt::Debug for KeptAuthority {
    // A key stands in no log, under a passphrase or not.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptAuthority").field("name", &self.name).finish_non_exhaustive()
    }
}
