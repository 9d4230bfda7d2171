//! The counts of acts: read from what was counted with each record.

use seal::OrganisationId;
use sqlx::{Sqlite, SqlitePool};

use crate::{
    AuditError,
    statistics::{ActCount, CountRow, Statistics},
};

/// The organisation's counts, the first day first.
///
/// # Errors
/// [`AuditError::Database`].
pub(super) async fn statistics(
    readers: &SqlitePool,
    organisation: &OrganisationId,
    wanted: &Statistics,
) -> Result<Vec<ActCount>, AuditError> {
    let mut query = wanted.query::<Sqlite>(organisation.as_str());
    let rows = query.build_query_as::<CountRow>().fetch_all(readers).await?;
    Ok(rows.into_iter().map(ActCount::from).collect())
}
