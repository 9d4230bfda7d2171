//! One batch, written in one transaction.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use audit::{AuditKey, AuditPosition, CertificateRow, Draft, RegistryRow};
use registry::Version;
use seal::PersonId;
use sqlx::{
    Connection, PgConnection, PgTransaction,
    postgres::{PgDatabaseError, PgSeverity},
};

use super::{
    certificates,
    connect::within,
    count,
    index::{self, Persons},
    keyed, read,
    rows::Rows,
    spent,
};
use crate::{AuditError, RowRefusal};

/// What is said of a chain whose last record is another than the last one written.
pub(super) const OTHER_HEAD: &str = "its last record is not the last one written";

/// What came of a batch when it is committed, for each record in its order.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) results: Vec<Result<AuditPosition, AuditError>>,
}

/// Whether the database takes the texts of a record: PostgreSQL has no NUL in a text, and no index of
/// long ones. Nobody comes here with such a name ([`PersonId::defect`]); a record that the database
/// refuses would take its whole batch with it.
///
/// # Errors
/// [`AuditError::NotText`]; of orders and certificates [`RowRefusal::NotText`].
pub(super) fn taken(draft: &Draft) -> Result<(), AuditError> {
    if draft.rows.iter().flat_map(CertificateRow::texts).any(|text| text.contains('\0')) {
        return Err(RowRefusal::NotText.into());
    }
    let person = draft.person.iter();
    let mut texts =
        person.flat_map(|one| [&one.salt, &one.issuer, &one.subject, &one.name, &one.token_id]);
    let found = draft.found.as_deref().and_then(|facets| facets.person.as_ref());
    let acting = draft.person.iter().map(|one| one.issuer.len() + one.subject.len());
    let mut lengths = acting.chain(found.map(|one| one.issuer.len() + one.subject.len()));
    let long = lengths.any(|length| length > PersonId::MAXIMUM_LENGTH);
    if long || texts.any(|text| text.contains('\0')) { Err(AuditError::NotText) } else { Ok(()) }
}

/// Takes the chain for as long as the connection lives. Whoever had it may not be over yet: it is asked for
/// again so often, a tenth of a second later each time.
///
/// # Errors
/// [`AuditError::NodeInUse`]; [`AuditError::Database`].
pub(super) async fn lock(
    connection: &mut PgConnection,
    chain: &str,
    steps: u32,
) -> Result<(), AuditError> {
    for step in 0..=steps {
        if step > 0 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let locked = sqlx::query_scalar("SELECT pg_try_advisory_lock(hashtextextended($1, 0))");
        let locked = locked.bind(format!("segl audit chain {chain}"));
        if locked.fetch_one(&mut *connection).await? {
            return Ok(());
        }
    }
    Err(AuditError::NodeInUse { node: chain.to_owned() })
}

/// Puts a chain among those of the database.
pub(super) async fn begin_chain(
    connection: &mut PgConnection,
    chain: &str,
) -> Result<(), AuditError> {
    let begin = sqlx::query("INSERT INTO audit_chain (chain) VALUES ($1) ON CONFLICT DO NOTHING");
    begin.bind(chain).execute(connection).await?;
    Ok(())
}

/// Whether the database gave a transaction up for another's sake: nothing of it is written, and it
/// may be tried again. `serialization_failure` and `deadlock_detected`, PostgreSQL's Appendix A.
pub(super) fn is_given_up(error: &AuditError) -> bool {
    let AuditError::Database(cause) = error else { return false };
    let error = cause.downcast_ref::<sqlx::Error>().and_then(sqlx::Error::as_database_error);
    let code = error.and_then(|error| error.code());
    matches!(code.as_deref(), Some("40001" | "40P01"))
}

/// What came of an attempt to write a batch.
#[derive(Debug)]
pub(super) enum Attempt {
    /// It is on disk.
    Written(Written),
    /// It is not.
    Failed(AuditError),
    /// Nobody knows: if it is, this is what came of it.
    Unknown(AuditError, Written),
}

