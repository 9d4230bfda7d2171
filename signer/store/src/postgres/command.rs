//! What the writer is asked to do, and who waits for it.

use std::time::SystemTime;

use audit::{AuditPosition, CountStep, Draft};
use seal::PersonId;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use crate::{AuditError, api_key_use::ApiKeyUse, erased::Erased, forget::Forget};

/// What the writer is asked to do.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly all are records: a box each would cost more")]
pub(super) enum Command {
    Append(Append),
    Erase { person: PersonId, now: SystemTime, answer: oneshot::Sender<Result<Erased, AuditError>> },
    KeyUsed(ApiKeyUse),
    Forget { forget: Box<Forget>, answer: oneshot::Sender<Result<Erased, AuditError>> },
    Flush(Answer),
    Close(Answer),
}

/// Who waits for a position in the log.
pub(super) type Answer = oneshot::Sender<Result<AuditPosition, AuditError>>;

/// A record to write, and who waits for it.
#[derive(Debug)]
pub(super) struct Append {
    pub(super) draft: Draft,
    waiting: Option<(Answer, OwnedSemaphorePermit)>,
}

impl Append {
    /// A record that somebody waits for, in a place of the queue.
    pub(super) fn awaited(draft: Draft, answer: Answer, place: OwnedSemaphorePermit) -> Self {
        Self { draft, waiting: Some((answer, place)) }
    }

    /// A record that nobody waits for; it is tried until it is written.
    pub(super) fn noted(draft: Draft) -> Self {
        Self { draft, waiting: None }
    }

    /// Answers whoever waits; gives a record back that nobody waits for.
    pub(super) fn answer(self, result: Result<AuditPosition, AuditError>) -> Option<Self> {
        match self.waiting {
            Some((answer, _place)) => {
                // Whoever asked may have gone; the record stays.
                let _ = answer.send(result);
                None
            }
            None => Some(self),
        }
    }
}

impl Command {
    pub(super) fn is_awaited(&self) -> bool {
        !matches!(self, Self::Append(Append { waiting: None, .. }) | Self::KeyUsed(_))
    }
}

/// Tells the policy what was written.
pub(super) fn tell(draft: &Draft) {
    use std::sync::atomic::Ordering::Relaxed;
    if let Some(count) = &draft.count {
        match count.step {
            CountStep::Take => count.counted.given.fetch_add(count.amount, Relaxed),
            // Another node's start may have counted otherwise.
            CountStep::GiveBack => {
                let less = |given: u64| Some(given.saturating_sub(count.amount));
                count.counted.given.fetch_update(Relaxed, Relaxed, less).unwrap_or_default()
            }
        };
    }
}
