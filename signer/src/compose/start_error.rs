//! Why the service does not start.

use std::io;

use crate::{
    certificate_authority::AuthorityError, config::ConfigError, data_directory::DataDirectoryError,
    device::remote::ConnectionError, store::AuditError,
};

/// Why the service does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The data directory.
    #[error(transparent)]
    DataDirectory(#[from] DataDirectoryError),
    /// The audit log.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The audit log's key.
    #[error(transparent)]
    AuditKey(#[from] audit::AuditKeyError),
    /// The database is older than the registry's anchor, or that cannot be used.
    #[error(transparent)]
    Anchor(#[from] crate::anchor::AnchorError),
    /// The registry's certificate authority.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The simulator.
    #[error(transparent)]
    Simulator(#[from] qscd_sim::Error),
    /// The device or the time-stamping authority elsewhere cannot be reached or read.
    #[error("{url}: {cause}")]
    Device {
        /// Its address.
        url: String,
        /// Why.
        #[source]
        cause: ConnectionError,
    },
    /// The simulator's own certificates cannot be read.
    #[error("the simulator's certificates cannot be read: {0}")]
    Certificates(#[from] cades::Error),
    /// The first administrator's link cannot be kept.
    #[error("the first administrator's link cannot be kept: {0}")]
    Link(#[source] Box<crate::Error>),
    /// The rpId is another one than passkeys were registered for.
    #[error(
        "passkeys are registered for the rpId {registered}, and would be of no use with {}: \
         set login.rp_id or login.origin", .configured.as_deref().unwrap_or("none")
    )]
    PartyChanged {
        /// The one that they were registered for.
        registered: String,
        /// The one of the configuration.
        configured: Option<String>,
    },
    /// An address cannot be listened on.
    #[error("{what}: {cause}")]
    Listen {
        /// The address.
        what: String,
        /// Why.
        #[source]
        cause: io::Error,
    },
}
