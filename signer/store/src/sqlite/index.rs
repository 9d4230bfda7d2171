//! What records are found by, and how many there are of each sort: written with each record.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use crate::AuditError;
use audit::{Draft, Facets, OutcomeResult, RecordedAct};

/// A day, in microseconds.
const DAY: i64 = 86_400_000_000;

/// How many acts of each sort end in one transaction: each count is written once.
#[derive(Default)]
pub(super) struct Counts<'a>(BTreeMap<Sort<'a>, i64>);

/// Organisation, day, act, profile, application and outcome.
type Sort<'a> = (&'a str, i64, &'a str, &'a str, &'a str, &'a str);

impl Counts<'_> {
    /// Adds them to those of before.
    pub(super) fn write(self, connection: &Connection) -> Result<(), AuditError> {
        for ((organisation, day, act, profile, application, outcome), count) in self.0 {
            connection
                .prepare_cached(
                    "INSERT INTO act_count
                         (organisation, day, act, profile, application, outcome, given)
                     VALUES (?, ?, ?, ?, ?, ?, ?)
                     ON CONFLICT DO UPDATE SET given = given + excluded.given",
                )?
                .execute(params![organisation, day, act, profile, application, outcome, count])?;
        }
        Ok(())
    }
}

/// Writes what the record `sequence` is found by, and counts it.
pub(super) fn insert<'a>(
    connection: &Connection,
    sequence: i64,
    draft: &'a Draft,
    counts: &mut Counts<'a>,
) -> Result<(), AuditError> {
    // What belongs to no organisation is in the chain alone: nobody may see it over HTTP.
    let Some(owner) = &draft.owner else { return Ok(()) };
    let organisation = owner.organisation.as_str();
    let time = draft.time().microseconds();
    match &draft.found {
        None => {
            connection
                .prepare_cached(
                    "INSERT INTO audit_index (organisation, sequence, time) VALUES (?, ?, ?)",
                )?
                .execute(params![organisation, sequence, time])?;
        }
        Some(facets) => {
            let Facets { act, outcome, profile, application, person, intent } = facets.as_ref();
            let (act, outcome) = (act.map(RecordedAct::name), outcome.map(OutcomeResult::name));
            let named = person.as_ref().map(|person| (&person.issuer, &person.subject));
            let named = match intent {
                // An outcome names whom the intent names, and nobody who was erased in between.
                Some(intent) if named.is_some() => {
                    let there = "SELECT 1 FROM acting_person WHERE sequence = ?";
                    let there = connection.prepare_cached(there)?.exists([intent.cast_signed()])?;
                    named.filter(|_| there)
                }
                Some(_) | None => named,
            };
            let (issuer, subject) = named.unzip();
            connection
                .prepare_cached(
                    "INSERT INTO audit_index (organisation, sequence, time, act, outcome, profile,
                                              application, issuer, subject, intent)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                )?
                .execute(params![
                    organisation,
                    sequence,
                    time,
                    act,
                    outcome,
                    profile,
                    application,
                    issuer,
                    subject,
                    intent.map(u64::cast_signed)
                ])?;
            if let (Some(act), Some(outcome)) = (act, outcome) {
                let profile = profile.as_deref().unwrap_or_default();
                let application = application.as_deref().unwrap_or_default();
                let sort = (organisation, time.div_euclid(DAY), act, profile, application, outcome);
                *counts.0.entry(sort).or_default() += 1;
            }
        }
    }
    Ok(())
}
