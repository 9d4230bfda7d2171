//! A record on its way to the writer.

use std::collections::HashSet;

use audit::{AuditPosition, Draft};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use crate::AuditError;

/// Who waits for a position in the log.
pub(crate) type Answer = oneshot::Sender<Result<AuditPosition, AuditError>>;

/// A record to write, and who waits for it.
#[derive(Debug)]
pub(crate) struct Append {
    pub(super) draft: Draft,
    waiting: Option<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    answer: Answer,
    /// The record's place in the queue.
    _place: OwnedSemaphorePermit,
}

impl Append {
    /// A record that somebody waits for.
    pub(crate) fn awaited(draft: Draft, answer: Answer, place: OwnedSemaphorePermit) -> Self {
        Self { draft, waiting: Some(Waiting { answer, _place: place }) }
    }

    /// A record that nobody waits for; it is tried until it is written.
    pub(crate) fn noted(draft: Draft) -> Self {
        Self { draft, waiting: None }
    }

    /// Whether somebody waits for it.
    pub(super) fn is_awaited(&self) -> bool {
        self.waiting.is_some()
    }

    /// Answers whoever waits; gives a record back that nobody waits for.
    pub(super) fn answer(self, result: Result<AuditPosition, AuditError>) -> Option<Self> {
        match self.waiting {
            Some(waiting) => {
                // Whoever asked may have gone; the record stays.
                let _ = waiting.answer.send(result);
                None
            }
            None => Some(self),
        }
    }
}

/// Whether nobody who waits for one of these needs it on disk before a later record: what nobody waits for
/// goes with them.
pub(super) fn may_follow(chunk: &[Append]) -> bool {
    let mut awaited = chunk.iter().filter(|append| append.is_awaited()).peekable();
    awaited.peek().is_some() && awaited.all(|append| append.draft.may_follow)
}

/// Answers those whose token is among the spent ones or comes a second time, gives the others.
pub(super) fn refuse_replays(chunk: Vec<Append>, mut spent: HashSet<[u8; 32]>) -> Vec<Append> {
    let mut fresh = Vec::with_capacity(chunk.len());
    for append in chunk {
        if append.draft.spent.as_ref().is_none_or(|token| spent.insert(token.key)) {
            fresh.push(append);
        } else {
            append.answer(Err(AuditError::TokenReplayed));
        }
    }
    fresh
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use audit::sample;
    use tokio::sync::Semaphore;

    use super::*;

    fn awaited(may_follow: bool) -> Append {
        let mut draft = sample::destroyed(1).draft(sample::now()).unwrap();
        draft.may_follow = may_follow;
        let place = Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap();
        Append::awaited(draft, oneshot::channel().0, place)
    }

    fn noted() -> Append {
        Append::noted(sample::destroyed(1).draft(sample::now()).unwrap())
    }

    #[test]
    fn a_batch_waits_for_the_disk_unless_all_that_are_awaited_may_follow() {
        assert!(may_follow(&[awaited(true), awaited(true)]));
        assert!(may_follow(&[noted(), awaited(true), noted()]));
        assert!(!may_follow(&[awaited(true), awaited(false)]));
        assert!(!may_follow(&[awaited(false)]));
        assert!(!may_follow(&[noted()]), "it is not left to a record that may never come");
        assert!(!may_follow(&[]));
    }
}
