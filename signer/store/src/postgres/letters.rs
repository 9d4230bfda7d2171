//! Letters: written in the transaction of what causes them, taken by whichever node sends them. Rows decide
//! between nodes.

use audit::{LetterBound, LetterRow};
use sqlx::PgConnection;

use crate::{
    AuditError, HeldLetter, LETTER_HELD_S, LETTER_PUT_OFF_S, LETTERS_COUNTED_S, LetterEnd,
    RowRefusal,
    letter::{LetterRecord, of_record},
};

/// Writes a letter, unless it was written before; answers whether it was not.
pub(super) async fn insert(
    connection: &mut PgConnection,
    organisation: &str,
    row: &LetterRow,
) -> Result<bool, AuditError> {
    let due = row.gathers.is_none().then_some(row.made);
    let LetterRow { key, kind, subject, message_id, address, language, content, made, .. } = row;
    let insert = sqlx::query(
        "INSERT INTO letter (key, organisation, kind, subject, message_id, made, address, language,
             content, recipient, asked, due, gathers)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING",
    )
    .bind(&key[..])
    .bind(organisation)
    .bind(kind)
    .bind(subject)
    .bind(message_id)
    .bind(made)
    .bind(address)
    .bind(language)
    .bind(content)
    .bind(&row.recipient[..])
    .bind(i64::from(row.asked))
    .bind(due)
    .bind(row.gathers);
    let written = insert.execute(&mut *connection).await?.rows_affected();
    match row.bound {
        Some(bound) if written > 0 => bounded(connection, organisation, row, bound).await?,
        Some(_) | None => {}
    }
    Ok(written > 0)
}

/// Gathers what waits for a letter, which is the first of its name. Whoever else gathers waits for its row.
pub(super) async fn gather(
    connection: &mut PgConnection,
    organisation: &str,
    (letter, gathered, at): (Option<&LetterRow>, &[[u8; 32]], i64),
) -> Result<(), AuditError> {
    if let Some(letter) = letter
        && !insert(&mut *connection, organisation, letter).await?
    {
        return Err(RowRefusal::Gathered.into());
    }
    let keys: Vec<&[u8]> = gathered.iter().map(|key| &key[..]).collect();
    let gather = sqlx::query(
        "UPDATE letter SET gathers = NULL, address = NULL, language = NULL, content = NULL, ended = $3,
             outcome = 'gathered'
         WHERE organisation = $1 AND key = ANY($2) AND gathers IS NOT NULL",
    );
    let gather = gather.bind(organisation).bind(&keys).bind(at);
    let changed = gather.execute(connection).await?.rows_affected();
    match usize::try_from(changed) {
        Ok(changed) if changed == gathered.len() => Ok(()),
        Ok(_) | Err(_) => Err(RowRefusal::Gathered.into()),
    }
}

/// Holds what was written against what there may be. What other nodes write at the same moment is not seen: a few
/// more may be written.
async fn bounded(
    connection: &mut PgConnection,
    organisation: &str,
    row: &LetterRow,
    bound: LetterBound,
) -> Result<(), AuditError> {
    let counted = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE recipient = $2), count(*) FROM letter
         WHERE organisation = $1 AND asked = 1 AND made > $3 AND recipient IS NOT NULL",
    );
    let since = row.made - LETTERS_COUNTED_S;
    let counted = counted.bind(organisation).bind(&row.recipient[..]).bind(since);
    let (to_address, of_all): (i64, i64) = counted.fetch_one(connection).await?;
    match () {
        () if to_address > bound.to_address.into() => Err(RowRefusal::AddressLettersSpent.into()),
        () if of_all > bound.of_organisation.into() => {
            Err(RowRefusal::OrganisationLettersSpent.into())
        }
        () => Ok(()),
    }
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
         RETURNING key, organisation, kind, message_id, made, attempts, address, language, content,
             recipient, asked",
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

/// One is tried later; where it was not tried, that was no attempt.
pub(super) async fn put_off(
    connection: &mut PgConnection,
    (key, holder): (&[u8; 32], &[u8; 16]),
    (due, tried): (i64, bool),
) -> Result<u64, AuditError> {
    let put_off = sqlx::query(
        "UPDATE letter SET due = $3, holder = NULL, attempts = attempts - $4
         WHERE key = $1 AND holder = $2",
    );
    let put_off = put_off.bind(&key[..]).bind(&holder[..]).bind(due).bind(i64::from(!tried));
    Ok(put_off.execute(connection).await?.rows_affected())
}

/// To whom letters went that ended before is not counted any more. What another node forgets is left to it.
pub(super) async fn forget(connection: &mut PgConnection, before: i64) -> Result<u64, AuditError> {
    let forget = sqlx::query(
        "UPDATE letter SET recipient = NULL WHERE key IN (SELECT key FROM letter
             WHERE recipient IS NOT NULL AND ended <= $1 LIMIT 1000 FOR UPDATE SKIP LOCKED)",
    );
    Ok(forget.bind(before).execute(connection).await?.rows_affected())
}
