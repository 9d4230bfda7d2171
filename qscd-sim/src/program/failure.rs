//! Why the program ends without having done what was asked.

use std::{io, net::SocketAddr, path::PathBuf, process::ExitCode};

/// A failure, as it is told on standard error.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(
        "{0} is not a loopback address: whoever reaches a simulator can sign as anyone. \
         --allow-remote overrides this"
    )]
    Exposed(SocketAddr),
    #[error("{0} is not a loopback address: the management port has no other")]
    ManagementExposed(SocketAddr),
    #[error("{0}: {1}")]
    Listen(SocketAddr, #[source] io::Error),
    #[error("{}: {cause}", .path.display())]
    File {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error("{}: {cause}", .path.display())]
    Settings {
        path: PathBuf,
        #[source]
        cause: Box<toml::de::Error>,
    },
    #[error("a setting cannot be used: {0}")]
    Setting(String),
    #[error("TLS: {0}")]
    Tls(#[from] listener::TlsError),
    #[error("QSCD_SIM_TOKEN: is not Unicode text")]
    Token,
    #[error("the root: {0}")]
    Root(String),
    #[error(transparent)]
    Simulator(#[from] qscd_sim::Error),
    #[error("serving: {0}")]
    Serving(#[source] io::Error),
    #[error("no simulator answers at {url}: {cause}")]
    NoAnswer {
        url: String,
        #[source]
        cause: reqwest::Error,
    },
    #[error("{0}")]
    Refused(String),
    #[error("standard output: {0}")]
    Output(#[source] io::Error),
}

impl Failure {
    /// Whether the reader of the results went away, as `| head` does: that is no failure.
    pub(super) fn is_unread(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    pub(super) fn exit_code(&self) -> ExitCode {
        ExitCode::from(if matches!(self, Self::Refused(_)) { 1 } else { 2 })
    }
}
