//! `GET /v1/statistics`: how many acts ended, by day.

use axum::{
    Json,
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use serde::{Deserialize, Serialize};

use super::{List, May, ReadAuditLog};
use crate::{
    Error,
    audit::{OutcomeResult, RecordedAct},
    http::query,
    problem::Problem,
    service::RequestError,
    store::{ActCount, Statistics},
};

/// How many days are told of at a time.
const MAXIMUM_DAYS: i64 = 366;

/// How many counts are told of at a time.
const MAXIMUM_COUNTS: u32 = 10_000;

/// What is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    from: String,
    until: String,
    act: Option<RecordedAct>,
    outcome: Option<OutcomeResult>,
    profile: Option<String>,
    application: Option<String>,
}

/// How many acts of one sort ended on one day.
#[derive(Debug, Serialize)]
pub(super) struct CountView {
    day: String,
    act: String,
    outcome: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    application: Option<String>,
    count: u64,
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
    fn counts(self) -> Result<Statistics, RequestError> {
        let (from, until) = (query::day("from", &self.from)?, query::day("until", &self.until)?);
        if !(1..=MAXIMUM_DAYS).contains(&(until - from)) {
            let cause = "until: 1 to 366 days after from; that day itself does not count";
            return Err(RequestError::Malformed(cause.into()));
        }
        Ok(Statistics {
            from,
            until,
            act: self.act,
            outcome: self.outcome,
            profile: self.profile,
            application: self.application,
            limit: MAXIMUM_COUNTS + 1,
        })
    }
}

/// The counts of these days.
pub(super) async fn list(
    may: May<ReadAuditLog>,
    asked: Asked,
) -> Result<Json<List<CountView>>, Problem> {
    let tenant = may.caller.organisation.tenant();
    let counts = tenant.statistics(&asked.counts()?).await.map_err(Error::from)?;
    if counts.len() > MAXIMUM_COUNTS as usize {
        let cause = "there are more than 10,000 counts: ask for fewer days, or for one application";
        return Err(RequestError::Malformed(cause.into()).into());
    }
    let items = counts.into_iter().map(|count| {
        let ActCount { day, act, profile, application, outcome, count } = count;
        CountView { day: query::written(day), act, outcome, profile, application, count }
    });
    Ok(Json(List { items: items.collect(), next: None }))
}
