//! Errors in OAuth's words (RFC 6749 sections 4.1.2.1 and 5.2; RFC 7009 section 2.2.1; RFC 9396 section 5).

use std::{borrow::Cow, fmt};

use serde::{Serialize, Serializer};

/// The `error` of an answer. Clients rely on the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// A parameter is missing, malformed, unknown in its value, or there twice.
    InvalidRequest,
    /// The client is not known, or did not prove who it is.
    InvalidClient,
    /// The code, refresh token or verifier does not hold, or is another client's.
    InvalidGrant,
    /// The client may not ask in this way.
    UnauthorizedClient,
    /// No such `grant_type`.
    UnsupportedGrantType,
    /// No such scope, or one that the client may not have.
    InvalidScope,
    /// The person, or the server, said no.
    AccessDenied,
    /// No such `response_type`.
    UnsupportedResponseType,
    /// The proof of possession does not hold (RFC 9449 section 5).
    InvalidDpopProof,
    /// No such type of `authorization_details`, or a member that does not fit.
    InvalidAuthorizationDetails,
    /// The signed request does not hold (RFC 9101 section 7).
    InvalidRequestObject,
    /// The server failed.
    ServerError,
    /// The server is busy.
    TemporarilyUnavailable,
}

impl ErrorCode {
    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidDpopProof => "invalid_dpop_proof",
            Self::InvalidAuthorizationDetails => "invalid_authorization_details",
            Self::InvalidRequestObject => "invalid_request_object",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// Why a request is refused, as the client is told (RFC 6749 section 5.2). The description quotes nothing
/// that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OauthError {
    /// The word.
    #[serde(rename = "error")]
    pub code: ErrorCode,
    /// What is wrong, in one sentence of ASCII without quotation marks.
    #[serde(rename = "error_description")]
    pub description: Cow<'static, str>,
}

impl OauthError {
    /// An error with its description.
    pub fn new(code: ErrorCode, description: impl Into<Cow<'static, str>>) -> Self {
        Self { code, description: description.into() }
    }

    /// A parameter that is not as it must be.
    pub fn request(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidRequest, description)
    }
}

impl fmt::Display for OauthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.name(), self.description)
    }
}

impl std::error::Error for OauthError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_written_as_the_standard_has_it() {
        let error = OauthError::new(ErrorCode::InvalidScope, "there is no such scope");
        let json = serde_json::to_string(&error).unwrap();
        let expected = r#"{"error":"invalid_scope","error_description":"there is no such scope"}"#;
        assert_eq!(json, expected);
    }
}
