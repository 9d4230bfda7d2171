//! Erasing a person.

use std::collections::BTreeSet;

use audit::{AuditKey, AuditPosition, Draft, KeyedRequest, RegistryRow};
use registry::{Entry, Version};
use seal::PersonId;
use sqlx::{Connection, PgConnection, PgTransaction};

use super::{batch, read};
use crate::{AuditError, erased::Erased};

/// Who is erased, and where.
#[derive(Debug)]
pub(super) struct Whom<'a> {
    /// The person; nobody, of an entry without a login.
    pub(super) person: Option<&'a PersonId>,
    /// The organisation; all of them without one.
    pub(super) organisation: Option<&'a str>,
    /// The person's own entry in the register of that organisation.
    pub(super) entry: Option<&'a str>,
    /// The number of that register's last change by which the erasure was judged.
    pub(super) judged_by: Option<Version>,
}

/// Deletes the person's rows of every chain and records it, in one transaction; `told` makes the record,
/// of how many rows and whether a register named the person. Their space is not given free yet; what the
/// server's write-ahead log and its copies hold goes with those.
///
/// Rows are taken in the order of [`batch::write`]: the register's number, keys of requests, their counts,
/// and then what only records have.
pub(super) async fn erase(
    connection: &mut PgConnection,
    (chain, key): (&str, &AuditKey),
    head: &mut AuditPosition,
    whom: &Whom<'_>,
    told: &impl Fn(u64, bool) -> Result<Option<Draft>, AuditError>,
) -> Result<Erased, AuditError> {
    let mut transaction = connection.begin().await?;
    if read::head(&mut transaction, chain).await? != *head {
        return Err(AuditError::Disturbed(batch::OTHER_HEAD));
    }
    hold_register(&mut transaction, whom).await?;
    let named = register(&mut transaction, whom).await?;
    let rows = match whom.person {
        Some(person) => acts(&mut transaction, person, whom.organisation).await?,
        None => 0,
    };
    let draft = told(rows, named)?;
    if let Some(draft) = &draft {
        let drafts = [draft];
        batch::insert(&mut transaction, chain, key, head, &drafts, vec![None]).await?;
    }
    let number = sqlx::query_scalar("SELECT pg_current_xact_id()::xid::text");
    let number = number.fetch_one(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(Erased { rows, transaction: number })
}

/// Holds the numbers of the registers that are looked through: a change before it is seen, and one
/// after it waits, and is then decided on what the erasure leaves. Acts wait as well.
async fn hold_register(
    transaction: &mut PgTransaction<'_>,
    whom: &Whom<'_>,
) -> Result<(), AuditError> {
    let Some(organisation) = whom.organisation else {
        // Also those of organisations that have none yet.
        let held = sqlx::query("LOCK TABLE register_revision IN EXCLUSIVE MODE");
        held.execute(&mut **transaction).await?;
        return Ok(());
    };
    let made = sqlx::query(
        "INSERT INTO register_revision (organisation, revision) VALUES ($1, 0)
         ON CONFLICT DO NOTHING",
    );
    made.bind(organisation).execute(&mut **transaction).await?;
    let number = sqlx::query_scalar::<_, i64>(
        "SELECT revision FROM register_revision WHERE organisation = $1 FOR UPDATE",
    );
    let number = number.bind(organisation).fetch_one(&mut **transaction).await?;
    if whom.judged_by.is_some_and(|judged| judged.0 != number.cast_unsigned()) {
        return Err(AuditError::RegisterChanged);
    }
    Ok(())
}

/// Deletes what the person did, in one organisation or in all; answers of how many records.
async fn acts(
    transaction: &mut PgTransaction<'_>,
    person: &PersonId,
    organisation: Option<&str>,
) -> Result<u64, AuditError> {
    for forget in [
        "DELETE FROM secret WHERE person = $1 AND ($2::text IS NULL OR organisation = $2)",
        "DELETE FROM idempotency_key
         WHERE caller = $1 AND ($2::text IS NULL OR organisation = $2)",
        "DELETE FROM idempotency_count
         WHERE caller = $1 AND ($2::text IS NULL OR organisation = $2)",
    ] {
        let forget = sqlx::query(forget).bind(KeyedRequest::person(person)).bind(organisation);
        forget.execute(&mut **transaction).await?;
    }
    let rows = sqlx::query(
        "DELETE FROM acting_person AS p WHERE p.issuer = $1 AND p.subject = $2
         AND ($3::text IS NULL OR EXISTS (
             SELECT 1 FROM audit_index AS i WHERE i.chain = p.chain AND i.sequence = p.sequence
             AND i.organisation = $3))",
    )
    .bind(&person.issuer)
    .bind(&person.subject)
    .bind(organisation)
    .execute(&mut **transaction)
    .await?
    .rows_affected();
    sqlx::query(
        "UPDATE audit_index SET issuer = NULL, subject = NULL
         WHERE issuer = $1 AND subject = $2 AND ($3::text IS NULL OR organisation = $3)",
    )
    .bind(&person.issuer)
    .bind(&person.subject)
    .bind(organisation)
    .execute(&mut **transaction)
    .await?;
    Ok(rows)
}

/// What the registers say of the person goes; answers whether there was any. Their numbers go on, so
/// that every node reads them anew.
async fn register(
    transaction: &mut PgTransaction<'_>,
    whom: &Whom<'_>,
) -> Result<bool, AuditError> {
    let rows: Vec<(String, String, String, String)> = sqlx::query_as(
        "SELECT organisation, kind, id, body FROM register_entry
         WHERE $1::text IS NULL OR organisation = $1 ORDER BY organisation, kind, id FOR UPDATE",
    )
    .bind(whom.organisation)
    .fetch_all(&mut **transaction)
    .await?;
    let mut changed = BTreeSet::new();
    for (organisation, kind, id, body) in rows {
        let Ok(entry) = serde_json::from_str::<Entry>(&body) else {
            return Err(AuditError::EntryDamaged { kind, id });
        };
        let own = matches!(&entry, Entry::Person(one) if whom.entry == Some(one.id.0.as_str()));
        let erased = match whom.person {
            _ if own => registry::Erased::Gone,
            Some(person) => entry.without(person),
            None => continue,
        };
        if matches!(erased, registry::Erased::Gone) {
            let ended = sqlx::query("DELETE FROM secret WHERE organisation = $1 AND subject = $2");
            ended.bind(&organisation).bind(&id).execute(&mut **transaction).await?;
        }
        let statement = match erased {
            registry::Erased::Unnamed => continue,
            registry::Erased::Gone => sqlx::query(
                "DELETE FROM register_entry WHERE organisation = $1 AND kind = $2 AND id = $3",
            )
            .bind(organisation.clone())
            .bind(kind)
            .bind(id),
            registry::Erased::Rewritten(entry) => sqlx::query(
                "UPDATE register_entry SET body = $4
                 WHERE organisation = $1 AND kind = $2 AND id = $3",
            )
            .bind(organisation.clone())
            .bind(kind)
            .bind(id)
            .bind(RegistryRow::body(&entry)),
        };
        statement.execute(&mut **transaction).await?;
        changed.insert(organisation);
    }
    for organisation in &changed {
        sqlx::query("UPDATE register_revision SET revision = revision + 1 WHERE organisation = $1")
            .bind(organisation)
            .execute(&mut **transaction)
            .await?;
    }
    Ok(!changed.is_empty())
}
