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
}
