//! What the management port answers when it cannot do as asked.

use axum::{
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use seal::CredentialEnd;
use serde_json::json;

use crate::faults::FaultError;

/// A problem (RFC 9457) of the management port.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ManagementProblem {
    #[error("the body is not the JSON that is expected here: {0}")]
    BodyMalformed(String),
    #[error("a document is named by the SHA-256 of its bytes: 64 hexadecimal digits")]
    DocumentMalformed,
    #[error("one token names at most 1000 documents")]
    TooManyDocuments,
    #[error("a time is written as in RFC 3339, after 1970: 2026-01-31T12:00:00Z")]
    TimeMalformed,
    #[error("the clock is advanced by at least nothing and at most a century")]
    StepMalformed,
    #[error("{0}")]
    Fault(#[from] FaultError),
    #[error("there is no such scenario")]
    ScenarioUnknown,
    #[error("no fault of this number is in force")]
    FaultUnknown,
    #[error("no certificate with this serial number is listed")]
    CertificateUnknown,
    #[error(
        "the certificate ended with its key and is not kept: `--keep-issued` or `[qscd] keep_issued` \
         keeps so many"
    )]
    CertificateEnded,
    #[error("there is no profile `{0}` here: {1}")]
    ProfileUnknown(String, String),
    #[error("no credential `{0}` lives")]
    CredentialUnknown(String),
    #[error("{0}")]
    NotIssuable(String),
    #[error("{0}")]
    NotRegistered(String),
    #[error("no certificate with this serial number was ever issued here")]
    NeverIssued,
    #[error("the CA holds as many revocations as it can")]
    TooManyRevocations,
    #[error("the credential does not live: {0}")]
    CredentialEnded(CredentialEnd),
    #[error("the issuer does not know this person")]
    PersonUnknown,
    #[error("as many read the events as may: 64")]
    TooManyReaders,
    #[error("the simulator failed")]
    Failed,
}

impl IntoResponse for ManagementProblem {
    fn into_response(self) -> Response {
        let status = match self {
            Self::BodyMalformed(_)
            | Self::DocumentMalformed
            | Self::TooManyDocuments
            | Self::TimeMalformed
            | Self::StepMalformed
            | Self::Fault(_) => StatusCode::BAD_REQUEST,
            Self::PersonUnknown
            | Self::ScenarioUnknown
            | Self::FaultUnknown
            | Self::CertificateUnknown
            | Self::CertificateEnded
            | Self::ProfileUnknown(..)
            | Self::CredentialUnknown(_)
            | Self::NeverIssued
            | Self::CredentialEnded(_) => StatusCode::NOT_FOUND,
            Self::NotIssuable(_) | Self::NotRegistered(_) => StatusCode::CONFLICT,
            Self::TooManyReaders => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooManyRevocations => StatusCode::INSUFFICIENT_STORAGE,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let problem = json!({
            "type": "about:blank",
            "title": status.canonical_reason(),
            "status": status.as_u16(),
            "detail": self.to_string(),
        });
        (status, [(CONTENT_TYPE, "application/problem+json")], problem.to_string()).into_response()
    }
}
