//! The certificate authority of all nodes. Rows are added and never changed: rows decide between nodes.

use sqlx::{Acquire, PgConnection};

use crate::{AuditError, KeptAuthority};

pub(crate) async fn names(connection: &mut PgConnection) -> Result<Vec<String>, AuditError> {
    let names = sqlx::query_scalar("SELECT name FROM certificate_authority");
    Ok(names.fetch_all(connection).await?)
}

pub(crate) async fn read(
    connection: &mut PgConnection,
    name: &str,
) -> Result<Option<KeptAuthority>, AuditError> {
    let found = sqlx::query_as::<_, (String, Vec<u8>, Option<Vec<u8>>)>(
        "SELECT name, certificate, key FROM certificate_authority WHERE name = $1",
    );
    let found = found.bind(name).fetch_optional(connection).await?;
    Ok(found.map(|(name, certificate, protected_key)| KeptAuthority {
        name,
        certificate,
        protected_key,
    }))
}

pub(crate) async fn has_issued(connection: &mut PgConnection) -> Result<bool, AuditError> {
    let issued = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM certificate)");
    Ok(issued.fetch_one(connection).await?)
}

pub(crate) async fn keep(
    connection: &mut PgConnection,
    all: &[KeptAuthority],
) -> Result<bool, AuditError> {
    let mut transaction = connection.begin().await?;
    for one in all {
        let kept = sqlx::query(
            "INSERT INTO certificate_authority (name, certificate, key) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING",
        );
        let kept = kept.bind(&one.name).bind(&one.certificate).bind(&one.protected_key);
        if kept.execute(&mut *transaction).await?.rows_affected() == 0 {
            transaction.rollback().await?;
            return Ok(false);
        }
    }
    transaction.commit().await?;
    Ok(true)
}
