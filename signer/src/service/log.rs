//! The audit log's own time-stamps.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Service;
use crate::{Error, audit::AuditPosition};

/// The number of the record that holds the log's last time-stamp of this run.
#[derive(Debug, Default)]
pub(super) struct LogTimeStamp(AtomicU64);

impl Service {
    /// Has the audit log time-stamped, if anything was recorded since the last time, and answers
    /// what was covered.
    ///
    /// # Errors
    /// [`Error::TimeStamp`], [`Error::Signature`], [`Error::Audit`].
    pub async fn time_stamp_log(&self) -> Result<Option<AuditPosition>, Error> {
        if self.store.head().await?.sequence <= self.log_time_stamp.0.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let check = |token: &_, imprint: &_| self.trust.check_token(token, imprint);
        let now = self.clock.now();
        let head: Result<_, Error> =
            self.store.time_stamp_head(&*self.time_stamping, check, now).await;
        let head = head?;
        // What was recorded meanwhile makes the head's number larger, and is covered next time.
        self.log_time_stamp.0.store(head.sequence + 1, Ordering::Relaxed);
        Ok(Some(head))
    }
}
