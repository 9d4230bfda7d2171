//! The authority with those who know what it issued.

use std::sync::Arc;

use seal::Clock;

use super::{
    collecting::Collecting, registry_authority::RegistryAuthority, statuses::CertificateStatuses,
};

/// What publishes the registry's certificates and their status, and lets holders collect theirs.
#[derive(Clone, Debug)]
pub struct Issuing {
    /// What issues.
    pub authority: Arc<RegistryAuthority>,
    /// What was issued, and what is blocked.
    pub statuses: Arc<dyn CertificateStatuses>,
    /// What is ordered.
    pub collecting: Arc<dyn Collecting>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}
