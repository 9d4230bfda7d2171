//! `[simulator]`: the authorities of the simulator in this process.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    time::Duration,
};

use qscd_sim::{Country, ImportedCa, SimulatorOptions};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use serde::Deserialize;

use super::{ConfigDefect, ConfigError};

/// The longest PEM file in bytes.
const MAXIMUM_PEM_LENGTH: u64 = 64 * 1024;

/// The `iss` of the tokens of the simulator's own persons, those of the demo. The name cannot exist
/// (RFC 2606 section 2).
pub const IDENTITY_ISSUER: &str = "https://identity.segl.invalid/demo";

/// The `aud` of their tokens.
pub const IDENTITY_AUDIENCE: &str = "segl";

/// `[simulator]`: its certification and time-stamping authorities.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Simulator {
    /// How long the certificates of the two time-stamping units live, in seconds; ten years when
    /// left out. The second unit takes over when the first one's has expired, or on demand.
    pub time_stamping_lifetimes_s: Option<[u64; 2]>,
    /// How long the certificates of the OCSP responders live, in seconds; ninety days when left
    /// out. They are renewed at half their life.
    pub ocsp_responder_lifetime_s: Option<u64>,
    /// The country of the authorities, two capital letters; `DK` when left out.
    pub country: Option<String>,
    /// PEM file with your own root certificate, instead of a new one at every start.
    pub root_certificate: Option<PathBuf>,
    /// PEM file with its key: P-256, P-384 or RSA, as PKCS#8, SEC1 or PKCS#1.
    pub root_key: Option<PathBuf>,
    /// For tests alone: the same keys, names and serial numbers at every start. Whoever knows
    /// the seed knows the keys.
    pub seed: Option<u64>,
}

impl Simulator {
    /// The options with these settings in them.
    ///
    /// # Errors
    /// [`ConfigError`] names the key, and the file that cannot be read.
    pub fn apply(&self, options: SimulatorOptions) -> Result<SimulatorOptions, ConfigError> {
        let lifetimes = self.time_stamping_lifetimes_s;
        let responder_lifetime = self.ocsp_responder_lifetime_s;
        Ok(SimulatorOptions {
            time_stamping_lifetimes: lifetimes
                .map_or(options.time_stamping_lifetimes, |all| all.map(Duration::from_secs)),
            responder_lifetime: responder_lifetime
                .map_or(options.responder_lifetime, Duration::from_secs),
            country: self.country(options.country)?,
            imported_root: self.imported_root()?,
            seed: self.seed,
            ..options
        })
    }

    fn country(&self, usual: Country) -> Result<Country, ConfigError> {
        let Some(letters) = &self.country else { return Ok(usual) };
        Country::new(letters).map_err(|error| {
            let (origin, key) = ("the configuration", "simulator.country".to_owned());
            ConfigError::of_key(origin, key, ConfigDefect::Unusable(error.to_string()))
        })
    }

    fn imported_root(&self) -> Result<Option<ImportedCa>, ConfigError> {
        // One without the other is refused with the configuration.
        let (Some(certificate), Some(key)) = (&self.root_certificate, &self.root_key) else {
            return Ok(None);
        };
        let root = read("root_certificate", certificate, |pem| {
            CertificateDer::from_pem_slice(pem).ok().map(|der| der.to_vec())
        })?;
        let key = read("root_key", key, |pem| {
            PrivateKeyDer::from_pem_slice(pem).ok().map(|der| der.secret_der().to_vec())
        })?;
        Ok(Some(ImportedCa::new(seal::CertificateDer::new(root), key)))
    }
}

fn read(
    key: &str,
    path: &Path,
    parse: impl FnOnce(&[u8]) -> Option<Vec<u8>>,
) -> Result<Vec<u8>, ConfigError> {
    let fail = |defect| {
        let defect = ConfigDefect::InFile { file: path.to_owned(), defect: Box::new(defect) };
        ConfigError::of_key("the configuration", format!("simulator.{key}"), defect)
    };
    let mut pem = zeroize::Zeroizing::new(Vec::new());
    let length = File::open(path)
        .and_then(|file| file.take(MAXIMUM_PEM_LENGTH + 1).read_to_end(&mut pem))
        .map_err(|cause| fail(ConfigDefect::Unreadable(cause)))?;
    if length as u64 > MAXIMUM_PEM_LENGTH {
        return Err(fail(ConfigDefect::TooLong));
    }
    parse(&pem).ok_or_else(|| fail(ConfigDefect::NotPem))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn options() -> SimulatorOptions {
        SimulatorOptions::new("http://127.0.0.1:8080")
    }

    fn defect(settings: &Simulator) -> ConfigDefect {
        match settings.apply(options()).map(|_| ()).unwrap_err().defect {
            ConfigDefect::InFile { defect, .. } => *defect,
            defect => defect,
        }
    }

    #[test]
    fn what_is_left_out_stays_as_the_simulator_has_it() {
        let applied = Simulator::default().apply(options()).unwrap();
        assert_eq!(applied.time_stamping_lifetimes, options().time_stamping_lifetimes);
        assert_eq!(applied.responder_lifetime, options().responder_lifetime);
        assert!(applied.seed.is_none() && applied.imported_root.is_none());
        let settings = Simulator {
            time_stamping_lifetimes_s: Some([60, 120]),
            ocsp_responder_lifetime_s: Some(30),
            seed: Some(7),
            ..Simulator::default()
        };
        let applied = settings.apply(options()).unwrap();
        assert_eq!(applied.time_stamping_lifetimes.map(|one| one.as_secs()), [60, 120]);
        assert_eq!((applied.responder_lifetime.as_secs(), applied.seed), (30, Some(7)));
    }

    #[test]
    fn each_defect_of_an_own_root_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &[u8]| {
            let path = directory.path().join(name);
            fs::write(&path, text).unwrap();
            Some(path)
        };
        let with = |root_certificate: &Option<PathBuf>, root_key: &Option<PathBuf>| Simulator {
            root_certificate: root_certificate.clone(),
            root_key: root_key.clone(),
            ..Simulator::default()
        };
        let pem = |label: &str| {
            format!("-----BEGIN {label}-----\nMAA=\n-----END {label}-----\n").into_bytes()
        };
        let certificate = file("root.pem", &pem("CERTIFICATE"));
        let key = file("key.pem", &pem("PRIVATE KEY"));
        assert!(matches!(defect(&with(&key, &key)), ConfigDefect::NotPem));
        assert!(matches!(defect(&with(&certificate, &certificate)), ConfigDefect::NotPem));
        let none = Some(directory.path().join("none"));
        assert!(matches!(defect(&with(&none, &key)), ConfigDefect::Unreadable(_)));
        let long = file("long.pem", &vec![b' '; 1 << 17]);
        assert!(matches!(defect(&with(&long, &key)), ConfigDefect::TooLong));
        assert!(with(&certificate, &key).apply(options()).unwrap().imported_root.is_some());
    }
}
