//! When API keys were used.

use std::collections::HashMap;

use seal::OrganisationId;

/// That an API key was used.
#[derive(Debug)]
pub(crate) struct ApiKeyUse {
    /// Whose key it is.
    pub(crate) organisation: OrganisationId,
    /// SHA-256 of the key.
    pub(crate) key: [u8; 32],
    /// Hours since 1970.
    pub(crate) hour: i64,
}

/// The keys and hours of these rows.
pub(crate) fn of_rows(rows: Vec<(Vec<u8>, i64)>) -> HashMap<[u8; 32], i64> {
    let rows = rows.into_iter();
    rows.filter_map(|(key, hour)| Some((key.try_into().ok()?, hour))).collect()
}
