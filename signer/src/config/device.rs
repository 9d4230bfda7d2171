//! `[qscd]`: the signing device, and what it may hold.

use std::{path::PathBuf, time::Duration};

use qscd_sim::{DeviceLimits, RsaPoolSettings, WhenPoolEmpty};
use serde::Deserialize;

use super::RemoteAddress;

/// How many issued certificates the device in this process lists for testers: fewer than the
/// simulator as a program does, so that the service's memory is flat from early on.
const LISTED_CERTIFICATES: usize = 1_000;

/// `[qscd]`: the signing device. It is the simulator in this process, unless there is a `url`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Device {
    /// The address of a device elsewhere, as `https://127.0.0.1:8092`. It keeps its own limits.
    pub url: Option<String>,
    /// PEM file with the certificate that the service shows it, and its issuers.
    pub certificate: Option<PathBuf>,
    /// PEM file with the key of that certificate.
    pub key: Option<PathBuf>,
    /// PEM file with the certificates that its TLS certificate must lead to.
    pub trust: Option<PathBuf>,
    /// How long one call to it may take, in seconds.
    pub timeout_s: u64,
    /// How many issued certificates are kept whole when their keys have ended, at most 100,000: for
    /// testers, and none unless it is set.
    pub keep_issued: usize,
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
    /// Where the device is, if it is not in this process.
    pub fn remote(&self) -> Option<RemoteAddress<'_>> {
        Some(RemoteAddress {
            url: self.url.as_deref()?,
            certificate: self.certificate.as_deref(),
            key: self.key.as_deref(),
            trust: self.trust.as_deref(),
            timeout: Duration::from_secs(self.timeout_s),
        })
    }

    /// The limits as the device takes them.
    pub fn limits(&self, signatures_per_credential: u32) -> DeviceLimits {
        DeviceLimits {
            live_keys: self.capacity,
            keys_per_requester: self.keys_per_requester,
            cache_capacity: self.cache_capacity,
            signatures_per_credential,
            listed_certificates: LISTED_CERTIFICATES,
            kept_certificates: self.keep_issued,
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
            url: None,
            certificate: None,
            key: None,
            trust: None,
            timeout_s: 10,
            keep_issued: limits.kept_certificates,
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
