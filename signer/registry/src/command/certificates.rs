//! What is asked about certificates that live for years.

use std::{collections::BTreeSet, fmt};

use seal::ProfileId;

use crate::{CertificateKind, HolderKey, Purpose, Version};

/// The terms of certificates as somebody wants them.
#[derive(Clone)]
pub struct WantedTerms {
    /// The profile beside which they stand.
    pub profile: ProfileId,
    /// Whom the profile's certificates name.
    pub kind: CertificateKind,
    /// The UUID of new terms; random, in hexadecimal. Those that are changed keep their own.
    pub uuid: String,
    /// What people call the certificates: 1 to 64 characters, unlike all others of the organisation.
    pub name: String,
    /// What they may be used for; one purpose at least.
    pub purposes: BTreeSet<Purpose>,
    /// The kind of key.
    pub key: HolderKey,
    /// How long they live: 1 to 1,095 days.
    pub lifetime_days: u16,
    /// How long before the end they are due to be renewed: 1 to 180 days, and less than they live.
    pub overlap_days: u16,
    /// The address that they show; not of people.
    pub email: Option<String>,
    /// Whether they show the person's own address; of people alone.
    pub show_email: bool,
    /// Whether anybody who knows the address in a certificate gets it.
    pub published: bool,
    /// The services that know them, as people call them: 30 at most, each of 1 to 100 characters, none twice.
    pub relying_services: Vec<String>,
    /// The version that the caller read; nothing for new ones.
    pub expected: Option<Version>,
}

impl fmt::Debug for WantedTerms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WantedTerms").field("profile", &self.profile).finish_non_exhaustive()
    }
}
