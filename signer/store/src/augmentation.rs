//! Augmentations: recorded when they have ended, and before they begin where a key is to be taken.

use std::time::SystemTime;

use super::{AugmentationReceipt, Tenant};
use crate::AuditError;
use audit::{AskedAugmentation, AuditPosition, AugmentationDone, Draft, OpenAugmentation};

impl Tenant {
    /// Begins an augmentation: the key of its request, if it has one, is taken.
    ///
    /// # Errors
    /// [`AuditError::KeyUsed`] when it is taken already. Any error: the work must not begin.
    pub async fn begin_augmentation<'a>(
        &self,
        asked: AskedAugmentation<'a>,
        now: SystemTime,
    ) -> Result<OpenAugmentation<'a>, AuditError> {
        let begun = match asked.begun(now)? {
            Some(draft) => Some(self.append(draft).await?.sequence),
            None => None,
        };
        Ok(asked.open(begun))
    }

    /// Records what an augmentation made, and gives the receipt for it.
    ///
    /// # Errors
    /// [`AuditError`] when it could not be recorded: what was made must then not be answered, and the
    /// key of the request is free as soon as the log takes records again.
    pub async fn augmented(
        &self,
        open: OpenAugmentation<'_>,
        done: &AugmentationDone,
        now: SystemTime,
    ) -> Result<AugmentationReceipt, AuditError> {
        let unrecorded = open.unrecorded(now)?;
        let (event, draft) = open.done(done, now)?;
        let time = draft.time();
        let position = self.end(draft, unrecorded).await?;
        Ok(AugmentationReceipt::new(event, time, position))
    }

    /// Records why an augmentation made nothing. `cause` is the problem's name.
    ///
    /// # Errors
    /// [`AuditError`] when it could not be recorded. The key of the request is free all the same, as
    /// soon as the log takes records again.
    pub async fn augmentation_failed(
        &self,
        open: OpenAugmentation<'_>,
        cause: &str,
        now: SystemTime,
    ) -> Result<AuditPosition, AuditError> {
        let unrecorded = open.unrecorded(now)?;
        self.end(open.failed(cause, now)?, unrecorded).await
    }

    async fn end(
        &self,
        draft: Draft,
        unrecorded: Option<Draft>,
    ) -> Result<AuditPosition, AuditError> {
        let end = self.append(draft).await;
        if let (Err(_), Some(draft)) = (&end, unrecorded) {
            // A closed log takes nothing: then it is as if the process had ended before.
            let _ = self.append_unawaited(draft);
        }
        end
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
