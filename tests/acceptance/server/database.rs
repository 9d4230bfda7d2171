//! The database of a server whose store is PostgreSQL: every server's with `SEGL_STORE=postgres`.

use std::{fs, path::Path};

/// The key of the audit log of all nodes.
const AUDIT_KEY: &str = "5365676c2d6f6e2d506f737467726553514c2d746573742d6b65792d33322d62";

/// What the keys of the registry's authority are under, which lie in the database.
const PASSPHRASE: &str = "5365676c-passphrase-of-the-registry-of-all-nodes";

/// The file with its address, beside the data directory.
const ADDRESS: &str = "database-url";

/// What a program needs that uses the store beside this data directory; nothing where it is a file.
pub fn environment(data: &Path) -> Vec<(&'static str, String)> {
    let Some(address) = address(data) else { return Vec::new() };
    vec![
        ("SIGNER_DATABASE_URL", address),
        ("SIGNER_AUDIT_KEY", AUDIT_KEY.to_owned()),
        ("SIGNER_REGISTRY_PASSPHRASE", PASSPHRASE.to_owned()),
    ]
}

/// The address of the database.
pub fn address(data: &Path) -> Option<String> {
    fs::read_to_string(data.parent()?.join(ADDRESS)).ok()
}

/// Gives a new server's folder this database.
pub fn give(folder: &Path, address: &str) {
    fs::write(folder.join(ADDRESS), address).expect("a temporary file can be written");
}

/// Gives a server's folder a database of its own where every server has one.
pub fn give_own(folder: &Path) {
    let everywhere = std::env::var_os("SEGL_STORE").is_some_and(|store| store == "postgres");
    if everywhere && !folder.join(ADDRESS).exists() {
        give(folder, &test_database::Server::shared().database());
    }
}
