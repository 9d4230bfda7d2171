//! `[registry]`: certificates that live for years.

use std::path::PathBuf;

use serde::Deserialize;

/// `[registry]`: certificates that live for years.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Registry {
    /// A file outside the data directory and its backups, which says how far the log and the revocation lists had
    /// come when something was blocked last. The start refuses a database that is older.
    pub anchor: Option<PathBuf>,
    /// `[registry.token]`: the PKCS#11 token in which the authority's new keys are made, and used.
    pub token: Option<RegistryToken>,
}

/// `[registry.token]`: a PKCS#11 token. Its PIN is in the environment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistryToken {
    /// The file of its library.
    pub module: PathBuf,
    /// Its label.
    pub label: String,
}
