//! Time-stamps over the log.

use std::time::SystemTime;

use audit::{AuditEvent, AuditPosition};
use seal::{Digest, TimeStampAuthority, TimeStampError, TimeStampTokenDer};

use super::Store;
use crate::AuditError;

impl Store {
    /// Has the log as it stands time-stamped and records the token, so that whoever has the key
    /// cannot write an older log anew. `check` holds the token against its imprint and against
    /// whom it must come from. Answers what was covered.
    ///
    /// # Errors
    /// [`TimeStampError`] when no token came; that of `check` for one that it refuses;
    /// [`AuditError`] when the log could not be written.
    pub async fn time_stamp_head<C, E>(
        &self,
        authority: &dyn TimeStampAuthority,
        check: impl FnOnce(&TimeStampTokenDer, &Digest) -> Result<(), C>,
        now: SystemTime,
    ) -> Result<AuditPosition, E>
    where
        E: From<AuditError> + From<TimeStampError> + From<C>,
    {
        let head = self.flush().await?;
        let imprint = head.imprint();
        let token = authority.time_stamp(imprint).await?;
        check(&token, &imprint)?;
        self.record(&AuditEvent::HeadTimeStamped { head, token }, now).await?;
        Ok(head)
    }
}
