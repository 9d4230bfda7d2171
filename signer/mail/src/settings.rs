//! How a mail server is reached.

use std::{net::IpAddr, time::Duration};

use lettre::{
    AsyncSmtpTransport, Tokio1Executor,
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, CertificateStore, Tls, TlsParameters},
    },
};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use zeroize::Zeroizing;

use crate::Sender;

/// How long a server may take to each answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// How what is said to the server is kept from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS after `STARTTLS` (RFC 3207), never without.
    StartTls,
    /// TLS from the first octet on (RFC 8314).
    Tls,
    /// Nothing: to this machine alone.
    Plain,
}

/// How a mail server is reached, and whom letters come from.
#[derive(Debug)]
pub struct Settings {
    /// The server's name, which its certificate must have.
    pub server: String,
    /// Its port; that of the kind of connection when left out.
    pub port: Option<u16>,
    /// How the connection is kept from others.
    pub security: Security,
    /// Whom letters come from.
    pub from: Sender,
    /// Name and password.
    pub login: Option<(String, Zeroizing<String>)>,
    /// The PEM text of the only authorities that the server's certificate may come from; those of the system
    /// when left out.
    pub authorities: Option<Vec<u8>>,
}

/// Why a server cannot be reached by such settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Not a host.
    #[error("is no host name")]
    Server,
    /// Letters and passwords would cross the network in clear.
    #[error("\"plain\" goes to this machine alone, and the server is another")]
    InClear,
    /// Not PEM with certificates.
    #[error("holds no certificates in PEM")]
    Authorities,
    /// There is no TLS to be had.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
}

impl Settings {
    pub(crate) fn transport(&self) -> Result<AsyncSmtpTransport<Tokio1Executor>, SettingsError> {
        let tls = match self.security {
            Security::StartTls => Tls::Required(self.parameters()?),
            Security::Tls => Tls::Wrapper(self.parameters()?),
            Security::Plain if self.is_here() => Tls::None,
            Security::Plain => return Err(SettingsError::InClear),
        };
        let port = self.port.unwrap_or(match self.security {
            Security::StartTls => 587,
            Security::Tls => 465,
            Security::Plain => 25,
        });
        if self.server.trim().is_empty() || self.server.chars().any(char::is_whitespace) {
            return Err(SettingsError::Server);
        }
        // Each way of encryption is named above: "dangerous" is that this builder has none of its own.
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&*self.server);
        let builder = builder.port(port).tls(tls).timeout(Some(PATIENCE));
        Ok(match &self.login {
            Some((name, password)) => {
                builder.credentials(Credentials::new(name.clone(), password.to_string())).build()
            }
            None => builder.build(),
        })
    }

    fn is_here(&self) -> bool {
        self.server == "localhost"
            || self.server.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    fn parameters(&self) -> Result<TlsParameters, SettingsError> {
        let mut builder = TlsParameters::builder(self.server.clone());
        if let Some(pem) = &self.authorities {
            // A text without any is read as none, and nothing would come from those.
            let there = CertificateDer::pem_slice_iter(pem).next();
            there.ok_or(SettingsError::Authorities)?.map_err(|_| SettingsError::Authorities)?;
            let authorities = Certificate::from_pem(pem).map_err(|_| SettingsError::Authorities)?;
            builder =
                builder.certificate_store(CertificateStore::None).add_root_certificate(authorities);
        }
        builder.build_rustls().map_err(|error| SettingsError::Tls(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(change: impl Fn(&mut Settings)) -> Option<SettingsError> {
        let mut settings = Settings {
            server: "mail.example.com".to_owned(),
            port: None,
            security: Security::StartTls,
            from: Sender::parse("segl@example.com").unwrap(),
            login: None,
            authorities: None,
        };
        change(&mut settings);
        settings.transport().err()
    }

    #[test]
    fn what_cannot_be_reached_or_would_be_heard_by_others_is_refused() {
        assert_eq!(refused(|_| ()), None);
        assert_eq!(refused(|one| one.security = Security::Tls), None);
        let plain = |server: &'static str| {
            refused(|one| (one.security, one.server) = (Security::Plain, server.to_owned()))
        };
        for here in ["localhost", "127.0.0.1", "::1"] {
            assert_eq!(plain(here), None, "{here}");
        }
        for other in ["mail.example.com", "192.0.2.1", "localhost.example.com"] {
            assert_eq!(plain(other), Some(SettingsError::InClear), "{other}");
        }
        assert_eq!(refused(|one| one.server = " ".to_owned()), Some(SettingsError::Server));
        let words = |one: &mut Settings| one.authorities = Some(b"words".to_vec());
        assert_eq!(refused(words), Some(SettingsError::Authorities));
    }
}
