//! What is read back.

use audit::{AuditPosition, Owner};
use seal::Caller;
use sqlx::{AssertSqlSafe, SqliteConnection, SqlitePool};

use super::head::LAST;
use crate::{
    AuditError, FoundReceipt, ReceiptId, candidate::Candidate, kind::Kind, position::position,
};

/// The last record's position; [`AuditPosition::ORIGIN`] while the log is empty.
pub(super) async fn head(connection: &mut SqliteConnection) -> Result<AuditPosition, AuditError> {
    let last: Option<(i64, Vec<u8>)> = sqlx::query_as(LAST).fetch_optional(connection).await?;
    last.map_or(Ok(AuditPosition::ORIGIN), |(sequence, hash)| position(sequence, &hash))
}

/// The record of this number, by its hash.
pub(crate) async fn at(
    connection: &mut SqliteConnection,
    sequence: i64,
) -> Result<Option<AuditPosition>, AuditError> {
    let found = sqlx::query_as("SELECT sequence, hash FROM audit_record WHERE sequence = ?");
    let found: Option<(i64, Vec<u8>)> = found.bind(sequence).fetch_optional(connection).await?;
    found.map(|(sequence, hash)| position(sequence, &hash)).transpose()
}

/// A receipt by its name, for who asked for it.
pub(super) async fn receipt(
    connection: &mut SqliteConnection,
    owner: &Owner,
    id: &ReceiptId,
    caller: &Caller,
) -> Result<Option<FoundReceipt>, AuditError> {
    let row: Option<(String, Vec<u8>)> =
        sqlx::query_as("SELECT body, hash FROM audit_record WHERE sequence = ?")
            .bind(id.sequence().cast_signed())
            .fetch_optional(&mut *connection)
            .await?;
    let Some((body, hash)) = row else { return Ok(None) };
    let candidate = Candidate::of(owner, id.sequence(), (&body, &hash))?;
    let Some(candidate) = candidate.filter(|candidate| candidate.is_named(id)) else {
        return Ok(None);
    };
    let person = sqlx::query_as("SELECT issuer, subject FROM acting_person WHERE sequence = ?")
        .bind(candidate.person.cast_signed())
        .fetch_optional(connection)
        .await?;
    Ok(candidate.asked_by(caller, person))
}

/// Every record of a kind in its order, or so many of the newest in the other.
pub(super) async fn of_kind(
    readers: &SqlitePool,
    kind: Kind,
    newest: Option<i64>,
) -> Result<Vec<(i64, String)>, AuditError> {
    // The condition is that of an index, and so it stands in the text.
    let order = newest.map_or("", |_| "DESC");
    let rows = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT sequence, body FROM audit_record WHERE instr(body, '{}') > 0
         ORDER BY sequence {order} LIMIT ?",
        kind.member()
    )));
    Ok(rows.bind(newest.unwrap_or(-1)).fetch_all(readers).await?)
}

/// The last record of a kind between two others.
pub(super) async fn last_of_kind(
    readers: &SqlitePool,
    kind: Kind,
    (from, to): (i64, i64),
) -> Result<Option<(i64, String)>, AuditError> {
    let row = sqlx::query_as(
        "SELECT sequence, body FROM audit_record
         WHERE sequence > ? AND sequence < ? AND instr(body, ?) > 0
         ORDER BY sequence DESC LIMIT 1",
    );
    Ok(row.bind(from).bind(to).bind(kind.member()).fetch_optional(readers).await?)
}
