//! Errors as the API answers them.

use std::borrow::Cow;

use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use csc::{Code, Error};

use crate::{
    access::csc::Failure,
    problem::Problem,
    service::{ProblemType, RequestError},
};

/// Why nothing is answered, in the API's own codes.
#[derive(Debug)]
pub(super) struct Refused {
    error: Error,
    status: StatusCode,
    /// The type of the problem behind it, for the counts of answers.
    kind: Option<ProblemType>,
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::BAD_REQUEST);
        Self { error, status, kind: None }
    }
}

impl Refused {
    /// What is not there, or not by this method of HTTP.
    pub(super) fn unknown(status: StatusCode, description: &'static str) -> Self {
        Self { status, ..Error::request(description).into() }
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        (&failure).into()
    }
}

impl From<&Failure> for Refused {
    fn from(failure: &Failure) -> Self {
        match failure {
            Failure::Api(error) => error.clone().into(),
            Failure::Service(error) => Problem::from(error).into(),
        }
    }
}

impl From<RequestError> for Refused {
    fn from(error: RequestError) -> Self {
        Problem::from(error).into()
    }
}

/// What is told of a problem is told here, too; what is kept to the log there is kept to it here.
impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        let kind = problem.kind();
        let status = kind.status();
        let code = match status {
            StatusCode::UNAUTHORIZED if kind == ProblemType::AuthenticationRequired => {
                return Self { error: Error::authorization(), status, kind: Some(kind) };
            }
            StatusCode::UNAUTHORIZED => Code::InvalidToken,
            StatusCode::FORBIDDEN => Code::AccessDenied,
            StatusCode::TOO_MANY_REQUESTS => Code::TooManyRequests,
            StatusCode::SERVICE_UNAVAILABLE => Code::TemporarilyUnavailable,
            status if status.is_client_error() => Code::InvalidRequest,
            _ => Code::ServerError,
        };
        let description = Cow::Owned(problem.detail().to_owned());
        // What HTTP has a status of its own for is told by it.
        let refused = Self::from(Error::new(code, description));
        let of_http = matches!(
            status,
            StatusCode::REQUEST_TIMEOUT
                | StatusCode::PAYLOAD_TOO_LARGE
                | StatusCode::UNSUPPORTED_MEDIA_TYPE
        );
        let status = if of_http { status } else { refused.status };
        Self { status, kind: Some(kind), ..refused }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Self { error, status, kind } = self;
        let mut response = (status, error.body()).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if status == StatusCode::UNAUTHORIZED {
            let challenge = match error.code == Code::InvalidToken {
                true => "Bearer realm=\"segl\", error=\"invalid_token\"",
                false => "Bearer realm=\"segl\"",
            };
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        let is_passing = matches!(
            error.code,
            Code::TooManyRequests | Code::TemporarilyUnavailable | Code::AcceptedRequest
        );
        if is_passing {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if let Some(kind) = kind {
            response.extensions_mut().insert(kind);
        }
        response
    }
}
