//! Revocation lists that were signed and still hold.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use bytes::Bytes;

/// How long a list is handed out while nothing is blocked (RFC 5280: every hour).
const FRESH: Duration = Duration::from_secs(3600);

/// The last list of each issuing key. One is good only for the state that it was made of: whoever asks reads
/// the state first, so that a block is on the next list that anybody fetches, from whichever node.
#[derive(Debug, Default)]
pub(super) struct Lists(Mutex<HashMap<u32, Made>>);

#[derive(Clone, Debug)]
struct Made {
    revision: u64,
    at: SystemTime,
    der: Bytes,
}

impl Lists {
    /// The list of this state, if there is one that was made within the hour.
    pub(super) fn of(&self, generation: u32, revision: u64, now: SystemTime) -> Option<Bytes> {
        let lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let made = lists.get(&generation).filter(|made| made.revision == revision)?;
        // A clock that was set back has made none.
        let age = now.duration_since(made.at).ok()?;
        (age < FRESH).then(|| made.der.clone())
    }

    /// Keeps a list, unless one of a later state is kept.
    pub(super) fn keep(&self, generation: u32, revision: u64, at: SystemTime, der: Bytes) {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lists.get(&generation).is_none_or(|kept| kept.revision <= revision) {
            lists.insert(generation, Made { revision, at, der });
        }
    }
}
