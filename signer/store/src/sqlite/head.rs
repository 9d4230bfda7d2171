//! The last record, as the writer reads it.

use rusqlite::{Connection, Row};

use crate::{AuditError, position::position};
use audit::{AuditKey, AuditPosition};

/// The last record's number and hash.
pub(super) const LAST: &str =
    "SELECT sequence, hash FROM audit_record ORDER BY sequence DESC LIMIT 1";

/// The last record's position, after it was held against the key and the record before it;
/// [`AuditPosition::ORIGIN`] while the log is empty.
///
/// # Errors
/// [`AuditError::HeadRefused`] when it was made with another key, or changed;
/// [`AuditError::RecordDamaged`]; [`AuditError::Database`].
pub(super) fn checked(
    connection: &Connection,
    key: &AuditKey,
) -> Result<AuditPosition, AuditError> {
    let mut last = connection.prepare_cached(
        "SELECT sequence, hash, body FROM audit_record ORDER BY sequence DESC LIMIT 2",
    )?;
    let mut rows = last.query(())?;
    let Some(record) = rows.next()? else { return Ok(AuditPosition::ORIGIN) };
    let head = row(record)??;
    let body: String = record.get(2)?;
    let before = rows.next()?.map_or(Ok(Ok(AuditPosition::ORIGIN)), row)??;
    if before.sequence + 1 == head.sequence && before.hash.next(key, &body) == head.hash {
        Ok(head)
    } else {
        Err(AuditError::HeadRefused { sequence: head.sequence })
    }
}

/// The position in a row that begins with number and hash.
pub(super) fn row(row: &Row<'_>) -> rusqlite::Result<Result<AuditPosition, AuditError>> {
    let (sequence, hash) = (row.get(0)?, row.get_ref(1)?.as_blob()?);
    Ok(position(sequence, hash))
}
