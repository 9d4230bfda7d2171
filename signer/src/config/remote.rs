//! `[tsa]`, and how a remote device and a remote authority are reached.

use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{
    Deserialize, Deserializer,
    de::{
        MapAccess, SeqAccess, Visitor,
        value::{MapAccessDeserializer, SeqAccessDeserializer},
    },
};

use super::{ConfigDefect, ConfigError, Secret};
use crate::device::remote::{Credentials, Login};

/// `[tsa]`, or several `[[tsa]]` in the order in which they are asked: time-stamping authorities of
/// one's own choice (RFC 3161 over HTTP). The device's own when left out.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeStamping {
    /// Its address.
    pub url: String,
    /// PEM file with the certificates that its tokens must lead to.
    pub trust: Option<PathBuf>,
    /// PEM file with the certificates that its server's TLS certificate must lead to.
    pub tls_trust: Option<PathBuf>,
    /// PEM file with the certificate that the service shows it, and its issuers.
    pub certificate: Option<PathBuf>,
    /// PEM file with the key of that certificate.
    pub key: Option<PathBuf>,
    /// The name that the service logs in with (RFC 7617).
    pub username: Option<String>,
    /// The environment variable that holds its password.
    pub password_variable: Option<String>,
    /// How long it may take to answer, in seconds.
    #[serde(default = "ten_seconds")]
    pub timeout_s: u64,
    /// The longest token, in bytes: that much room is kept in every signature.
    #[serde(default = "sixteen_kibibytes")]
    pub maximum_token_bytes: usize,
}

impl TimeStamping {
    /// The files and the password as a connection takes them. The password is read from the
    /// environment now.
    ///
    /// # Errors
    /// [`ConfigDefect::Unset`] when the environment has no password.
    pub fn credentials(&self) -> Result<Credentials, ConfigError> {
        let login = match (&self.username, &self.password_variable) {
            (Some(name), Some(variable)) => {
                let unset =
                    ConfigError::of_key("the environment", variable.clone(), ConfigDefect::Unset);
                let password = Secret::from_environment(variable)?.ok_or(unset)?;
                Some(Login { name: name.clone(), password })
            }
            // One without the other is refused with the configuration.
            (None, _) | (_, None) => None,
        };
        Ok(Credentials {
            certificate: self.certificate.clone(),
            key: self.key.clone(),
            trust: self.tls_trust.clone(),
            login,
        })
    }
}

/// Reads one table or several.
///
/// # Errors
/// Those of a table.
pub(super) fn one_or_several<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<TimeStamping>, D::Error> {
    struct Tables;

    impl<'de> Visitor<'de> for Tables {
        type Value = Vec<TimeStamping>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a table `[tsa]`, or tables `[[tsa]]`")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            TimeStamping::deserialize(MapAccessDeserializer::new(map)).map(|one| vec![one])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
            Vec::deserialize(SeqAccessDeserializer::new(seq))
        }
    }

    deserializer.deserialize_any(Tables)
}

/// The part of `[qscd]` that is for a device elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteAddress<'a> {
    /// Its address.
    pub url: &'a str,
    /// How the service shows who it is, and whom it believes.
    pub certificate: Option<&'a Path>,
    /// The key of the certificate.
    pub key: Option<&'a Path>,
    /// Whom the server's certificate must come from.
    pub trust: Option<&'a Path>,
    /// How long a call may take.
    pub timeout: Duration,
}

impl RemoteAddress<'_> {
    /// The files as a connection takes them.
    pub fn credentials(&self) -> Credentials {
        Credentials {
            certificate: self.certificate.map(Path::to_owned),
            key: self.key.map(Path::to_owned),
            trust: self.trust.map(Path::to_owned),
            login: None,
        }
    }
}

fn ten_seconds() -> u64 {
    10
}

fn sixteen_kibibytes() -> usize {
    16 * 1024
}
