//! The counts of acts: read from what was counted with each record.

use seal::OrganisationId;
use sqlx::{QueryBuilder, Sqlite, SqlitePool};

use crate::{
    AuditError,
    statistics::{ActCount, Statistics},
};

/// The organisation's counts, the first day first.
///
/// # Errors
/// [`AuditError::Database`].
pub(crate) async fn statistics(
    readers: &SqlitePool,
    organisation: &OrganisationId,
    wanted: &Statistics,
) -> Result<Vec<ActCount>, AuditError> {
    let mut query = wanted.query(organisation.as_str());
    let rows = query.build_query_as::<(i64, String, String, String, String, i64)>();
    let rows = rows.fetch_all(readers).await?;
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    let counts = rows.into_iter().map(|(day, act, profile, application, outcome, count)| {
        let (profile, application) = (given(profile), given(application));
        ActCount { day, act, profile, application, outcome, count: count.cast_unsigned() }
    });
    Ok(counts.collect())
}

impl Statistics {
    fn query(&self, organisation: &str) -> QueryBuilder<Sqlite> {
        let mut query = QueryBuilder::new(
            "SELECT day, act, profile, application, outcome, given FROM act_count WHERE organisation = ",
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
        query.push(" ORDER BY day, act, profile, application, outcome LIMIT ");
        query.push_bind(i64::from(self.limit));
        query
    }
}
