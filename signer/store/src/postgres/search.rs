//! Searching the log: by an index, never by reading the chains.

use std::collections::HashMap;

use seal::{OrganisationId, PersonId};
use sqlx::{Connection, PgConnection, Postgres, Row, postgres::PgRow};

use crate::{
    AuditError,
    search::{Cursor, FoundRecord, Hit, RecordActor, Search, SearchPage},
};

/// One page of what an organisation's log has of it, in the chains of all nodes.
///
/// # Errors
/// [`AuditError::Database`]; [`AuditError::RecordDamaged`].
pub(super) async fn search(
    connection: &mut PgConnection,
    organisation: &OrganisationId,
    search: &Search,
) -> Result<SearchPage, AuditError> {
    if texts(search).any(|text| text.contains('\0')) {
        // No text of the database holds one.
        return Ok(SearchPage { records: Vec::new(), next: None });
    }
    // One moment of the database for all of the questions.
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
    let mut moment = connection.begin_with(begin).await?;
    let page = page(search, &mut moment, organisation.as_str()).await;
    moment.rollback().await?;
    page
}

fn texts(search: &Search) -> impl Iterator<Item = &str> {
    let actor = match &search.actor {
        Some(RecordActor::Application(name)) => [Some(name), None],
        Some(RecordActor::Person(PersonId { issuer, subject })) => [Some(issuer), Some(subject)],
        None => [None, None],
    };
    actor.into_iter().chain([search.profile.as_ref()]).flatten().map(String::as_str)
}

async fn page(
    search: &Search,
    connection: &mut PgConnection,
    organisation: &str,
) -> Result<SearchPage, AuditError> {
    let mut query = search.query::<Postgres>(organisation);
    let rows = query.build().fetch_all(&mut *connection).await?;
    let mut hits = rows.iter().map(read).collect::<Result<Vec<_>, sqlx::Error>>()?;
    let limit = search.limit as usize;
    let next = if hits.len() > limit {
        hits.truncate(limit);
        hits.last().map(|hit| hit.cursor)
    } else if search.is_filtered() {
        let mut last = search.last::<Postgres>(organisation);
        let last = last.build_query_as::<(i64, i64)>().fetch_optional(&mut *connection).await?;
        last.map(|(time, sequence)| Cursor { time, sequence })
    } else {
        None
    };
    let records = records(connection, hits).await?;
    Ok(SearchPage { records, next })
}

/// The records of these entries, and who asked.
async fn records(
    connection: &mut PgConnection,
    hits: Vec<Hit>,
) -> Result<Vec<FoundRecord>, AuditError> {
    let chains: Vec<&str> = hits.iter().map(|hit| hit.chain.as_str()).collect();
    let numbers: Vec<i64> = hits.iter().map(|hit| hit.sequence).collect();
    let rows: Vec<(String, i64, String, Vec<u8>)> = sqlx::query_as(
        "SELECT r.chain, r.sequence, r.body, r.hash
         FROM unnest($1::text[], $2::bigint[]) AS hit (chain, sequence)
         JOIN audit_record AS r ON r.chain = hit.chain AND r.sequence = hit.sequence",
    )
    .bind(&chains)
    .bind(numbers)
    .fetch_all(&mut *connection)
    .await?;
    let mut bodies: HashMap<(String, i64), (String, Vec<u8>)> = rows
        .into_iter()
        .map(|(chain, sequence, body, hash)| ((chain, sequence), (body, hash)))
        .collect();
    let persons: Vec<i64> = hits.iter().map(Hit::person).collect();
    let rows: Vec<(String, i64, String, String)> = sqlx::query_as(
        "SELECT DISTINCT p.chain, p.sequence, p.issuer, p.subject
         FROM unnest($1::text[], $2::bigint[]) AS hit (chain, sequence)
         JOIN acting_person AS p ON p.chain = hit.chain AND p.sequence = hit.sequence",
    )
    .bind(&chains)
    .bind(persons)
    .fetch_all(connection)
    .await?;
    let persons: HashMap<(String, i64), PersonId> = rows
        .into_iter()
        .map(|(chain, sequence, issuer, subject)| ((chain, sequence), PersonId { issuer, subject }))
        .collect();
    let found = hits.into_iter().map(|hit| {
        let person = persons.get(&(hit.chain.clone(), hit.person())).cloned();
        let damaged = AuditError::RecordDamaged { sequence: hit.sequence.cast_unsigned() };
        let body = bodies.remove(&(hit.chain.clone(), hit.sequence));
        body.and_then(|body| hit.record(body, person)).ok_or(damaged)
    });
    found.collect()
}

fn read(row: &PgRow) -> Result<Hit, sqlx::Error> {
    let (sequence, time) = (row.try_get("entry")?, row.try_get("time")?);
    Ok(Hit {
        chain: row.try_get("chain")?,
        sequence: row.try_get("sequence")?,
        act: row.try_get("act")?,
        outcome: row.try_get("outcome")?,
        profile: row.try_get("profile")?,
        application: row.try_get("application")?,
        intent: row.try_get("intent")?,
        cursor: Cursor { time, sequence },
    })
}
