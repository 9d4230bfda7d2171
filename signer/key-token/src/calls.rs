//! Calls of a library that may never answer: each in a thread of its own, awaited for so long and no longer.

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};

/// How long a caller waits for a place, and then for the answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many calls go on at a time, those among them that nobody waits for any more.
const PLACES: usize = 8;

/// The places of the calls of one token.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    taken: Mutex<usize>,
    given_back: Condvar,
}

/// Gives a place back, whatever became of the call.
struct Place(Arc<Calls>);

impl Drop for Place {
    fn drop(&mut self) {
        *self.0.taken.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.0.given_back.notify_one();
    }
}

impl Calls {
    /// What the call answers; `None` where it has no place within five seconds, or no answer within five more. It
    /// goes on then, and keeps its place.
    pub(crate) fn answer<T: Send + 'static>(
        self: &Arc<Self>,
        call: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        self.answer_within(PATIENCE, call)
    }

    fn answer_within<T: Send + 'static>(
        self: &Arc<Self>,
        patience: Duration,
        call: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let place = self.place(patience)?;
        let (answer, answered) = mpsc::sync_channel(1);
        let started = thread::Builder::new().name("key-token".into()).spawn(move || {
            let _place = place;
            // Nobody may wait for it any more.
            drop(answer.send(call()));
        });
        started.ok()?;
        answered.recv_timeout(patience).ok()
    }

    fn place(self: &Arc<Self>, patience: Duration) -> Option<Place> {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.given_back.wait_timeout_while(taken, patience, |taken| *taken >= PLACES);
        let (mut taken, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return None;
        }
        *taken += 1;
        Some(Place(Arc::clone(self)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(50);

    #[test]
    fn calls_that_hang_keep_their_places_and_nobody_waits_for_ever() {
        let calls = Arc::new(Calls::default());
        let (release, held) = mpsc::channel::<()>();
        let held = Arc::new(Mutex::new(held));
        for _ in 0..PLACES {
            let held = Arc::clone(&held);
            let hangs = move || assert!(held.lock().unwrap().recv().is_err());
            assert_eq!(calls.answer_within(SHORT, hangs), None);
        }
        assert_eq!(calls.answer_within(SHORT, || 1), None, "all places are taken");
        drop(release);
        assert_eq!(calls.answer(|| 2), Some(2), "they are given back");
        assert_eq!(calls.answer(|| -> u8 { panic!("a call that fails") }), None);
        assert_eq!(calls.answer(|| 3), Some(3));
    }
}
