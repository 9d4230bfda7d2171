//! `[server]` and `[data]`: where the service listens and where it keeps its state.

use std::{
    fmt, fs,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use listener::{TlsError, TlsFile, TlsFiles};
use serde::Deserialize;

use super::{ConfigDefect, ConfigError, Secret, secret::DATABASE_URL};
use crate::store::{Address, NodeName};

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
    /// Whether the public interface shows `/metrics`, too.
    pub public_metrics: bool,
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
            public_metrics: false,
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
    #[serde(default = "segl_data")]
    pub directory: PathBuf,
    /// A database of PostgreSQL 15 or later, in place of the file in the data directory:
    /// `postgres://user:password@host:port/database`.
    pub database: Option<DatabaseText>,
    /// The name of this node among those that share the database; the host's when left out.
    pub node: Option<String>,
    /// How often the audit log is time-stamped if it grew, in seconds; 0 is never.
    #[serde(default = "an_hour")]
    pub time_stamp_every_s: u64,
}

/// The address of a database, which may hold a password: its `Debug` prints nothing.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct DatabaseText(String);

impl DatabaseText {
    /// The text, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DatabaseText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}

impl Data {
    /// The database of PostgreSQL that the log is kept in: that of the environment, else that of the
    /// configuration; nothing where it is the file in the data directory.
    ///
    /// # Errors
    /// [`ConfigError`] for an address that is none; it does not quote it.
    pub fn database(&self) -> Result<Option<Address>, ConfigError> {
        let (origin, key, text) = match Secret::from_environment(DATABASE_URL)? {
            Some(url) => ("the environment", DATABASE_URL, url),
            None => match &self.database {
                Some(text) => ("the configuration", "data.database", Secret::new(text.expose())),
                None => return Ok(None),
            },
        };
        let address = text.expose().parse().map_err(ConfigDefect::Database);
        address.map(Some).map_err(|defect| ConfigError::of_key(origin, key.to_owned(), defect))
    }

    /// The name of this node: the configuration's, else the host's, else `signer`.
    ///
    /// # Errors
    /// [`ConfigError`] for one that is none.
    pub fn node(&self) -> Result<NodeName, ConfigError> {
        let host = || {
            let host = fs::read_to_string("/proc/sys/kernel/hostname").ok();
            host.map(|host| host.trim().to_owned()).filter(|host| host.parse::<NodeName>().is_ok())
        };
        let name = self.node.clone().or_else(host).unwrap_or_else(|| "signer".to_owned());
        name.parse().map_err(|error| {
            let key = "data.node".to_owned();
            ConfigError::of_key("the configuration", key, ConfigDefect::Node(error))
        })
    }

    /// How often the audit log is time-stamped.
    pub fn time_stamp_every(&self) -> Option<Duration> {
        (self.time_stamp_every_s > 0).then(|| Duration::from_secs(self.time_stamp_every_s))
    }
}

impl Default for Data {
    fn default() -> Self {
        Self { directory: segl_data(), database: None, node: None, time_stamp_every_s: an_hour() }
    }
}

fn segl_data() -> PathBuf {
    PathBuf::from("segl-data")
}

fn an_hour() -> u64 {
    3600
}
