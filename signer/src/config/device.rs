//! `[qscd]` and `[tsa]`: the simulator in this process, and what it may hold.

use serde::Deserialize;

/// `[qscd]`: the signing device. It is the simulator in this process.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Device {
    /// How many live keys the device holds; beyond it, enrolment is refused.
    pub capacity: u64,
    /// How many of them one caller may hold, so that nobody's load locks the others out.
    pub keys_per_requester: u64,
    /// How long a key lives at most, in seconds, used or not.
    pub key_lifetime_s: u64,
}

impl Default for Device {
    fn default() -> Self {
        Self { capacity: 10_000, keys_per_requester: 1_000, key_lifetime_s: 60 }
    }
}

/// `[tsa]`: the time-stamping authority. It is the simulator's, in this process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TimeStamping {}
