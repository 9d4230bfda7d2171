//! The registry's own certificate authority: what issues the certificates that are ordered, collected and
//! used for years, and what tells of those that are blocked.
//!
//! Which certificates there are, and which are blocked, is kept elsewhere: [`CertificateStatuses`] and
//! [`Collecting`] are the ports to it.

mod answers;
mod apart;
mod collecting;
mod content;
mod error;
mod folder;
mod generations;
mod issuer;
mod issuing;
mod keeping;
mod lists;
mod passphrase;
mod protection;
mod published;
mod registry_authority;
#[cfg(test)]
pub(crate) mod sample;
mod shared;
mod statuses;
#[cfg(test)]
mod tests;

pub use self::{
    answers::NoList,
    collecting::{Collected, Collecting, CollectingError},
    error::{AuthorityError, KeptAt},
    issuing::Issuing,
    passphrase::PASSPHRASE,
    protection::TOKEN_PIN,
    published::{PublishedList, PublishedListError},
    registry_authority::{AuthoritySettings, RegistryAuthority},
    statuses::{
        BlockedCertificates, Blocking, CertificateStatus, CertificateStatuses, StatusesError,
    },
};
