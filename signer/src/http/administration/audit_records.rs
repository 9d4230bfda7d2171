//! `GET /v1/audit-records`: what was done, by whom and how it ended.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{FromRequestParts, Query},
    http::{HeaderMap, header::CONTENT_TYPE, request::Parts},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use registry::AdministrativeAct;
use seal::PersonId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::{Duration, Instant};
use utoipa::ToSchema;

use super::{List, May, ReadAuditLog};
use crate::{
    Error,
    audit::{ChainHash, OutcomeResult, RecordedAct, Timestamp},
    authentication::Authenticated,
    http::{
        accept,
        openapi::{answers::Asking, words},
        query,
    },
    problem::Problem,
    service::{Export, RequestError, Service},
    store::{AuditError, Cursor, FoundRecord, RecordActor, Search, SearchPage},
};

/// JSON Lines: one value a line, so that nobody has to hold all of them.
const LINES: &str = "application/x-ndjson";

/// How many records are read at a time for JSON Lines.
const RECORDS_AT_A_TIME: u32 = 200;

/// How long JSON Lines are read, and in how many parts at most. What is not read by then is asked for
/// by its time, in several answers.
const LONGEST: Duration = Duration::from_secs(600);
const PARTS: u32 = 50_000;

/// What is asked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// The earliest time.
    #[param(format = DateTime)]
    from: Option<String>,
    /// The time before which it was.
    #[param(format = DateTime)]
    until: Option<String>,
    /// What was done.
    #[param(value_type = Option<words::RecordedAct>)]
    act: Option<RecordedAct>,
    /// How it ended.
    #[param(value_type = Option<words::Outcome>)]
    outcome: Option<OutcomeResult>,
    /// With which profile.
    profile: Option<String>,
    /// Which application asked.
    application: Option<String>,
    /// The issuer of the person who asked; with `subject`.
    issuer: Option<String>,
    /// The person who asked; with `issuer`.
    subject: Option<String>,
    /// Which comes first: the newest, or the oldest.
    #[serde(default)]
    #[param(inline)]
    order: Order,
    /// How many at most.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<u32>,
    /// The `next` of the part before.
    after: Option<String>,
}

/// Which comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(default = "descending")]
enum Order {
    /// The oldest.
    Ascending,
    /// The newest.
    #[default]
    Descending,
}

/// A record as the interface shows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditRecord)]
pub(super) struct RecordView {
    /// Whose chain of the audit log it stands in, where several nodes share a database.
    #[serde(skip_serializing_if = "Option::is_none")]
    node: Option<String>,
    /// Its number in the log.
    #[schema(minimum = 1)]
    sequence: u64,
    /// Its hash in the chain, in hexadecimal.
    #[schema(value_type = String)]
    hash: ChainHash,
    /// When it was made.
    #[schema(value_type = words::Moment)]
    time: Timestamp,
    /// What it is, such as `outcome` or `registry-changed`.
    kind: String,
    /// What was done, of a record that ends something.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::RecordedAct>)]
    act: Option<RecordedAct>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Outcome>)]
    outcome: Option<OutcomeResult>,
    /// With which profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<String>,
    /// Which application asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    application: Option<String>,
    /// Which person asked, for those who may see it; nothing of one that was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<PersonView>,
    /// What it tells, by its kind.
    #[schema(value_type = Object)]
    event: Value,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RecordedPerson)]
struct PersonView {
    /// Who vouches for them.
    issuer: String,
    /// Who they are there.
    subject: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let asked = Query::<Self>::from_request_parts(parts, state).await;
        let Query(asked) = asked.map_err(|error| RequestError::Malformed(error.body_text()))?;
        Ok(asked)
    }
}

impl Asked {
    fn search(self) -> Result<Search, RequestError> {
        let actor = match (self.application, self.issuer, self.subject) {
            (None, None, None) => None,
            (Some(application), None, None) => Some(RecordActor::Application(application)),
            (None, Some(issuer), Some(subject)) => {
                Some(RecordActor::Person(PersonId { issuer, subject }))
            }
            (_, _, _) => {
                let cause = "either application, or issuer and subject";
                return Err(RequestError::Malformed(cause.into()));
            }
        };
        let after = self.after.map(|after| after.parse::<Cursor>()).transpose();
        Ok(Search {
            from: query::moment("from", self.from)?,
            until: query::moment("until", self.until)?,
            act: self.act,
            outcome: self.outcome,
            profile: self.profile,
            actor,
            ascending: self.order == Order::Ascending,
            after: after.map_err(|error| RequestError::Malformed(error.to_string()))?,
            limit: 0,
        })
    }
}

/// A part of the list, as described.
type RecordList = List<RecordView>;

/// What was done, by whom and how it ended.
#[utoipa::path(
    get, path = "/v1/audit-records", operation_id = "searchAuditRecords",
    security(("bearer" = [])),
    params(Asked),
    responses(
        Asking,
        (
            status = 200,
            description = "A part of the records; with `Accept: application/x-ndjson` all of them, or as many as `limit` says, one a line.",
            content((RecordList = "application/json"), (RecordView = "application/x-ndjson")),
        ),
    ),
)]
pub(super) async fn list(
    may: May<ReadAuditLog>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let limit = asked.limit;
    if limit.is_some_and(|limit| !(1..=1000).contains(&limit)) {
        return Err(RequestError::Malformed("limit: 1 to 1000".into()).into());
    }
    let mut search = asked.search()?;
    let named = may.caller.permit::<Error>(&may.snapshot, AdministrativeAct::ReadActors);
    let named = if matches!(search.actor, Some(RecordActor::Person(_))) {
        // Whether somebody did something is as much as who did it.
        named?;
        true
    } else {
        named.is_ok()
    };
    let organisation = Arc::clone(&may.caller.organisation);
    if accept::prefers(&headers, LINES, "application/json") {
        return Ok(exported(&may.service, may.caller, search, limit)?);
    }
    search.limit = limit.unwrap_or(100);
    let page = organisation.tenant().search(&search).await.map_err(Error::from)?;
    let SearchPage { records, next } = page;
    let items = records.into_iter().map(|record| view(record, named)).collect();
    Ok(Json(List { items, next: next.map(|next| next.to_string()) }).into_response())
}

