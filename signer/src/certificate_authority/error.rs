//! Why the authority cannot do its work.

use std::{fmt, io, path::PathBuf};

use crate::store::AuditError;

/// Why the authority cannot do its work.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// A file cannot be read or written.
    #[error("{}: {cause}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// Others than its owner may read a file that holds a secret.
    #[error("{} may be read by others (mode {mode:o}): chmod 600", .path.display())]
    Exposed {
        /// Which.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// A key does not open.
    #[error("{at}: {cause}")]
    Key {
        /// Where it is.
        at: KeptAt,
        /// Why.
        #[source]
        cause: key_file::Error,
    },
    /// A certificate is none of an authority, or not that of its key or of its root.
    #[error("{at}: {problem}")]
    Certificate {
        /// Where it is.
        at: KeptAt,
        /// What is wrong.
        problem: &'static str,
    },
    /// A part of the authority is missing beside others that are there: nothing is made anew over them.
    #[error("{0} is missing, and other parts of the authority are there: put it back from a copy")]
    Incomplete(KeptAt),
    /// Where nodes share the authority none makes a passphrase: the others would not have it.
    #[error(
        "SIGNER_REGISTRY_PASSPHRASE is not set: where nodes share a database, its keys lie there under a \
         passphrase that all nodes are given"
    )]
    NoPassphrase,
    /// A certificate's key is neither kept beside it nor in the token.
    #[error(
        "the key of `{name}` is not in the PKCS#11 token `{label}`: it is another token, or the key was removed; \
         nothing is made anew over the certificates that are there"
    )]
    NotInToken {
        /// Whose key.
        name: String,
        /// The token.
        label: String,
    },
    /// Whoever had it made a moment ago waited in vain, and so did those who waited with them.
    #[error("it could not be signed a moment ago")]
    NotSigned,
    /// The token's PIN is missing.
    #[error("SIGNER_REGISTRY_TOKEN_PIN is not set: `[registry.token]` needs the PIN of the token")]
    NoPin,
    /// The token with the keys does not do what it is asked.
    #[error(transparent)]
    Token(#[from] key_token::TokenError),
    /// The database that keeps it cannot be read or written now.
    #[error("the registry's authority in the database: {0}")]
    Database(#[from] AuditError),
    /// Whether other nodes have made a key since could not be seen.
    #[error("whether there is another issuing key could not be seen now")]
    NotSeen,
    /// The passphrase is too short.
    #[error("SIGNER_REGISTRY_PASSPHRASE has fewer than 12 bytes")]
    WeakPassphrase,
    /// The passphrase that is kept is too short: its file was cut off, or written by somebody else.
    #[error("{} holds fewer than 12 bytes: put it back from a copy", .0.display())]
    WeakPassphraseFile(PathBuf),
    /// Its making was interrupted: the service ends.
    #[error("the making of the authority was interrupted")]
    Interrupted,
    /// The operating system gave no random bytes.
    #[error("there are no random numbers")]
    NoRandomness,
    /// What would be issued outlives its issuer, and no new issuer can be made.
    #[error("what is asked for would outlive the issuing certificate")]
    Outlives,
    /// A certificate, list or answer cannot be made.
    #[error(transparent)]
    Make(#[from] authority::Error),
}

/// Where a certificate or a key is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeptAt {
    /// In this file.
    File(PathBuf),
    /// In the database, in the row of this name.
    Row(String),
}

impl fmt::Display for KeptAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Row(name) => write!(f, "row {name} of the database's certificate_authority"),
        }
    }
}
