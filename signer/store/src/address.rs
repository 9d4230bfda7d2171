//! Where a database of PostgreSQL is, and who writes there.

use std::{fmt, net::IpAddr, str::FromStr, sync::Arc};

use sqlx::postgres::{PgConnectOptions, PgSslMode};

/// How long what a node is called may be, in bytes.
const MAXIMUM_NAME_LENGTH: usize = 64;

/// What an address may say beside host, port, user, password and database. sqlx would write what it
/// does not know into the log, with its value.
const PARAMETERS: [&str; 7] =
    ["host", "port", "user", "password", "sslmode", "sslrootcert", "dbname"];

/// The same for a client certificate.
const CERTIFICATE_PARAMETERS: [&str; 2] = ["sslcert", "sslkey"];

/// The address of a database: `postgres://user:password@host:port/database`. It prints neither the
/// user nor the password.
///
/// The host `/a/folder`, as `?host=/a/folder` too, is a Unix socket. To any host but the loopback the
/// connection is TLS, and the server's certificate is held against the system's roots or
/// `sslrootcert`.
#[derive(Clone)]
pub struct Address(Arc<PgConnectOptions>);

/// Why a text is no such address. It never quotes the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not `postgres://` or `postgresql://`.
    #[error("a database's address begins with postgres://")]
    Scheme,
    /// It cannot be read.
    #[error("it is not written postgres://user:password@host:port/database")]
    Form,
    /// It says something that is not known.
    #[error(
        "it may say {PARAMETERS:?} and {CERTIFICATE_PARAMETERS:?} after the question mark, and nothing else"
    )]
    Parameter,
    /// It names no database.
    #[error("it names no database")]
    NoDatabase,
    /// The connection would cross a network in the clear, or with a server that nobody verified.
    #[error(
        "a database that is not on this host is reached with sslmode=verify-full (or verify-ca)"
    )]
    Insecure,
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let rest = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"));
        let rest = rest.ok_or(AddressError::Scheme)?;
        let parameters = rest.split_once('?').map_or("", |(_, parameters)| parameters);
        let mut says_mode = false;
        for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
            let name = parameter.split_once('=').map_or(parameter, |(name, _)| name);
            if !PARAMETERS.contains(&name) && !CERTIFICATE_PARAMETERS.contains(&name) {
                return Err(AddressError::Parameter);
            }
            says_mode |= name == "sslmode";
        }
        let mut options: PgConnectOptions = text.parse().map_err(|_| AddressError::Form)?;
        if options.get_database().is_none_or(str::is_empty) {
            return Err(AddressError::NoDatabase);
        }
        let host = options.get_host().trim_matches(['[', ']']);
        let local = options.get_socket().is_some()
            || host.starts_with('/')
            || host == "localhost"
            || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        if !local {
            match options.get_ssl_mode() {
                PgSslMode::VerifyCa | PgSslMode::VerifyFull => {}
                _ if !says_mode => options = options.ssl_mode(PgSslMode::VerifyFull),
                _ => return Err(AddressError::Insecure),
            }
        }
        Ok(Self(Arc::new(options)))
    }
}

impl Address {
    /// How to connect.
    pub(crate) fn options(&self) -> &PgConnectOptions {
        &self.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let database = self.0.get_database().unwrap_or_default();
        match self.0.get_socket() {
            Some(socket) => write!(f, "postgres:{}/{database}", socket.display()),
            None => write!(f, "postgres://{}:{}/{database}", self.0.get_host(), self.0.get_port()),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

impl Eq for Address {}

/// What a node is called: whose chain of the audit log a process writes. Letters, digits, `.`, `_`
/// and `-`, at most 64 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeName(String);

/// A text that is no node's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a node's name is 1 to 64 letters, digits, dots, underscores and hyphens")]
pub struct NodeNameError;

impl FromStr for NodeName {
    type Err = NodeNameError;

    fn from_str(text: &str) -> Result<Self, NodeNameError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let fits = (1..=MAXIMUM_NAME_LENGTH).contains(&text.len()) && text.bytes().all(allowed);
        if fits { Ok(Self(text.to_owned())) } else { Err(NodeNameError) }
    }
}

impl NodeName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NodeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_prints_neither_user_nor_password() {
        let text = "postgres://segl:hunter2@localhost:6543/log?sslmode=disable";
        let address: Address = text.parse().unwrap();
        let printed = format!("{address} {address:?}");
        assert!(printed.contains("localhost:6543/log"), "{printed}");
        assert!(!printed.contains("segl:") && !printed.contains("hunter2"), "{printed}");
        for wrong in ["mysql://segl:hunter2@h/d", "postgres://h/d?passwort=hunter2"] {
            let error = wrong.parse::<Address>().unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn what_is_no_address_of_a_database_is_refused_with_its_cause() {
        let cases = [
            ("", AddressError::Scheme),
            ("segl.sqlite", AddressError::Scheme),
            ("postgres://localhost", AddressError::NoDatabase),
            ("postgres://localhost/", AddressError::NoDatabase),
            ("postgres://localhost:port/d", AddressError::Form),
            ("postgres://localhost/d?sslmode=maybe", AddressError::Form),
            ("postgres://localhost/d?options=x", AddressError::Parameter),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse::<Address>().unwrap_err(), expected, "{text}");
        }
    }

    #[test]
    fn a_database_elsewhere_is_reached_with_tls_alone() {
        let parse = |text: &str| text.parse::<Address>();
        let elsewhere = parse("postgres://db.example/log").unwrap();
        assert!(matches!(elsewhere.options().get_ssl_mode(), PgSslMode::VerifyFull));
        for mode in ["disable", "allow", "prefer", "require"] {
            let refused = parse(&format!("postgres://db.example/log?sslmode={mode}"));
            assert_eq!(refused.unwrap_err(), AddressError::Insecure, "{mode}");
        }
        assert!(parse("postgres://db.example/log?sslmode=verify-ca").is_ok());
        for local in ["localhost", "127.0.0.1", "[::1]", "%2Frun%2Fpostgresql"] {
            let plain = format!("postgres://{local}/log?sslmode=disable");
            assert!(parse(&plain).is_ok(), "{local}");
        }
    }

    #[test]
    fn a_nodes_name_is_short_and_of_plain_characters() {
        let longest = "a".repeat(64);
        for name in ["a", "signer-1.example_x", &longest] {
            assert_eq!(name.parse::<NodeName>().unwrap().as_str(), name);
        }
        for text in ["", "a b", "ø", "a\n", "a/b", &"a".repeat(65)] {
            assert_eq!(text.parse::<NodeName>(), Err(NodeNameError), "{text}");
        }
    }
}
