//! Secrets, by their hashes. What changes them goes through the one writer.

use std::time::SystemTime;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior::Immediate, params};
use seal::OrganisationId;
use sqlx::SqlitePool;

use crate::{
    AuditError, KeptSecret, SecretKind, Spent,
    secret::{LET_GO, Row, micros, of_row},
};

/// A change of what is kept.
#[derive(Debug)]
pub(crate) enum Step {
    /// One is kept, unless its owner has so many.
    Keep { secret: Box<KeptSecret>, limit: Option<u32>, now: SystemTime },
    /// Those of one's person end that leave no place for it.
    MakeRoom { secret: Box<KeptSecret>, most: u32, in_place_of: [u8; 32], now: SystemTime },
    /// One is spent.
    Spend { kind: SecretKind, hash: [u8; 32], now: SystemTime },
    /// One ends at another time and says something else.
    Amend { kind: SecretKind, hash: [u8; 32], ends: SystemTime, content: String },
    /// One ends.
    End { kind: SecretKind, hash: [u8; 32] },
    /// A family ends.
    EndFamily([u8; 16]),
    /// All of an owner's end that are of a kind.
    EndOf { kind: SecretKind, organisation: OrganisationId, subject: String },
}

/// What came of it.
#[derive(Debug)]
pub(crate) enum Stepped {
    /// It is kept.
    Kept,
    /// There was one with its hash.
    AlreadyKept,
    /// Its owner has as many as may be.
    Full,
    /// How many were changed.
    Rows(u64),
    /// What was spent.
    Spent(Spent),
}

/// Takes a step, in a transaction of its own.
pub(crate) fn take(connection: &mut Connection, step: &Step) -> Result<Stepped, AuditError> {
    let transaction = connection.transaction_with_behavior(Immediate)?;
    let stepped = match step {
        Step::Keep { secret, limit, now } => keep(&transaction, secret, *limit, *now)?,
        Step::Spend { kind, hash, now } => Stepped::Spent(spend(&transaction, *kind, hash, *now)?),
        step => Stepped::Rows(change(&transaction, step)? as u64),
    };
    transaction.commit()?;
    Ok(stepped)
}

fn keep(
    connection: &Connection,
    secret: &KeptSecret,
    limit: Option<u32>,
    now: SystemTime,
) -> rusqlite::Result<Stepped> {
    let (kind, now) = (secret.kind.name(), micros(now));
    let let_go = "DELETE FROM secret WHERE (kind, hash) IN
                  (SELECT kind, hash FROM secret WHERE let_go < ?1 ORDER BY let_go LIMIT ?2)";
    connection.prepare_cached(let_go)?.execute(params![now, LET_GO])?;
    if let Some(limit) = limit {
        let kept =
            "SELECT count(*) FROM secret WHERE organisation = ?1 AND subject = ?2 AND kind = ?3
             AND ends > ?4 AND spent IS NULL";
        let owner = params![secret.organisation.as_str(), secret.subject, kind, now];
        let kept: i64 = connection.prepare_cached(kept)?.query_row(owner, |row| row.get(0))?;
        if kept >= i64::from(limit) {
            return Ok(Stepped::Full);
        }
    }
    let insert =
        "INSERT INTO secret (kind, hash, organisation, subject, person, family, ends, let_go, content)
                  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING";
    let row = params![
        kind,
        secret.hash,
        secret.organisation.as_str(),
        secret.subject,
        secret.person,
        secret.family,
        micros(secret.ends),
        secret.kind.let_go(secret.ends),
        secret.content,
    ];
    let rows = connection.prepare_cached(insert)?.execute(row)?;
    Ok(if rows == 0 { Stepped::AlreadyKept } else { Stepped::Kept })
}

fn spend(
    connection: &Connection,
    kind: SecretKind,
    hash: &[u8; 32],
    now: SystemTime,
) -> Result<Spent, AuditError> {
    let spent = "UPDATE secret SET spent = ?3
                 WHERE kind = ?1 AND hash = ?2 AND spent IS NULL AND ends > ?3";
    let spent =
        connection.prepare_cached(spent)?.execute(params![kind.name(), hash, micros(now)])?;
    let found = "SELECT hash, organisation, subject, person, family, ends, content FROM secret
                 WHERE kind = ?1 AND hash = ?2 AND spent IS NOT NULL";
    let found = connection.prepare_cached(found)?.query_row(params![kind.name(), hash], row);
    Ok(match (found.optional()?, spent) {
        (None, _) => Spent::Unknown,
        (Some(row), 0) => Spent::Before(of_row(kind, row)?),
        (Some(row), _) => Spent::Now(of_row(kind, row)?),
    })
}

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?))
}

fn change(connection: &Connection, step: &Step) -> rusqlite::Result<usize> {
    match step {
        Step::Amend { kind, hash, ends, content } => connection.execute(
            "UPDATE secret SET ends = ?3, let_go = ?5, content = ?4
             WHERE kind = ?1 AND hash = ?2 AND spent IS NULL",
            params![kind.name(), hash, micros(*ends), content, kind.let_go(*ends)],
        ),
        Step::MakeRoom { secret, most, in_place_of, now } => connection.execute(
            // By its person, who has few, and not by its owner, who may have thousands.
            "DELETE FROM secret WHERE (kind, hash) IN
             (SELECT kind, hash FROM secret INDEXED BY secret_person WHERE organisation = ?1 AND subject = ?2 AND kind = ?3
              AND person = ?4 AND spent IS NULL AND ends > ?5 AND hash <> ?7 ORDER BY ends DESC LIMIT -1 OFFSET ?6)",
            params![
                secret.organisation.as_str(),
                secret.subject,
                secret.kind.name(),
                secret.person,
                micros(*now),
                most.saturating_sub(1),
                in_place_of,
            ],
        ),
        Step::End { kind, hash } => connection.execute(
            "DELETE FROM secret WHERE kind = ?1 AND hash = ?2",
            params![kind.name(), hash],
        ),
        // What is spent stays: it may be shown again.
        Step::EndFamily(family) => connection
            .execute("DELETE FROM secret WHERE family = ?1 AND spent IS NULL", params![family]),
        Step::EndOf { kind, organisation, subject } => connection.execute(
            "DELETE FROM secret WHERE organisation = ?1 AND subject = ?2 AND kind = ?3",
            params![organisation.as_str(), subject, kind.name()],
        ),
        // They are no changes by one statement.
        Step::Keep { .. } | Step::Spend { .. } => Ok(0),
    }
}

/// The one of this hash, if it is good.
pub(crate) async fn read(
    readers: &SqlitePool,
    kind: SecretKind,
    hash: &[u8; 32],
    now: SystemTime,
) -> Result<Option<KeptSecret>, AuditError> {
    let found: Option<Row> = sqlx::query_as(
        "SELECT hash, organisation, subject, person, family, ends, content FROM secret
         WHERE kind = ? AND hash = ? AND spent IS NULL AND ends > ?",
    )
    .bind(kind.name())
    .bind(&hash[..])
    .bind(micros(now))
    .fetch_optional(readers)
    .await?;
    found.map(|row| of_row(kind, row)).transpose()
}
