//! The registry's own certificate authority: what issues the certificates that are ordered, collected and
//! used for years, and what tells of those that are blocked.
//!
//! Which certificates there are, and which are blocked, is kept elsewhere: [`CertificateStatuses`] and
//! [`Collecting`] are the ports to it.

mod collecting;
mod statuses;

pub use self::{
    collecting::{Collected, Collecting, CollectingError},
    statuses::{
        BlockedCertificates, Blocking, CertificateStatus, CertificateStatuses, StatusesError,
    },
};
