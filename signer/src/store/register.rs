//! What the organisation decided while the service ran, as it is kept.

use std::collections::HashMap;

use registry::{Entry, MandateId, Version};
use sqlx::SqlitePool;

use crate::audit::AuditError;

/// What stands in the store of a register.
#[derive(Debug, Default)]
pub struct KeptRegister {
    /// Each entry, and the change that left it so.
    pub entries: Vec<(Entry, Version)>,
    /// The number of the last change.
    pub revision: Version,
    /// How many seals each counted mandate has given.
    pub given: HashMap<MandateId, u64>,
}

/// Reads the register. A row that cannot be read ends the start: what it took away would count again.
pub(super) async fn kept(readers: &SqlitePool) -> Result<KeptRegister, AuditError> {
    let rows: Vec<(String, String, i64, String)> =
        sqlx::query_as("SELECT kind, id, version, body FROM register_entry ORDER BY version")
            .fetch_all(readers)
            .await?;
    let entries = rows.into_iter().map(|(kind, id, version, body)| {
        let read = serde_json::from_str::<Entry>(&body).ok();
        let entry = read.filter(|entry| entry.kind().name() == kind && entry.id() == id);
        let entry = entry.ok_or(AuditError::EntryDamaged { kind, id })?;
        Ok((entry, Version(version.cast_unsigned())))
    });
    let counts: Vec<(String, i64)> =
        sqlx::query_as("SELECT mandate, given FROM mandate_count").fetch_all(readers).await?;
    let counts =
        counts.into_iter().map(|(mandate, given)| (MandateId(mandate), given.cast_unsigned()));
    let revision: i64 =
        sqlx::query_scalar("SELECT revision FROM register_revision").fetch_one(readers).await?;
    Ok(KeptRegister {
        revision: Version(revision.cast_unsigned()),
        entries: entries.collect::<Result<_, AuditError>>()?,
        given: counts.collect::<HashMap<_, _>>(),
    })
}
