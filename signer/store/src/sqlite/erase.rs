//! Erasing a person.

use std::time::Duration;

use registry::{Entry, Erased};
use rusqlite::{Connection, params};
use seal::PersonId;

use super::connect::BUSY_TIMEOUT;
use crate::AuditError;
use audit::{KeyedRequest, RegistryRow};

/// How long an erasure waits for those who read: records wait meanwhile.
const PATIENCE: Duration = Duration::from_millis(500);

/// Who is erased, and where.
#[derive(Debug)]
pub(super) struct Whom<'a> {
    /// The person; nobody, of an entry without a login.
    pub(super) person: Option<&'a PersonId>,
    /// The organisation; all of them without one.
    pub(super) organisation: Option<&'a str>,
    /// The person's own entry in the register of that organisation.
    pub(super) entry: Option<&'a str>,
}

/// In how many rows the person stands.
pub(super) fn count(connection: &Connection, whom: &Whom<'_>) -> Result<u64, AuditError> {
    let Some(person) = whom.person else { return Ok(0) };
    let rows: i64 = connection.query_row(
        &format!("SELECT count(*) FROM acting_person {OF_ORGANISATION}"),
        params![person.issuer, person.subject, whom.organisation],
        |row| row.get(0),
    )?;
    Ok(rows.cast_unsigned())
}

/// The rows of a person, of one organisation or of all.
const OF_ORGANISATION: &str = "
    WHERE issuer = ?1 AND subject = ?2 AND (?3 IS NULL OR EXISTS (
        SELECT 1 FROM audit_index AS i
        WHERE i.sequence = acting_person.sequence AND i.organisation = ?3))";

/// A row that names the person.
struct Named {
    /// Organisation, kind and name of the entry.
    key: [String; 3],
    /// What is written in its place; nothing of an entry that is the person's own.
    body: Option<String>,
}

/// What the register says of the person, or those of all organisations.
fn entries(connection: &Connection, whom: &Whom<'_>) -> Result<Vec<Named>, AuditError> {
    let mut rows = connection.prepare(
        "SELECT organisation, kind, id, body FROM register_entry
         WHERE ?1 IS NULL OR organisation = ?1",
    )?;
    let rows = rows.query_map([whom.organisation], |row| {
        Ok(([row.get(0)?, row.get(1)?, row.get(2)?], row.get(3)?))
    })?;
    let mut named = Vec::new();
    for row in rows {
        let (key, body): ([String; 3], String) = row?;
        let Ok(entry) = serde_json::from_str::<Entry>(&body) else {
            let [_, kind, id] = key;
            return Err(AuditError::EntryDamaged { kind, id });
        };
        if let Entry::Person(person) = &entry
            && whom.entry == Some(person.id.0.as_str())
        {
            named.push(Named { key, body: None });
            continue;
        }
        let Some(person) = whom.person else { continue };
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
pub(super) fn is_registered(connection: &Connection, whom: &Whom<'_>) -> Result<bool, AuditError> {
    Ok(!entries(connection, whom)?.is_empty())
}

/// Deletes the person's rows and what the write-ahead log holds of them. `secure_delete` has
/// overwritten the rows in the database's own pages.
pub(super) fn erase(connection: &Connection, whom: &Whom<'_>) -> Result<(), AuditError> {
    let transaction = connection.unchecked_transaction()?;
    if let Some(person) = whom.person {
        let (issuer, subject) = (&person.issuer, &person.subject);
        let at = params![issuer, subject, whom.organisation];
        transaction.execute(&format!("DELETE FROM acting_person {OF_ORGANISATION}"), at)?;
        transaction.execute(
            "UPDATE audit_index SET issuer = NULL, subject = NULL
             WHERE issuer = ?1 AND subject = ?2 AND (?3 IS NULL OR organisation = ?3)",
            params![issuer, subject, whom.organisation],
        )?;
        transaction.execute(
            "DELETE FROM secret WHERE person = ?1 AND (?2 IS NULL OR organisation = ?2)",
            params![KeyedRequest::person(person), whom.organisation],
        )?;
        for table in ["idempotency_key", "idempotency_count"] {
            let forget = format!(
                "DELETE FROM {table} WHERE caller = ?1 AND (?2 IS NULL OR organisation = ?2)"
            );
            let caller = KeyedRequest::person(person);
            transaction.execute(&forget, params![caller, whom.organisation])?;
        }
    }
    for Named { key: [organisation, kind, id], body } in entries(&transaction, whom)? {
        match body {
            Some(body) => transaction.execute(
                "UPDATE register_entry SET body = ? WHERE organisation = ? AND kind = ? AND id = ?",
                [body, organisation, kind, id],
            )?,
            None => {
                transaction.execute(
                    "DELETE FROM register_entry WHERE organisation = ? AND kind = ? AND id = ?",
                    [&organisation, &kind, &id],
                )?;
                transaction.execute(
                    "DELETE FROM secret WHERE organisation = ? AND subject = ?",
                    [organisation, id],
                )?
            }
        };
    }
    transaction.commit()?;
    let truncated = connection.busy_timeout(PATIENCE).and_then(|()| {
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get::<_, i64>(0))
    });
    let restored = connection.busy_timeout(BUSY_TIMEOUT);
    // The rows are gone: whatever hinders this delays only that nothing of them is left in the files.
    match truncated.and_then(|busy| restored.map(|()| busy)) {
        Ok(0) => Ok(()),
        Ok(_) => Err(AuditError::ErasureDelayed),
        Err(error) => {
            tracing::warn!(%error, "the write-ahead log could not be emptied after an erasure");
            Err(AuditError::ErasureDelayed)
        }
    }
}
