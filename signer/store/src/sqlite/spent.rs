//! Spent tokens: each signs a document once. None is ever forgotten: a row is a hundredth of what its
//! act adds to the log, and a clock that went ahead and came back must not make a token good again.

use std::collections::HashSet;

use rusqlite::Connection;

use crate::AuditError;
use audit::SpentToken;

/// The keys among `tokens` that were spent before.
pub(super) fn among<'a>(
    connection: &Connection,
    tokens: impl Iterator<Item = &'a SpentToken>,
) -> Result<HashSet<[u8; 32]>, AuditError> {
    let mut row = connection.prepare_cached("SELECT 1 FROM spent_token WHERE key = ?")?;
    let mut spent = HashSet::new();
    for token in tokens {
        if row.exists([&token.key])? {
            spent.insert(token.key);
        }
    }
    Ok(spent)
}
