//! How many keys live, in all and for each requester: counted exactly.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The counts. Each admission is followed by exactly one release.
#[derive(Debug, Default)]
pub(super) struct Quota(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    total: usize,
    by_requester: HashMap<Arc<str>, usize>,
}

impl Quota {
    /// Admits one more key, or `None` when the device or the requester has as many as it may.
    pub(super) fn admit(&self, requester: &str, all: usize, each: usize) -> Option<Arc<str>> {
        let mut counts = self.counts();
        let known = counts.by_requester.get_key_value(requester);
        let (name, live) =
            known.map_or_else(|| (Arc::from(requester), 0), |(name, live)| (name.clone(), *live));
        if counts.total >= all || live >= each {
            return None;
        }
        counts.total += 1;
        counts.by_requester.insert(name.clone(), live + 1);
        Some(name)
    }

    /// Gives one key's place back.
    pub(super) fn release(&self, requester: &Arc<str>) {
        let mut counts = self.counts();
        counts.total = counts.total.saturating_sub(1);
        if let Some(live) = counts.by_requester.get_mut(requester) {
            *live = live.saturating_sub(1);
            if *live == 0 {
                counts.by_requester.remove(requester);
            }
        }
    }

    /// How many keys live.
    pub(super) fn live(&self) -> usize {
        self.counts().total
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_requester_cannot_take_another_ones_places() {
        let quota = Quota::default();
        let first = quota.admit("a", 3, 2).unwrap();
        quota.admit("a", 3, 2).unwrap();
        assert!(quota.admit("a", 3, 2).is_none(), "a has its two");
        quota.admit("b", 3, 2).unwrap();
        assert!(quota.admit("c", 3, 2).is_none(), "the device has its three");
        quota.release(&first);
        assert_eq!(quota.live(), 2);
        quota.admit("c", 3, 2).unwrap();
    }

    #[test]
    fn nothing_is_remembered_of_a_requester_without_keys() {
        let quota = Quota::default();
        let name = quota.admit("a", 1, 1).unwrap();
        quota.release(&name);
        assert!(quota.counts().by_requester.is_empty());
    }
}
