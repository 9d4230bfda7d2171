//! Why a client gets nothing.

use oauth::{ErrorCode, OauthError};

use crate::{
    administration::RegisterUnread,
    service::RequestError,
    store::{AuditError, SecretError},
};

/// Why a client gets nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// What the client is told, in OAuth's words.
    #[error(transparent)]
    Oauth(#[from] OauthError),
    /// The request is not read.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// It asks too often, or has as much as it may.
    #[error("the client asks too often")]
    TooMany,
    /// Clients or tokens cannot be read or written.
    #[error("clients or tokens cannot be read: {0}")]
    Unavailable(String),
}

impl Refusal {
    /// Whoever this is, it is not the client that it says it is. Nothing tells whether there is one.
    pub(super) fn unproven() -> Self {
        let why = "the client is not known, or did not prove who it is";
        OauthError::new(ErrorCode::InvalidClient, why).into()
    }
}

impl From<RegisterUnread> for Refusal {
    fn from(error: RegisterUnread) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<AuditError> for Refusal {
    fn from(error: AuditError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// What is kept is not what was written, or cannot be written.
impl From<serde_json::Error> for Refusal {
    fn from(error: serde_json::Error) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<SecretError> for Refusal {
    fn from(error: SecretError) -> Self {
        match error {
            SecretError::Full => Self::TooMany,
            SecretError::AlreadyKept | SecretError::TooLong(_) | SecretError::Store(_) => {
                Self::Unavailable(error.to_string())
            }
        }
    }
}
