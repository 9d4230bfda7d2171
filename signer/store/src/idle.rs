//! Under which roots nobody signed or sealed.

use std::collections::HashSet;

use async_recursion::async_recursion as boxed;
use serde::Deserialize;

use super::Store;
use crate::{AuditError, kind::Kind};
use audit::Record;

/// What the record of a start says.
#[derive(Deserialize)]
struct Start {
    trust_anchor_sha256: String,
}

impl Store {
    /// SHA-256 of the roots, in lower-case hexadecimal, of which the log tells that a run started
    /// with them, and of no intent to use a key until the next start. It looks through the log.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn idle_anchors(&self) -> Result<HashSet<String>, AuditError> {
        let starts = self.of_kind(Kind::Started, None).await?;
        let ends = starts.iter().skip(1).map(|(sequence, _)| *sequence).chain([i64::MAX]);
        let (mut idle, mut used) = (HashSet::new(), HashSet::new());
        for ((start, body), end) in starts.iter().zip(ends) {
            let Ok(Record { event: Start { trust_anchor_sha256 }, .. }) =
                serde_json::from_str(body)
            else {
                continue;
            };
            let acted = self.last_of_kind(Kind::Intent, (*start, end)).await?.is_some();
            let of = if acted { &mut used } else { &mut idle };
            of.insert(trust_anchor_sha256);
        }
        // A device elsewhere has the same root in several runs of the service.
        Ok(&idle - &used)
    }
}
