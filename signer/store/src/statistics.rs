//! How many acts ended, day by day.

use audit::{OutcomeResult, RecordedAct};
use sqlx::QueryBuilder;

use crate::search::{Bound, Index};

/// Which counts are asked for. What is `None` does not matter.
#[derive(Clone, Debug)]
pub struct Statistics {
    /// The first day, in days since 1970 (UTC).
    pub from: i64,
    /// The day after the last one.
    pub until: i64,
    /// What was done.
    pub act: Option<RecordedAct>,
    /// How it ended.
    pub outcome: Option<OutcomeResult>,
    /// With which profile.
    pub profile: Option<String>,
    /// Which application asked.
    pub application: Option<String>,
    /// How many counts at most.
    pub limit: u32,
}

/// How many acts of one sort ended on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActCount {
    /// The day, in days since 1970 (UTC).
    pub day: i64,
    /// What was done, in the words of [`RecordedAct`].
    pub act: String,
    /// With which profile; nothing without one.
    pub profile: Option<String>,
    /// Which application asked; nothing when persons did.
    pub application: Option<String>,
    /// How it ended, in the words of [`OutcomeResult`].
    pub outcome: String,
    /// How many.
    pub count: u64,
}

/// Day, act, profile, application, outcome and count, as the database has them.
pub(crate) type CountRow = (i64, String, String, String, String, i64);

impl From<CountRow> for ActCount {
    fn from((day, act, profile, application, outcome, count): CountRow) -> Self {
        let given = |text: String| Some(text).filter(|text| !text.is_empty());
        let (profile, application) = (given(profile), given(application));
        Self { day, act, profile, application, outcome, count: count.cast_unsigned() }
    }
}

impl Statistics {
    /// What the counts are asked.
    pub(crate) fn query<D: Index>(&self, organisation: &str) -> QueryBuilder<D>
    where
        String: Bound<D>,
        i64: Bound<D>,
        &'static str: Bound<D>,
    {
        let mut query = QueryBuilder::new(
            "SELECT day, act, profile, application, outcome, CAST(sum(given) AS BIGINT)
             FROM act_count WHERE organisation = ",
        );
        query.push_bind(organisation.to_owned());
        query.push(" AND day >= ").push_bind(self.from).push(" AND day < ").push_bind(self.until);
        if let Some(act) = self.act {
            query.push(" AND act = ").push_bind(act.name());
        }
        if let Some(outcome) = self.outcome {
            query.push(" AND outcome = ").push_bind(outcome.name());
        }
        if let Some(profile) = &self.profile {
            query.push(" AND profile = ").push_bind(profile.clone());
        }
        if let Some(application) = &self.application {
            query.push(" AND application = ").push_bind(application.clone());
        }
        query.push(" GROUP BY day, act, profile, application, outcome");
        query.push(" ORDER BY day, act, profile, application, outcome LIMIT ");
        query.push_bind(i64::from(self.limit));
        query
    }
}
