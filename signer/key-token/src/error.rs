//! Why a token does not do what it is asked.

use std::path::PathBuf;

/// Why a token does not do what it is asked.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The token's library cannot be loaded.
    #[error("{}: the PKCS#11 module cannot be loaded: {cause}", .module.display())]
    Module {
        /// Its file.
        module: PathBuf,
        /// Why.
        cause: cryptoki::error::Error,
    },
    /// No token has this label.
    #[error("no PKCS#11 token is labelled `{label}`; there {}", there(.others))]
    NoSuchToken {
        /// What was asked for.
        label: String,
        /// The labels that there are.
        others: Vec<String>,
    },
    /// Several tokens have this label.
    #[error(
        "{count} PKCS#11 tokens are labelled `{label}`: give the one that is meant a label of its own"
    )]
    Ambiguous {
        /// What was asked for.
        label: String,
        /// How many have it.
        count: usize,
    },
    /// The PIN is wrong. It is not tried again: tokens lock themselves after a few wrong ones.
    #[error(
        "the PKCS#11 token `{label}` refuses the PIN, which is not tried again before the next start"
    )]
    WrongPin {
        /// The token.
        label: String,
    },
    /// The token has locked itself.
    #[error(
        "the PKCS#11 token `{label}` is locked after wrong PINs: its security officer sets a new one"
    )]
    Locked {
        /// The token.
        label: String,
    },
    /// The token cannot make such keys, or sign with them.
    #[error("the PKCS#11 token `{label}` has not the mechanism {mechanism}")]
    NoMechanism {
        /// The token.
        label: String,
        /// As PKCS#11 names it.
        mechanism: &'static str,
    },
    /// The public key is there, and the private one is not.
    #[error("the PKCS#11 token `{label}` has a public key without its private key")]
    NoPrivateKey {
        /// The token.
        label: String,
    },
    /// A public key is no point of P-256 or P-384, or what was signed does not verify.
    #[error("the PKCS#11 token `{label}` answers {problem}")]
    Answer {
        /// The token.
        label: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// The token does not answer, or has too much to do.
    #[error("the PKCS#11 token `{label}` did not answer within ten seconds")]
    Late {
        /// The token.
        label: String,
    },
    /// The token failed.
    #[error("the PKCS#11 token `{label}`: {cause}")]
    Failed {
        /// The token.
        label: String,
        /// Why.
        cause: cryptoki::error::Error,
    },
}

fn there(others: &[String]) -> String {
    match others {
        [] => "is none".to_owned(),
        others => format!("are: {}", others.join(", ")),
    }
}
