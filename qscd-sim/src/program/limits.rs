//! `[limits]` and `[authority]` of the settings file.

use std::time::Duration;

use qscd_sim::{Country, DeviceLimits, RsaPoolSettings, SimulatorOptions, WhenPoolEmpty};
use serde::Deserialize;

use super::failure::Failure;

/// `[limits]`: what bounds the device. What is left out is as [`DeviceLimits`] has it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Limits {
    /// How many keys may live at once.
    live_keys: Option<usize>,
    /// How many of them one requester may have: with mutual TLS one client.
    keys_per_requester: Option<usize>,
    /// How many keys the cache holds before it evicts the least recently used one.
    cache_capacity: Option<u64>,
    /// How many signatures one credential may make.
    signatures_per_credential: Option<u32>,
    /// How many certificates are listed, without the certificates.
    listed_certificates: Option<usize>,
    /// How many certificates are kept whole after their keys.
    keep_issued: Option<usize>,
    /// How long a key lives at most, in seconds.
    key_lifetime_s: Option<u64>,
    /// How long signature activation data live, in seconds.
    sad_lifetime_s: Option<u64>,
    /// How many RSA keys of each length that is in use are made ahead.
    rsa_pool_size: Option<usize>,
    /// Below how many of them more are made.
    rsa_pool_low_water_mark: Option<usize>,
    /// How many threads make them.
    rsa_pool_threads: Option<usize>,
    /// How long an enrolment waits that finds none, in seconds; 0 refuses at once.
    rsa_pool_wait_s: Option<u64>,
}

/// `[authority]`: the certification and time-stamping authorities.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Authority {
    /// The country of the authorities, two capital letters.
    country: Option<String>,
    /// How long the certificates of the two time-stamping units live, in seconds.
    time_stamping_lifetimes_s: Option<[u64; 2]>,
    /// How long the certificates of the OCSP responders live, in seconds.
    ocsp_responder_lifetime_s: Option<u64>,
}

impl Limits {
    /// The limits as the device takes them.
    ///
    /// # Errors
    /// [`Failure::Setting`] names the one that is zero.
    pub(super) fn of_device(&self) -> Result<DeviceLimits, Failure> {
        let usual = DeviceLimits::default();
        let pool = usual.rsa_pool;
        let seconds = |given: Option<u64>, usual| given.map_or(usual, Duration::from_secs);
        let when_empty = match self.rsa_pool_wait_s {
            None => pool.when_empty,
            Some(0) => WhenPoolEmpty::Refuse,
            Some(wait) => WhenPoolEmpty::Wait(Duration::from_secs(wait)),
        };
        let limits = DeviceLimits {
            live_keys: self.live_keys.unwrap_or(usual.live_keys),
            keys_per_requester: self.keys_per_requester.unwrap_or(usual.keys_per_requester),
            cache_capacity: self.cache_capacity.unwrap_or(usual.cache_capacity),
            signatures_per_credential: self
                .signatures_per_credential
                .unwrap_or(usual.signatures_per_credential),
            listed_certificates: self.listed_certificates.unwrap_or(usual.listed_certificates),
            kept_certificates: self.keep_issued.unwrap_or(usual.kept_certificates),
            key_lifetime: seconds(self.key_lifetime_s, usual.key_lifetime),
            sad_lifetime: seconds(self.sad_lifetime_s, usual.sad_lifetime),
            rsa_pool: RsaPoolSettings {
                size: self.rsa_pool_size.unwrap_or(pool.size),
                low_water_mark: self.rsa_pool_low_water_mark.unwrap_or(pool.low_water_mark),
                threads: self.rsa_pool_threads.unwrap_or(pool.threads),
                when_empty,
            },
        };
        let zero = [
            ("live_keys", limits.live_keys == 0),
            ("keys_per_requester", limits.keys_per_requester == 0),
            ("cache_capacity", limits.cache_capacity == 0),
            ("signatures_per_credential", limits.signatures_per_credential == 0),
            ("key_lifetime_s", limits.key_lifetime.is_zero()),
            ("sad_lifetime_s", limits.sad_lifetime.is_zero()),
        ];
        match zero.into_iter().find(|(_, zero)| *zero) {
            Some((name, _)) => Err(Failure::Setting(format!("limits.{name}: at least 1"))),
            None => Ok(limits),
        }
    }
}

impl Authority {
    /// The options with these settings in them.
    ///
    /// # Errors
    /// [`Failure::Setting`].
    pub(super) fn apply(self, options: SimulatorOptions) -> Result<SimulatorOptions, Failure> {
        let wrong = |error| Failure::Setting(format!("authority.country: {error}"));
        let country = self.country.as_deref().map(Country::new).transpose().map_err(wrong)?;
        let lifetimes = self.time_stamping_lifetimes_s;
        Ok(SimulatorOptions {
            country: country.unwrap_or(options.country),
            time_stamping_lifetimes: lifetimes
                .map_or(options.time_stamping_lifetimes, |all| all.map(Duration::from_secs)),
            responder_lifetime: self
                .ocsp_responder_lifetime_s
                .map_or(options.responder_lifetime, Duration::from_secs),
            ..options
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_as_the_device_has_it_and_what_is_set_is_taken() {
        let limits = |text: &str| toml::from_str::<Limits>(text).unwrap().of_device();
        assert_eq!(limits("").unwrap(), DeviceLimits::default());
        let set = limits("live_keys = 3\nkeep_issued = 5\nrsa_pool_wait_s = 0").unwrap();
        assert_eq!((set.live_keys, set.kept_certificates), (3, 5));
        assert_eq!(set.rsa_pool.when_empty, WhenPoolEmpty::Refuse);
        let refused = limits("key_lifetime_s = 0").unwrap_err().to_string();
        assert!(refused.contains("limits.key_lifetime_s"), "{refused}");
        assert!(toml::from_str::<Limits>("live_key = 3").is_err());
    }

    #[test]
    fn a_country_that_is_none_is_refused_by_name() {
        let apply = |text: &str| {
            let options = SimulatorOptions::new("http://127.0.0.1:8090");
            toml::from_str::<Authority>(text).unwrap().apply(options)
        };
        assert_eq!(apply("country = \"SE\"").unwrap().country, Country::new("SE").unwrap());
        let refused = apply("country = \"Sweden\"").unwrap_err().to_string();
        assert!(refused.contains("authority.country"), "{refused}");
    }
}
