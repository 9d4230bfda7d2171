//! Which type of problem each error is.
#![warn(clippy::wildcard_enum_match_arm)]

use registry::{IssuingError, OrderRefusal, RegistryRefusal};
use seal::{CredentialEnd, EffortError, QscdError, TimeStampError};

use super::{AugmentationError, Error, ProblemType, RequestError, RevocationError};
use crate::{
    authentication::AuthenticationError,
    store::{AuditError, KeyUse},
};

impl From<&Error> for ProblemType {
    fn from(error: &Error) -> Self {
        match error {
            Error::Authentication(AuthenticationError::Missing) => Self::AuthenticationRequired,
            Error::Authentication(
                AuthenticationError::Register(_) | AuthenticationError::Unread,
            ) => Self::AuditUnavailable,
            Error::Authentication(
                AuthenticationError::ScopeMissing(_) | AuthenticationError::OtherAudience,
            ) => Self::ScopeMissing,
            Error::Authentication(
                AuthenticationError::KeyUnknown
                | AuthenticationError::KeyExpired
                | AuthenticationError::KeyRevoked
                | AuthenticationError::ApplicationInactive
                | AuthenticationError::SessionEnded
                | AuthenticationError::SessionFromElsewhere
                | AuthenticationError::LoginTooOld
                | AuthenticationError::OtherDocuments
                | AuthenticationError::TokenUnknown
                | AuthenticationError::ClientEnded
                | AuthenticationError::PersonEnded
                | AuthenticationError::ProofMissing
                | AuthenticationError::CertificateMissing
                | AuthenticationError::CertificateEnded
                | AuthenticationError::Proof(_)
                | AuthenticationError::ProofUsed
                | AuthenticationError::Token(_),
            ) => Self::CredentialsInvalid,
            Error::Request(error) => Self::from(error),
            Error::ProfileUnknown(_) => Self::ProfileUnknown,
            Error::AppearanceUnknown { .. } => Self::AppearanceUnknown,
            Error::Logo { cause, .. } => Self::from(&**cause),
            Error::Refused(_) => Self::RefusedByPolicy,
            Error::Registry(refusal) => Self::from(refusal),
            Error::Order(refusal) => Self::from(refusal),
            Error::Issuing(IssuingError::Content(_)) => Self::OrderNotPossible,
            Error::Issuing(IssuingError::OutlivesIssuer | IssuingError::Key(_)) => {
                Self::IssuingUnavailable
            }
            Error::Document(error) => Self::from(error),
            Error::Image(_) => Self::ImageNotUsable,
            Error::LevelNotOffered(_) => Self::LevelNotOffered,
            Error::Device(error) => Self::from(error),
            Error::Certificate(_) => Self::CertificateMismatch,
            Error::TimeStamp(TimeStampError::Unavailable(_) | TimeStampError::Rejected(_)) => {
                Self::TimeStampUnavailable
            }
            Error::TimeStamp(TimeStampError::Invalid(_)) => Self::TimeStampInvalid,
            Error::Revocation(RevocationError::Revoked) => Self::CertificateRevoked,
            Error::Revocation(RevocationError::Unavailable(_) | RevocationError::Unknown) => {
                Self::RevocationUnavailable
            }
            Error::Signature(cades::Error::TokenRefused(_)) => Self::TimeStampInvalid,
            Error::Signature(_) => Self::SignatureInvalid,
            Error::Augmentation(error) => Self::from(error),
            Error::Audit(AuditError::TokenReplayed) => Self::TokenReplayed,
            Error::Audit(AuditError::NotText) => Self::CredentialsInvalid,
            Error::Audit(AuditError::KeyUsed(used)) => match used {
                KeyUse::OtherRequest => Self::KeyReused,
                KeyUse::UnderWay => Self::KeyInUse,
                KeyUse::Done(_) => Self::AlreadyDone,
            },
            Error::Audit(AuditError::KeysFull) => Self::KeysFull,
            Error::Audit(_) => Self::AuditUnavailable,
            Error::Interrupted => Self::Internal,
        }
    }
}

