//! What the management port answers when it cannot do as asked.

use axum::{
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use serde_json::json;

/// A problem (RFC 9457) of the management port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ManagementProblem {
    #[error("the body is not the JSON of a token request")]
    BodyMalformed,
    #[error("a document is named by the SHA-256 of its bytes: 64 hexadecimal digits")]
    DocumentMalformed,
    #[error("one token names at most 1000 documents")]
    TooManyDocuments,
    #[error("the issuer does not know this person")]
    PersonUnknown,
    #[error("the token could not be made")]
    Failed,
}

impl IntoResponse for ManagementProblem {
    fn into_response(self) -> Response {
        let status = match self {
            Self::BodyMalformed | Self::DocumentMalformed | Self::TooManyDocuments => {
                StatusCode::BAD_REQUEST
            }
            Self::PersonUnknown => StatusCode::NOT_FOUND,
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
