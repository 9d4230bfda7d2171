//! Erasing a person.

use std::time::Duration;

use seal::PersonId;
use sqlx::{AssertSqlSafe, SqliteConnection};

use super::connect::BUSY_TIMEOUT;
use crate::audit::AuditError;

/// How long an erasure waits for those who read: records wait meanwhile.
const PATIENCE: Duration = Duration::from_millis(500);

/// In how many rows the person stands.
pub(super) async fn count(
    connection: &mut SqliteConnection,
    person: &PersonId,
) -> Result<u64, AuditError> {
    let rows: i64 =
        sqlx::query_scalar("SELECT count(*) FROM acting_person WHERE issuer = ? AND subject = ?")
            .bind(person.issuer.clone())
            .bind(person.subject.clone())
            .fetch_one(connection)
            .await?;
    Ok(rows.cast_unsigned())
}

/// Deletes the person's rows and what the write-ahead log holds of them. `secure_delete` has
/// overwritten the rows in the database's own pages.
pub(super) async fn erase(
    connection: &mut SqliteConnection,
    person: &PersonId,
) -> Result<(), AuditError> {
    sqlx::query("DELETE FROM acting_person WHERE issuer = ? AND subject = ?")
        .bind(person.issuer.clone())
        .bind(person.subject.clone())
        .execute(&mut *connection)
        .await?;
    wait_at_most(connection, PATIENCE).await?;
    let truncated: Result<(i64, i64, i64), sqlx::Error> =
        sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *connection).await;
    wait_at_most(connection, BUSY_TIMEOUT).await?;
    let (busy, _, _) = truncated?;
    if busy == 0 { Ok(()) } else { Err(AuditError::ErasureDelayed) }
}

/// Sets how long this connection waits for others.
async fn wait_at_most(
    connection: &mut SqliteConnection,
    patience: Duration,
) -> Result<(), AuditError> {
    let pragma = format!("PRAGMA busy_timeout = {}", patience.as_millis());
    sqlx::query(AssertSqlSafe(pragma)).execute(connection).await?;
    Ok(())
}