/// What is found until now, one record a line, each as the caller may see it; `limit` of them at most.
///
/// # Errors
/// [`Error`]: too many read it.
pub(in crate::http) fn exported(
    service: &Arc<Service>,
    caller: Authenticated,
    mut search: Search,
    limit: Option<u32>,
) -> Result<Response, Error> {
    let until = Timestamp::try_from(service.clock().now()).map_err(AuditError::from)?;
    // What comes while it is read is not waited for.
    search.until = Some(search.until.map_or(until, |asked| asked.min(until)));
    search.limit = RECORDS_AT_A_TIME;
    let reading = Reading {
        service: Arc::clone(service),
        _export: service.export_of(&caller)?,
        // Whether the caller may see who acted is asked with each part.
        named: true,
        caller,
        search: Some(search),
        left: limit,
        parts: PARTS,
        end: Instant::now() + LONGEST,
    };
    Ok(reading.answer())
}

fn view(record: FoundRecord, named: bool) -> RecordView {
    let FoundRecord { chain, position, time, kind, act, outcome, profile, actor, event } = record;
    let (application, person) = match actor {
        Some(RecordActor::Application(name)) => (Some(name), None),
        Some(RecordActor::Person(PersonId { issuer, subject })) => {
            (None, named.then_some(PersonView { issuer, subject }))
        }
        None => (None, None),
    };
    RecordView {
        node: Some(chain).filter(|chain| !chain.is_empty()),
        sequence: position.sequence,
        hash: position.hash,
        time,
        kind,
        act,
        outcome,
        profile,
        application,
        person,
        event,
    }
}

/// A search that is answered line by line.
struct Reading {
    service: Arc<Service>,
    caller: Authenticated,
    /// The part that comes next; nothing at the end.
    search: Option<Search>,
    named: bool,
    /// How many records are still wanted; all of them without a limit.
    left: Option<u32>,
    /// How many parts may still be read, and until when.
    parts: u32,
    end: Instant,
    _export: Export,
}

impl Reading {
    /// The answer: a part is read when the one before has gone out.
    fn answer(self) -> Response {
        let parts = stream::try_unfold(self, |reading| async move {
            let part = reading.part().await;
            part.inspect_err(|error| tracing::error!(%error, "the audit log ended in the middle"))
        });
        ([(CONTENT_TYPE, LINES)], Body::from_stream(parts)).into_response()
    }

    async fn part(mut self) -> Result<Option<(Vec<u8>, Self)>, Error> {
        let Some(search) = self.search.take() else { return Ok(None) };
        if self.parts == 0 || Instant::now() >= self.end {
            tracing::warn!("an answer with records of the audit log was cut off: it took too long");
            return Err(RequestError::Busy.into());
        }
        self.parts -= 1;
        // It may take long: whose key or role was revoked meanwhile reads no further.
        let organisation = &self.caller.organisation;
        let present = organisation.snapshot();
        self.caller.holds(&present, self.service.clock().now())?;
        self.caller.permit::<Error>(&present, AdministrativeAct::ReadAuditLog)?;
        let actors = self.caller.permit::<Error>(&present, AdministrativeAct::ReadActors);
        self.named &= actors.is_ok();
        let SearchPage { mut records, next } = organisation.tenant().search(&search).await?;
        // Whoever keeps it has no record that a loss of power takes from the log.
        self.service.store().flush().await?;
        if let Some(left) = &mut self.left {
            records.truncate(*left as usize);
            *left -= u32::try_from(records.len()).unwrap_or(*left);
        }
        let mut lines = Vec::new();
        for record in records {
            #[expect(clippy::expect_used, reason = "a record is structs of strings and integers")]
            serde_json::to_writer(&mut lines, &view(record, self.named))
                .expect("a record serialises");
            lines.push(b'\n');
        }
        let on = next.filter(|_| self.left != Some(0));
        self.search = on.map(|after| Search { after: Some(after), ..search });
        Ok(Some((lines, self)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::sample::{API_KEY, demo};

    #[tokio::test(flavor = "multi_thread")]
    async fn an_answer_ends_after_so_many_parts_and_so_long_whatever_there_is_to_read() {
        let (application, _directory) = demo(|_| {}).await;
        let service = &application.service;
        let caller = service.authenticator().authenticate(API_KEY).await.unwrap();
        let (now, hour) = (Instant::now(), Duration::from_secs(3600));
        for (parts, end) in [(0, now + hour), (1, now)] {
            let search = Search {
                from: None,
                until: None,
                act: None,
                outcome: None,
                profile: None,
                actor: None,
                ascending: true,
                after: None,
                limit: 1,
            };
            let reading = Reading {
                service: Arc::clone(service),
                caller: caller.clone(),
                search: Some(search),
                named: false,
                left: None,
                parts,
                end,
                _export: service.export_of(&caller).unwrap(),
            };
            let part = reading.part().await.map(|_| ());
            assert!(matches!(part, Err(Error::Request(RequestError::Busy))), "{part:?}");
        }
        application.shutdown().await.unwrap();
    }
}
