//! Searching the log: by an index, never by reading the chain.

use std::collections::HashMap;

use audit::{AuditPosition, ChainHash, OutcomeResult, Record, RecordedAct, Timestamp};
use seal::{OrganisationId, PersonId};
use serde_json::Value;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection, SqlitePool, sqlite::SqliteRow};

use crate::{
    AuditError,
    search::{Cursor, FoundRecord, RecordActor, Search, SearchPage},
};

/// How many entries of the index one page looks at: what is rare among many does not keep the reader
/// busy, it takes more pages.
const MAXIMUM_EXAMINED: i64 = 4000;

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

/// What the index is entered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    Person,
    Application,
    Outcome,
    Profile,
    Act,
    Time,
}

/// An entry of the index that fits.
struct Hit {
    sequence: i64,
    act: Option<String>,
    outcome: Option<String>,
    profile: Option<String>,
    application: Option<String>,
    intent: Option<i64>,
    cursor: Cursor,
}

impl Search {
    async fn page(
        &self,
        connection: &mut SqliteConnection,
        organisation: &str,
    ) -> Result<SearchPage, AuditError> {
        let mut query = self.query(organisation);
        let rows = query.build().fetch_all(&mut *connection).await?;
        let mut hits = rows.iter().map(Hit::read).collect::<Result<Vec<_>, sqlx::Error>>()?;
        let limit = self.limit as usize;
        let next = if hits.len() > limit {
            hits.truncate(limit);
            hits.last().map(|hit| hit.cursor)
        } else if self.is_filtered() {
            let mut last = QueryBuilder::new("SELECT time, sequence FROM (");
            self.examined(&mut last, organisation);
            last.push(") AS examined LIMIT 1 OFFSET ").push_bind(MAXIMUM_EXAMINED - 1);
            let last = last.build_query_as::<(i64, i64)>().fetch_optional(&mut *connection).await?;
            last.map(|(time, sequence)| Cursor { time, sequence })
        } else {
            None
        };
        let records = self.records(connection, hits).await?;
        Ok(SearchPage { records, next })
    }

    /// The entries that fit, one more than is asked for.
    fn query(&self, organisation: &str) -> QueryBuilder<Sqlite> {
        let mut query = QueryBuilder::new(
            "SELECT sequence, time, act, outcome, profile, application, intent FROM (",
        );
        self.examined(&mut query, organisation);
        query.push(") AS examined WHERE 1 = 1");
        let entry = self.entry();
        for other in [Entry::Person, Entry::Application, Entry::Outcome, Entry::Profile, Entry::Act]
        {
            if other != entry {
                self.condition(&mut query, other);
            }
        }
        self.order(&mut query);
        query.push(" LIMIT ").push_bind(i64::from(self.limit) + 1);
        query
    }

    /// The part of the index that is looked at: one range of it, in its order.
    fn examined(&self, query: &mut QueryBuilder<Sqlite>, organisation: &str) {
        query.push("SELECT * FROM audit_index WHERE organisation = ");
        query.push_bind(organisation.to_owned()).push(" AND time >= ");
        query.push_bind(self.from.map_or(0, Timestamp::microseconds));
        if let Some(until) = self.until {
            query.push(" AND time < ").push_bind(until.microseconds());
        }
        self.condition(query, self.entry());
        if let Some(Cursor { time, sequence }) = self.after {
            query.push(format_args!(" AND (time, sequence) {} (", self.beyond()));
            query.push_bind(time).push(", ").push_bind(sequence).push(")");
        }
        self.order(query);
        let most = if self.is_filtered() { MAXIMUM_EXAMINED } else { i64::from(self.limit) + 1 };
        query.push(" LIMIT ").push_bind(most);
    }

    /// By what the index is entered: what is usually the rarest first.
    fn entry(&self) -> Entry {
        match (&self.actor, self.outcome, &self.profile, self.act) {
            (Some(RecordActor::Person(_)), ..) => Entry::Person,
            (Some(RecordActor::Application(_)), ..) => Entry::Application,
            (None, Some(OutcomeResult::Failed | OutcomeResult::Refused), ..) => Entry::Outcome,
            (None, _, Some(_), _) => Entry::Profile,
            (
                None,
                _,
                None,
                Some(
                    RecordedAct::Signature
                    | RecordedAct::Augmentation
                    | RecordedAct::Administration,
                ),
            ) => Entry::Act,
            (None, Some(OutcomeResult::Done) | None, None, Some(RecordedAct::Seal) | None) => {
                Entry::Time
            }
        }
    }

