//! What a connection has done, and what it still owes: read by whoever ends it.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::Waker,
    time::Duration,
};

use tokio::time::Instant;

use crate::Bounds;

/// The state of one connection. Its parts are independent of each other: nothing is decided by two
/// of them in one moment.
#[derive(Debug)]
pub(crate) struct Progress {
    born: Instant,
    /// Requests that came, whole headers.
    requests: AtomicU64,
    /// Since when the socket does not take everything, in milliseconds of the connection's age; 0 if
    /// it does.
    blocked: AtomicU64,
    /// What it took since then, in bytes.
    moved: AtomicU64,
    /// When it took something last, in milliseconds of the connection's age.
    moved_at: AtomicU64,
    stopping: AtomicBool,
    calls: Mutex<Calls>,
}

#[derive(Debug)]
struct Calls {
    /// Requests whose answers are not made yet.
    waiting: usize,
    /// The answers that are made and not handed over yet.
    answers: Vec<Handing>,
    next: u64,
    /// Since when nothing is asked and nothing answered.
    idle: Instant,
    /// Since when something is, without a pause.
    busy: Instant,
    /// Who waits in an answer without an end.
    endless: Vec<Waker>,
}

/// An answer that is handed over piece by piece.
#[derive(Debug)]
struct Handing {
    number: u64,
    /// When the last piece must have gone, and when one went last; none where the socket alone is
    /// judged.
    end: Option<(Instant, Instant)>,
}

/// Why a connection is closed before its client does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overdue {
    /// No request has ever come.
    Silent,
    /// No request has come for a while.
    Idle,
    /// An answer is not read, or too slowly.
    Unread,
}

impl Progress {
    pub(crate) fn new() -> Self {
        let born = Instant::now();
        let calls = Calls {
            waiting: 0,
            answers: Vec::new(),
            next: 0,
            idle: born,
            busy: born,
            endless: Vec::new(),
        };
        Self {
            born,
            requests: AtomicU64::new(0),
            blocked: AtomicU64::new(0),
            moved: AtomicU64::new(0),
            moved_at: AtomicU64::new(0),
            stopping: AtomicBool::new(false),
            calls: Mutex::new(calls),
        }
    }

    /// A request has come.
    pub(crate) fn asked(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let mut calls = self.calls();
        if self.is_idle(&calls) {
            calls.busy = Instant::now();
        }
        calls.waiting += 1;
    }

    /// Its answer is made, and must be handed over `within` that, if its pieces are to be judged; else
    /// the socket alone is.
    pub(crate) fn answered(&self, within: Option<Duration>) -> u64 {
        let now = Instant::now();
        let mut calls = self.calls();
        calls.waiting -= 1;
        let number = calls.next;
        calls.next += 1;
        let end = within.map(|within| (now + within, now));
        calls.answers.push(Handing { number, end });
        number
    }

    /// A piece of the answer `number` is handed over.
    pub(crate) fn handed(&self, number: u64) {
        let now = Instant::now();
        let mut calls = self.calls();
        let mut answers = calls.answers.iter_mut();
        if let Some(Handing { end: Some((_, last)), .. }) =
            answers.find(|answer| answer.number == number)
        {
            *last = now;
        }
    }

    /// Nobody waits for an answer any more.
    pub(crate) fn given_up(&self) {
        let mut calls = self.calls();
        calls.waiting -= 1;
        calls.idle = Instant::now();
    }

    /// The answer `number` is handed over, or its reader is gone.
    pub(crate) fn over(&self, number: u64) {
        let mut calls = self.calls();
        calls.answers.retain(|answer| answer.number != number);
        calls.idle = Instant::now();
    }

    /// The socket takes nothing more.
    pub(crate) fn blocked(&self) {
        if self.blocked.load(Ordering::Relaxed) == 0 {
            self.moved.store(0, Ordering::Relaxed);
            let age = self.age();
            self.moved_at.store(age, Ordering::Relaxed);
            self.blocked.store(age, Ordering::Relaxed);
        }
    }

    /// The socket took `bytes`.
    pub(crate) fn wrote(&self, bytes: usize) {
        if self.blocked.load(Ordering::Relaxed) != 0 {
            self.moved.fetch_add(bytes as u64, Ordering::Relaxed);
            self.moved_at.store(self.age(), Ordering::Relaxed);
        }
    }

    /// The socket took everything.
    pub(crate) fn flushed(&self) {
        if self.blocked.load(Ordering::Relaxed) != 0 {
            self.blocked.store(0, Ordering::Relaxed);
            self.calls().idle = Instant::now();
        }
    }

