//! Errors with the API's own codes and texts (1.0.4.0 section 10.1, 2.0 section 10.1).

use std::borrow::Cow;

use serde::Serialize;

/// `error`: what kind of error it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// A parameter is missing, malformed or wrong.
    InvalidRequest,
    /// Nobody is recognised.
    InvalidToken,
    /// Nobody has this name and password (2.0 section 11.2).
    AuthenticationError,
    /// It is not done yet: no failure (2.0 section 11.12, status 202).
    AcceptedRequest,
    /// What is asked for is refused.
    AccessDenied,
    /// The hash is not one that was authorised (2.0 section 11.11: status 403).
    InvalidHash,
    /// There were too many requests.
    TooManyRequests,
    /// Something else does not answer.
    TemporarilyUnavailable,
    /// The service failed.
    ServerError,
}

impl Code {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidToken => "invalid_token",
            Self::AuthenticationError => "authentication_error",
            Self::AcceptedRequest => "accepted_request",
            Self::AccessDenied => "access_denied",
            Self::InvalidHash => "invalid_hash",
            Self::TooManyRequests | Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::ServerError => "server_error",
        }
    }

    /// The HTTP status that it comes with.
    pub fn status(self) -> u16 {
        match self {
            Self::AcceptedRequest => 202,
            Self::InvalidRequest | Self::AuthenticationError => 400,
            Self::InvalidToken => 401,
            Self::AccessDenied | Self::InvalidHash => 403,
            Self::TooManyRequests => 429,
            Self::ServerError => 500,
            Self::TemporarilyUnavailable => 503,
        }
    }
}

/// An error as it is answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {description}", code.name())]
pub struct Error {
    /// `error`.
    pub code: Code,
    /// `error_description`: the specification's own text where it has one.
    pub description: Cow<'static, str>,
}

/// The body of an error. `message` says the same once more: there are clients that look for it there.
#[derive(Serialize)]
struct Body<'a> {
    error: &'static str,
    error_description: &'a str,
    message: &'a str,
}

impl Error {
    /// An error with a text.
    pub fn new(code: Code, description: impl Into<Cow<'static, str>>) -> Self {
        Self { code, description: description.into() }
    }

    /// A request that is wrong in a way that the specification has a text for.
    pub fn request(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::InvalidRequest, description)
    }

    /// A parameter that is not there, or of another type than `kind`.
    pub fn missing(kind: &str, parameter: &str) -> Self {
        Self::request(format!("Missing (or invalid type) {kind} parameter {parameter}"))
    }

    /// A parameter whose value is not one of those that it may have.
    pub fn invalid(parameter: &str) -> Self {
        Self::request(format!("Invalid parameter {parameter}"))
    }

    /// A number of signatures that is none.
    pub fn number_of_signatures() -> Self {
        Self::request("Invalid value for parameter numSignatures")
    }

    /// More signatures than one authorisation, or the key, may still make.
    pub fn too_many_signatures() -> Self {
        Self::request("Numbers of signatures is too high")
    }

    /// A hash that the activation data do not authorise, or not so often.
    pub fn hash_not_authorized() -> Self {
        Self::request("Hash is not authorized by the SAD")
    }

    /// A document, or a digest of one, that the activation data do not authorise.
    pub fn document_not_authorized() -> Self {
        Self::new(Code::InvalidHash, "Document or documentDigest does not match authorized hash")
    }

    /// A request that is not done yet.
    pub fn pending() -> Self {
        let text = "The request has been accepted for processing, but the processing has not been \
                    completed";
        Self::new(Code::AcceptedRequest, text)
    }

    /// A SAD that was never issued, or not for this.
    pub fn sad() -> Self {
        Self::invalid("SAD")
    }

    /// A SAD whose time has run out.
    pub fn sad_expired() -> Self {
        Self::request("SAD expired")
    }

    /// A request without anybody's authorization, or with half of one.
    pub fn authorization() -> Self {
        Self::request("Malformed authorization header")
    }

    /// The body in JSON.
    pub fn body(&self) -> Vec<u8> {
        let description = &*self.description;
        let body =
            Body { error: self.code.name(), error_description: description, message: description };
        #[expect(clippy::expect_used, reason = "three strings are JSON")]
        serde_json::to_vec(&body).expect("strings serialise")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_are_the_specification_s_own() {
        for (error, text) in [
            (
                Error::missing("string", "credentialID"),
                "Missing (or invalid type) string parameter credentialID",
            ),
            (Error::invalid("credentialID"), "Invalid parameter credentialID"),
            (
                Error::missing("integer", "numSignatures"),
                "Missing (or invalid type) integer parameter numSignatures",
            ),
            (Error::number_of_signatures(), "Invalid value for parameter numSignatures"),
            (Error::too_many_signatures(), "Numbers of signatures is too high"),
            (Error::missing("string", "SAD"), "Missing (or invalid type) string parameter SAD"),
            (Error::sad(), "Invalid parameter SAD"),
            (Error::sad_expired(), "SAD expired"),
            (Error::hash_not_authorized(), "Hash is not authorized by the SAD"),
            (Error::authorization(), "Malformed authorization header"),
        ] {
            assert_eq!(error.description, text);
            assert_eq!(error.code.status(), 400);
        }
    }

    #[test]
    fn a_body_says_it_twice_for_clients_that_look_for_a_message() {
        let body: serde_json::Value = serde_json::from_slice(&Error::sad().body()).unwrap();
        let expected = serde_json::json!({
            "error": "invalid_request",
            "error_description": "Invalid parameter SAD",
            "message": "Invalid parameter SAD",
        });
        assert_eq!(body, expected);
    }
}
