//! Spent tokens: each signs a document once.

use std::collections::HashSet;

use sqlx::SqliteConnection;

use crate::audit::{AuditError, SpentToken, hex};

/// Seconds between two removals of tokens that count no more.
pub(super) const PRUNE_INTERVAL_S: i64 = 60;

/// The keys among `tokens` that were spent before.
pub(super) async fn among(
    connection: &mut SqliteConnection,
    tokens: impl Iterator<Item = &SpentToken>,
) -> Result<HashSet<[u8; 32]>, AuditError> {
    let keys: Vec<String> = tokens.map(|token| hex(&token.key)).collect();
    let keys = serde_json::Value::from(keys).to_string();
    let spent: Vec<Vec<u8>> = sqlx::query_scalar(
        "SELECT key FROM spent_token WHERE key IN (SELECT unhex(value) FROM json_each(?))",
    )
    .bind(keys)
    .fetch_all(connection)
    .await?;
    Ok(spent.into_iter().filter_map(|key| key.try_into().ok()).collect())
}

/// Removes tokens that count no more at `now` (seconds since 1970), some thousands at a time, so
/// that nobody waits long.
pub(super) async fn prune(connection: &mut SqliteConnection, now: i64) -> Result<(), AuditError> {
    sqlx::query(
        "DELETE FROM spent_token WHERE key IN
             (SELECT key FROM spent_token WHERE until < ? LIMIT 20000)",
    )
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}
