//! When API keys were used last, to the hour: no act waits for it.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use registry::{KeyHash, Moment};

use crate::store::Tenant;

/// An hour, in seconds.
const HOUR: u64 = 3600;

/// In which hour since 1970 each key of an organisation was used last.
#[derive(Debug)]
pub(super) struct KeyUses(RwLock<HashMap<KeyHash, i64>>);

impl KeyUses {
    /// As the store kept it.
    pub(super) fn new(kept: HashMap<[u8; 32], i64>) -> Self {
        let kept = kept.into_iter().map(|(key, hour)| (KeyHash(key), hour));
        Self(RwLock::new(kept.collect()))
    }

    /// Takes what other nodes kept since.
    pub(super) fn learn(&self, kept: &HashMap<[u8; 32], i64>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for (key, hour) in kept {
            let known = known.entry(KeyHash(*key)).or_insert(*hour);
            *known = (*known).max(*hour);
        }
    }

    /// Keeps that a key is used. What is written is written once an hour.
    pub(super) fn keep(&self, key: &KeyHash, now: SystemTime, tenant: &Tenant) {
        let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let hour = (since.as_secs() / HOUR).cast_signed();
        if self.hour(key) == Some(hour) {
            return;
        }
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(*key, hour);
        if let Err(error) = tenant.note_use(key.0, hour) {
            tracing::warn!(%error, "when an API key was used could not be kept");
        }
    }

    /// The beginning of the hour in which a key was used last.
    pub(super) fn last(&self, key: &KeyHash) -> Option<Moment> {
        let seconds = u64::try_from(self.hour(key)?).ok()?.checked_mul(HOUR)?;
        let moment = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))?;
        Moment::try_from(moment).ok()
    }

    fn hour(&self, key: &KeyHash) -> Option<i64> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(key).copied()
    }
}
