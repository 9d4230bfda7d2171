//! What records are found by, and how many there are of each sort: written with each record.

use std::collections::{BTreeMap, HashMap};

use audit::{AuditPosition, Draft, OutcomeResult, RecordedAct};
use seal::PersonId;
use sqlx::PgTransaction;

use crate::AuditError;

/// A day, in microseconds.
const DAY: i64 = 86_400_000_000;

/// The columns of the index.
#[derive(Default)]
struct Columns<'a> {
    organisations: Vec<&'a str>,
    numbers: Vec<i64>,
    times: Vec<i64>,
    acts: Vec<Option<&'static str>>,
    outcomes: Vec<Option<&'static str>>,
    profiles: Vec<Option<&'a str>>,
    applications: Vec<Option<&'a str>>,
    issuers: Vec<Option<&'a str>>,
    subjects: Vec<Option<&'a str>>,
    intents: Vec<Option<i64>>,
}

/// Organisation, day, act, profile, application and outcome.
type Sort<'a> = (&'a str, i64, &'static str, &'a str, &'a str, &'static str);

/// Writes what the records of a batch that were written are found by, and counts them.
pub(super) async fn insert(
    transaction: &mut PgTransaction<'_>,
    chain: &str,
    drafts: &[&Draft],
    results: &[Result<AuditPosition, AuditError>],
) -> Result<(), AuditError> {
    let there = still_there(transaction, chain, drafts).await?;
    let mut columns = Columns::default();
    let mut counts = BTreeMap::<Sort<'_>, i64>::new();
    for (draft, result) in drafts.iter().zip(results) {
        // What belongs to no organisation is in the chain alone: nobody may see it over HTTP.
        let (Ok(position), Some(owner)) = (result, &draft.owner) else { continue };
        let (organisation, time) = (owner.organisation.as_str(), draft.time().microseconds());
        let found = draft.found.as_deref();
        let act = found.and_then(|facets| facets.act).map(RecordedAct::name);
        let outcome = found.and_then(|facets| facets.outcome).map(OutcomeResult::name);
        let profile = found.and_then(|facets| facets.profile.as_deref());
        let application = found.and_then(|facets| facets.application.as_deref());
        let intent = found.and_then(|facets| facets.intent).map(u64::cast_signed);
        let person = found.and_then(|facets| facets.person.as_ref());
        let person = match intent {
            // An outcome names whom the intent names, and nobody who was erased in between.
            Some(intent) => person.and_then(|_| there.get(&intent)),
            None => person,
        };
        columns.organisations.push(organisation);
        columns.numbers.push(position.sequence.cast_signed());
        columns.times.push(time);
        columns.acts.push(act);
        columns.outcomes.push(outcome);
        columns.profiles.push(profile);
        columns.applications.push(application);
        columns.issuers.push(person.map(|person| person.issuer.as_str()));
        columns.subjects.push(person.map(|person| person.subject.as_str()));
        columns.intents.push(intent);
        if let (Some(act), Some(outcome)) = (act, outcome) {
            let (profile, application) =
                (profile.unwrap_or_default(), application.unwrap_or_default());
            let sort = (organisation, time.div_euclid(DAY), act, profile, application, outcome);
            *counts.entry(sort).or_default() += 1;
        }
    }
    if columns.numbers.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO audit_index (chain, organisation, sequence, time, act, outcome, profile,
                                  application, issuer, subject, intent)
         SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[],
                                  $7::text[], $8::text[], $9::text[], $10::text[], $11::bigint[])",
    )
    .bind(chain)
    .bind(columns.organisations)
    .bind(columns.numbers)
    .bind(columns.times)
    .bind(columns.acts)
    .bind(columns.outcomes)
    .bind(columns.profiles)
    .bind(columns.applications)
    .bind(columns.issuers)
    .bind(columns.subjects)
    .bind(columns.intents)
    .execute(&mut **transaction)
    .await?;
    for ((organisation, day, act, profile, application, outcome), count) in counts {
        sqlx::query(
            "INSERT INTO act_count
                 (chain, organisation, day, act, profile, application, outcome, given)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (chain, organisation, day, act, profile, application, outcome)
             DO UPDATE SET given = act_count.given + excluded.given",
        )
        .bind(chain)
        .bind(organisation)
        .bind(day)
        .bind(act)
        .bind(profile)
        .bind(application)
        .bind(outcome)
        .bind(count)
        .execute(&mut **transaction)
        .await?;
    }
    Ok(())
}

/// The persons of the intents that these records conclude, who stay there until the transaction has
/// ended: an erasure waits for them, and then finds what is written here.
async fn still_there(
    transaction: &mut PgTransaction<'_>,
    chain: &str,
    drafts: &[&Draft],
) -> Result<HashMap<i64, PersonId>, AuditError> {
    let concluded = drafts.iter().filter_map(|draft| draft.found.as_deref());
    let concluded = concluded.filter(|facets| facets.person.is_some());
    let intents: Vec<i64> =
        concluded.filter_map(|facets| facets.intent).map(u64::cast_signed).collect();
    if intents.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(i64, String, String)> = sqlx::query_as(
        "SELECT sequence, issuer, subject FROM acting_person
         WHERE chain = $1 AND sequence = ANY($2) ORDER BY sequence FOR KEY SHARE",
    )
    .bind(chain)
    .bind(intents)
    .fetch_all(&mut **transaction)
    .await?;
    let rows = rows.into_iter();
    Ok(rows.map(|(sequence, issuer, subject)| (sequence, PersonId { issuer, subject })).collect())
}
