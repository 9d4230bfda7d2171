//! Time-stamps over the log.

use std::time::SystemTime;

use seal::{Digest, TimeStampAuthority, TimeStampTokenDer};

use super::Store;
use crate::{
    Error,
    audit::{AuditEvent, AuditPosition},
};

impl Store {
    /// Has the log as it stands time-stamped and records the token, so that whoever has the key
    /// cannot write an older log anew. `check` holds the token against its imprint and against
    /// whom it must come from. Answers what was covered.
    ///
    /// # Errors
    /// [`Error::TimeStamp`] when no token came; [`Error::Signature`] for one that `check` refuses;
    /// [`Error::Audit`] when the log could not be written.
    pub async fn time_stamp_head(
        &self,
        authority: &dyn TimeStampAuthority,
        check: impl FnOnce(&TimeStampTokenDer, &Digest) -> Result<(), cades::Error>,
        now: SystemTime,
    ) -> Result<AuditPosition, Error> {
        let head = self.flush().await?;
        let imprint = head.imprint();
        let token = authority.time_stamp(imprint).await?;
        check(&token, &imprint)?;
        self.record(&AuditEvent::HeadTimeStamped { head, token }, now).await?;
        Ok(head)
    }
}
