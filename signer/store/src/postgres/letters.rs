//! Letters: written in the transaction of what causes them, taken by whichever node sends them. Rows decide
//! between nodes.

use audit::LetterRow;
use sqlx::PgConnection;

use crate::{
    AuditError, HeldLetter, LETTER_HELD_S, LETTER_PUT_OFF_S, LetterEnd,
    letter::{LetterRecord, of_record},
};

/// Writes a letter, unless it was written before.
pub(super) async fn insert(
    connection: &mut PgConnection,
    organisation: &str,
    row: &LetterRow,
) -> Result<(), AuditError> {
    let LetterRow { key, kind, subject, message_id, address, language, content, made } = row;
    let insert = sqlx::query(
        "INSERT INTO letter (key, organisation, kind, subject, message_id, made, due, address, language,
             content)
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
    )
    .bind(&key[..])
    .bind(organisation)
    .bind(kind)
    .bind(subject)
    .bind(message_id)
    .bind(made)
    .bind(address)
    .bind(language)
    .bind(content);
    insert.execute(connection).await?;
    Ok(())
}

/// The one that is due longest is somebody's; one that another node is about to take is left to it.
pub(super) async fn take(
    connection: &mut PgConnection,
    holder: [u8; 16],
    now: i64,
) -> Result<Option<HeldLetter>, AuditError> {
    let taken: Option<LetterRecord> = sqlx::query_as(
        "UPDATE letter SET due = $2, attempts = attempts + 1, holder = $1
         WHERE key = (SELECT key FROM letter
             WHERE due IS NOT NULL AND (due <= $3 OR due > $4) ORDER BY due LIMIT 1
             FOR UPDATE SKIP LOCKED)
         RETURNING key, organisation, kind, message_id, made, attempts, address, language, content",
    )
    .bind(&holder[..])
    .bind(now + LETTER_HELD_S)
    .bind(now)
    .bind(now + LETTER_PUT_OFF_S)
    .fetch_optional(connection)
    .await?;
    taken.map(|row| of_record(row, holder)).transpose()
}

/// One has ended.
pub(super) async fn end(
    connection: &mut PgConnection,
    (key, holder): (&[u8; 32], &[u8; 16]),
    end: LetterEnd,
    now: i64,
) -> Result<u64, AuditError> {
    let ended = sqlx::query(
        "UPDATE letter SET due = NULL, holder = NULL, address = NULL, language = NULL, content = NULL,
             ended = $3, outcome = $4
         WHERE key = $1 AND holder = $2",
    );
    let ended = ended.bind(&key[..]).bind(&holder[..]).bind(now).bind(end.name());
    Ok(ended.execute(connection).await?.rows_affected())
}

/// One is tried later.
pub(super) async fn put_off(
    connection: &mut PgConnection,
    (key, holder): (&[u8; 32], &[u8; 16]),
    due: i64,
) -> Result<u64, AuditError> {
    let put_off =
        sqlx::query("UPDATE letter SET due = $3, holder = NULL WHERE key = $1 AND holder = $2");
    let put_off = put_off.bind(&key[..]).bind(&holder[..]).bind(due);
    Ok(put_off.execute(connection).await?.rows_affected())
}
