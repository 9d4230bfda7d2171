//! When API keys were used, by whichever node.

use seal::OrganisationId;
use sqlx::PgConnection;

use crate::{AuditError, api_key_use::ApiKeyUse};

/// Keeps a use, unless a later one is kept.
pub(super) async fn keep(
    connection: &mut PgConnection,
    ApiKeyUse { organisation, key, hour }: &ApiKeyUse,
) -> Result<(), AuditError> {
    let kept = sqlx::query(
        "INSERT INTO key_use (organisation, key, hour) VALUES ($1, $2, $3)
         ON CONFLICT (organisation, key) DO UPDATE SET hour = greatest(key_use.hour, $3)",
    );
    let kept = kept.bind(organisation.as_str()).bind(key.as_slice()).bind(hour);
    kept.execute(connection).await?;
    Ok(())
}

/// The keys of an organisation, and in which hour each was used last.
pub(super) async fn kept(
    connection: &mut PgConnection,
    organisation: &OrganisationId,
) -> Result<Vec<(Vec<u8>, i64)>, AuditError> {
    let rows = sqlx::query_as("SELECT key, hour FROM key_use WHERE organisation = $1");
    Ok(rows.bind(organisation.as_str()).fetch_all(connection).await?)
}
