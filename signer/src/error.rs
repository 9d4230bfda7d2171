//! What can go wrong in the service. `problem` says what each looks like on the wire.

use registry::RegistryRefusal;
use seal::{
    DigestAlgorithm, Level, ProfileId, QscdError, TimeStampError,
    policy::{CertificateMismatch, Refusals},
};

use crate::{
    administration::ChangeError,
    authentication::AuthenticationError,
    service::{AugmentationError, RevocationError},
    store::AuditError,
};

/// Why the service did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody was recognised.
    #[error(transparent)]
    Authentication(#[from] AuthenticationError),
    /// The request itself is wrong.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// No profile has this name.
    #[error("there is no certificate profile {0}")]
    ProfileUnknown(ProfileId),
    /// The seal policy refuses; every broken rule is listed.
    #[error(transparent)]
    Refused(#[from] Refusals),
    /// The document cannot be signed as it is.
    #[error(transparent)]
    Document(#[from] pades::Error),
    /// The image cannot be shown.
    #[error(transparent)]
    Image(#[from] pades::ImageError),
    /// The register does not change as asked.
    #[error(transparent)]
    Registry(#[from] RegistryRefusal),
    /// The service makes no such level.
    #[error("level {0} is not offered")]
    LevelNotOffered(Level),
    /// The device did not do as asked.
    #[error(transparent)]
    Device(#[from] QscdError),
    /// The device issued another certificate than was approved.
    #[error("the device issued another certificate than was approved: {0}")]
    Certificate(#[from] CertificateMismatch),
    /// No time-stamp came.
    #[error(transparent)]
    TimeStamp(#[from] TimeStampError),
    /// The validation data for B-LT cannot be had.
    #[error(transparent)]
    Revocation(#[from] RevocationError),
    /// The signature or its time-stamp does not hold.
    #[error("the signature does not hold: {0}")]
    Signature(#[from] cades::Error),
    /// The level of the document's signatures cannot be raised as asked.
    #[error(transparent)]
    Augmentation(#[from] AugmentationError),
    /// The audit log did not take the record: no record, no answer.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The act's own task ended without a result.
    #[error("the act ended without a result")]
    Interrupted,
}

impl From<ChangeError> for Error {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Refused(refusal) => refusal.into(),
            ChangeError::Device(error) => error.into(),
            ChangeError::Unrecorded(error) => error.into(),
        }
    }
}

/// What is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// There is nothing at this address.
    #[error("there is nothing at this address")]
    NotFound,
    /// The address does not know this method.
    #[error("this address does not know this method")]
    MethodNotAllowed,
    /// A query parameter, header or part is missing, unknown or malformed.
    #[error("the request is malformed: {0}")]
    Malformed(String),
    /// The body has another type than the address takes.
    #[error("the body's content type is not accepted: {0} is")]
    ContentType(&'static str),
    /// The body is longer than allowed.
    #[error("the body is longer than the {limit} bytes allowed")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The body did not arrive whole.
    #[error("the body did not arrive whole")]
    Incomplete,
    /// The body took too long to arrive, or the answer too long to make.
    #[error("the request took longer than the {limit_s} s allowed")]
    TooSlow {
        /// The limit in seconds.
        limit_s: u64,
    },
    /// The body came too slowly.
    #[error("the body came too slowly")]
    Stalled,
    /// A change without the version that it is made on.
    #[error("If-Match is missing: the ETag of what is to be changed, as it was read")]
    VersionMissing,
    /// One who shows no key sent too many requests in a second.
    #[error("too many requests without a key in this second")]
    TooMany,
    /// Those who show no key have as much under way as they may.
    #[error("too many requests without a key are under way")]
    StrangersBusy,
    /// The body is encoded in a way that is not undone here.
    #[error("the body's encoding is not accepted: send it as it is, without Content-Encoding")]
    ContentEncoding,
    /// More acts are under way than allowed, or the service is stopping.
    #[error("the service is busy or stopping")]
    Busy,
    /// The digest's algorithm is not the one of the profile's suite.
    #[error("the profile signs {} digests, not {}", expected.name(), sent.name())]
    DigestAlgorithm {
        /// The algorithm of the profile's suite.
        expected: DigestAlgorithm,
        /// The algorithm that was sent.
        sent: DigestAlgorithm,
    },
}
