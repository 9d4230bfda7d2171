//! Whether the connections that a configuration names can be made: addresses, certificates and keys
//! are looked at, and nothing is sent.

use std::{path::PathBuf, time::Duration};

use listener::TlsDefect;

use super::{Config, ConfigDefect, ConfigError};
use crate::device::remote::{Connection, ConnectionError, Credentials};

/// Looks at the device elsewhere and at each time-stamping authority.
///
/// # Errors
/// [`ConfigError`] names the configuration `origin`, the key, the file and the cause; or the variable
/// of the environment that is not set.
pub(super) fn check(config: &Config, origin: &str) -> Result<(), ConfigError> {
    if let Some(device) = config.device.remote() {
        client(device.url, &device.credentials(), "trust").map_err(|(field, defect)| {
            ConfigError::of_key(origin, format!("qscd.{field}"), defect)
        })?;
    }
    for (at, tsa) in config.time_stamping.iter().enumerate() {
        client(&tsa.url, &tsa.credentials()?, "tls_trust").map_err(|(field, defect)| {
            ConfigError::of_key(origin, format!("tsa[{at}].{field}"), defect)
        })?;
    }
    Ok(())
}

/// `trust` is the key that names whom the server's certificate must come from.
fn client(
    url: &str,
    credentials: &Credentials,
    trust: &'static str,
) -> Result<(), (&'static str, ConfigDefect)> {
    let Err(error) = Connection::new(url, credentials, Duration::ZERO) else { return Ok(()) };
    let unusable = |cause: &dyn ToString| ConfigDefect::Unusable(cause.to_string());
    let in_file = |file: &PathBuf, defect| ConfigDefect::InFile {
        file: file.clone(),
        defect: Box::new(defect),
    };
    Err(match (&error, &credentials.certificate, &credentials.key) {
        (ConnectionError::File { path, cause }, certificate, key) => {
            let is = |file: &Option<PathBuf>| file.as_ref() == Some(path);
            let field = if is(key) { "key" } else { "certificate" };
            let field = if is(key) || is(certificate) { field } else { trust };
            (field, in_file(path, unusable(cause)))
        }
        (
            ConnectionError::Tls(rustls::Error::InconsistentKeys(_)),
            Some(certificate),
            Some(key),
        ) => ("key", in_file(key, ConfigDefect::Tls(TlsDefect::OtherKey(certificate.clone())))),
        (ConnectionError::Tls(cause), Some(certificate), _) => {
            ("certificate", in_file(certificate, unusable(cause)))
        }
        (ConnectionError::NoTrust, ..) => (trust, unusable(&error)),
        (ConnectionError::PasswordInClear, ..) => ("password_variable", unusable(&error)),
        _ => ("url", unusable(&error)),
    })
}
