//! What the organisation decided while the service ran, as it is kept.

use rusqlite::Connection;
use seal::OrganisationId;
use sqlx::SqlitePool;

use crate::{AuditError, KeptRegister};

/// Gives what was kept before there were several organisations to this one.
pub(crate) fn adopt(
    connection: &mut Connection,
    organisation: &OrganisationId,
) -> Result<(), AuditError> {
    let transaction = connection.transaction()?;
    for statement in [
        "UPDATE register_entry SET organisation = ? WHERE organisation = ''",
        "UPDATE mandate_count SET organisation = ? WHERE organisation = ''",
        "UPDATE register_revision SET organisation = ? WHERE organisation = ''",
        "UPDATE audit_index SET organisation = ? WHERE organisation = ''",
        "UPDATE act_count SET organisation = ? WHERE organisation = ''",
    ] {
        transaction.execute(statement, [organisation.as_str()])?;
    }
    Ok(transaction.commit()?)
}

/// The numbers of the organisations that the operator made.
pub(crate) async fn organisations(readers: &SqlitePool) -> Result<Vec<OrganisationId>, AuditError> {
    let numbers: Vec<String> = sqlx::query_scalar(
        "SELECT organisation FROM register_entry WHERE kind = 'organisation' ORDER BY organisation",
    )
    .fetch_all(readers)
    .await?;
    Ok(numbers.into_iter().map(OrganisationId::new).collect())
}

/// Reads the register of one organisation.
pub(crate) async fn kept(
    readers: &SqlitePool,
    organisation: &OrganisationId,
) -> Result<KeptRegister, AuditError> {
    let rows: Vec<(String, String, i64, String)> = sqlx::query_as(
        "SELECT kind, id, version, body FROM register_entry
         WHERE organisation = ? ORDER BY version",
    )
    .bind(organisation.as_str())
    .fetch_all(readers)
    .await?;
    let counts: Vec<(String, i64)> =
        sqlx::query_as("SELECT mandate, given FROM mandate_count WHERE organisation = ?")
            .bind(organisation.as_str())
            .fetch_all(readers)
            .await?;
    let revision: Option<i64> =
        sqlx::query_scalar("SELECT revision FROM register_revision WHERE organisation = ?")
            .bind(organisation.as_str())
            .fetch_optional(readers)
            .await?;
    let used: Vec<(Vec<u8>, i64)> =
        sqlx::query_as("SELECT key, hour FROM key_use WHERE organisation = ?")
            .bind(organisation.as_str())
            .fetch_all(readers)
            .await?;
    KeptRegister::of(rows, counts, revision, used)
}