impl From<&RequestError> for ProblemType {
    fn from(error: &RequestError) -> Self {
        match error {
            RequestError::NotFound => Self::NotFound,
            RequestError::MethodNotAllowed => Self::MethodNotAllowed,
            RequestError::Malformed(_) | RequestError::Incomplete => Self::RequestMalformed,
            RequestError::ContentType(_) | RequestError::ContentEncoding => {
                Self::ContentTypeNotAccepted
            }
            RequestError::TooLarge { .. } => Self::BodyTooLarge,
            RequestError::TooSlow { .. } | RequestError::Stalled => Self::RequestTooSlow,
            RequestError::VersionMissing => Self::VersionMissing,
            RequestError::TooMany => Self::TooManyRequests,
            RequestError::Busy | RequestError::StrangersBusy => Self::Busy,
            RequestError::DigestAlgorithm { .. } => Self::DigestAlgorithmMismatch,
        }
    }
}

impl From<&OrderRefusal> for ProblemType {
    fn from(refusal: &OrderRefusal) -> Self {
        match refusal {
            OrderRefusal::NotPermitted(_) | OrderRefusal::OwnOrder => Self::NotPermitted,
            OrderRefusal::QualifiedLongLived => Self::QualifiedLongLived,
            OrderRefusal::UserCertificatesNotAllowed
            | OrderRefusal::ProfileNotOrderable
            | OrderRefusal::TermsChanged
            | OrderRefusal::KindMismatch
            | OrderRefusal::ContactMissing
            | OrderRefusal::Holder(_)
            | OrderRefusal::OrganisationIncomplete
            | OrderRefusal::OtherIdentification(_)
            | OrderRefusal::EmailNotConfirmed
            | OrderRefusal::AddressNotValidated
            | OrderRefusal::ChecksSpent { .. }
            | OrderRefusal::NotRenewable
            | OrderRefusal::RenewalNotDue
            | OrderRefusal::Followed
            | OrderRefusal::KeyKind(_)
            | OrderRefusal::KeyKnown => Self::OrderNotPossible,
            OrderRefusal::AddressLettersSpent | OrderRefusal::OrganisationLettersSpent => {
                Self::LettersSpent
            }
            OrderRefusal::PolicyNotAccepted(_) => Self::PoliciesNotAccepted,
            OrderRefusal::State { .. } => Self::OrderState,
            OrderRefusal::CodeRefused => Self::CredentialsInvalid,
            OrderRefusal::Unknown | OrderRefusal::CertificateUnknown => Self::EntryUnknown,
            OrderRefusal::Blocked => Self::EntryEnded,
            OrderRefusal::Changed => Self::VersionPassed,
            OrderRefusal::Full { .. } => Self::RegisterFull,
        }
    }
}

impl From<&RegistryRefusal> for ProblemType {
    fn from(refusal: &RegistryRefusal) -> Self {
        match refusal {
            RegistryRefusal::NotPermitted(_)
            | RegistryRefusal::OwnRight
            | RegistryRefusal::OwnLastRole
            | RegistryRefusal::PersonHoldsRole
            | RegistryRefusal::PersonHoldsGrant
            | RegistryRefusal::PersonBarred
            | RegistryRefusal::LastLogin
            | RegistryRefusal::HoldsRole => Self::NotPermitted,
            RegistryRefusal::LastAdministrator => Self::LastAdministrator,
            RegistryRefusal::ApplicationUnknown(_)
            | RegistryRefusal::OrganisationUnknown
            | RegistryRefusal::KeyUnknown(_)
            | RegistryRefusal::ClientUnknown(_)
            | RegistryRefusal::GrantUnknown(_)
            | RegistryRefusal::MandateUnknown(_)
            | RegistryRefusal::PasskeyUnknown
            | RegistryRefusal::LinkUnknown
            | RegistryRefusal::PersonUnknown(_) => Self::EntryUnknown,
            RegistryRefusal::ApplicationExists(_)
            | RegistryRefusal::OrganisationExists(_)
            | RegistryRefusal::ProfileExists(_)
            | RegistryRefusal::TermsExist(_)
            | RegistryRefusal::CertificateNameTaken(_)
            | RegistryRefusal::PasskeyTaken
            | RegistryRefusal::LoginTaken => Self::EntryExists,
            RegistryRefusal::ProfileUnknown(_) | RegistryRefusal::TermsUnknown(_) => {
                Self::ProfileUnknown
            }
            RegistryRefusal::ManagedByFile(_) => Self::ManagedByFile,
            RegistryRefusal::VersionPassed { .. } => Self::VersionPassed,
            RegistryRefusal::Ended(_) => Self::EntryEnded,
            RegistryRefusal::Invalid { .. } => Self::RequestMalformed,
            RegistryRefusal::Full { .. } => Self::RegisterFull,
        }
    }
}

