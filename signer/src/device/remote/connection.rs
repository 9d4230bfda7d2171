//! Requests with kept connections, bounded in time and length.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::http::{
    HeaderValue, Method, Request, Uri,
    header::{AUTHORIZATION, CONTENT_TYPE, HOST},
    uri::Scheme,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http_body_util::Full;
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, pki_types::ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::{
    ConnectionError, Credentials, Login,
    answer::Answer,
    kept::{Kept, Sent},
    tls,
};

/// How many connections are kept while nobody asks.
const IDLE_CONNECTIONS: usize = 64;

/// A base address, and the connections there that are kept. Clones share them.
#[derive(Clone, Debug)]
pub struct Connection(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// As a TCP connection takes it: an IPv6 address without its brackets.
    host: String,
    port: u16,
    /// The same for the `Host` header.
    authority: HeaderValue,
    /// RFC 7617; its debug form is hidden.
    login: Option<HeaderValue>,
    /// What stands before every path.
    base: String,
    tls: Option<(Arc<ClientConfig>, ServerName<'static>)>,
    timeout: Duration,
    /// The connection that was used last is used first.
    idle: Mutex<Vec<Kept>>,
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
        let uri: Uri = base.parse().map_err(|_| address())?;
        let secure = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTP => false,
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            _ => return Err(address()),
        };
        let authority = uri.authority().filter(|one| !one.as_str().contains('@'));
        let authority = authority.filter(|one| !one.host().is_empty()).ok_or_else(address)?;
        if uri.query().is_some() {
            return Err(address());
        }
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        if credentials.login.is_some() && !secure && !is_loopback(&host) {
            return Err(ConnectionError::PasswordInClear);
        }
        let tls = if secure {
            let name = ServerName::try_from(host.clone()).map_err(|_| address())?;
            Some((tls::configuration(credentials)?, name))
        } else {
            None
        };
        Ok(Self(Arc::new(Shared {
            port: authority.port_u16().unwrap_or(if secure { 443 } else { 80 }),
            authority: HeaderValue::from_str(authority.as_str()).map_err(|_| address())?,
            base: uri.path().trim_end_matches('/').to_owned(),
            login: credentials.login.as_ref().map(basic).transpose()?,
            host,
            tls,
            timeout,
            idle: Mutex::default(),
        })))
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
        let shared = &self.0;
        let address = format!("{}{path}", shared.base);
        let address = if address.is_empty() { "/".to_owned() } else { address };
        let uri = Uri::try_from(&*address).map_err(|_| ConnectionError::Address(address))?;
        let mut request = Request::new(Full::new(Bytes::from(body)));
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        request.headers_mut().insert(HOST, shared.authority.clone());
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        if let Some(login) = &shared.login {
            request.headers_mut().insert(AUTHORIZATION, login.clone());
        }
        let asked = shared.ask(request, limit);
        tokio::time::timeout(shared.timeout, asked)
            .await
            .map_err(|_| ConnectionError::Late(shared.timeout))?
    }
}

impl Shared {
    async fn ask(
        &self,
        mut request: Request<Full<Bytes>>,
        limit: usize,
    ) -> Result<Answer, ConnectionError> {
        // What the other side has closed meanwhile has taken nothing: the next one is asked.
        while let Some(kept) = self.take() {
            match kept.send(request, limit).await? {
                Sent::Answered(answer, kept) => return Ok(self.keep(answer, kept)),
                Sent::Nothing(unsent, _) => request = unsent,
            }
        }
        match self.open().await?.send(request, limit).await? {
            Sent::Answered(answer, kept) => Ok(self.keep(answer, kept)),
            Sent::Nothing(_, why) => Err(why.into()),
        }
    }

    async fn open(&self) -> Result<Kept, ConnectionError> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await?;
        // Each request is one write: there is nothing to wait for.
        stream.set_nodelay(true)?;
        match &self.tls {
            None => Kept::over(TokioIo::new(stream)).await,
            Some((configuration, name)) => {
                let connector = TlsConnector::from(Arc::clone(configuration));
                let stream = connector.connect(name.clone(), stream).await?;
                Kept::over(TokioIo::new(stream)).await
            }
        }
    }

    fn take(&self) -> Option<Kept> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn keep(&self, answer: Answer, kept: Option<Kept>) -> Answer {
        if let Some(kept) = kept {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            if idle.len() < IDLE_CONNECTIONS {
                idle.push(kept);
            }
        }
        answer
    }
}

/// Whether nobody on the way can read what is sent to this address: https, or the loopback.
pub(crate) fn is_confidential(base: &str) -> bool {
    let Ok(uri) = base.parse::<Uri>() else { return false };
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    uri.scheme() == Some(&Scheme::HTTPS) || is_loopback(host)
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The value of the header that shows name and password (RFC 7617 section 2).
fn basic(login: &Login) -> Result<HeaderValue, ConnectionError> {
    let pair = format!("{}:{}", login.name, login.password.expose());
    let mut value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(pair)))
        .map_err(|_| ConnectionError::Malformed("name or password".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    #[test]
    fn an_address_that_cannot_be_asked_is_refused() {
        let of = |base| Connection::new(base, &Credentials::default(), Duration::from_secs(1));
        for base in
            ["", "127.0.0.1:1", "ftp://a", "unix:/a", "http://", "http://a@b", "http://a/?b", "/a"]
        {
            assert!(matches!(of(base), Err(ConnectionError::Address(_))), "{base}");
        }
        assert!(matches!(of("https://a"), Err(ConnectionError::NoTrust)));
        for base in ["http://127.0.0.1:1", "HTTP://a", "http://[::1]:1/b/", "http://a/tsa"] {
            assert!(of(base).is_ok(), "{base}");
        }
        let Connection(six) = of("http://[::1]:1/b/").unwrap();
        assert_eq!((six.host.as_str(), six.port, six.base.as_str()), ("::1", 1, "/b"));
        assert_eq!(six.authority, "[::1]:1");
    }

    #[test]
    fn only_https_and_the_loopback_are_confidential() {
        for base in
            ["https://a", "HTTPS://a:1/b", "http://127.0.0.1:1", "http://[::1]", "http://localhost"]
        {
            assert!(is_confidential(base), "{base}");
        }
        for base in [
            "http://a",
            "http://10.0.0.1",
            "http://127.0.0.1.example",
            "http://[2001:db8::1]",
            "a b",
            "",
        ] {
            assert!(!is_confidential(base), "{base}");
        }
    }

    #[test]
    fn a_password_is_not_sent_in_clear() {
        let login = Login { name: "segl".into(), password: Secret::new("hunter2") };
        let credentials = Credentials { login: Some(login), ..Credentials::default() };
        let of = |base| Connection::new(base, &credentials, Duration::from_secs(1));
        for base in ["http://tsa.example", "http://127.0.0.1.example", "http://[2001:db8::1]"] {
            assert!(matches!(of(base), Err(ConnectionError::PasswordInClear)), "{base}");
        }
        for base in ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"] {
            let connection = of(base).unwrap();
            assert_eq!(connection.0.login.as_ref().unwrap(), "Basic c2VnbDpodW50ZXIy", "{base}");
            assert!(!format!("{connection:?}").contains("c2VnbDpodW50ZXIy"));
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