    /// Whether more is asked than the index is entered by.
    fn is_filtered(&self) -> bool {
        let asked = [
            self.actor.is_some(),
            self.outcome.is_some(),
            self.profile.is_some(),
            self.act.is_some(),
        ];
        let asked = asked.into_iter().filter(|asked| *asked).count();
        asked > usize::from(self.entry() != Entry::Time)
    }

    fn condition(&self, query: &mut QueryBuilder<Sqlite>, entry: Entry) {
        match (entry, &self.actor) {
            (Entry::Person, Some(RecordActor::Person(PersonId { issuer, subject }))) => {
                query.push(" AND issuer = ").push_bind(issuer.clone());
                query.push(" AND subject = ").push_bind(subject.clone());
            }
            (Entry::Application, Some(RecordActor::Application(name))) => {
                query.push(" AND application = ").push_bind(name.clone());
            }
            (Entry::Outcome, _) => {
                if let Some(outcome) = self.outcome {
                    query.push(" AND outcome = ").push_bind(outcome.name());
                    // The condition of the index.
                    if outcome != OutcomeResult::Done {
                        query.push(" AND outcome <> 'done'");
                    }
                }
            }
            (Entry::Profile, _) => {
                if let Some(profile) = &self.profile {
                    query.push(" AND profile = ").push_bind(profile.clone());
                }
            }
            (Entry::Act, _) => {
                if let Some(act) = self.act {
                    query.push(" AND act = ").push_bind(act.name());
                    if act != RecordedAct::Seal {
                        query.push(" AND act <> 'seal'");
                    }
                }
            }
            (Entry::Person | Entry::Application | Entry::Time, _) => {}
        }
    }

    fn order(&self, query: &mut QueryBuilder<Sqlite>) {
        query.push(if self.ascending {
            " ORDER BY time, sequence"
        } else {
            " ORDER BY time DESC, sequence DESC"
        });
    }

    fn beyond(&self) -> &'static str {
        if self.ascending { ">" } else { "<" }
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
            numbers.push_bind(hit.intent.unwrap_or(hit.sequence));
        }
        query.push(")");
        let persons = query.build_query_as::<(i64, String, String)>();
        let persons = persons.fetch_all(connection).await?.into_iter();
        let persons: HashMap<i64, PersonId> = persons
            .map(|(sequence, issuer, subject)| (sequence, PersonId { issuer, subject }))
            .collect();
        let found = hits.into_iter().map(|hit| {
            let person = persons.get(&hit.intent.unwrap_or(hit.sequence)).cloned();
            let damaged = AuditError::RecordDamaged { sequence: hit.sequence.cast_unsigned() };
            bodies.remove(&hit.sequence).and_then(|body| hit.record(body, person)).ok_or(damaged)
        });
        found.collect()
    }
}

impl Hit {
    fn read(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let (sequence, time) = (row.try_get("sequence")?, row.try_get("time")?);
        Ok(Self {
            sequence,
            act: row.try_get("act")?,
            outcome: row.try_get("outcome")?,
            profile: row.try_get("profile")?,
            application: row.try_get("application")?,
            intent: row.try_get("intent")?,
            cursor: Cursor { time, sequence },
        })
    }

    /// The record; `None` when it cannot be read.
    fn record(
        self,
        (body, hash): (String, Vec<u8>),
        person: Option<PersonId>,
    ) -> Option<FoundRecord> {
        /// The part of a receipt's name that only its asker knows.
        const SECRET: &str = "secret";
        let Record { mut event, kind, sequence, time, organisation: _ } =
            serde_json::from_str::<Record<Value>>(&body).ok()?;
        if let Some(members) = event.as_object_mut() {
            members.remove(SECRET);
        }
        let requester = event.pointer("/requester/application").and_then(Value::as_str);
        let application = self.application.or_else(|| requester.map(str::to_owned));
        let act = self.act.as_deref();
        let outcome = self.outcome.as_deref();
        Some(FoundRecord {
            position: AuditPosition { sequence, hash: ChainHash::from_bytes(&hash)? },
            time,
            kind,
            act: RecordedAct::ALL.into_iter().find(|one| Some(one.name()) == act),
            outcome: OutcomeResult::ALL.into_iter().find(|one| Some(one.name()) == outcome),
            profile: self.profile,
            actor: application.map(RecordActor::Application).or(person.map(RecordActor::Person)),
            event,
        })
    }
}

#[cfg(test)]
mod tests;
