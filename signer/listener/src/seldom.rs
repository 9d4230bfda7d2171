//! Words for the log that strangers can cause: told once in a while, and then how often.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// How long is kept silence after each word.
const EVERY: Duration = Duration::from_secs(10);

/// Counts what happens often and tells of it seldom.
#[derive(Debug, Default)]
pub struct Seldom {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    told: Option<Instant>,
    since: u64,
}

impl Seldom {
    /// One that has told nothing yet.
    pub const fn new() -> Self {
        Self { state: Mutex::new(State { told: None, since: 0 }) }
    }

    /// Counts one more. If it is to be told now: how often it happened since it was told last.
    pub fn count(&self) -> Option<u64> {
        let now = Instant::now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.since += 1;
        if state.told.is_some_and(|told| now.duration_since(told) < EVERY) {
            return None;
        }
        state.told = Some(now);
        Some(std::mem::take(&mut state.since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_first_is_told_at_once_and_the_rest_together() {
        let seldom = Seldom::new();
        assert_eq!(seldom.count(), Some(1));
        assert_eq!((0..5).filter_map(|_| seldom.count()).count(), 0);
        tokio::time::advance(EVERY).await;
        assert_eq!(seldom.count(), Some(6));
    }
}
