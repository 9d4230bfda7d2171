//! The counts of acts: read from what was counted with each record.

use seal::OrganisationId;
use sqlx::{PgConnection, Postgres};

use crate::{
    AuditError,
    statistics::{ActCount, CountRow, Statistics},
};

/// The organisation's counts, the first day first.
///
/// # Errors
/// [`AuditError::Database`].
pub(super) async fn statistics(
    connection: &mut PgConnection,
    organisation: &OrganisationId,
    wanted: &Statistics,
) -> Result<Vec<ActCount>, AuditError> {
    if [&wanted.profile, &wanted.application].into_iter().flatten().any(|text| text.contains('\0'))
    {
        // No text of the database holds one.
        return Ok(Vec::new());
    }
    let mut query = wanted.query::<Postgres>(organisation.as_str());
    let rows = query.build_query_as::<CountRow>().fetch_all(connection).await?;
    Ok(rows.into_iter().map(ActCount::from).collect())
}
