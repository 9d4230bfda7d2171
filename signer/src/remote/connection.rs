//! Requests with kept connections, bounded in time and length.

use std::{net::IpAddr, path::PathBuf, time::Duration};

use bytes::{Bytes, BytesMut};
use reqwest::{Certificate, Client, Identity, Method, StatusCode, Url, header, redirect};

use crate::config::Secret;

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
    /// A file cannot be read.
    #[error("{}: {cause}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// The client cannot be made from its certificates, or no answer came.
    #[error("{}", innermost(.0))]
    Http(#[from] reqwest::Error),
    /// An answer that is longer than any honest one.
    #[error("the answer is longer than {0} bytes")]
    TooLong(usize),
    /// An answer that is not what the protocol says.
    #[error("the answer is not what the protocol says: {0}")]
    Malformed(String),
}

/// A base address and the client that asks there.
#[derive(Clone, Debug)]
pub struct Connection {
    client: Client,
    base: String,
    login: Option<Login>,
}

/// An answer, whatever its status.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) media_type: String,
    pub(super) body: Bytes,
}

impl Connection {
    /// A connection to `base`, such as `https://127.0.0.1:8092`. Nothing is sent yet.
    ///
    /// # Errors
    /// [`ConnectionError`] when the address or a file cannot be used.
    pub fn new(
        base: &str,
        credentials: &Credentials,
        timeout: Duration,
    ) -> Result<Self, ConnectionError> {
        let address = || ConnectionError::Address(base.to_owned());
        let url = Url::parse(base).map_err(|_| address())?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(address());
        }
        if url.scheme() == "https" && credentials.trust.is_none() {
            return Err(ConnectionError::NoTrust);
        }
        if credentials.login.is_some() && url.scheme() == "http" && !is_loopback(&url) {
            return Err(ConnectionError::PasswordInClear);
        }
        // A device that sends its clients elsewhere, or through a proxy, is not the one meant.
        let mut builder =
            Client::builder().no_proxy().redirect(redirect::Policy::none()).timeout(timeout);
        if let Some(trust) = &credentials.trust {
            builder = builder.tls_certs_only(Certificate::from_pem_bundle(&read(trust)?)?);
        }
        if let (Some(certificate), Some(key)) = (&credentials.certificate, &credentials.key) {
            let pem = [read(key)?, read(certificate)?].join(&b'\n');
            builder = builder.identity(Identity::from_pem(&pem)?);
        }
        let login = credentials.login.clone();
        Ok(Self { client: builder.build()?, base: base.trim_end_matches('/').to_owned(), login })
    }

    /// Sends one request, once, and reads the answer, at most `limit` bytes of it.
    pub(super) async fn ask(
        &self,
        method: Method,
        path: &str,
        media_type: &'static str,
        body: Vec<u8>,
        limit: usize,
    ) -> Result<Answer, ConnectionError> {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(Login { name, password }) = &self.login {
            request = request.basic_auth(name, Some(password.expose()));
        }
        let mut response =
            request.header(header::CONTENT_TYPE, media_type).body(body).send().await?;
        let status = response.status();
        let media_type = response.headers().get(header::CONTENT_TYPE);
        let media_type = media_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim().to_owned();
        let mut body = BytesMut::new();
        while let Some(part) = response.chunk().await? {
            if body.len() + part.len() > limit {
                return Err(ConnectionError::TooLong(limit));
            }
            body.extend_from_slice(&part);
        }
        Ok(Answer { status, media_type, body: body.freeze() })
    }
}

fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let host = host.trim_matches(['[', ']']);
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    })
}

fn read(path: &PathBuf) -> Result<Vec<u8>, ConnectionError> {
    std::fs::read(path).map_err(|cause| ConnectionError::File { path: path.clone(), cause })
}

/// The first cause: the outer ones repeat the address, which may be long.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_cannot_be_asked_is_refused() {
        let of = |base| {
            drop(rustls::crypto::ring::default_provider().install_default());
            Connection::new(base, &Credentials::default(), Duration::from_secs(1))
        };
        for base in ["", "127.0.0.1:1", "ftp://a", "unix:/a"] {
            assert!(matches!(of(base), Err(ConnectionError::Address(_))), "{base}");
        }
        assert!(matches!(of("https://a"), Err(ConnectionError::NoTrust)));
        assert!(of("http://127.0.0.1:1").is_ok());
    }

    #[test]
    fn a_password_is_not_sent_in_clear() {
        drop(rustls::crypto::ring::default_provider().install_default());
        let login = Login { name: "segl".into(), password: Secret::new("hunter2") };
        let credentials = Credentials { login: Some(login), ..Credentials::default() };
        let of = |base| Connection::new(base, &credentials, Duration::from_secs(1));
        for base in ["http://tsa.example", "http://127.0.0.1.example", "http://[2001:db8::1]"] {
            assert!(matches!(of(base), Err(ConnectionError::PasswordInClear)), "{base}");
        }
        for base in ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"] {
            assert!(of(base).is_ok(), "{base}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let credentials =
            Credentials { trust: Some("/nowhere/ca.pem".into()), ..Credentials::default() };
        let error = Connection::new("https://a", &credentials, Duration::from_secs(1)).unwrap_err();
        assert!(error.to_string().contains("/nowhere/ca.pem"), "{error}");
    }
}
