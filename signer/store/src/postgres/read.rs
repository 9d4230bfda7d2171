//! What is read back.

use std::{collections::HashMap, ops::ControlFlow};

use audit::{ActingPerson, AuditKey, AuditPosition, Owner, StoredRecord, Unreadable};
use futures_util::TryStreamExt;
use registry::Version;
use seal::{Caller, OrganisationId};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, Row, postgres::PgRow};

use super::{connect, key_use};
use crate::{
    Address, AuditError, FoundReceipt, KeptRegister, ReceiptId, candidate::Candidate, found::Found,
    kind::Kind, position::position,
};

/// A text that is longer than any record is cut. What an intent says that it spent is looked for only
/// where it is a key.
const RECORDS: &str = r#"
    SELECT r.chain, r.sequence, left(r.body, 20000), r.hash,
           p.salt, p.issuer, p.subject, p.name, p.token_id, s.key IS NOT NULL
    FROM audit_record AS r
    LEFT JOIN acting_person AS p ON p.chain = r.chain AND p.sequence = r.sequence
    LEFT JOIN spent_token AS s
        ON s.key = decode(substring(r.body FROM '"spent":"([0-9a-f]{64})"'), 'hex')
    ORDER BY r.chain, r.sequence"#;

/// The last record's position; [`AuditPosition::ORIGIN`] while the chain is empty.
pub(super) async fn head(
    connection: &mut PgConnection,
    chain: &str,
) -> Result<AuditPosition, AuditError> {
    let last: Option<(i64, Vec<u8>)> = sqlx::query_as(
        "SELECT sequence, hash FROM audit_record WHERE chain = $1 ORDER BY sequence DESC LIMIT 1",
    )
    .bind(chain)
    .fetch_optional(connection)
    .await?;
    last.map_or(Ok(AuditPosition::ORIGIN), |(sequence, hash)| position(sequence, &hash))
}

/// The record of this number, by its hash.
pub(super) async fn at(
    connection: &mut PgConnection,
    chain: &str,
    sequence: i64,
) -> Result<Option<AuditPosition>, AuditError> {
    let found = "SELECT sequence, hash FROM audit_record WHERE chain = $1 AND sequence = $2";
    let found = sqlx::query_as(found).bind(chain).bind(sequence);
    let found: Option<(i64, Vec<u8>)> = found.fetch_optional(connection).await?;
    found.map(|(sequence, hash)| position(sequence, &hash)).transpose()
}

/// The last one, after it was held against the key and the record before it.
///
/// # Errors
/// [`AuditError::HeadRefused`] when it was made with another key, or changed.
pub(super) async fn checked(
    connection: &mut PgConnection,
    chain: &str,
    key: &AuditKey,
) -> Result<AuditPosition, AuditError> {
    let last: Vec<(i64, Vec<u8>, String)> = sqlx::query_as(
        "SELECT sequence, hash, body FROM audit_record WHERE chain = $1
         ORDER BY sequence DESC LIMIT 2",
    )
    .bind(chain)
    .fetch_all(connection)
    .await?;
    let mut last = last.into_iter();
    let Some((sequence, hash, body)) = last.next() else { return Ok(AuditPosition::ORIGIN) };
    let head = position(sequence, &hash)?;
    let before = last.next().map(|(sequence, hash, _)| position(sequence, &hash)).transpose()?;
    let before = before.unwrap_or(AuditPosition::ORIGIN);
    if before.sequence + 1 == head.sequence && before.hash.next(key, &body) == head.hash {
        Ok(head)
    } else {
        Err(AuditError::HeadRefused { sequence: head.sequence })
    }
}

