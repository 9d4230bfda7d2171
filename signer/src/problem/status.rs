//! The status of each type of problem.

use axum::http::StatusCode;

use super::ProblemType;

impl ProblemType {
    /// The `status` of RFC 9457 section 3.1.2.
    pub fn status(self) -> StatusCode {
        match self {
            Self::AuthenticationRequired | Self::CredentialsInvalid => StatusCode::UNAUTHORIZED,
            Self::NotFound
            | Self::ProfileUnknown
            | Self::AppearanceUnknown
            | Self::EntryUnknown
            | Self::ActivationUnknown => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::RequestMalformed => StatusCode::BAD_REQUEST,
            Self::ContentTypeNotAccepted => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::RequestTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TooManyRequests | Self::KeysFull | Self::LettersSpent => {
                StatusCode::TOO_MANY_REQUESTS
            }
            Self::Busy
            | Self::DeviceUnavailable
            | Self::DeviceAtCapacity
            | Self::TimeStampUnavailable
            | Self::AuditUnavailable
            | Self::IssuingUnavailable
            | Self::RevocationUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::RefusedByPolicy
            | Self::EvidenceRefused
            | Self::NotPermitted
            | Self::PoliciesNotAccepted
            | Self::ScopeMissing => StatusCode::FORBIDDEN,
            Self::VersionPassed => StatusCode::PRECONDITION_FAILED,
            Self::VersionMissing => StatusCode::PRECONDITION_REQUIRED,
            Self::LevelNotOffered
            | Self::DocumentNotPdf
            | Self::DocumentLeadingBytes
            | Self::DocumentDamaged
            | Self::DocumentNotSignable
            | Self::DocumentEncrypted
            | Self::PasswordRequired
            | Self::PasswordIncorrect
            | Self::DocumentForbids
            | Self::DocumentExceedsLimit
            | Self::FieldNotUsable
            | Self::AppearanceNotUsable
            | Self::ImageNotUsable
            | Self::SignatureMissing
            | Self::SignatureNotValid
            | Self::SignatureNotTrusted
            | Self::SignatureNotAugmentable
            | Self::LevelReached
            | Self::RevocationUnknown
            | Self::DigestAlgorithmMismatch
            | Self::QualifiedLongLived
            | Self::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TokenReplayed
            | Self::CredentialConsumed
            | Self::CredentialExpired
            | Self::CredentialEvicted
            | Self::CredentialDestroyed
            | Self::CredentialUnknown
            | Self::CertificateRevoked
            | Self::EntryExists
            | Self::EntryEnded
            | Self::OrderNotPossible
            | Self::OrderState
            | Self::ManagedByFile
            | Self::RegisterFull
            | Self::LastAdministrator
            | Self::AlreadyDone
            | Self::KeyInUse => StatusCode::CONFLICT,
            Self::EnrolmentRefused
            | Self::SadRefused
            | Self::CertificateMismatch
            | Self::SignatureInvalid
            | Self::TimeStampInvalid => StatusCode::BAD_GATEWAY,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}
