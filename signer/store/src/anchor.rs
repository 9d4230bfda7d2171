//! What says outside the database how far it has come: so one that was restored from a backup is known by it.

use std::{fmt::Debug, sync::Arc};

use async_recursion::async_recursion as boxed;
use audit::AuditPosition;
use futures_util::future::BoxFuture;

use crate::{
    AuditError, Database, Store,
    certificates_read::asked,
    further_questions as questions,
    postgres::{Reader, within},
    sqlite,
};

/// The port to what says so. What it is told is on disk when it answers.
pub trait Anchoring: Debug + Send + Sync {
    /// The log has come so far, and something was blocked.
    fn advance(&self, head: AuditPosition) -> BoxFuture<'_, Result<(), AuditError>>;

    /// A revocation list of an issuing key has this number.
    fn list(&self, generation: i64, number: i64) -> BoxFuture<'_, Result<(), AuditError>>;

    /// What it was told and could not keep is kept now.
    fn settle(&self) -> BoxFuture<'_, Result<(), AuditError>>;
}

impl Store {
    /// Has each block, and each number of a revocation list, told to `anchoring` before it is answered. It is
    /// named once.
    pub fn anchor_by(&self, anchoring: Arc<dyn Anchoring>) {
        let _named_before = self.anchoring.set(anchoring);
    }

    /// Has what could not be kept outside the database kept now.
    ///
    /// # Errors
    /// [`AuditError::Unanchored`].
    #[boxed]
    pub async fn settle_anchor(&self) -> Result<(), AuditError> {
        match self.anchoring.get() {
            Some(anchoring) => anchoring.settle().await,
            None => Ok(()),
        }
    }

    pub(crate) async fn anchored(&self, head: AuditPosition) -> Result<(), AuditError> {
        match self.anchoring.get() {
            Some(anchoring) => anchoring.advance(head).await,
            None => Ok(()),
        }
    }

    pub(crate) async fn numbered(&self, generation: i64, number: i64) -> Result<(), AuditError> {
        match self.anchoring.get() {
            Some(anchoring) => anchoring.list(generation, number).await,
            None => Ok(()),
        }
    }

    /// The record of this number of this node's chain, by its hash.
    ///
    /// # Errors
    /// [`AuditError::Database`]; [`AuditError::RecordDamaged`].
    #[boxed]
    pub async fn record_at(&self, sequence: u64) -> Result<Option<AuditPosition>, AuditError> {
        let Ok(sequence) = i64::try_from(sequence) else { return Ok(None) };
        match &self.database {
            Database::File(file) => {
                let mut reader = file.readers.acquire().await?;
                sqlite::read::at(&mut reader, sequence).await
            }
            Database::Server(server) => server.record_at(sequence).await,
        }
    }

    /// The number of the last revocation list of each issuing key that has one.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn list_numbers(&self) -> Result<Vec<(i64, i64)>, AuditError> {
        asked!(self, list_numbers())
    }

    /// Since when a certificate is blocked that the database does not hold, why, and until when that is told: it
    /// was issued after the backup that was restored.
    ///
    /// # Errors
    /// [`AuditError::Database`].
    #[boxed]
    pub async fn lost_block(
        &self,
        generation: i64,
        serial: &[u8],
    ) -> Result<Option<(i64, String, i64)>, AuditError> {
        asked!(self, lost_block(generation, serial))
    }
}
