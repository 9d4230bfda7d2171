//! `[tsa]`, and how a remote device and a remote authority are reached.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Deserialize;

use crate::remote::Credentials;

/// `[tsa]`: a time-stamping authority of one's own choice (RFC 3161 over HTTP). The device's own
/// when left out.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeStamping {
    /// Its address.
    pub url: String,
    /// PEM file with the certificates that its tokens must lead to.
    pub trust: Option<PathBuf>,
    /// PEM file with the certificates that its server's TLS certificate must lead to.
    pub tls_trust: Option<PathBuf>,
    /// How long it may take to answer, in seconds.
    #[serde(default = "ten_seconds")]
    pub timeout_s: u64,
    /// The longest token, in bytes: that much room is kept in every signature.
    #[serde(default = "sixteen_kibibytes")]
    pub maximum_token_bytes: usize,
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
        }
    }
}

fn ten_seconds() -> u64 {
    10
}

fn sixteen_kibibytes() -> usize {
    16 * 1024
}
