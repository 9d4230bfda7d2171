//! Every record of a file, for who reads the log.

use std::ops::ControlFlow;

use audit::{ActingPerson, StoredRecord, Unreadable};
use futures_util::TryStreamExt;
use sqlx::{Row, sqlite::SqliteRow};

use super::ReadLog;
use crate::{found::Found, location::Location};

/// One statement sees one state of the database, also while the service writes.
const RECORDS: &str = "
    SELECT r.sequence, substr(r.body, 1, 20000), r.hash,
           p.salt, p.issuer, p.subject, p.name, p.token_id, s.key IS NOT NULL
    FROM audit_record AS r LEFT JOIN acting_person AS p ON p.sequence = r.sequence
    LEFT JOIN spent_token AS s
        ON s.key = CASE WHEN json_valid(r.body) THEN unhex(r.body ->> '$.event.spent') END
    ORDER BY r.sequence";

/// Gives every record to `take` until it breaks.
pub(crate) async fn records<E: From<sqlx::Error>>(
    database: impl Into<Location>,
    mut take: impl FnMut(Found<'_>) -> Result<ControlFlow<()>, E>,
) -> Result<(), E> {
    let mut log = ReadLog::open(&database.into()).await?;
    {
        let mut rows = sqlx::query(RECORDS).fetch(&mut log.connection);
        let mut is_first = true;
        while let Some(row) = rows.try_next().await? {
            // What the statement sees was committed before its first row came.
            if std::mem::take(&mut is_first) {
                log.written.settle()?;
            }
            let record = StoredRecord {
                sequence: row.try_get::<i64, _>(0)?.cast_unsigned(),
                body: row.try_get(1).map_err(|_| Unreadable),
                hash: row.try_get(2).map_err(|_| Unreadable),
                person: stored_person(&row).map_err(|_| Unreadable),
                spent: row.try_get(8)?,
            };
            if take(Found { chain: "", record })?.is_break() {
                break;
            }
        }
    }
    Ok(log.close().await?)
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