/// A receipt by its name, for who asked for it. Its number may stand in every chain; what nobody can
/// guess stands once.
pub(super) async fn receipt(
    connection: &mut PgConnection,
    owner: &Owner,
    id: &ReceiptId,
    caller: &Caller,
) -> Result<Option<FoundReceipt>, AuditError> {
    let rows: Vec<(String, String, Vec<u8>)> =
        sqlx::query_as("SELECT chain, body, hash FROM audit_record WHERE sequence = $1")
            .bind(id.sequence().cast_signed())
            .fetch_all(&mut *connection)
            .await?;
    for (chain, body, hash) in rows {
        let candidate = Candidate::of(owner, id.sequence(), (&body, &hash))?;
        let Some(candidate) = candidate.filter(|candidate| candidate.is_named(id)) else {
            continue;
        };
        let person = sqlx::query_as(
            "SELECT issuer, subject FROM acting_person WHERE chain = $1 AND sequence = $2",
        )
        .bind(chain)
        .bind(candidate.person.cast_signed())
        .fetch_optional(connection)
        .await?;
        return Ok(candidate.asked_by(caller, person));
    }
    Ok(None)
}

/// The same out of a database that others write.
pub(crate) async fn receipt_in(
    address: &Address,
    owner: &Owner,
    id: &ReceiptId,
    caller: &Caller,
) -> Result<Option<FoundReceipt>, AuditError> {
    let mut connection = connect::connect(&connect::options(address)).await?;
    let receipt = receipt(&mut connection, owner, id, caller).await;
    connection.close().await?;
    receipt
}

/// The register of one organisation, as it is at one moment.
pub(super) async fn register(
    connection: &mut PgConnection,
    of: &OrganisationId,
) -> Result<KeptRegister, AuditError> {
    let organisation = of.as_str();
    let mut moment =
        connection.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY").await?;
    let rows = sqlx::query_as(
        "SELECT kind, id, version, body FROM register_entry
         WHERE organisation = $1 ORDER BY version",
    );
    let rows = rows.bind(organisation).fetch_all(&mut *moment).await?;
    let counts = sqlx::query_as("SELECT mandate, given FROM mandate_count WHERE organisation = $1");
    let counts = counts.bind(organisation).fetch_all(&mut *moment).await?;
    let number = last_change(&mut moment, of).await?;
    let used = key_use::kept(&mut moment, of).await?;
    moment.rollback().await?;
    KeptRegister::of(rows, counts, number, used)
}

/// The number of the last change of one organisation's register.
pub(super) async fn revision(
    connection: &mut PgConnection,
    of: &OrganisationId,
) -> Result<Version, AuditError> {
    let number = last_change(connection, of).await?;
    Ok(Version(number.unwrap_or_default().cast_unsigned()))
}

async fn last_change(
    connection: &mut PgConnection,
    of: &OrganisationId,
) -> Result<Option<i64>, AuditError> {
    let number =
        sqlx::query_scalar("SELECT revision FROM register_revision WHERE organisation = $1");
    Ok(number.bind(of.as_str()).fetch_optional(connection).await?)
}

/// How many seals these mandates have given, of those that have given any.
pub(super) async fn given(
    connection: &mut PgConnection,
    organisation: &OrganisationId,
    mandates: &[&str],
) -> Result<HashMap<String, u64>, AuditError> {
    let given = sqlx::query_as(
        "SELECT mandate, given FROM mandate_count WHERE organisation = $1 AND mandate = ANY($2)",
    );
    let given = given.bind(organisation.as_str()).bind(mandates);
    let given: Vec<(String, i64)> = given.fetch_all(connection).await?;
    Ok(given.into_iter().map(|(mandate, given)| (mandate, given.cast_unsigned())).collect())
}

/// The numbers of the organisations that the operator made.
pub(super) async fn organisations(
    connection: &mut PgConnection,
) -> Result<Vec<OrganisationId>, AuditError> {
    let numbers: Vec<String> = sqlx::query_scalar(
        "SELECT organisation FROM register_entry WHERE kind = 'organisation' ORDER BY organisation",
    )
    .fetch_all(connection)
    .await?;
    Ok(numbers.into_iter().map(OrganisationId::new).collect())
}

