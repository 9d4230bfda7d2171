//! Spent tokens: each signs a document once. None is ever forgotten: a row is a hundredth of what its
//! act adds to the log, and a clock that went ahead and came back must not make a token good again.

use std::collections::HashSet;

use sqlx::SqliteConnection;

use crate::audit::{AuditError, SpentToken, hex};

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
