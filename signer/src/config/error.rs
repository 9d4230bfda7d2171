//! What is wrong with a configuration, and where.

use std::{fmt, io, path::PathBuf};

use listener::TlsDefect;
use seal::{ApplicationId, ProfileId};

use crate::store::{AddressError, NodeNameError};

/// A configuration that cannot be used: where it came from, which key, and why.
#[derive(Debug, thiserror::Error)]
pub struct ConfigError {
    /// The file, or `the environment`, or `the demo`.
    pub origin: String,
    /// The key, as `server.listen` or `grant[2].profiles`; nothing when it is the whole file.
    pub key: Option<String>,
    /// What is wrong.
    #[source]
    pub defect: ConfigDefect,
}

impl ConfigError {
    pub(crate) fn of_file(origin: &str, defect: ConfigDefect) -> Self {
        Self { origin: origin.to_owned(), key: None, defect }
    }

    pub(crate) fn of_key(origin: &str, key: String, defect: ConfigDefect) -> Self {
        Self { origin: origin.to_owned(), key: Some(key), defect }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            Some(key) => write!(f, "{}: `{key}`: {}", self.origin, self.defect),
            None => write!(f, "{}: {}", self.origin, self.defect),
        }
    }
}

/// What is wrong with one key, or with a whole file.
#[derive(Debug, thiserror::Error)]
pub enum ConfigDefect {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(#[source] io::Error),
    /// The file is longer than any honest one.
    #[error("is too long to be read")]
    TooLong,
    /// Not TOML, an unknown key, a missing key, or a value of the wrong kind.
    #[error("{0}")]
    Syntax(#[source] Box<toml::de::Error>),
    /// Not a JWK set (RFC 7517 section 5).
    #[error("is not a JWK set: {0}")]
    KeySet(#[source] serde_json::Error),
    /// A key of an issuer that nobody should be believed by.
    #[error("the key {kid} {cause}")]
    WeakKey {
        /// Its name.
        kid: String,
        /// What is wrong with it.
        cause: &'static str,
    },
    /// A file that the key names cannot be used.
    #[error("{}: {defect}", .file.display())]
    InFile {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        #[source]
        defect: Box<Self>,
    },
    /// Trust anchors in PEM or DER are expected.
    #[error("holds no trust anchors: {0}")]
    NoTrustAnchors(#[source] Box<cades::Error>),
    /// A revocation list in DER or PEM is expected.
    #[error("is no revocation list: {0}")]
    NoRevocationList(#[source] Box<cades::Error>),
    /// Not the address of a database.
    #[error("{0}")]
    Database(#[source] AddressError),
    /// Appearances of a profile that cannot be.
    #[error("{0}")]
    Appearances(String),
    /// Not the name of a node.
    #[error("{0}")]
    Node(#[source] NodeNameError),
    /// An environment variable that is not text.
    #[error("is not Unicode text")]
    NotUnicode,
    /// A bearer token that no HTTP header carries (RFC 6750 section 2.1), or that looks like a
    /// person's token.
    #[error("is not an API key: letters, digits and `-._~+/=`, and not three parts with dots")]
    NotAnApiKey,
    /// An address that others can reach, without TLS and without a proxy that does it.
    #[error("is not a loopback address: that needs [server.tls] or behind_proxy = true")]
    Exposed,
    /// A management port that others could reach.
    #[error("is not a loopback address: the management port has no other")]
    ManagementExposed,
    /// Not the origin of pages.
    #[error("is not an origin: https:// or http://, a host and perhaps a port, and no more")]
    Origin,
    /// An rpId that browsers refuse.
    #[error("is neither the host of the pages' origin nor a domain above it")]
    RelyingParty,
    /// Two interfaces on one address.
    #[error("is the address of the public interface already")]
    AddressTwice,
    /// Nobody reaches the service at `0.0.0.0`.
    #[error("is missing, and `server.listen` is no address that others can reach")]
    NoPublicUrl,
    /// Not an address that can stand in a certificate.
    #[error("is not an http or https address of at most 200 ASCII characters, without query")]
    PublicUrl,
    /// A key that another one needs.
    #[error("is missing beside the other one")]
    Missing,
    /// A variable that the configuration names and the environment does not have.
    #[error("is not set, and the configuration names it")]
    Unset,
    /// A file of TLS.
    #[error("{0}")]
    Tls(#[source] TlsDefect),
    /// Not the PEM file that is expected.
    #[error("holds no PEM block of the kind that is expected: CERTIFICATE, or PRIVATE KEY")]
    NotPem,
    /// Two of a kind with one name.
    #[error("is there twice: {0}")]
    Twice(String),
    /// The client that is kept for signing is no client of its own.
    #[error("is the audience of tokens that only tell who asks: a login would sign")]
    SigningClient,
    /// A name that the service uses itself.
    #[error("is a name of the service's own")]
    Reserved,
    /// A name or a list that says nothing.
    #[error("is empty")]
    Empty,
    /// A limit that lets nothing through.
    #[error("is zero")]
    Zero,
    /// A grant for a profile that does not exist.
    #[error("there is no profile {0}")]
    UnknownProfile(ProfileId),
    /// A grant to an application that does not exist.
    #[error("there is no application {}", .0.as_str())]
    UnknownApplication(ApplicationId),
    /// A grant to a person of an issuer that is not trusted.
    #[error("there is no identity issuer {0}")]
    UnknownIssuer(String),
    /// A grant to administer without the role, or a role without the act.
    #[error("goes with the act \"administer\", and the act with it")]
    RoleAndAct,
    /// A key that would speak for two offices at once.
    #[error("is the application's second: an application holds one role")]
    SecondRole,
    /// An address that hashes, evidence and signature values would cross in clear.
    #[error("is neither an https address nor one on the loopback")]
    InClear,
    /// A value that its user refuses.
    #[error("cannot be used: {0}")]
    Unusable(String),
    /// The machine gave no randomness for the demo's API key.
    #[error("the machine gives no randomness")]
    Randomness,
}