    /// Ends the answers without an end.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
        for waker in std::mem::take(&mut self.calls().endless) {
            waker.wake();
        }
    }

    /// Whether the listener stops; if not, `waker` is woken when it does.
    pub(crate) fn is_stopping(&self, waker: &Waker) -> bool {
        let mut calls = self.calls();
        if !calls.endless.iter().any(|known| known.will_wake(waker)) {
            calls.endless.push(waker.clone());
        }
        drop(calls);
        self.stopping.load(Ordering::Acquire)
    }

    /// Since when nothing is asked and nothing answered; none while something is.
    pub(crate) fn idle_since(&self) -> Option<Instant> {
        let calls = self.calls();
        self.is_idle(&calls).then_some(calls.idle)
    }

    /// Since when something is asked or answered without a pause; none while nothing is.
    pub(crate) fn busy_since(&self) -> Option<Instant> {
        let calls = self.calls();
        (!self.is_idle(&calls)).then_some(calls.busy)
    }

    fn is_idle(&self, calls: &Calls) -> bool {
        let nothing = calls.waiting == 0 && calls.answers.is_empty();
        nothing && self.blocked.load(Ordering::Relaxed) == 0
    }

    /// Whether the connection is to be closed, and why.
    pub(crate) fn overdue(&self, bounds: &Bounds) -> Option<Overdue> {
        let now = Instant::now();
        if self.requests.load(Ordering::Relaxed) == 0 {
            return (now.duration_since(self.born) > bounds.header).then_some(Overdue::Silent);
        }
        let blocked = self.blocked.load(Ordering::Relaxed);
        if blocked != 0 {
            let since = |at| now.saturating_duration_since(self.born + Duration::from_millis(at));
            let moved = self.moved.load(Ordering::Relaxed);
            let still = since(self.moved_at.load(Ordering::Relaxed)) > bounds.patience;
            if still || since(blocked) > bounds.allowance(moved) {
                return Some(Overdue::Unread);
            }
        }
        let calls = self.calls();
        let late = |answer: &Handing| {
            answer.end.is_some_and(|(end, last)| {
                now > end || now.saturating_duration_since(last) > bounds.patience
            })
        };
        if calls.answers.iter().any(late) {
            return Some(Overdue::Unread);
        }
        drop(calls);
        let idle = self.idle_since()?;
        (now.saturating_duration_since(idle) > bounds.idle).then_some(Overdue::Idle)
    }

    /// Milliseconds since the connection was made, and never 0.
    fn age(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX).max(1)
    }

    fn calls(&self) -> std::sync::MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds() -> Bounds {
        let seconds = Duration::from_secs;
        Bounds {
            header: seconds(10),
            idle: seconds(60),
            patience: seconds(20),
            minimum_rate: 1000,
            ..Bounds::default()
        }
    }

    async fn after(seconds: u64, progress: &Progress) -> Option<Overdue> {
        tokio::time::advance(Duration::from_secs(seconds)).await;
        progress.overdue(&bounds())
    }

    #[tokio::test(start_paused = true)]
    async fn who_asks_nothing_is_silent_and_later_idle() {
        let progress = Progress::new();
        assert_eq!(after(10, &progress).await, None);
        assert_eq!(after(1, &progress).await, Some(Overdue::Silent));
        progress.asked();
        assert_eq!(after(1000, &progress).await, None, "the handler has limits of its own");
        let number = progress.answered(Some(Duration::from_secs(20)));
        progress.over(number);
        assert_eq!(after(60, &progress).await, None);
        assert_eq!(after(1, &progress).await, Some(Overdue::Idle));
    }

    #[tokio::test(start_paused = true)]
    async fn requests_that_overlap_are_one_time_without_a_pause() {
        let (progress, start) = (Progress::new(), Instant::now());
        let pass = async || tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(progress.busy_since(), None);
        progress.asked();
        for _ in 0..5 {
            pass().await;
            progress.asked();
            let number = progress.answered(None);
            progress.over(number);
            assert_eq!(progress.busy_since(), Some(start), "the next one has come before");
        }
        progress.given_up();
        assert_eq!(progress.busy_since(), None);
        progress.asked();
        assert_eq!(progress.busy_since(), Some(start + Duration::from_secs(5)));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_is_not_taken_is_unread() {
        let progress = Progress::new();
        progress.asked();
        let number = progress.answered(Some(bounds().allowance(100_000)));
        for _ in 0..11 {
            assert_eq!(after(10, &progress).await, None);
            progress.handed(number);
        }
        assert_eq!(after(11, &progress).await, Some(Overdue::Unread), "too slow in all");
        progress.asked();
        let progress = Progress::new();
        progress.asked();
        progress.answered(Some(bounds().allowance(100_000)));
        assert_eq!(after(21, &progress).await, Some(Overdue::Unread), "it stands still");
    }

    #[tokio::test(start_paused = true)]
    async fn a_socket_that_takes_nothing_is_unread_and_one_that_takes_a_little_is_not() {
        let progress = Progress::new();
        progress.asked();
        let number = progress.answered(Some(Duration::from_secs(20)));
        progress.over(number);
        progress.blocked();
        for _ in 0..20 {
            assert_eq!(after(15, &progress).await, None, "it is never idle meanwhile");
            progress.wrote(15_000);
            progress.blocked();
        }
        assert_eq!(after(21, &progress).await, Some(Overdue::Unread));
        progress.flushed();
        assert_eq!(after(1, &progress).await, None);
    }
}
