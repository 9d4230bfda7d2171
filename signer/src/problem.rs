//! Problem documents (RFC 9457): the only file that knows status codes.
//!
//! What went wrong inside is logged once, here, and never leaves.
#![warn(clippy::wildcard_enum_match_arm)]

mod status;

use axum::{
    Json,
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use registry::IssuingError;
use seal::{
    EffortError, QscdError,
    policy::{Refusal, Refusals},
};
use serde::Serialize;

use crate::{
    service::{AugmentationError, Error, ProblemType, RequestError},
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
            | Error::AppearanceUnknown { .. }
            | Error::Logo { .. }
            | Error::Registry(_)
            | Error::Order(_)
            | Error::Issuing(IssuingError::Content(_))
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
                | QscdError::ActivationRefused(_)
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
            | Error::Issuing(IssuingError::OutlivesIssuer | IssuingError::Key(_))
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
        if status == StatusCode::UNAUTHORIZED || kind == ProblemType::ScopeMissing {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge(kind)));
        }
        if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
            let seconds = match kind == ProblemType::LettersSpent {
                // What was written a day ago counts no more.
                true => "3600",
                false => "1",
            };
            headers.insert(RETRY_AFTER, HeaderValue::from_static(seconds));
        }
        response.extensions_mut().insert(kind);
        response
    }
}

/// What a bearer is told (RFC 6750 section 3.1): nothing of errors to one who showed nothing.
fn challenge(kind: ProblemType) -> &'static str {
    if kind == ProblemType::AuthenticationRequired {
        "Bearer realm=\"segl\""
    } else if kind == ProblemType::ScopeMissing {
        "Bearer realm=\"segl\", error=\"insufficient_scope\""
    } else {
        "Bearer realm=\"segl\", error=\"invalid_token\""
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        Problem::from(&self).into_response()
    }
}

#[cfg(test)]
mod tests;
