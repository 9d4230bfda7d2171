//! What bounds the device.

use std::time::Duration;

use super::rsa_pool::RsaPoolSettings;

/// The device's limits; each has a default that a demonstration can live with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceLimits {
    /// How many keys may live at once; above it enrolment is refused.
    pub live_keys: usize,
    /// How many of them one requester may have.
    pub keys_per_requester: usize,
    /// How many keys the cache holds before it evicts the least recently used one. It stands well
    /// above `live_keys`, so that nobody's load evicts another's key; below it, keys are evicted.
    pub cache_capacity: u64,
    /// How many signatures one credential may make (`multisign` of the CSC API).
    pub signatures_per_credential: u32,
    /// How many issued certificates are listed for testers, the newest: serial number, times and
    /// status, without the certificate.
    pub listed_certificates: usize,
    /// How many of them are kept whole when their keys have ended. None, unless a tester asks: a
    /// short-lived certificate ends with its key.
    pub kept_certificates: usize,
    /// How long a key lives at most, whatever its certificate says.
    pub key_lifetime: Duration,
    /// How long signature activation data live.
    pub sad_lifetime: Duration,
    /// How RSA keys are made ahead.
    pub rsa_pool: RsaPoolSettings,
}

impl Default for DeviceLimits {
    fn default() -> Self {
        Self {
            live_keys: 10_000,
            keys_per_requester: 5_000,
            cache_capacity: 20_000,
            signatures_per_credential: 100,
            listed_certificates: 10_000,
            kept_certificates: 0,
            key_lifetime: Duration::from_secs(3600),
            sad_lifetime: Duration::from_secs(300),
            rsa_pool: RsaPoolSettings::default(),
        }
    }
}
