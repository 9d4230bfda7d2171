//! How many seals the mandates that give only so many have given.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};

use crate::AuditError;
use audit::{CountStep, MandateCount};

/// Takes some, or gives some back.
///
/// # Errors
/// [`AuditError::MandateExhausted`] when there are not so many left to take.
pub(super) fn step(
    connection: &Connection,
    organisation: &str,
    count: &MandateCount,
) -> Result<(), AuditError> {
    let MandateCount { counted, step, amount } = count;
    let amount = amount.cast_signed();
    let mandate = counted.mandate.as_ref();
    let changed = match step {
        CountStep::Take => connection
            .prepare_cached(
                "INSERT INTO mandate_count (organisation, mandate, given)
                 SELECT ?1, ?2, ?4 WHERE ?4 <= ?3
                 ON CONFLICT (organisation, mandate)
                 DO UPDATE SET given = given + ?4 WHERE given + ?4 <= ?3",
            )?
            .execute(params![organisation, mandate, counted.maximum.cast_signed(), amount])?,
        CountStep::GiveBack => connection
            .prepare_cached(
                "UPDATE mandate_count SET given = given - ?3
                 WHERE organisation = ?1 AND mandate = ?2",
            )?
            .execute(params![organisation, mandate, amount])?,
    };
    match step {
        CountStep::Take if changed == 0 => Err(AuditError::MandateExhausted),
        // A mandate that was removed takes nothing back.
        CountStep::Take | CountStep::GiveBack => Ok(()),
    }
}

/// What each of these mandates has left, and which of `counts`, taken in their order, find nothing.
pub(super) fn exhausted<'a>(
    connection: &Connection,
    counts: impl Iterator<Item = (&'a str, Option<&'a MandateCount>)>,
) -> Result<Vec<bool>, AuditError> {
    let mut given: HashMap<(&str, &str), i64> = HashMap::new();
    let mut query = connection
        .prepare_cached("SELECT given FROM mandate_count WHERE organisation = ? AND mandate = ?")?;
    counts
        .map(|(organisation, count)| {
            let Some(count) = count else { return Ok(false) };
            let mandate = count.counted.mandate.as_ref();
            let given = match given.entry((organisation, mandate)) {
                std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
                std::collections::hash_map::Entry::Vacant(unknown) => {
                    let kept = query.query_row([organisation, mandate], |row| row.get(0));
                    unknown.insert(kept.optional()?.unwrap_or(0))
                }
            };
            let before = u64::try_from(*given).unwrap_or(0);
            let refused = count.is_refused(before);
            if !refused {
                *given = count.after(before).cast_signed();
            }
            Ok(refused)
        })
        .collect()
}

/// Tells the policy what was written.
pub(super) fn told(count: &MandateCount) {
    use std::sync::atomic::Ordering::Relaxed;
    match count.step {
        CountStep::Take => count.counted.given.fetch_add(count.amount, Relaxed),
        CountStep::GiveBack => count.counted.given.fetch_sub(count.amount, Relaxed),
    };
}
