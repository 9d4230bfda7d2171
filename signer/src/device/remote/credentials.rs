//! How a client shows who it is, and whom it believes.

use std::path::PathBuf;

use crate::secret::Secret;

/// How the client shows who it is, and whom it believes. The files are PEM.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// The client's certificate and its issuers.
    pub certificate: Option<PathBuf>,
    /// The client's private key.
    pub key: Option<PathBuf>,
    /// Whom the server's certificate must come from; for `https` it must be given.
    pub trust: Option<PathBuf>,
    /// A name and a password (RFC 7617), for `https` or the loopback alone.
    pub login: Option<Login>,
}

/// A name and a password.
#[derive(Clone, Debug)]
pub struct Login {
    /// The name.
    pub name: String,
    /// The password.
    pub password: Secret,
}
