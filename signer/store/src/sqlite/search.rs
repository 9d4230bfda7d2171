//! Searching the log: by an index, never by reading the chain.

use std::collections::HashMap;

use seal::{OrganisationId, PersonId};
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use crate::{
    AuditError,
    search::{Cursor, FoundRecord, Hit, Search, SearchPage},
};

/// One page of what an organisation's log has of it.
///
/// # Errors
/// [`AuditError::Database`]; [`AuditError::RecordDamaged`].
pub(crate) async fn search(
    readers: &SqlitePool,
    organisation: &OrganisationId,
    search: &Search,
) -> Result<SearchPage, AuditError> {
    // One moment of the database for all of the questions.
    let mut moment = readers.begin().await?;
    let page = search.page(&mut moment, organisation.as_str()).await;
    moment.rollback().await?;
    page
}

impl Search {
    async fn page(
        &self,
        connection: &mut SqliteConnection,
        organisation: &str,
    ) -> Result<SearchPage, AuditError> {
        let mut query = self.query::<Sqlite>(organisation);
        let rows = query.build().fetch_all(&mut *connection).await?;
        let mut hits = rows.iter().map(read).collect::<Result<Vec<_>, sqlx::Error>>()?;
        let limit = self.limit as usize;
        let next = if hits.len() > limit {
            hits.truncate(limit);
            hits.last().map(|hit| hit.cursor)
        } else if self.is_filtered() {
            let mut last = self.last::<Sqlite>(organisation);
            let last = last.build_query_as::<(i64, i64)>().fetch_optional(&mut *connection).await?;
            last.map(|(time, sequence)| Cursor { time, sequence })
        } else {
            None
        };
        let records = self.records(connection, hits).await?;
        Ok(SearchPage { records, next })
    }

    /// The records of these entries, and who asked.
    async fn records(
        &self,
        connection: &mut SqliteConnection,
        hits: Vec<Hit>,
    ) -> Result<Vec<FoundRecord>, AuditError> {
        if hits.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT sequence, body, hash FROM audit_record WHERE sequence IN (",
        );
        let mut numbers = query.separated(", ");
        for hit in &hits {
            numbers.push_bind(hit.sequence);
        }
        query.push(")");
        let rows = query.build_query_as::<(i64, String, Vec<u8>)>();
        let rows = rows.fetch_all(&mut *connection).await?.into_iter();
        let mut bodies: HashMap<i64, (String, Vec<u8>)> =
            rows.map(|(sequence, body, hash)| (sequence, (body, hash))).collect();
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT sequence, issuer, subject FROM acting_person WHERE sequence IN (",
        );
        let mut numbers = query.separated(", ");
        for hit in &hits {
            numbers.push_bind(hit.person());
        }
        query.push(")");
        let persons = query.build_query_as::<(i64, String, String)>();
        let persons = persons.fetch_all(connection).await?.into_iter();
        let persons: HashMap<i64, PersonId> = persons
            .map(|(sequence, issuer, subject)| (sequence, PersonId { issuer, subject }))
            .collect();
        let found = hits.into_iter().map(|hit| {
            let person = persons.get(&hit.person()).cloned();
            let damaged = AuditError::RecordDamaged { sequence: hit.sequence.cast_unsigned() };
            bodies.remove(&hit.sequence).and_then(|body| hit.record(body, person)).ok_or(damaged)
        });
        found.collect()
    }
}

fn read(row: &SqliteRow) -> Result<Hit, sqlx::Error> {
    let (sequence, time) = (row.try_get("sequence")?, row.try_get("time")?);
    Ok(Hit {
        chain: String::new(),
        sequence,
        act: row.try_get("act")?,
        outcome: row.try_get("outcome")?,
        profile: row.try_get("profile")?,
        application: row.try_get("application")?,
        intent: row.try_get("intent")?,
        cursor: Cursor { time, sequence },
    })
}
