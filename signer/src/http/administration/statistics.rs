//! `GET /v1/statistics`: how many acts ended, by day.

use axum::{
    Json,
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{List, May, ReadAuditLog};
use crate::{
    Error,
    audit::{OutcomeResult, RecordedAct},
    http::{
        openapi::{answers::Asking, words},
        query,
    },
    problem::Problem,
    service::RequestError,
    store::{ActCount, Statistics},
};

/// How many days are told of at a time.
const MAXIMUM_DAYS: i64 = 366;

/// How many counts are told of at a time.
const MAXIMUM_COUNTS: u32 = 10_000;

/// What is asked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// The first day, in UTC.
    #[param(format = Date)]
    from: String,
    /// The day after the last one: 1 to 366 days after the first.
    #[param(format = Date)]
    until: String,
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
}

/// How many acts of one sort ended on one day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ActCount)]
pub(super) struct CountView {
    /// The day, in UTC.
    #[schema(format = Date)]
    day: String,
    /// What was done.
    #[schema(value_type = words::RecordedAct)]
    act: String,
    /// How it ended.
    #[schema(value_type = words::Outcome)]
    outcome: String,
    /// With which profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<String>,
    /// Which application asked; nothing when persons did.
    #[serde(skip_serializing_if = "Option::is_none")]
    application: Option<String>,
    /// How many.
    #[schema(minimum = 1)]
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

/// A part of the list, as described.
type CountList = List<CountView>;

/// How many acts ended, by day.
#[utoipa::path(
    get, path = "/v1/statistics", operation_id = "getStatistics",
    security(("bearer" = [])),
    params(Asked),
    responses(Asking, (status = 200, description = "The counts.", body = CountList)),
)]
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