/// Numbers, chains and writes records after `head`, which then is the last of them: all that no row
/// refuses.
///
/// Records that are about nothing but themselves and the register are written by one statement, which is a
/// transaction of its own: then the database is asked once.
pub(super) async fn write(
    connection: &mut PgConnection,
    chain: (&str, &AuditKey),
    head: &mut AuditPosition,
    drafts: &[&Draft],
) -> Attempt {
    if let Some(judged) = plain(drafts) {
        let (before, nobody) = (*head, Persons::new());
        let refusals = drafts.iter().map(|_| None).collect();
        let rows = Rows::of(chain.1, head, drafts, refusals, &nobody);
        let (organisations, revisions): (Vec<&str>, Vec<i64>) = judged.into_iter().unzip();
        let write = rows.write(connection, chain.0, (&organisations, &revisions));
        match within(write).await {
            Ok(true) => return Attempt::Written(Written { results: rows.results }),
            // Which of them is refused, and why, is asked record by record.
            Ok(false) => *head = before,
            Err(error) if is_refused(&error) => return Attempt::Failed(error),
            Err(error) => return Attempt::Unknown(error, Written { results: rows.results }),
        }
    }
    let (transaction, written) = match within(prepare(connection, chain, head, drafts)).await {
        Ok(prepared) => prepared,
        Err(error) => return Attempt::Failed(error),
    };
    match within(async { Ok(transaction.commit().await?) }).await {
        Ok(()) => Attempt::Written(written),
        Err(error) => Attempt::Unknown(error, written),
    }
}

/// The registers that records were judged by, where they are about no other row that nodes share.
fn plain<'a>(drafts: &[&'a Draft]) -> Option<BTreeMap<&'a str, i64>> {
    let mut judged = BTreeMap::new();
    for draft in drafts {
        let Draft { spent, registered, count, keyed, judged_by, rows, .. } = *draft;
        let shares = spent.is_some() || registered.is_some() || count.is_some() || keyed.is_some();
        let shares = shares || !rows.is_empty();
        if shares || index::names_person_of_intent(draft) {
            return None;
        }
        if let Some(Version(number)) = *judged_by {
            let number = number.cast_signed();
            if *judged.entry(draft.organisation()).or_insert(number) != number {
                return None;
            }
        }
    }
    Some(judged)
}

/// Whether the database said that it did not do what a statement asks.
fn is_refused(error: &AuditError) -> bool {
    let AuditError::Database(cause) = error else { return false };
    let error = cause.downcast_ref::<sqlx::Error>().and_then(sqlx::Error::as_database_error);
    let error = error.and_then(|error| error.try_downcast_ref::<PgDatabaseError>());
    error.is_some_and(|error| error.severity() == PgSeverity::Error)
}

/// Numbers, chains and writes records after `head`, which then is the last of them: all that no row
/// refuses. They are on disk when the transaction is committed, and on an error none is.
///
/// Rows that nodes share are taken in the order of their keys: the register's number, keys of requests, counts, tokens.
///
/// # Errors
/// [`AuditError::Disturbed`] when `head` is not the last record on disk; [`AuditError::Database`].
async fn prepare<'c>(
    connection: &'c mut PgConnection,
    (chain, key): (&str, &AuditKey),
    head: &mut AuditPosition,
    drafts: &[&Draft],
) -> Result<(PgTransaction<'c>, Written), AuditError> {
    // Rolled back where it is dropped.
    let mut transaction = connection.begin().await?;
    if read::head(&mut transaction, chain).await? != *head {
        return Err(AuditError::Disturbed(OTHER_HEAD));
    }
    let mut refusals: Vec<Option<AuditError>> = drafts.iter().map(|_| None).collect();
    compare_register(&mut transaction, drafts, &mut refusals).await?;
    // Before what else may be refused: who asks again is told what came of it.
    keyed::take(&mut transaction, drafts, &mut refusals).await?;
    let begun = drafts.iter().zip(&refusals);
    let begun: Vec<bool> =
        begun.map(|(draft, no)| no.is_none() && keyed::begun(draft).is_some()).collect();
    let kept = keyed::count(&mut transaction, drafts, &mut refusals, &begun).await?;
    let counted = count::take(&mut transaction, drafts, &mut refusals).await?;
    spent::spend(&mut transaction, drafts, &mut refusals).await?;
    certificates::take(&mut transaction, drafts, &mut refusals).await?;
    count::keep(&mut transaction, counted, drafts, &refusals).await?;
    let results = insert(&mut transaction, chain, key, head, drafts, refusals).await?;
    keyed::keep(&mut transaction, chain, kept, drafts, &results, &begun).await?;
    Ok((transaction, Written { results }))
}

