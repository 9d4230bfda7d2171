//! What the assurance decides.

use rcgen::{CrlDistributionPoint, CustomExtension};

/// The extensions that the assurance decides.
#[derive(Clone, Debug)]
pub(crate) struct AssuranceExtensions {
    pub(crate) extensions: Vec<CustomExtension>,
    pub(crate) crl_distribution_points: Vec<CrlDistributionPoint>,
}
