//! Erasing a person.

use std::time::Duration;

use rusqlite::Connection;
use seal::PersonId;

use super::connect::BUSY_TIMEOUT;
use crate::audit::AuditError;

/// How long an erasure waits for those who read: records wait meanwhile.
const PATIENCE: Duration = Duration::from_millis(500);

/// In how many rows the person stands.
pub(super) fn count(connection: &Connection, person: &PersonId) -> Result<u64, AuditError> {
    let rows: i64 = connection.query_row(
        "SELECT count(*) FROM acting_person WHERE issuer = ? AND subject = ?",
        [&person.issuer, &person.subject],
        |row| row.get(0),
    )?;
    Ok(rows.cast_unsigned())
}

/// Deletes the person's rows and what the write-ahead log holds of them. `secure_delete` has
/// overwritten the rows in the database's own pages.
pub(super) fn erase(connection: &Connection, person: &PersonId) -> Result<(), AuditError> {
    connection.execute(
        "DELETE FROM acting_person WHERE issuer = ? AND subject = ?",
        [&person.issuer, &person.subject],
    )?;
    connection.busy_timeout(PATIENCE)?;
    let truncated =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get::<_, i64>(0));
    connection.busy_timeout(BUSY_TIMEOUT)?;
    let busy = truncated?;
    if busy == 0 { Ok(()) } else { Err(AuditError::ErasureDelayed) }
}
