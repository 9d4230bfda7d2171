//! Erasing a person.

use std::time::Duration;

use registry::{Entry, Erased};
use rusqlite::Connection;
use seal::PersonId;

use super::connect::BUSY_TIMEOUT;
use crate::AuditError;
use audit::{KeyedRequest, RegistryRow};

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

/// A row that names the person.
struct Named {
    /// Organisation, kind and name of the entry.
    key: [String; 3],
    /// What is written in its place; nothing of an entry that is the person's own.
    body: Option<String>,
}

/// What the registers of all organisations say of the person.
fn entries(connection: &Connection, person: &PersonId) -> Result<Vec<Named>, AuditError> {
    let mut rows = connection.prepare("SELECT organisation, kind, id, body FROM register_entry")?;
    let rows =
        rows.query_map((), |row| Ok(([row.get(0)?, row.get(1)?, row.get(2)?], row.get(3)?)))?;
    let mut named = Vec::new();
    for row in rows {
        let (key, body): ([String; 3], String) = row?;
        let Ok(entry) = serde_json::from_str::<Entry>(&body) else {
            let [_, kind, id] = key;
            return Err(AuditError::EntryDamaged { kind, id });
        };
        match entry.without(person) {
            Erased::Unnamed => {}
            Erased::Gone => named.push(Named { key, body: None }),
            Erased::Rewritten(entry) => {
                named.push(Named { key, body: Some(RegistryRow::body(&entry)) });
            }
        }
    }
    Ok(named)
}

/// Whether the register names the person.
pub(super) fn is_registered(
    connection: &Connection,
    person: &PersonId,
) -> Result<bool, AuditError> {
    Ok(!entries(connection, person)?.is_empty())
}

/// Deletes the person's rows and what the write-ahead log holds of them. `secure_delete` has
/// overwritten the rows in the database's own pages.
pub(super) fn erase(connection: &Connection, person: &PersonId) -> Result<(), AuditError> {
    let transaction = connection.unchecked_transaction()?;
    transaction.execute(
        "DELETE FROM acting_person WHERE issuer = ? AND subject = ?",
        [&person.issuer, &person.subject],
    )?;
    transaction.execute(
        "UPDATE audit_index SET issuer = NULL, subject = NULL WHERE issuer = ? AND subject = ?",
        [&person.issuer, &person.subject],
    )?;
    for table in ["idempotency_key", "idempotency_count"] {
        let forget = format!("DELETE FROM {table} WHERE caller = ?");
        transaction.execute(&forget, [KeyedRequest::person(person)])?;
    }
    for Named { key: [organisation, kind, id], body } in entries(&transaction, person)? {
        match body {
            Some(body) => transaction.execute(
                "UPDATE register_entry SET body = ? WHERE organisation = ? AND kind = ? AND id = ?",
                [body, organisation, kind, id],
            )?,
            None => transaction.execute(
                "DELETE FROM register_entry WHERE organisation = ? AND kind = ? AND id = ?",
                [organisation, kind, id],
            )?,
        };
    }
    transaction.commit()?;
    connection.busy_timeout(PATIENCE)?;
    let truncated =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get::<_, i64>(0));
    connection.busy_timeout(BUSY_TIMEOUT)?;
    let busy = truncated?;
    if busy == 0 { Ok(()) } else { Err(AuditError::ErasureDelayed) }
}
