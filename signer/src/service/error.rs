//! What can go wrong in the service. `problem` says what each looks like on the wire.

use registry::{IssuingError, OrderRefusal, RegistryRefusal};
use seal::{
    Level, ProfileId, QscdError, TimeStampError,
    policy::{CertificateMismatch, Refusals},
};

use super::{AugmentationError, RequestError, RevocationError};
use crate::{
    administration::ChangeError,
    authentication::AuthenticationError,
    store::{AuditError, RowRefusal},
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
    /// The profile has no appearance of this name.
    #[error(
        "the certificate profile {profile} has no appearance {name}; it has {}",
        if known.is_empty() { "none".to_owned() } else { known.join(", ") }
    )]
    AppearanceUnknown {
        /// Whose.
        profile: ProfileId,
        /// What was asked for.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// A logo of a profile cannot be shown.
    #[error("the logo of the appearance {name}: {cause}")]
    Logo {
        /// Whose.
        name: String,
        /// Why.
        #[source]
        cause: Box<Self>,
    },
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
    /// Nothing comes of an order or a certificate as asked.
    #[error(transparent)]
    Order(#[from] OrderRefusal),
    /// The registry's authority issues nothing.
    #[error(transparent)]
    Issuing(#[from] IssuingError),
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
            ChangeError::Unrecorded(AuditError::RowRefused(RowRefusal::AddressLettersSpent)) => {
                OrderRefusal::AddressLettersSpent.into()
            }
            ChangeError::Unrecorded(AuditError::RowRefused(
                RowRefusal::OrganisationLettersSpent,
            )) => OrderRefusal::OrganisationLettersSpent.into(),
            ChangeError::Unrecorded(error) => error.into(),
        }
    }
}
