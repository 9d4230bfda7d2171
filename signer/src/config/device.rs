//! `[qscd]`: the signing device, and what it may hold.

use std::time::Duration;

use qscd_sim::{DeviceLimits, RsaPoolSettings, WhenPoolEmpty};
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
    /// How many RSA keys of each length that is in use are made ahead.
    pub rsa_pool_size: usize,
    /// Below how many of them more are made.
    pub rsa_pool_low_water_mark: usize,
    /// What an enrolment meets that finds none.
    pub rsa_pool_when_empty: RsaPoolWhenEmpty,
    /// How long it waits at most, in seconds, if it waits.
    pub rsa_pool_wait_s: u64,
    /// How many threads make them.
    pub rsa_pool_threads: usize,
}

/// What an enrolment meets that finds no RSA key ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RsaPoolWhenEmpty {
    /// It waits for the next key, `rsa_pool_wait_s` at most.
    Wait,
    /// It is refused at once.
    Refuse,
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
            rsa_pool: RsaPoolSettings {
                size: self.rsa_pool_size,
                low_water_mark: self.rsa_pool_low_water_mark,
                when_empty: match self.rsa_pool_when_empty {
                    RsaPoolWhenEmpty::Wait => {
                        WhenPoolEmpty::Wait(Duration::from_secs(self.rsa_pool_wait_s))
                    }
                    RsaPoolWhenEmpty::Refuse => WhenPoolEmpty::Refuse,
                },
                threads: self.rsa_pool_threads,
            },
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
            rsa_pool_size: limits.rsa_pool.size,
            rsa_pool_low_water_mark: limits.rsa_pool.low_water_mark,
            rsa_pool_when_empty: RsaPoolWhenEmpty::Wait,
            rsa_pool_wait_s: 10,
            rsa_pool_threads: limits.rsa_pool.threads,
        }
    }
}
