//! How many seals the mandates that give only so many have given.

use std::collections::BTreeMap;

use audit::Draft;
use sqlx::PgTransaction;

use crate::AuditError;

/// What each mandate, by organisation and name, had given when its row was taken.
pub(super) type Given = BTreeMap<(String, String), i64>;

/// Takes the rows of the mandates in the order of their keys, and refuses what finds nothing left.
pub(super) async fn take(
    transaction: &mut PgTransaction<'_>,
    drafts: &[&Draft],
    refusals: &mut [Option<AuditError>],
) -> Result<Given, AuditError> {
    let mut given = Given::new();
    for draft in drafts {
        if let Some(key) = key(draft) {
            given.insert(key, 0);
        }
    }
    for ((organisation, mandate), given) in &mut given {
        sqlx::query(
            "INSERT INTO mandate_count (organisation, mandate, given) VALUES ($1, $2, 0)
             ON CONFLICT DO NOTHING",
        )
        .bind(organisation)
        .bind(mandate)
        .execute(&mut **transaction)
        .await?;
        *given = sqlx::query_scalar(
            "SELECT given FROM mandate_count WHERE organisation = $1 AND mandate = $2 FOR UPDATE",
        )
        .bind(organisation)
        .bind(mandate)
        .fetch_one(&mut **transaction)
        .await?;
    }
    let mut left = given.clone();
    for (draft, refusal) in drafts.iter().zip(refusals) {
        if refusal.is_none() && !step(&mut left, draft) {
            *refusal = Some(AuditError::MandateExhausted);
        }
    }
    Ok(given)
}

/// Keeps what was given after the records that nothing refuses.
pub(super) async fn keep(
    transaction: &mut PgTransaction<'_>,
    mut given: Given,
    drafts: &[&Draft],
    refusals: &[Option<AuditError>],
) -> Result<(), AuditError> {
    for (draft, refusal) in drafts.iter().zip(refusals) {
        if refusal.is_none() {
            step(&mut given, draft);
        }
    }
    for ((organisation, mandate), given) in given {
        sqlx::query("UPDATE mandate_count SET given = $3 WHERE organisation = $1 AND mandate = $2")
            .bind(organisation)
            .bind(mandate)
            .bind(given)
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}

/// Counts a record; false when there is nothing left to take.
fn step(given: &mut Given, draft: &Draft) -> bool {
    let Some(count) = draft.count.as_deref() else { return true };
    let Some(given) = key(draft).and_then(|key| given.get_mut(&key)) else { return false };
    let before = u64::try_from(*given).unwrap_or(0);
    let refused = count.is_refused(before);
    if !refused {
        *given = count.after(before).cast_signed();
    }
    !refused
}

fn key(draft: &Draft) -> Option<(String, String)> {
    let count = draft.count.as_deref()?;
    Some((draft.organisation().to_owned(), count.counted.mandate.to_string()))
}
