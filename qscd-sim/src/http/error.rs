//! What the device answers when it does not do as asked: the only file with its status codes.

use std::io;

use axum::{
    Json,
    body::Body,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use futures_util::stream;
use qscd_protocol::{Refusal, RefusalCode};
use seal::QscdError;

use crate::faults::CONNECTION_LOST;

/// An answer that is no success.
#[derive(Debug)]
pub(super) enum Answer {
    /// The device refuses.
    Refusal(Refusal),
    /// A planned fault: the connection breaks.
    Silence,
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(refusal)
    }
}

impl From<QscdError> for Answer {
    fn from(error: QscdError) -> Self {
        match error {
            QscdError::Unavailable(why) if why == CONNECTION_LOST => Self::Silence,
            error => Self::Refusal(error.into()),
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        match self {
            Self::Refusal(refusal) => (status(refusal.error), Json(refusal)).into_response(),
            Self::Silence => silence(),
        }
    }
}

/// A body that breaks off makes hyper close the connection: the client never has an answer.
pub(super) fn silence() -> Response {
    let broken = stream::once(async { Err::<Vec<u8>, _>(io::Error::other("a planned fault")) });
    Response::new(Body::from_stream(broken))
}

fn status(code: RefusalCode) -> StatusCode {
    match code {
        RefusalCode::BadRequest => StatusCode::BAD_REQUEST,
        RefusalCode::Unavailable | RefusalCode::AtCapacity => StatusCode::SERVICE_UNAVAILABLE,
        RefusalCode::EnrolmentRefused | RefusalCode::NotSignable => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        RefusalCode::ClientRefused
        | RefusalCode::TokenInvalid
        | RefusalCode::TokenReplayed
        | RefusalCode::TokenForOtherDocument
        | RefusalCode::TokenOfOtherSubject
        | RefusalCode::NoMandate
        | RefusalCode::EvidenceOfWrongKind
        | RefusalCode::ActivationUnknown
        | RefusalCode::ActivationWithoutEvidence
        | RefusalCode::ActivationForOtherProfile
        | RefusalCode::ImprintNotApproved
        | RefusalCode::AttributesMalformed
        | RefusalCode::ActivationRefused
        | RefusalCode::SadUnknown
        | RefusalCode::SadForOtherCredential
        | RefusalCode::SadForOtherHashes
        | RefusalCode::SadExpired => StatusCode::FORBIDDEN,
        RefusalCode::CredentialConsumed
        | RefusalCode::CredentialExpired
        | RefusalCode::CredentialEvicted
        | RefusalCode::CredentialDestroyed => StatusCode::GONE,
        RefusalCode::CredentialUnknown => StatusCode::NOT_FOUND,
    }
}
