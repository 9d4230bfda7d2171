//! What is read back.

use seal::Caller;
use sqlx::{SqliteConnection, SqlitePool};
use subtle::ConstantTimeEq;

use super::{Receipt, ReceiptId};
use crate::audit::{
    AuditError, AuditKey, AuditPosition, ChainHash, OutcomeEvent, Record, Requester,
};

/// The last record's position; [`AuditPosition::ORIGIN`] while the log is empty.
pub(super) async fn head(connection: &mut SqliteConnection) -> Result<AuditPosition, AuditError> {
    let last: Option<(i64, Vec<u8>)> =
        sqlx::query_as("SELECT sequence, hash FROM audit_record ORDER BY sequence DESC LIMIT 1")
            .fetch_optional(connection)
            .await?;
    last.map_or(Ok(AuditPosition::ORIGIN), |(sequence, hash)| position(sequence, &hash))
}

/// The same, after the last record was held against the key and the record before it.
pub(super) async fn checked_head(
    connection: &mut SqliteConnection,
    key: &AuditKey,
) -> Result<AuditPosition, AuditError> {
    let rows: Vec<(i64, Vec<u8>, String)> = sqlx::query_as(
        "SELECT sequence, hash, body FROM audit_record ORDER BY sequence DESC LIMIT 2",
    )
    .fetch_all(connection)
    .await?;
    let Some((sequence, hash, body)) = rows.first() else { return Ok(AuditPosition::ORIGIN) };
    let head = position(*sequence, hash)?;
    let before = match rows.get(1) {
        Some((sequence, hash, _)) => position(*sequence, hash)?,
        None => AuditPosition::ORIGIN,
    };
    if before.sequence + 1 == head.sequence && before.hash.next(key, body) == head.hash {
        Ok(head)
    } else {
        Err(AuditError::HeadRefused { sequence: head.sequence })
    }
}

/// A receipt is an outcome record, read by whoever asked for the act.
pub(super) async fn receipt(
    readers: &SqlitePool,
    id: &ReceiptId,
    caller: &Caller,
) -> Result<Option<Receipt>, AuditError> {
    let mut connection = readers.acquire().await?;
    let row: Option<(String, Vec<u8>)> =
        sqlx::query_as("SELECT body, hash FROM audit_record WHERE sequence = ?")
            .bind(id.sequence().cast_signed())
            .fetch_optional(&mut *connection)
            .await?;
    let Some((body, hash)) = row else { return Ok(None) };
    // Only a finished act's outcome has this form; for any other record there is no receipt.
    let Ok(record) = serde_json::from_str::<Record<OutcomeEvent>>(&body) else { return Ok(None) };
    let outcome = record.event;
    let named = bool::from(outcome.secret.as_bytes().ct_eq(id.secret().as_bytes()));
    if !named || !asked(&mut connection, &outcome, caller).await? {
        return Ok(None);
    }
    let position = position(id.sequence().cast_signed(), &hash)?;
    Ok(Some(Receipt::new(outcome, record.time, position)))
}

async fn asked(
    connection: &mut SqliteConnection,
    outcome: &OutcomeEvent,
    caller: &Caller,
) -> Result<bool, AuditError> {
    match (&outcome.requester, caller) {
        (Requester::Application(name), Caller::Application(id)) => Ok(name == id.as_str()),
        (Requester::Person(_), Caller::Person(claims)) => {
            let row: Option<(String, String)> =
                sqlx::query_as("SELECT issuer, subject FROM acting_person WHERE sequence = ?")
                    .bind(outcome.intent.cast_signed())
                    .fetch_optional(connection)
                    .await?;
            // Nobody can read the receipts of a person that was erased.
            Ok(row.is_some_and(|(issuer, subject)| {
                issuer == claims.person.issuer && subject == claims.person.subject
            }))
        }
        (Requester::Application(_), Caller::Person(_))
        | (Requester::Person(_), Caller::Application(_)) => Ok(false),
    }
}

fn position(sequence: i64, hash: &[u8]) -> Result<AuditPosition, AuditError> {
    let sequence = sequence.cast_unsigned();
    let hash = ChainHash::from_bytes(hash).ok_or(AuditError::RecordDamaged { sequence })?;
    Ok(AuditPosition { sequence, hash })
}
