//! Keys of requests: each is taken once, on whichever node, in the transaction of what it asks for.

use std::collections::BTreeMap;

use audit::{AuditPosition, Draft, KeyStep, KeyedRequest};
use seal::OrganisationId;
use sqlx::{PgConnection, PgExecutor, PgTransaction};

use crate::{
    AuditError, KeyUse,
    key_row::{KEPT, LET_GO, MAXIMUM_KEYS, use_of},
};

/// How many keys each caller has, by organisation and caller, when their rows were taken.
pub(super) type Kept = BTreeMap<(String, [u8; 32]), i64>;

/// Takes the keys of requests that begin, in the order of the keys, and refuses those that are taken.
pub(super) async fn take(
    transaction: &mut PgTransaction<'_>,
    drafts: &[&Draft],
    refusals: &mut [Option<AuditError>],
) -> Result<(), AuditError> {
    let mut beginning: Vec<usize> = (0..drafts.len())
        .filter(|at| refusals[*at].is_none() && begun(drafts[*at]).is_some())
        .collect();
    // Of equal keys the first that came has it.
    beginning.sort_by_key(|at| {
        (drafts[*at].organisation(), begun(drafts[*at]).map(|asked| asked.key), *at)
    });
    for at in beginning {
        let draft = drafts[at];
        let Some(asked) = begun(draft) else { continue };
        let taken = sqlx::query(
            "INSERT INTO idempotency_key (organisation, key, caller, request, time)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        )
        .bind(draft.organisation())
        .bind(asked.key.as_slice())
        .bind(asked.caller.as_slice())
        .bind(asked.request.as_slice())
        .bind(draft.time().microseconds())
        .execute(&mut **transaction)
        .await?;
        if taken.rows_affected() == 0 {
            refusals[at] =
                Some(match used(&mut **transaction, draft.organisation(), asked).await {
                    // It may have been let go in between: then the request is asked again.
                    Ok(used) => AuditError::KeyUsed(used.unwrap_or(KeyUse::UnderWay)),
                    // What cannot be read refuses whoever asks again, and nobody who comes with them.
                    Err(error @ AuditError::RecordDamaged { .. }) => error,
                    Err(error) => return Err(error),
                });
        }
    }
    Ok(())
}

/// Takes the rows of the callers' counts in the order of their keys, and refuses whoever has too many.
pub(super) async fn count(
    transaction: &mut PgTransaction<'_>,
    drafts: &[&Draft],
    refusals: &mut [Option<AuditError>],
    taken: &[bool],
) -> Result<Kept, AuditError> {
    let mut kept = Kept::new();
    for draft in drafts {
        if let Some(asked) = draft.keyed.as_deref().map(request) {
            kept.insert((draft.organisation().to_owned(), asked.caller), 0);
        }
    }
    for ((organisation, caller), kept) in &mut kept {
        sqlx::query(
            "INSERT INTO idempotency_count (organisation, caller, kept) VALUES ($1, $2, 0)
             ON CONFLICT DO NOTHING",
        )
        .bind(organisation.as_str())
        .bind(caller.as_slice())
        .execute(&mut **transaction)
        .await?;
        *kept = sqlx::query_scalar(
            "SELECT kept FROM idempotency_count WHERE organisation = $1 AND caller = $2 FOR UPDATE",
        )
        .bind(organisation.as_str())
        .bind(caller.as_slice())
        .fetch_one(&mut **transaction)
        .await?;
    }
    let mut left = kept.clone();
    for ((draft, refusal), taken) in drafts.iter().zip(refusals).zip(taken) {
        let Some(asked) = begun(draft).filter(|_| *taken) else { continue };
        let Some(kept) = left.get_mut(&(draft.organisation().to_owned(), asked.caller)) else {
            continue;
        };
        if *kept >= MAXIMUM_KEYS {
            *refusal = Some(AuditError::KeysFull);
        } else {
            *kept += 1;
        }
    }
    Ok(kept)
}

/// Gives back the keys of what was refused, says what was done under the others, and keeps the counts.
pub(super) async fn keep(
    transaction: &mut PgTransaction<'_>,
    chain: &str,
    mut kept: Kept,
    drafts: &[&Draft],
    results: &[Result<AuditPosition, AuditError>],
    taken: &[bool],
) -> Result<(), AuditError> {
    for ((draft, result), taken) in drafts.iter().zip(results).zip(taken) {
        let Some(step) = draft.keyed.as_deref() else { continue };
        let (organisation, asked) = (draft.organisation(), request(step));
        let mut more = 0;
        match (step, result) {
            (KeyStep::Take(_) | KeyStep::TakeDone(_), Err(_)) => {
                if *taken {
                    forget(transaction, organisation, &asked.key).await?;
                }
            }
            (KeyStep::Take(_), Ok(_)) => more = 1,
            (KeyStep::TakeDone(_), Ok(position)) => {
                more = 1;
                done(transaction, organisation, &asked.key, chain, *position).await?;
            }
            (KeyStep::Done(_), Ok(position)) => {
                done(transaction, organisation, &asked.key, chain, *position).await?;
            }
            (KeyStep::Free(_), Ok(_)) => {
                more = -i64::from(forget(transaction, organisation, &asked.key).await?);
            }
            (KeyStep::Done(_) | KeyStep::Free(_), Err(_)) => {}
        }
        if let Some(kept) = kept.get_mut(&(organisation.to_owned(), asked.caller)) {
            *kept += more;
        }
    }
    for ((organisation, caller), kept) in kept {
        sqlx::query(
            "UPDATE idempotency_count SET kept = $3 WHERE organisation = $1 AND caller = $2",
        )
        .bind(organisation)
        .bind(caller.as_slice())
        .bind(kept)
        .execute(&mut **transaction)
        .await?;
    }
    let newest = drafts.iter().filter(|draft| begun(draft).is_some());
    match newest.map(|draft| draft.time().microseconds()).max() {
        Some(now) => let_go(transaction, now).await,
        None => Ok(()),
    }
}

/// Lets keys go that were kept long enough; those that another node is at stay.
async fn let_go(transaction: &mut PgTransaction<'_>, now: i64) -> Result<(), AuditError> {
    sqlx::query(
        "WITH old AS (
             SELECT organisation, key FROM idempotency_key WHERE time < $1
             ORDER BY time LIMIT $2 FOR UPDATE SKIP LOCKED
         ), gone AS (
             DELETE FROM idempotency_key AS k USING old
             WHERE k.organisation = old.organisation AND k.key = old.key
             RETURNING k.organisation, k.caller
         ), counts AS (
             SELECT organisation, caller, count(*) AS less FROM gone GROUP BY organisation, caller
         )
         UPDATE idempotency_count AS c SET kept = c.kept - counts.less FROM counts
         WHERE c.organisation = counts.organisation AND c.caller = counts.caller",
    )
    .bind(now.saturating_sub(KEPT))
    .bind(LET_GO)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

async fn done(
    transaction: &mut PgTransaction<'_>,
    organisation: &str,
    key: &[u8; 32],
    chain: &str,
    position: AuditPosition,
) -> Result<(), AuditError> {
    sqlx::query(
        "UPDATE idempotency_key SET chain = $3, record = $4 WHERE organisation = $1 AND key = $2",
    )
    .bind(organisation)
    .bind(key.as_slice())
    .bind(chain)
    .bind(position.sequence.cast_signed())
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Answers whether there was such a key.
async fn forget(
    transaction: &mut PgTransaction<'_>,
    organisation: &str,
    key: &[u8; 32],
) -> Result<bool, AuditError> {
    let forgotten = sqlx::query("DELETE FROM idempotency_key WHERE organisation = $1 AND key = $2");
    let forgotten = forgotten.bind(organisation).bind(key.as_slice());
    Ok(forgotten.execute(&mut **transaction).await?.rows_affected() > 0)
}

/// The request that a record begins.
pub(super) fn begun(draft: &Draft) -> Option<&KeyedRequest> {
    match draft.keyed.as_deref() {
        Some(KeyStep::Take(asked) | KeyStep::TakeDone(asked)) => Some(asked),
        Some(KeyStep::Done(_) | KeyStep::Free(_)) | None => None,
    }
}

fn request(step: &KeyStep) -> &KeyedRequest {
    match step {
        KeyStep::Take(asked)
        | KeyStep::TakeDone(asked)
        | KeyStep::Done(asked)
        | KeyStep::Free(asked) => asked,
    }
}

/// What a key was used for, if it was.
pub(super) async fn used_before(
    connection: &mut PgConnection,
    organisation: &OrganisationId,
    asked: &KeyedRequest,
) -> Result<Option<KeyUse>, AuditError> {
    used(connection, organisation.as_str(), asked).await
}

async fn used(
    connection: impl PgExecutor<'_>,
    organisation: &str,
    asked: &KeyedRequest,
) -> Result<Option<KeyUse>, AuditError> {
    let row: Option<(Vec<u8>, Option<i64>, Option<String>)> = sqlx::query_as(
        "SELECT k.request, k.record, r.body
         FROM idempotency_key AS k
         LEFT JOIN audit_record AS r ON r.chain = k.chain AND r.sequence = k.record
         WHERE k.organisation = $1 AND k.key = $2",
    )
    .bind(organisation)
    .bind(asked.key.as_slice())
    .fetch_optional(connection)
    .await?;
    row.map(|(request, record, body)| use_of(asked, &request, record, body.as_deref())).transpose()
}