/// The number of each organisation's last change.
pub(super) async fn revisions(
    connection: &mut PgConnection,
) -> Result<HashMap<OrganisationId, Version>, AuditError> {
    let rows: Vec<(String, i64)> =
        sqlx::query_as("SELECT organisation, revision FROM register_revision")
            .fetch_all(connection)
            .await?;
    let numbers = rows.into_iter();
    Ok(numbers
        .map(|(organisation, number)| {
            (OrganisationId::new(organisation), Version(number.cast_unsigned()))
        })
        .collect())
}

/// Every record of a kind in its order, or so many of the newest in the other.
pub(super) async fn of_kind(
    connection: &mut PgConnection,
    chain: &str,
    kind: Kind,
    newest: Option<i64>,
) -> Result<Vec<(i64, String)>, AuditError> {
    // The condition is that of an index, and so it stands in the text.
    let order = newest.map_or("", |_| "DESC");
    let rows = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT sequence, body FROM audit_record
         WHERE chain = $1 AND strpos(body, '{}') > 0 ORDER BY sequence {order} LIMIT $2",
        kind.member()
    )));
    Ok(rows.bind(chain).bind(newest).fetch_all(connection).await?)
}

/// The last record of a kind between two others.
pub(super) async fn last_of_kind(
    connection: &mut PgConnection,
    chain: &str,
    kind: Kind,
    (from, to): (i64, i64),
) -> Result<Option<(i64, String)>, AuditError> {
    let row = sqlx::query_as(
        "SELECT sequence, body FROM audit_record
         WHERE chain = $1 AND sequence > $2 AND sequence < $3 AND strpos(body, $4) > 0
         ORDER BY sequence DESC LIMIT 1",
    );
    let row = row.bind(chain).bind(from).bind(to).bind(kind.member());
    Ok(row.fetch_optional(connection).await?)
}

/// The chains of a database, by name.
pub(crate) async fn chains(address: &Address) -> Result<Vec<String>, sqlx::Error> {
    let mut connection = connect::options(address).connect().await?;
    let chains = chain_names(&mut connection).await?;
    connection.close().await?;
    Ok(chains)
}

/// The same.
pub(super) async fn chain_names(connection: &mut PgConnection) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT chain FROM audit_chain ORDER BY chain").fetch_all(connection).await
}

/// Gives every record to `take` until it breaks. One statement sees one state of the database.
pub(crate) async fn records<E: From<sqlx::Error>>(
    address: &Address,
    mut take: impl FnMut(Found<'_>) -> Result<ControlFlow<()>, E>,
) -> Result<(), E> {
    // A log may be long.
    let options = connect::options(address).options([("statement_timeout", "0")]);
    let mut connection = options.connect().await?;
    let mut whole = true;
    {
        let mut rows = sqlx::query(RECORDS).fetch(&mut connection);
        while let Some(row) = rows.try_next().await? {
            let record = StoredRecord {
                sequence: row.try_get::<i64, _>(1)?.cast_unsigned(),
                body: row.try_get(2).map_err(|_| Unreadable),
                hash: row.try_get(3).map_err(|_| Unreadable),
                person: stored_person(&row).map_err(|_| Unreadable),
                spent: row.try_get(9)?,
            };
            if take(Found { chain: row.try_get(0)?, record })?.is_break() {
                whole = false;
                break;
            }
        }
    }
    if whole {
        connection.close().await?;
    }
    Ok(())
}

/// The joined columns; `None` when there is no row.
fn stored_person(row: &PgRow) -> Result<Option<ActingPerson>, sqlx::Error> {
    let Some(salt) = row.try_get(4)? else { return Ok(None) };
    Ok(Some(ActingPerson {
        salt,
        issuer: row.try_get(5)?,
        subject: row.try_get(6)?,
        name: row.try_get(7)?,
        token_id: row.try_get(8)?,
    }))
}
