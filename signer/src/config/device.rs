//! `[qscd]`: the signing device, and what it may hold.

use std::time::Duration;

use qscd_sim::DeviceLimits;
use serde::Deserialize;

/// `[qscd]`: the signing device. It is the simulator in this process.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Device {
    /// How many live keys the device holds; beyond it, enrolment is refused.
    pub capacity: usize,
    /// How many of them one caller may hold, so that nobody's load locks the others out.
    pub keys_per_requester: usize,
    /// How many keys the device's cache holds before the least recently used is evicted: well
    /// above `capacity`, so that it is a backstop only. Below it, testers see evictions.
    pub cache_capacity: u64,
    /// How long a key lives at most, in seconds, used or not.
    pub key_lifetime_s: u64,
    /// How long signature activation data live, in seconds.
    pub sad_lifetime_s: u64,
}

impl Device {
    /// The limits as the device takes them.
    pub fn limits(&self, signatures_per_credential: u32) -> DeviceLimits {
        DeviceLimits {
            live_keys: self.capacity,
            keys_per_requester: self.keys_per_requester,
            cache_capacity: self.cache_capacity,
            signatures_per_credential,
            key_lifetime: Duration::from_secs(self.key_lifetime_s),
            sad_lifetime: Duration::from_secs(self.sad_lifetime_s),
        }
    }
}

impl Default for Device {
    fn default() -> Self {
        let limits = DeviceLimits::default();
        Self {
            capacity: limits.live_keys,
            keys_per_requester: limits.keys_per_requester,
            cache_capacity: limits.cache_capacity,
            key_lifetime_s: limits.key_lifetime.as_secs(),
            sad_lifetime_s: limits.sad_lifetime.as_secs(),
        }
    }
}
