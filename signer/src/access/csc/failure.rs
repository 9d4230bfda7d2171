//! Why nothing is answered: an error of the API, or one of the service's.

use seal::{CredentialEnd, QscdError};

use crate::{Error, audit::RecordError, service::RequestError, store::AuditError};

/// Why nothing is answered.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The request is wrong, in the API's own words.
    #[error(transparent)]
    Api(#[from] csc::Error),
    /// The service did not do it.
    #[error(transparent)]
    Service(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            // The session is over, or so far as anybody can tell.
            Error::Device(QscdError::CredentialEnded(
                CredentialEnd::Expired
                | CredentialEnd::Evicted
                | CredentialEnd::Destroyed
                | CredentialEnd::Unknown,
            )) => Self::Api(csc::Error::request("Signing certificate is expired")),
            Error::Device(QscdError::CredentialEnded(CredentialEnd::Consumed)) => {
                Self::Api(csc::Error::too_many_signatures())
            }
            error => Self::Service(error),
        }
    }
}

impl From<RequestError> for Failure {
    fn from(error: RequestError) -> Self {
        Self::Service(error.into())
    }
}

/// There is no randomness.
impl From<RecordError> for Failure {
    fn from(error: RecordError) -> Self {
        Self::Service(AuditError::from(error).into())
    }
}
