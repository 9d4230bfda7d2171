//! A log in its database, verified.

use std::path::Path;

use audit::{
    ActingPerson, AuditKey, AuditPosition, StoredRecord, Unreadable, Verification, VerifyError,
    VerifyReport,
};
use futures_util::TryStreamExt;
use sqlx::{Row, sqlite::SqliteRow};

use crate::sqlite::ReadLog;

/// One statement sees one state of the database, also while the service writes. A text that is
/// longer than any record is cut, and then fails like any changed one.
const RECORDS: &str = "
    SELECT r.sequence, substr(r.body, 1, 20000), r.hash,
           p.salt, p.issuer, p.subject, p.name, p.token_id, s.key IS NOT NULL
    FROM audit_record AS r LEFT JOIN acting_person AS p ON p.sequence = r.sequence
    LEFT JOIN spent_token AS s
        ON s.key = CASE WHEN json_valid(r.body) THEN unhex(r.body ->> '$.event.spent') END
    ORDER BY r.sequence";

/// Why a log is not known to be whole.
#[derive(Debug, thiserror::Error)]
pub enum VerificationError {
    /// It is not.
    #[error(transparent)]
    Broken(#[from] VerifyError),
    /// The database cannot be read.
    #[error("the audit log cannot be read: {0}")]
    Database(#[from] sqlx::Error),
}

/// Verifies the log in `database`, which may be in use. With an exported `head` the loss of the
/// records up to it is found, too; without one nothing can tell that the newest were cut off.
///
/// # Errors
/// [`VerificationError::Broken`] names the first record that does not fit.
pub async fn verify(
    database: &Path,
    key: &AuditKey,
    head: Option<AuditPosition>,
) -> Result<VerifyReport, VerificationError> {
    let mut log = ReadLog::open(database).await?;
    let mut verification = Verification::new(key, head);
    {
        let mut rows = sqlx::query(RECORDS).fetch(&mut log.connection);
        while let Some(row) = rows.try_next().await? {
            verification.record(StoredRecord {
                sequence: row.try_get::<i64, _>(0)?.cast_unsigned(),
                body: row.try_get(1).map_err(|_| Unreadable),
                hash: row.try_get(2).map_err(|_| Unreadable),
                person: stored_person(&row).map_err(|_| Unreadable),
                spent: row.try_get(8)?,
            })?;
        }
    }
    log.close().await?;
    Ok(verification.finish()?)
}

/// The joined columns; `None` when there is no row.
fn stored_person(row: &SqliteRow) -> Result<Option<ActingPerson>, sqlx::Error> {
    let Some(salt) = row.try_get(3)? else { return Ok(None) };
    Ok(Some(ActingPerson {
        salt,
        issuer: row.try_get(4)?,
        subject: row.try_get(5)?,
        name: row.try_get(6)?,
        token_id: row.try_get(7)?,
    }))
}

#[cfg(test)]
mod tests;
