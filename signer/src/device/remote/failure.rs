//! Why a remote party cannot be reached or read.

use std::{io, path::PathBuf, time::Duration};

/// Why a remote party cannot be reached or read.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    /// Not an address that can be asked.
    #[error("`{0}` is not an http or https address")]
    Address(String),
    /// `https` without anybody to believe.
    #[error("an https address needs `trust`: the certificates of the server's issuers")]
    NoTrust,
    /// A password that everybody on the way could read.
    #[error("a password is sent over https, or to a loopback address")]
    PasswordInClear,
    /// A file cannot be read, or does not hold what it should.
    #[error("{}: {cause}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// The client's certificate and key do not make a TLS client.
    #[error("TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// No connection, or it broke.
    #[error(transparent)]
    Broken(#[from] io::Error),
    /// An answer that is not HTTP, or only half of one.
    #[error("{}", innermost(.0))]
    Http(#[from] hyper::Error),
    /// No whole answer in time.
    #[error("no answer within {} s", .0.as_secs_f32())]
    Late(Duration),
    /// An answer that is longer than any honest one.
    #[error("the answer is longer than {0} bytes")]
    TooLong(usize),
    /// An answer that is not what the protocol says.
    #[error("the answer is not what the protocol says: {0}")]
    Malformed(String),
}

/// The first cause: the outer ones say only that something failed.
fn innermost(error: &hyper::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