impl From<&pades::Error> for ProblemType {
    fn from(error: &pades::Error) -> Self {
        use pades::{Error, StructureError};
        match error {
            Error::HeaderMissing | Error::HeaderLate { .. } => Self::DocumentNotPdf,
            Error::BytesBeforeHeader { .. } => Self::DocumentLeadingBytes,
            Error::Startxref(_) | Error::Xref { .. } | Error::Object { .. } => {
                Self::DocumentDamaged
            }
            Error::Structure(StructureError::NoCatalog | StructureError::CatalogKind) => {
                Self::DocumentDamaged
            }
            Error::Structure(_) | Error::NotExtendable(_) => Self::DocumentNotSignable,
            Error::Encrypted => Self::PasswordRequired,
            Error::Password => Self::PasswordIncorrect,
            Error::Encryption(_) => Self::DocumentEncrypted,
            Error::Forbidden(_) => Self::DocumentForbids,
            Error::Field { .. } => Self::FieldNotUsable,
            Error::Appearance(_) => Self::AppearanceNotUsable,
            Error::Limit { .. }
            | Error::Effort(
                EffortError::Steps { .. }
                | EffortError::Inflated { .. }
                | EffortError::Memory { .. },
            ) => Self::DocumentExceedsLimit,
            Error::Effort(EffortError::Busy | EffortError::Stopped) => Self::Busy,
            Error::Effort(EffortError::NotAtOnce) => Self::Internal,
            Error::ContentsTooSmall { .. } | Error::PrefixLength { .. } | Error::Inconsistent => {
                Self::Internal
            }
        }
    }
}

impl From<&AugmentationError> for ProblemType {
    fn from(error: &AugmentationError) -> Self {
        match error {
            AugmentationError::NoSignature | AugmentationError::Neither => Self::SignatureMissing,
            AugmentationError::NotValid(_) => Self::SignatureNotValid,
            AugmentationError::NotTrusted(_) => Self::SignatureNotTrusted,
            AugmentationError::NotBaseline { .. }
            | AugmentationError::NotAugmentable(_)
            | AugmentationError::NotUsable(_)
            | AugmentationError::ResultNotValid(_) => Self::SignatureNotAugmentable,
            AugmentationError::LevelReached(_) => Self::LevelReached,
            AugmentationError::RevocationUnavailable { .. } => Self::RevocationUnavailable,
            AugmentationError::RevocationUnknown { .. } => Self::RevocationUnknown,
        }
    }
}

impl From<&QscdError> for ProblemType {
    fn from(error: &QscdError) -> Self {
        match error {
            QscdError::Unavailable(_) => Self::DeviceUnavailable,
            QscdError::AtCapacity => Self::DeviceAtCapacity,
            QscdError::EnrolmentRefused(_) => Self::EnrolmentRefused,
            QscdError::EvidenceRefused(seal::EvidenceRefusal::TokenReplayed) => Self::TokenReplayed,
            QscdError::EvidenceRefused(seal::EvidenceRefusal::ActivationUnknown)
            | QscdError::ActivationRefused(seal::ActivationRefusal::Unknown) => {
                Self::ActivationUnknown
            }
            QscdError::EvidenceRefused(_) | QscdError::ActivationRefused(_) => {
                Self::EvidenceRefused
            }
            QscdError::SadRefused(_) => Self::SadRefused,
            QscdError::NotSignable(_) => Self::Internal,
            QscdError::CredentialEnded(end) => match end {
                CredentialEnd::Consumed => Self::CredentialConsumed,
                CredentialEnd::Expired => Self::CredentialExpired,
                CredentialEnd::Evicted => Self::CredentialEvicted,
                CredentialEnd::Destroyed => Self::CredentialDestroyed,
                CredentialEnd::Unknown => Self::CredentialUnknown,
            },
        }
    }
}
