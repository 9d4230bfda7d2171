//! Why the authority cannot do its work.

use std::{io, path::PathBuf};

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
    #[error("{}: {cause}", .path.display())]
    Key {
        /// Its file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: key_file::Error,
    },
    /// A certificate is none of an authority, or not that of its key or of its root.
    #[error("{}: {problem}", .path.display())]
    Certificate {
        /// Its file.
        path: PathBuf,
        /// What is wrong.
        problem: &'static str,
    },
    /// A file of the authority is missing beside others that are there: nothing is made anew over them.
    #[error(
        "{} is missing, and other files of the authority are beside it: put it back from a copy",
        .0.display()
    )]
    Incomplete(PathBuf),
    /// No key is here, and none may be made: several nodes share one authority.
    #[error(
        "{} holds no issuing key, and none is made where nodes share a database: copy the folder of one node \
         to all",
        .0.display()
    )]
    NotHere(PathBuf),
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
