//! How the database is reached.

use std::{future::Future, time::Duration};

use sqlx::{
    ConnectOptions, PgConnection, PgPool, Postgres, SqlSafeStr,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{Address, AuditError};

/// The schema, step by step: version, description and SQL. None is ever changed: a database knows
/// what was done to it by the hash.
const MIGRATIONS: [(i64, &str, &str); 13] = [
    (1, "store", include_str!("migrations/0001_store.sql")),
    (2, "key use", include_str!("migrations/0002_key_use.sql")),
    (3, "secret", include_str!("migrations/0003_secret.sql")),
    (4, "certificates", include_str!("migrations/0004_certificates.sql")),
    (5, "certificate authority", include_str!("migrations/0005_certificate_authority.sql")),
    (6, "letters", include_str!("migrations/0006_letters.sql")),
    (7, "letter bounds", include_str!("migrations/0007_letter_bounds.sql")),
    (8, "lost revocation", include_str!("migrations/0008_lost_revocation.sql")),
    (9, "certificate search", include_str!("migrations/0009_certificate_search.sql")),
    (10, "short parts", include_str!("migrations/0010_short_parts.sql")),
    (11, "keys in tokens", include_str!("migrations/0011_keys_in_tokens.sql")),
    (12, "muted", include_str!("migrations/0012_muted.sql")),
    (13, "digest", include_str!("migrations/0013_digest.sql")),
];

/// How many questions are asked at once, beside the writer.
const READERS: u32 = 4;

/// How long a connection, or one batch of records, may take. A database that does not answer is one
/// that is away.
pub(super) const PATIENCE: Duration = Duration::from_secs(15);

/// How long the database may work on one statement, in milliseconds, and wait for a lock.
const STATEMENT_MS: &str = "10000";

/// How a connection is made. Nothing that stands in the database belongs in a log.
pub(super) fn options(address: &Address) -> PgConnectOptions {
    address
        .options()
        .clone()
        .application_name("segl")
        .options([
            ("statement_timeout", STATEMENT_MS),
            ("lock_timeout", STATEMENT_MS),
            ("idle_in_transaction_session_timeout", STATEMENT_MS),
            // What is answered is on disk, whatever the server's default is.
            ("synchronous_commit", "on"),
            // A node whose host is gone gives its chain back within half a minute.
            ("tcp_keepalives_idle", "10"),
            ("tcp_keepalives_interval", "5"),
            ("tcp_keepalives_count", "3"),
        ])
        .disable_statement_logging()
}

/// One connection.
///
/// # Errors
/// [`AuditError::Database`] when the database is away.
pub(super) async fn connect(options: &PgConnectOptions) -> Result<PgConnection, AuditError> {
    within(async { Ok(options.connect().await?) }).await
}

/// What the database gives within [`PATIENCE`].
///
/// # Errors
/// [`AuditError::Database`] when it gives nothing.
pub(crate) async fn within<T>(
    work: impl Future<Output = Result<T, AuditError>>,
) -> Result<T, AuditError> {
    let late = |_| sqlx::Error::Io(std::io::ErrorKind::TimedOut.into());
    tokio::time::timeout(PATIENCE, work).await.map_err(late)?
}

/// Brings the database to the present schema. Of several nodes that start at once one does it, and
/// the others wait for it.
///
/// # Errors
/// [`AuditError::SchemaNewer`], [`AuditError::Migration`]; [`AuditError::Database`] when the database
/// is away.
pub(super) async fn migrate(options: &PgConnectOptions) -> Result<(), AuditError> {
    drop(connect(options).await?);
    let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(PATIENCE);
    // What is there may be much, and indexing it may take long.
    let pool = pool.connect_with(options.clone().options([("statement_timeout", "0")])).await?;
    let migrated = Migrator::with_migrations(MIGRATIONS.map(migration).to_vec()).run(&pool).await;
    pool.close().await;
    migrated.map_err(|error| match error {
        MigrateError::VersionMissing(found) => {
            AuditError::SchemaNewer { found, known: MIGRATIONS[MIGRATIONS.len() - 1].0 }
        }
        error => AuditError::Migration(error.into()),
    })
}

fn migration((version, description, sql): (i64, &'static str, &'static str)) -> Migration {
    Migration::new(version, description.into(), MigrationType::Simple, sql.into_sql_str(), false)
}

/// A connection of those who read. It is closed where it is dropped: what a question left that was given
/// up, nobody knows.
#[derive(Debug)]
pub(crate) struct Reader(Option<PoolConnection<Postgres>>);

impl Reader {
    /// # Errors
    /// [`AuditError::Database`] when there is none within [`PATIENCE`].
    pub(crate) async fn of(readers: &PgPool) -> Result<Self, AuditError> {
        Ok(Self(Some(readers.acquire().await?)))
    }

    pub(crate) fn connection(&mut self) -> Result<&mut PgConnection, AuditError> {
        self.0.as_deref_mut().ok_or(AuditError::Closed)
    }

    /// Gives the connection back to those who read next, after an answer.
    pub(crate) fn answered<T>(mut self, found: Result<T, AuditError>) -> Result<T, AuditError> {
        if found.is_ok() {
            drop(self.0.take());
        }
        found
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // The pool would ask it once more whether it lives, and wait for the answer.
        drop(self.0.take().map(PoolConnection::detach));
    }
}

/// For those who read.
pub(super) fn readers(options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(PATIENCE)
        .connect_lazy_with(options)
}
