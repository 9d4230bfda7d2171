//! Problem documents (RFC 9457): the only file that knows status codes.
//!
//! What went wrong inside is logged once, here, and never leaves.
#![warn(clippy::wildcard_enum_match_arm)]

mod kind;
mod status;

use axum::{
    Json,
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use registry::RegistryRefusal;
use seal::{
    CredentialEnd, EffortError, QscdError, TimeStampError,
    policy::{Refusal, Refusals},
};
use serde::Serialize;

pub use self::kind::ProblemType;
use crate::{
    Error,
    authentication::AuthenticationError,
    error::RequestError,
    service::{AugmentationError, RevocationError},
    store::{AuditError, DoneRequest, KeyUse},
};

/// A problem document.
#[derive(Clone, Debug, Serialize)]
pub struct Problem {
    /// The problem's type.
    #[serde(rename = "type")]
    uri: String,
    title: &'static str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    refusals: Vec<Refusal>,
    #[serde(flatten)]
    done: Option<Box<Already>>,
    #[serde(skip)]
    kind: ProblemType,
}

/// What was done before.
#[derive(Clone, Debug, Serialize)]
struct Already {
    /// Where it is read.
    location: String,
    /// The name of its receipt, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<String>,
}

impl Problem {
    /// The problem's type.
    pub fn kind(&self) -> ProblemType {
        self.kind
    }

    /// What is wrong this time, in one sentence.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Every broken rule, when the policy refused.
    pub fn refusals(&self) -> &[Refusal] {
        &self.refusals
    }

    fn new(kind: ProblemType, detail: String) -> Self {
        let status = kind.status().as_u16();
        Self {
            uri: kind.uri(),
            title: kind.title(),
            status,
            detail,
            refusals: Vec::new(),
            done: None,
            kind,
        }
    }

    fn refused(refusals: &Refusals) -> Self {
        let problem = Self::new(ProblemType::RefusedByPolicy, refusals.to_string());
        Self { refusals: refusals.iter().cloned().collect(), ..problem }
    }

    fn done(done: &DoneRequest, detail: String) -> Self {
        let receipt = match done {
            DoneRequest::Receipt(receipt) => Some(receipt.to_string()),
            DoneRequest::Entry { .. } => None,
        };
        let done = Some(Box::new(Already { location: done.address(), receipt }));
        Self { done, ..Self::new(ProblemType::AlreadyDone, detail) }
    }

    /// For causes that are ours: the caller learns the type, the log the cause.
    fn internal(kind: ProblemType, error: &Error) -> Self {
        tracing::error!(problem = kind.name(), cause = %error, "an act failed");
        Self::new(kind, kind.title().to_owned())
    }
}

impl From<&Error> for Problem {
    fn from(error: &Error) -> Self {
        let kind = ProblemType::from(error);
        match error {
            Error::Refused(refusals) => Self::refused(refusals),
            Error::Audit(AuditError::KeyUsed(KeyUse::Done(done))) => {
                Self::done(done, error.to_string())
            }
            Error::Document(
                pades::Error::ContentsTooSmall { .. }
                | pades::Error::PrefixLength { .. }
                | pades::Error::Effort(EffortError::NotAtOnce)
                | pades::Error::Inconsistent,
            ) => Self::internal(kind, error),
            // It may be a fault of ours as well as of the document.
            Error::Augmentation(AugmentationError::ResultNotValid(_)) => {
                tracing::warn!(problem = kind.name(), cause = %error, "an augmentation failed");
                Self::new(kind, error.to_string())
            }
            // The caller can mend these; the sentence says how.
            Error::Authentication(_)
            | Error::Request(_)
            | Error::ProfileUnknown(_)
            | Error::Registry(_)
            | Error::Document(_)
            | Error::Image(_)
            | Error::LevelNotOffered(_)
            | Error::Augmentation(
                AugmentationError::NoSignature
                | AugmentationError::Neither
                | AugmentationError::NotValid(_)
                | AugmentationError::NotTrusted(_)
                | AugmentationError::NotBaseline { .. }
                | AugmentationError::NotAugmentable(_)
                | AugmentationError::NotUsable(_)
                | AugmentationError::LevelReached(_)
                | AugmentationError::RevocationUnavailable { .. }
                | AugmentationError::RevocationUnknown { .. },
            )
            | Error::Audit(
                AuditError::TokenReplayed
                | AuditError::NotText
                | AuditError::KeyUsed(_)
                | AuditError::KeysFull,
            )
            | Error::Device(
                QscdError::AtCapacity
                | QscdError::EvidenceRefused(_)
                | QscdError::SadRefused(_)
                | QscdError::CredentialEnded(_),
            ) => Self::new(kind, error.to_string()),
            // These are the service's own.
            Error::Device(
                QscdError::Unavailable(_)
                | QscdError::EnrolmentRefused(_)
                | QscdError::NotSignable(_),
            )
            | Error::Certificate(_)
            | Error::TimeStamp(_)
            | Error::Revocation(_)
            | Error::Signature(_)
            | Error::Audit(_)
            | Error::Interrupted => Self::internal(kind, error),
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}

impl From<RequestError> for Problem {
    fn from(error: RequestError) -> Self {
        Self::from(&Error::from(error))
    }
}

impl From<&Error> for ProblemType {
    fn from(error: &Error) -> Self {
        match error {
            Error::Authentication(AuthenticationError::Missing) => Self::AuthenticationRequired,
            Error::Authentication(
                AuthenticationError::KeyUnknown
                | AuthenticationError::KeyExpired
                | AuthenticationError::KeyRevoked
                | AuthenticationError::ApplicationInactive
                | AuthenticationError::OtherDocuments
                | AuthenticationError::Token(_),
            ) => Self::CredentialsInvalid,
            Error::Request(error) => Self::from(error),
            Error::ProfileUnknown(_) => Self::ProfileUnknown,
            Error::Refused(_) => Self::RefusedByPolicy,
            Error::Registry(refusal) => Self::from(refusal),
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

impl From<&RegistryRefusal> for ProblemType {
    fn from(refusal: &RegistryRefusal) -> Self {
        match refusal {
            RegistryRefusal::NotPermitted(_)
            | RegistryRefusal::OwnRight
            | RegistryRefusal::OwnLastRole
            | RegistryRefusal::PersonHoldsRole
            | RegistryRefusal::HoldsRole => Self::NotPermitted,
            RegistryRefusal::LastAdministrator => Self::LastAdministrator,
            RegistryRefusal::ApplicationUnknown(_)
            | RegistryRefusal::KeyUnknown(_)
            | RegistryRefusal::GrantUnknown(_)
            | RegistryRefusal::MandateUnknown(_)
            | RegistryRefusal::PersonUnknown(_) => Self::EntryUnknown,
            RegistryRefusal::ApplicationExists(_)
            | RegistryRefusal::OrganisationExists(_)
            | RegistryRefusal::ProfileExists(_)
            | RegistryRefusal::LoginTaken => Self::EntryExists,
            RegistryRefusal::ProfileUnknown(_) => Self::ProfileUnknown,
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
            QscdError::EvidenceRefused(_) => Self::EvidenceRefused,
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

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.kind.status();
        let kind = self.kind;
        let location = self.done.as_ref().map(|done| HeaderValue::from_str(&done.location));
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(Ok(location)) = location {
            headers.insert(LOCATION, location);
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"segl\""));
        }
        if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response.extensions_mut().insert(kind);
        response
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        Problem::from(&self).into_response()
    }
}

#[cfg(test)]
mod tests;
