//! Keys of requests: each is taken once, in the transaction of what it asks for.

use std::collections::{HashMap, hash_map::Entry};

use rusqlite::{Connection, OptionalExtension, params};

use audit::{KeyStep, KeyedRequest, Timestamp};
use seal::OrganisationId;
use sqlx::SqlitePool;

use crate::{
    AuditError, KeyUse,
    key_row::{KEPT, LET_GO, MAXIMUM_KEYS, use_of},
};

/// Does what the record `sequence` does to a key.
///
/// # Errors
/// [`AuditError::KeyTaken`] when the key is taken; [`AuditError::KeysFull`].
pub(super) fn step(
    connection: &Connection,
    organisation: &str,
    step: &KeyStep,
    sequence: i64,
    time: Timestamp,
) -> Result<(), AuditError> {
    match step {
        KeyStep::Take(request) => take(connection, organisation, request, None, time),
        KeyStep::TakeDone(request) => take(connection, organisation, request, Some(sequence), time),
        KeyStep::Done(KeyedRequest { key, .. }) => {
            connection
                .prepare_cached(
                    "UPDATE idempotency_key SET record = ? WHERE organisation = ? AND key = ?",
                )?
                .execute(params![sequence, organisation, key])?;
            Ok(())
        }
        KeyStep::Free(KeyedRequest { key, .. }) => forget(connection, organisation, key),
    }
}

fn take(
    connection: &Connection,
    organisation: &str,
    KeyedRequest { caller, key, request }: &KeyedRequest,
    record: Option<i64>,
    time: Timestamp,
) -> Result<(), AuditError> {
    let time = time.microseconds();
    let taken = connection
        .prepare_cached(
            "INSERT INTO idempotency_key (organisation, key, caller, request, time, record)
             VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )?
        .execute(params![organisation, key, caller, request, time, record])?;
    if taken == 0 {
        return Err(AuditError::KeyTaken);
    }
    let old: Vec<(String, [u8; 32])> = connection
        .prepare_cached(
            "SELECT organisation, key FROM idempotency_key WHERE time < ? ORDER BY time LIMIT ?",
        )?
        .query_map([time.saturating_sub(KEPT), LET_GO], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (organisation, key) in old {
        forget(connection, &organisation, &key)?;
    }
    let counted = connection
        .prepare_cached(
            "INSERT INTO idempotency_count (organisation, caller, kept) VALUES (?1, ?2, 1)
             ON CONFLICT DO UPDATE SET kept = kept + 1 WHERE kept < ?3",
        )?
        .execute(params![organisation, caller, MAXIMUM_KEYS])?;
    if counted == 0 { Err(AuditError::KeysFull) } else { Ok(()) }
}

fn forget(connection: &Connection, organisation: &str, key: &[u8; 32]) -> Result<(), AuditError> {
    let caller: Option<[u8; 32]> = connection
        .prepare_cached(
            "DELETE FROM idempotency_key WHERE organisation = ? AND key = ? RETURNING caller",
        )?
        .query_row(params![organisation, key], |row| row.get(0))
        .optional()?;
    if let Some(caller) = caller {
        connection
            .prepare_cached(
                "UPDATE idempotency_count SET kept = kept - 1 WHERE organisation = ? AND caller = ?",
            )?
            .execute(params![organisation, caller])?;
    }
    Ok(())
}

/// Of requests that come together, in their order, which may not begin and why.
pub(super) fn refused<'a>(
    connection: &Connection,
    steps: impl Iterator<Item = (&'a str, Option<&'a KeyStep>)>,
) -> Result<Vec<Option<AuditError>>, AuditError> {
    let mut coming: HashMap<(&str, [u8; 32]), [u8; 32]> = HashMap::new();
    // Those that come together count as well.
    let mut counts: HashMap<(&str, [u8; 32]), i64> = HashMap::new();
    let mut kept = connection.prepare_cached(
        "SELECT kept FROM idempotency_count WHERE organisation = ? AND caller = ?",
    )?;
    steps
        .map(|(organisation, step)| {
            let Some(KeyStep::Take(asked) | KeyStep::TakeDone(asked)) = step else {
                return Ok(None);
            };
            if let Some(request) = coming.get(&(organisation, asked.key)) {
                let other = *request != asked.request;
                let used = if other { KeyUse::OtherRequest } else { KeyUse::UnderWay };
                return Ok(Some(AuditError::KeyUsed(used)));
            }
            match used(connection, organisation, asked) {
                Ok(Some(used)) => return Ok(Some(AuditError::KeyUsed(used))),
                Ok(None) => {}
                // What cannot be read refuses whoever asks again, and nobody who comes with them.
                Err(error @ AuditError::RecordDamaged { .. }) => return Ok(Some(error)),
                Err(error) => return Err(error),
            }
            let left = match counts.entry((organisation, asked.caller)) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(unknown) => {
                    let kept =
                        kept.query_row(params![organisation, asked.caller], |row| row.get(0));
                    unknown.insert(kept.optional()?.unwrap_or(0))
                }
            };
            if *left >= MAXIMUM_KEYS {
                return Ok(Some(AuditError::KeysFull));
            }
            *left += 1;
            coming.insert((organisation, asked.key), asked.request);
            Ok(None)
        })
        .collect()
}

/// What a key was used for, if it was.
fn used(
    connection: &Connection,
    organisation: &str,
    asked: &KeyedRequest,
) -> Result<Option<KeyUse>, AuditError> {
    let row: Option<([u8; 32], Option<i64>, Option<String>)> = connection
        .prepare_cached(USED)?
        .query_row(params![organisation, asked.key], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    row.map(|(request, record, body)| use_of(asked, &request, record, body.as_deref())).transpose()
}

/// What a key was used for, and the record of what was done.
const USED: &str = "
    SELECT k.request, k.record, r.body
    FROM idempotency_key AS k LEFT JOIN audit_record AS r ON r.sequence = k.record
    WHERE k.organisation = ? AND k.key = ?";

/// What a key was used for, if it was, for whoever reads.
pub(super) async fn used_before(
    readers: &SqlitePool,
    organisation: &OrganisationId,
    asked: &KeyedRequest,
) -> Result<Option<KeyUse>, AuditError> {
    let row: Option<(Vec<u8>, Option<i64>, Option<String>)> = sqlx::query_as(USED)
        .bind(organisation.as_str())
        .bind(asked.key.as_slice())
        .fetch_optional(readers)
        .await?;
    row.map(|(request, record, body)| use_of(asked, &request, record, body.as_deref())).transpose()
}
