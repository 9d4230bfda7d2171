//! What the assurance decides.

use rcgen::CustomExtension;

/// The extensions that the assurance decides.
#[derive(Clone, Debug)]
pub(crate) struct AssuranceExtensions {
    pub(crate) extensions: Vec<CustomExtension>,
    /// Where the revocation list stands.
    pub(crate) revocation_list: Option<String>,
}
