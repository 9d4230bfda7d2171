//! `[server]` and `[data]`: where the service listens and where it keeps its state.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use listener::{TlsError, TlsFile, TlsFiles};
use serde::Deserialize;

use super::{ConfigDefect, ConfigError};

/// `[server]`: addresses and TLS.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// The address of the public interface. Any but loopback needs TLS or a proxy before it.
    pub listen: SocketAddr,
    /// The address of the simulator's management port: loopback, always.
    pub management: SocketAddr,
    /// Names beside the loopback's by which the management port may be asked.
    pub management_hosts: Vec<String>,
    /// The address by which others reach the service; it stands in certificates (CRL, CA
    /// certificates). `http://` or `https://` and `listen` when left out.
    pub public_url: Option<String>,
    /// Whether a proxy stands before the service and ends TLS there.
    pub behind_proxy: bool,
    /// TLS of the public interface.
    pub tls: Option<Tls>,
}

impl Server {
    /// The address by which others reach the service, without a `/` at its end.
    pub fn public_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None if self.tls.is_some() => format!("https://{}", self.listen),
            None => format!("http://{}", self.listen),
        }
    }
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            management: SocketAddr::from((Ipv4Addr::LOCALHOST, 8081)),
            management_hosts: Vec::new(),
            public_url: None,
            behind_proxy: false,
            tls: None,
        }
    }
}

/// `[server.tls]`: the server's certificate and key.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// PEM file with the server's certificate and its issuers.
    pub certificate: PathBuf,
    /// PEM file with the private key (PKCS#8, PKCS#1 or SEC1).
    pub key: PathBuf,
}

impl Tls {
    /// Reads certificate and key, for the listener.
    ///
    /// # Errors
    /// [`ConfigError`] names the configuration `origin`, the key, the file and the cause.
    pub fn read(&self, origin: &str) -> Result<listener::Tls, ConfigError> {
        let (certificate, key) = (self.certificate.clone(), self.key.clone());
        let read = listener::Tls::read(TlsFiles { certificate, key, clients: None });
        read.map_err(|TlsError { file, path, defect }| {
            let key = match file {
                TlsFile::Certificate => "certificate",
                TlsFile::Key => "key",
                TlsFile::Clients => "clients",
            };
            let defect = Box::new(ConfigDefect::Tls(defect));
            let defect = ConfigDefect::InFile { file: path, defect };
            ConfigError::of_key(origin, format!("server.tls.{key}"), defect)
        })
    }
}

/// `[data]`: where the state is kept.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// The data directory: audit log, receipts, used tokens, root certificates. One process
    /// holds it at a time.
    pub directory: PathBuf,
    /// How often the audit log is time-stamped if it grew, in seconds; 0 is never.
    #[serde(default = "an_hour")]
    pub time_stamp_every_s: u64,
}

impl Data {
    /// How often the audit log is time-stamped.
    pub fn time_stamp_every(&self) -> Option<Duration> {
        (self.time_stamp_every_s > 0).then(|| Duration::from_secs(self.time_stamp_every_s))
    }
}

impl Default for Data {
    fn default() -> Self {
        Self { directory: PathBuf::from("segl-data"), time_stamp_every_s: an_hour() }
    }
}

fn an_hour() -> u64 {
    3600
}
