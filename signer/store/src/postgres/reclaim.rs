//! What is left of erased rows, given free.

use std::time::Duration;

use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};

use crate::AuditError;

/// How long the tables may take, whatever the database is doing. A statement of its own has no limit
/// there: tables may be large.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long those are waited for who may still see the rows, in steps of a tenth of a second.
const SEEING_STEPS: u32 = 20;

/// Gives the space of the rows free that the transaction of this number, or one before it, deleted, in
/// the indexes too; answers whether none of them is left.
///
/// A row stays while a transaction that began before may see it, on whichever connection, standby or
/// replica. The erasure is committed, so that a failure is no error: the next one does it.
pub(super) async fn reclaim(options: &PgConnectOptions, deleted_by: &str) -> bool {
    let options = options.clone().options([("statement_timeout", "0")]);
    let work = async {
        let mut connection = options.connect().await?;
        let seen = are_seen(&mut connection, deleted_by).await?;
        // Without INDEX_CLEANUP few rows stay in the indexes, which name the person too.
        sqlx::query(
            "VACUUM (INDEX_CLEANUP ON)
             acting_person, audit_index, register_entry, idempotency_key, idempotency_count",
        )
        .execute(&mut connection)
        .await?;
        connection.close().await?;
        Ok::<bool, sqlx::Error>(!seen)
    };
    let late = |_| sqlx::Error::Io(std::io::ErrorKind::TimedOut.into());
    let reclaimed = tokio::time::timeout(PATIENCE, work).await.unwrap_or_else(|out| Err(late(out)));
    reclaimed.unwrap_or_else(|error| {
        let error = AuditError::from(error);
        tracing::warn!(%error, "a person is erased, but the space of the rows could not be given free");
        false
    })
}

/// Whether somebody may see the rows for longer than is waited.
async fn are_seen(connection: &mut PgConnection, deleted_by: &str) -> Result<bool, sqlx::Error> {
    for step in 0..=SEEING_STEPS {
        let seen: bool = sqlx::query_scalar(
            "SELECT EXISTS (
                 SELECT FROM (
                     SELECT backend_xmin FROM pg_stat_activity
                     WHERE datname = current_database() AND pid <> pg_backend_pid()
                     UNION ALL SELECT backend_xid FROM pg_stat_activity
                     WHERE datname = current_database() AND pid <> pg_backend_pid()
                     UNION ALL SELECT backend_xmin FROM pg_stat_replication
                     UNION ALL SELECT xmin FROM pg_replication_slots
                     UNION ALL SELECT transaction FROM pg_prepared_xacts
                 ) AS held (oldest)
                 WHERE oldest IS NOT NULL AND age(oldest) >= age($1::xid))",
        )
        .bind(deleted_by)
        .fetch_one(&mut *connection)
        .await?;
        if !seen {
            return Ok(false);
        }
        if step < SEEING_STEPS {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    Ok(true)
}
