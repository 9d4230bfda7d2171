//! Erasing a person.

use seal::PersonId;
use sqlx::SqliteConnection;

use crate::audit::AuditError;

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
    let (busy, _, _): (i64, i64, i64) =
        sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *connection).await?;
    if busy == 0 { Ok(()) } else { Err(AuditError::ErasureDelayed) }
}
