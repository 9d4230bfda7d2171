//! What the organisation decided while the service ran, as it is kept.

use std::collections::HashMap;

use registry::{Entry, MandateId, Version};

use crate::{AuditError, api_key_use::of_rows};

/// What stands in the store of a register.
#[derive(Debug, Default)]
pub struct KeptRegister {
    /// Each entry, and the change that left it so.
    pub entries: Vec<(Entry, Version)>,
    /// The number of the last change.
    pub revision: Version,
    /// How many seals each counted mandate has given.
    pub given: HashMap<MandateId, u64>,
    /// In which hour since 1970 each API key, by its SHA-256, was used last.
    pub used: HashMap<[u8; 32], i64>,
}

impl KeptRegister {
    /// Of rows of kind, name, version and body, of mandates with their counts, of the number of
    /// the last change, and of API keys with the hour of their last use. With a row that cannot be read
    /// nothing is: what it took away would count again.
    pub(crate) fn of(
        rows: Vec<(String, String, i64, String)>,
        counts: Vec<(String, i64)>,
        revision: Option<i64>,
        used: Vec<(Vec<u8>, i64)>,
    ) -> Result<Self, AuditError> {
        let entries = rows.into_iter().map(|(kind, id, version, body)| {
            let read = serde_json::from_str::<Entry>(&body).ok();
            let entry = read.filter(|entry| entry.kind().name() == kind && entry.id() == id);
            let entry = entry.ok_or(AuditError::EntryDamaged { kind, id })?;
            Ok((entry, Version(version.cast_unsigned())))
        });
        let counts = counts.into_iter();
        Ok(Self {
            used: of_rows(used),
            entries: entries.collect::<Result<_, AuditError>>()?,
            revision: Version(revision.unwrap_or_default().cast_unsigned()),
            given: counts
                .map(|(mandate, given)| (MandateId(mandate), given.cast_unsigned()))
                .collect(),
        })
    }
}
