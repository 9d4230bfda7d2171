//! Refusals on the wire: in OAuth's words where it has some (RFC 6749 section 5.2), else as problems.

use axum::{
    Json,
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, PRAGMA, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use oauth::{ErrorCode, OauthError};

use crate::{
    access::oauth::Refusal, authentication::AuthenticationError, problem::Problem,
    service::RequestError,
};

/// What comes from here is for whoever asked (RFC 6749 section 5.1).
pub(super) const NOT_KEPT: [(HeaderName, HeaderValue); 2] = [
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (PRAGMA, HeaderValue::from_static("no-cache")),
];

/// A refusal.
#[derive(Debug)]
pub(super) enum Refused {
    Oauth(OauthError),
    Problem(Problem),
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Oauth(error) => Self::Oauth(error),
            Refusal::Request(error) => error.into(),
            Refusal::TooMany => Self::Problem(RequestError::TooMany.into()),
            Refusal::Unavailable(why) => {
                tracing::error!(%why, "a client was not served");
                Self::Problem(crate::Error::from(AuthenticationError::Unread).into())
            }
        }
    }
}

impl From<OauthError> for Refused {
    fn from(error: OauthError) -> Self {
        Self::Oauth(error)
    }
}

impl From<RequestError> for Refused {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Malformed(_)
            | RequestError::Incomplete
            | RequestError::ContentType(_)
            | RequestError::ContentEncoding => {
                let why = "the body is not application/x-www-form-urlencoded, as it is and whole";
                Self::Oauth(OauthError::request(why))
            }
            RequestError::NotFound
            | RequestError::MethodNotAllowed
            | RequestError::TooLarge { .. }
            | RequestError::TooSlow { .. }
            | RequestError::Stalled
            | RequestError::VersionMissing
            | RequestError::TooMany
            | RequestError::Busy
            | RequestError::StrangersBusy
            | RequestError::DigestAlgorithm { .. } => Self::Problem(error.into()),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let error = match self {
            Self::Oauth(error) => error,
            Self::Problem(problem) => return (NOT_KEPT, problem).into_response(),
        };
        let status = status(error.code);
        let mut response = (status, NOT_KEPT, Json(error)).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let basic = HeaderValue::from_static("Basic realm=\"segl\"");
            response.headers_mut().insert(WWW_AUTHENTICATE, basic);
        }
        response
    }
}

fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::InvalidClient => StatusCode::UNAUTHORIZED,
        ErrorCode::InvalidRequest
        | ErrorCode::InvalidGrant
        | ErrorCode::UnauthorizedClient
        | ErrorCode::UnsupportedGrantType
        | ErrorCode::InvalidScope
        | ErrorCode::InvalidDpopProof
        | ErrorCode::InvalidRequestObject
        | ErrorCode::AccessDenied
        | ErrorCode::UnsupportedResponseType
        | ErrorCode::InvalidAuthorizationDetails => StatusCode::BAD_REQUEST,
        ErrorCode::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorCode::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}
