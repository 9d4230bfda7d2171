//! Augmentations: recorded once, when they have ended.

use std::time::SystemTime;

use super::{AugmentationReceipt, Tenant};
use crate::AuditError;
use audit::{AskedAugmentation, AuditPosition, AugmentationDone, OutcomeResult};

impl Tenant {
    /// Records what an augmentation made, and gives the receipt for it.
    ///
    /// # Errors
    /// [`AuditError`] when it could not be recorded: what was made must then not be answered.
    pub async fn augmented(
        &self,
        asked: AskedAugmentation<'_>,
        done: &AugmentationDone,
        now: SystemTime,
    ) -> Result<AugmentationReceipt, AuditError> {
        let (event, person) = asked.done(done)?;
        let mut draft = event.draft(person, asked.found(OutcomeResult::Done), now)?;
        draft.keyed = asked.key_done();
        let time = draft.time();
        let position = self.append(draft).await?;
        Ok(AugmentationReceipt::new(event, time, position))
    }

    /// Records why an augmentation made nothing. `cause` is the problem's name.
    ///
    /// # Errors
    /// [`AuditError`] when it could not be recorded.
    pub async fn augmentation_failed(
        &self,
        asked: AskedAugmentation<'_>,
        cause: &str,
        now: SystemTime,
    ) -> Result<AuditPosition, AuditError> {
        self.append(asked.failed(cause, now)?).await
    }

    /// Records that the policy refused an augmentation. `rules` are the names of the rules that
    /// it breaks.
    ///
    /// # Errors
    /// [`AuditError`] when it could not be recorded.
    pub async fn augmentation_refused(
        &self,
        asked: AskedAugmentation<'_>,
        rules: &[&str],
        now: SystemTime,
    ) -> Result<AuditPosition, AuditError> {
        self.append(asked.refused(rules, now)?).await
    }
}