/// Holds the register's number against the one by which an act was judged or a change was decided.
/// It stays what it is until the transaction has ended: a change waits for the acts before it.
async fn compare_register(
    transaction: &mut PgTransaction<'_>,
    drafts: &[&Draft],
    refusals: &mut [Option<AuditError>],
) -> Result<(), AuditError> {
    let judged = |draft: &&Draft| draft.judged_by.map(|_| draft.organisation().to_owned());
    let changing =
        |draft: &&Draft| draft.registered.as_ref().map(|_| draft.organisation().to_owned());
    let changing: BTreeSet<String> = drafts.iter().filter_map(changing).collect();
    let mut numbers = BTreeMap::new();
    let all: BTreeSet<String> = drafts.iter().filter_map(judged).chain(changing.clone()).collect();
    for organisation in all {
        let made = sqlx::query(
            "INSERT INTO register_revision (organisation, revision) VALUES ($1, 0)
             ON CONFLICT DO NOTHING",
        );
        let lock = if changing.contains(&organisation) {
            "SELECT revision FROM register_revision WHERE organisation = $1 FOR UPDATE"
        } else {
            "SELECT revision FROM register_revision WHERE organisation = $1 FOR SHARE"
        };
        let read = async |transaction: &mut PgTransaction<'_>| {
            let number = sqlx::query_scalar::<_, i64>(lock).bind(&organisation);
            number.fetch_optional(&mut **transaction).await
        };
        let number = match read(transaction).await? {
            Some(number) => number,
            None => {
                made.bind(&organisation).execute(&mut **transaction).await?;
                read(transaction).await?.unwrap_or(0)
            }
        };
        numbers.insert(organisation, number.cast_unsigned());
    }
    for (draft, refusal) in drafts.iter().zip(refusals) {
        let Some(number) = numbers.get_mut(draft.organisation()) else { continue };
        if let Some(row) = &draft.registered {
            if row.version == *number + 1 {
                *number = row.version;
            } else {
                *refusal = Some(AuditError::RegisterChanged);
            }
        } else if draft.judged_by.is_some_and(|judged| judged.0 != *number) {
            *refusal = Some(AuditError::RegisterChanged);
        }
    }
    Ok(())
}

/// Writes the records that nothing refuses, and the rows that go with them.
pub(super) async fn insert(
    transaction: &mut PgTransaction<'_>,
    chain: &str,
    key: &AuditKey,
    head: &mut AuditPosition,
    drafts: &[&Draft],
    refusals: Vec<Option<AuditError>>,
) -> Result<Vec<Result<AuditPosition, AuditError>>, AuditError> {
    for (draft, refusal) in drafts.iter().zip(&refusals) {
        if let (None, Some(row)) = (refusal, draft.registered.as_deref()) {
            register(transaction, draft.organisation(), row).await?;
        }
    }
    let there = index::still_there(transaction, chain, drafts).await?;
    let rows = Rows::of(key, head, drafts, refusals, &there);
    if rows.write(transaction, chain, (&[], &[])).await? {
        Ok(rows.results)
    } else {
        Err(AuditError::Disturbed(OTHER_HEAD))
    }
}

/// Keeps what a change left of the register.
async fn register(
    transaction: &mut PgTransaction<'_>,
    organisation: &str,
    row: &RegistryRow,
) -> Result<(), AuditError> {
    let RegistryRow { kind, id, version, body, also, removed } = row;
    let also = also.iter().map(|(kind, id, body)| (kind, id, body));
    for (kind, id, body) in [(kind, id, body)].into_iter().chain(also) {
        sqlx::query(
            "INSERT INTO register_entry (organisation, kind, id, version, body)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (organisation, kind, id)
             DO UPDATE SET version = excluded.version, body = excluded.body",
        )
        .bind(organisation)
        .bind(kind)
        .bind(id)
        .bind(version.cast_signed())
        .bind(body)
        .execute(&mut **transaction)
        .await?;
    }
    sqlx::query("UPDATE register_revision SET revision = $2 WHERE organisation = $1")
        .bind(organisation)
        .bind(version.cast_signed())
        .execute(&mut **transaction)
        .await?;
    if let Some((kind, id)) = removed {
        for statement in [
            "DELETE FROM register_entry WHERE organisation = $1 AND kind = $2 AND id = $3",
            "DELETE FROM mandate_count WHERE organisation = $1 AND mandate = $3 AND $2 <> ''",
        ] {
            sqlx::query(statement)
                .bind(organisation)
                .bind(kind)
                .bind(id)
                .execute(&mut **transaction)
                .await?;
        }
    }
    Ok(())
}
