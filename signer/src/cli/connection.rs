//! Who does the work: a server, or the service composed in this process.

use std::{convert::Infallible, path::PathBuf};

use clap::Args;
use reqwest::Url;

use super::{Failure, access::Access, asker::Asker, local::Local, remote::Remote};
use crate::config::Secret;

/// Where the work is done.
#[derive(Debug, Args)]
pub(super) struct Place {
    /// The server's address; without it the work is done in this process
    #[arg(long, value_name = "URL")]
    pub(super) server: Option<Url>,
    /// Further roots that the server's TLS certificate may lead to, as of a CA of your own (PEM)
    #[arg(long, value_name = "PEM", requires = "server")]
    pub(super) ca: Option<PathBuf>,
    /// In this process: the configuration; the demo when left out
    #[arg(long, value_name = "FILE", conflicts_with = "server")]
    pub(super) config: Option<PathBuf>,
    /// In this process: the data directory. Acts are recorded there, and nowhere when it is left out;
    /// what only reads leaves no trace in it, and reads the configuration's when it is left out
    #[arg(long, value_name = "DIR", conflicts_with = "server")]
    pub(super) data_dir: Option<PathBuf>,
}

/// Who asks.
#[derive(Debug, Args)]
pub(super) struct Identity {
    /// The application's key, for a server
    #[arg(long, value_name = "KEY", env = "SIGNER_API_KEY", hide_env_values = true, value_parser = secret)]
    api_key: Option<Secret>,
    /// A person's token (JWT); goes before the key
    #[arg(long, value_name = "JWT", env = "SIGNER_TOKEN", hide_env_values = true, value_parser = secret)]
    token: Option<Secret>,
    /// In this process: the application, `application` for the first, or a person of the demo
    #[arg(long = "as", value_name = "NAME", conflicts_with_all = ["server", "token"])]
    who: Option<String>,
}

/// Who does the work, ready to be asked.
#[derive(Debug)]
pub(super) enum Connection {
    Server(Remote),
    Process(Box<Local>),
}

impl Place {
    /// Reaches the server's client, or composes the service, which does this with the data directory.
    ///
    /// # Errors
    /// [`Failure`] when the service cannot start.
    pub(super) async fn connect(self, access: Access) -> Result<Connection, Failure> {
        match self.server {
            Some(server) => Ok(Connection::Server(Remote::new(server, self.ca.as_deref())?)),
            None => {
                let local = Local::compose(self.config.as_deref(), self.data_dir, access).await?;
                Ok(Connection::Process(Box::new(local)))
            }
        }
    }
}

impl Identity {
    /// What goes into the header of a request to a server.
    ///
    /// # Errors
    /// [`Failure::Usage`] when there is neither key nor token.
    pub(super) fn bearer(&self) -> Result<&Secret, Failure> {
        let missing = "a server needs --api-key or --token (or SIGNER_API_KEY, SIGNER_TOKEN)";
        self.token.as_ref().or(self.api_key.as_ref()).ok_or(Failure::Usage(missing.into()))
    }

    /// The name of who asks in this process, or the person's token.
    pub(super) fn in_process(&self) -> Asker<'_> {
        match (&self.who, &self.token) {
            (Some(name), _) => Asker::Named(name),
            (None, Some(token)) => Asker::Token(token),
            (None, None) => Asker::FirstApplication,
        }
    }
}

fn secret(text: &str) -> Result<Secret, Infallible> {
    Ok(Secret::new(text))
}
