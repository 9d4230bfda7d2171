//! What records are found by, and how many there are of each sort.

use std::collections::{BTreeMap, HashMap};

use audit::{AuditPosition, Draft, OutcomeResult, RecordedAct};
use seal::PersonId;
use sqlx::PgTransaction;

use crate::AuditError;

/// A day, in microseconds.
const DAY: i64 = 86_400_000_000;

/// The columns of the index.
#[derive(Debug, Default)]
pub(super) struct Columns<'a> {
    pub(super) organisations: Vec<&'a str>,
    pub(super) numbers: Vec<i64>,
    pub(super) times: Vec<i64>,
    pub(super) acts: Vec<Option<&'static str>>,
    pub(super) outcomes: Vec<Option<&'static str>>,
    pub(super) profiles: Vec<Option<&'a str>>,
    pub(super) applications: Vec<Option<&'a str>>,
    pub(super) issuers: Vec<Option<&'a str>>,
    pub(super) subjects: Vec<Option<&'a str>>,
    pub(super) intents: Vec<Option<i64>>,
}

/// Organisation, day, act, profile, application and outcome.
pub(super) type Sort<'a> = (&'a str, i64, &'static str, &'a str, &'a str, &'static str);

/// How many acts of each sort ended.
pub(super) type Counts<'a> = BTreeMap<Sort<'a>, i64>;

/// Persons by the intents that name them.
pub(super) type Persons = HashMap<i64, PersonId>;

/// What the records of a batch that are written are found by, and how many acts they end.
pub(super) fn of<'a>(
    drafts: &[&'a Draft],
    results: &[Result<AuditPosition, AuditError>],
    there: &'a Persons,
) -> (Columns<'a>, Counts<'a>) {
    let (mut columns, mut counts) = (Columns::default(), Counts::new());
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
    (columns, counts)
}

/// Whether a record concludes what a person asked for: then the person is looked for first.
pub(super) fn names_person_of_intent(draft: &Draft) -> bool {
    let found = draft.found.as_deref();
    found.is_some_and(|facets| facets.person.is_some() && facets.intent.is_some())
}

/// The persons of the intents that these records conclude, who stay there until the transaction has
/// ended: an erasure waits for them, and then finds what is written here.
pub(super) async fn still_there(
    transaction: &mut PgTransaction<'_>,
    chain: &str,
    drafts: &[&Draft],
) -> Result<Persons, AuditError> {
    let concluded = drafts.iter().filter_map(|draft| draft.found.as_deref());
    let concluded = concluded.filter(|facets| facets.person.is_some());
    let intents: Vec<i64> =
        concluded.filter_map(|facets| facets.intent).map(u64::cast_signed).collect();
    if intents.is_empty() {
        return Ok(Persons::new());
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
