//! Secrets, by their hashes. One statement each: rows decide between nodes.

use std::time::SystemTime;

use seal::OrganisationId;
use sqlx::PgConnection;

use crate::{
    AuditError, KeptSecret, SecretError, SecretKind, Spent,
    secret::{LET_GO, Row, micros, of_row},
};

/// Keeps one, unless its owner has so many.
pub(super) async fn keep(
    connection: &mut PgConnection,
    secret: &KeptSecret,
    limit: Option<u32>,
    now: SystemTime,
) -> Result<Result<(), SecretError>, AuditError> {
    let (kind, organisation, now) = (secret.kind.name(), secret.organisation.as_str(), micros(now));
    let let_go = sqlx::query(
        "DELETE FROM secret WHERE (kind, hash) IN (SELECT kind, hash FROM secret WHERE let_go < $1
         ORDER BY let_go LIMIT $2 FOR UPDATE SKIP LOCKED)",
    );
    let let_go = let_go.bind(now).bind(LET_GO);
    let_go.execute(&mut *connection).await?;
    if let Some(limit) = limit {
        let kept = sqlx::query_scalar::<_, i64>(
            "SELECT count(*) FROM secret WHERE organisation = $1 AND subject = $2 AND kind = $3
             AND spent IS NULL AND ends > $4",
        );
        let kept = kept.bind(organisation).bind(&secret.subject).bind(kind).bind(now);
        let kept = kept.fetch_one(&mut *connection).await?;
        if kept >= i64::from(limit) {
            return Ok(Err(SecretError::Full));
        }
    }
    let kept = sqlx::query(
        "INSERT INTO secret (kind, hash, organisation, subject, person, family, ends, let_go, content)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
    )
    .bind(kind)
    .bind(&secret.hash[..])
    .bind(organisation)
    .bind(&secret.subject)
    .bind(secret.person.as_ref().map(|person| &person[..]))
    .bind(&secret.family[..])
    .bind(micros(secret.ends))
    .bind(secret.kind.let_go(secret.ends))
    .bind(&secret.content);
    let rows = kept.execute(connection).await?.rows_affected();
    Ok(if rows == 0 { Err(SecretError::AlreadyKept) } else { Ok(()) })
}

/// Ends those of its person's that leave no place for one.
pub(super) async fn make_room(
    connection: &mut PgConnection,
    secret: &KeptSecret,
    (most, in_place_of): (u32, &[u8; 32]),
    now: SystemTime,
) -> Result<u64, AuditError> {
    let ended = sqlx::query(
        "DELETE FROM secret WHERE (kind, hash) IN
         (SELECT kind, hash FROM secret WHERE organisation = $1 AND subject = $2 AND kind = $3
          AND person = $4 AND spent IS NULL AND ends > $5 AND hash <> $7
          ORDER BY ends DESC OFFSET $6 FOR UPDATE SKIP LOCKED)",
    )
    .bind(secret.organisation.as_str())
    .bind(&secret.subject)
    .bind(secret.kind.name())
    .bind(secret.person.as_ref().map(|person| &person[..]))
    .bind(micros(now))
    .bind(i64::from(most.saturating_sub(1)))
    .bind(&in_place_of[..]);
    Ok(ended.execute(connection).await?.rows_affected())
}

/// The one of this hash, if it is good.
pub(super) async fn read(
    connection: &mut PgConnection,
    kind: SecretKind,
    hash: &[u8; 32],
    now: SystemTime,
) -> Result<Option<KeptSecret>, AuditError> {
    let found: Option<Row> = sqlx::query_as(
        "SELECT hash, organisation, subject, person, family, ends, content FROM secret
         WHERE kind = $1 AND hash = $2 AND spent IS NULL AND ends > $3",
    )
    .bind(kind.name())
    .bind(&hash[..])
    .bind(micros(now))
    .fetch_optional(connection)
    .await?;
    found.map(|row| of_row(kind, row)).transpose()
}

/// Spends one. Of two nodes that ask at the same moment one waits for the other's row.
pub(super) async fn spend(
    connection: &mut PgConnection,
    kind: SecretKind,
    hash: &[u8; 32],
    now: SystemTime,
) -> Result<Spent, AuditError> {
    let spent: Option<Row> = sqlx::query_as(
        "UPDATE secret SET spent = $3
         WHERE kind = $1 AND hash = $2 AND spent IS NULL AND ends > $3
         RETURNING hash, organisation, subject, person, family, ends, content",
    )
    .bind(kind.name())
    .bind(&hash[..])
    .bind(micros(now))
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(row) = spent {
        return Ok(Spent::Now(of_row(kind, row)?));
    }
    let before: Option<Row> = sqlx::query_as(
        "SELECT hash, organisation, subject, person, family, ends, content FROM secret
         WHERE kind = $1 AND hash = $2 AND spent IS NOT NULL",
    )
    .bind(kind.name())
    .bind(&hash[..])
    .fetch_optional(connection)
    .await?;
    Ok(match before {
        Some(row) => Spent::Before(of_row(kind, row)?),
        None => Spent::Unknown,
    })
}

/// Gives one another end and other content.
pub(super) async fn amend(
    connection: &mut PgConnection,
    (kind, hash): (SecretKind, &[u8; 32]),
    ends: SystemTime,
    content: &str,
) -> Result<u64, AuditError> {
    let amended = sqlx::query(
        "UPDATE secret SET ends = $3, let_go = $5, content = $4 WHERE kind = $1 AND hash = $2 AND spent IS NULL",
    );
    let amended = amended.bind(kind.name()).bind(&hash[..]).bind(micros(ends)).bind(content);
    let amended = amended.bind(kind.let_go(ends));
    Ok(amended.execute(connection).await?.rows_affected())
}

/// Ends one.
pub(super) async fn end(
    connection: &mut PgConnection,
    kind: SecretKind,
    hash: &[u8; 32],
) -> Result<u64, AuditError> {
    let ended = sqlx::query("DELETE FROM secret WHERE kind = $1 AND hash = $2");
    Ok(ended.bind(kind.name()).bind(&hash[..]).execute(connection).await?.rows_affected())
}

/// Ends a family. What is spent stays: it may be shown again.
pub(super) async fn end_family(
    connection: &mut PgConnection,
    family: &[u8; 16],
) -> Result<u64, AuditError> {
    let ended = sqlx::query("DELETE FROM secret WHERE family = $1 AND spent IS NULL");
    Ok(ended.bind(&family[..]).execute(connection).await?.rows_affected())
}

/// Ends all of an owner's that are of a kind.
pub(super) async fn end_of(
    connection: &mut PgConnection,
    kind: SecretKind,
    organisation: &OrganisationId,
    subject: &str,
) -> Result<u64, AuditError> {
    let ended =
        sqlx::query("DELETE FROM secret WHERE organisation = $1 AND subject = $2 AND kind = $3");
    let ended = ended.bind(organisation.as_str()).bind(subject).bind(kind.name());
    Ok(ended.execute(connection).await?.rows_affected())
}
