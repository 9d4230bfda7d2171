//! How the database is opened.

use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use sqlx::{
    ConnectOptions, SqlSafeStr, SqlitePool,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{AuditError, location::Location};

/// How long a connection waits for a lock that another one holds.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// The schema, step by step: version, description and SQL. None is ever changed: a database knows
/// what was done to it by the hash. sqlx has a macro for this, which compiles a second SQLite.
const MIGRATIONS: [(i64, &str, &str); 17] = [
    (1, "audit log", include_str!("migrations/0001_audit_log.sql")),
    (2, "device run", include_str!("migrations/0002_device_run.sql")),
    (3, "spent for ever", include_str!("migrations/0003_spent_for_ever.sql")),
    (4, "register", include_str!("migrations/0004_register.sql")),
    (5, "organisations", include_str!("migrations/0005_organisations.sql")),
    (6, "audit index", include_str!("migrations/0006_audit_index.sql")),
    (7, "idempotency keys", include_str!("migrations/0007_idempotency_keys.sql")),
    (8, "key use", include_str!("migrations/0008_key_use.sql")),
    (9, "secret", include_str!("migrations/0009_secret.sql")),
    (10, "certificates", include_str!("migrations/0010_certificates.sql")),
    (11, "letters", include_str!("migrations/0011_letters.sql")),
    (12, "letter bounds", include_str!("migrations/0012_letter_bounds.sql")),
    (13, "lost revocation", include_str!("migrations/0013_lost_revocation.sql")),
    (14, "certificate search", include_str!("migrations/0014_certificate_search.sql")),
    (15, "certificate text", include_str!("migrations/0015_certificate_text.sql")),
    (16, "muted", include_str!("migrations/0016_muted.sql")),
    (17, "digest", include_str!("migrations/0017_digest.sql")),
];

/// How many receipts are read at once.
const READERS: u32 = 2;

/// The writer's connection, in whose thread it is used: a commit has reached the disk
/// (`synchronous = FULL` in WAL mode), and what is deleted is overwritten (a person that was erased
/// stays in no free page).
///
/// # Errors
/// [`AuditError::Database`] when there is no such database.
pub(crate) fn writer(database: impl Into<Location>) -> Result<Connection, AuditError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = database.into().open(flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "secure_delete", "ON")?;
    Ok(connection)
}

/// Brings the database to the present schema; makes it if there is none.
///
/// # Errors
/// [`AuditError::Database`], [`AuditError::Migration`] when SQLite fails.
pub(crate) async fn migrate(database: impl Into<Location>) -> Result<(), AuditError> {
    migrate_by(database.into(), &MIGRATIONS).await
}

/// Brings a new database to the schema of this version, as an earlier release left it.
#[cfg(test)]
pub(crate) async fn migrate_to(
    database: impl Into<Location>,
    version: usize,
) -> Result<(), AuditError> {
    migrate_by(database.into(), &MIGRATIONS[..version]).await
}

async fn migrate_by(
    database: Location,
    steps: &[(i64, &'static str, &'static str)],
) -> Result<(), AuditError> {
    // A pool of one, because the migrator's future can change threads with a pool only.
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(writing(&database)).await?;
    let migrated = Migrator::with_migrations(steps.iter().copied().map(migration).collect());
    let migrated = migrated.run(&pool).await;
    pool.close().await;
    migrated.map_err(|error| match error {
        MigrateError::VersionMissing(found) => {
            AuditError::SchemaNewer { found, known: MIGRATIONS[MIGRATIONS.len() - 1].0 }
        }
        error => AuditError::Migration(error.into()),
    })
}

/// A connection that may change the database's schema, and makes it if there is none.
pub(crate) fn writing(database: impl Into<Location>) -> SqliteConnectOptions {
    database
        .into()
        .options()
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("secure_delete", "ON")
        .busy_timeout(BUSY_TIMEOUT)
        // Nothing that stands in the database belongs in a log.
        .disable_statement_logging()
}

fn migration((version, description, sql): (i64, &'static str, &'static str)) -> Migration {
    let kind = MigrationType::Simple;
    Migration::new(version, description.into(), kind, sql.into_sql_str(), false)
}

/// A connection that cannot write.
pub(crate) fn reading(database: impl Into<Location>) -> SqliteConnectOptions {
    database.into().options().read_only(true).busy_timeout(BUSY_TIMEOUT).disable_statement_logging()
}

pub(crate) fn readers(database: impl Into<Location>) -> SqlitePool {
    SqlitePoolOptions::new().max_connections(READERS).connect_lazy_with(reading(database))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_migration_on_disk_is_in_the_list() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sqlite/migrations");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let name = |(version, description, _): &(i64, &str, &str)| {
            format!("{version:04}_{}.sql", description.replace(' ', "_"))
        };
        assert_eq!(files, MIGRATIONS.iter().map(name).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn a_damaged_record_does_not_stop_the_index_of_the_others() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("log.sqlite");
        migrate_to(&path, 5).await.unwrap();
        let connection = Connection::open(&path).unwrap();
        for body in [
            "{\"kind\":",
            r#"{"kind":"refused"}"#,
            r#"{"kind":"outcome","time":"2026-11-26T10:00:00Z","event":{"intent":1}}"#,
            r#"{"kind":"refused","time":"2026-11-26T10:00:00Z","event":{"act":"seal"}}"#,
        ] {
            let insert = "INSERT INTO audit_record (body, hash) VALUES (?, zeroblob(32))";
            connection.execute(insert, [body]).unwrap();
        }
        drop(connection);
        migrate(&path).await.unwrap();
        let connection = Connection::open(&path).unwrap();
        let mut indexed = connection.prepare("SELECT sequence FROM audit_index").unwrap();
        let indexed = indexed.query_map((), |row| row.get(0)).unwrap();
        assert_eq!(indexed.collect::<Result<Vec<i64>, _>>().unwrap(), [3, 4]);
    }
}
