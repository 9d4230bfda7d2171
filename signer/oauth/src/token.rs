//! The token endpoint (RFC 6749 section 4.4 and 5.1) and revocation (RFC 7009).

use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::{ErrorCode, Form, OauthError};

/// A way to a token, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantType {
    /// The client for itself (RFC 6749 section 4.4).
    ClientCredentials,
}

impl GrantType {
    /// Every one that is answered.
    pub const ALL: [Self; 1] = [Self::ClientCredentials];

    /// The `grant_type`.
    pub fn name(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
        }
    }
}

/// What is asked of the token endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenRequest {
    /// A token for the client itself.
    ClientCredentials {
        /// The scopes; those of the client when left out.
        scope: Option<String>,
    },
}

impl TokenRequest {
    /// Reads a request.
    ///
    /// # Errors
    /// `invalid_request` where something is missing; `unsupported_grant_type`, and so for the password
    /// grant (RFC 9700 section 2.4).
    pub fn read(form: &Form) -> Result<Self, OauthError> {
        match form.need("grant_type")? {
            "client_credentials" => {
                Ok(Self::ClientCredentials { scope: form.get("scope").map(str::to_owned) })
            }
            _ => {
                Err(OauthError::new(ErrorCode::UnsupportedGrantType, "there is no such grant_type"))
            }
        }
    }
}

/// How a token is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum TokenType {
    /// As RFC 6750 has it.
    Bearer,
    /// With a proof of the key that it is bound to (RFC 9449 section 5).
    #[serde(rename = "DPoP")]
    Dpop,
}

/// A token, as the client gets it (RFC 6749 section 5.1).
#[derive(Clone, Serialize)]
pub struct TokenResponse {
    /// The token.
    pub access_token: String,
    /// How it is shown.
    pub token_type: TokenType,
    /// How long it is good for, in seconds.
    #[serde(serialize_with = "seconds")]
    pub expires_in: Duration,
    /// What it is good for.
    pub scope: String,
}

fn seconds<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(duration.as_secs())
}

/// No token is in a log.
impl std::fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenResponse").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// What is asked of the revocation endpoint (RFC 7009 section 2.1). The hint is not needed: a token is
/// found by what it is.
#[derive(Clone, PartialEq, Eq)]
pub struct RevocationRequest {
    /// The token.
    pub token: String,
}

impl RevocationRequest {
    /// Reads a request.
    ///
    /// # Errors
    /// `invalid_request` where there is no token.
    pub fn read(form: &Form) -> Result<Self, OauthError> {
        Ok(Self { token: form.need("token")?.to_owned() })
    }
}

impl std::fmt::Debug for RevocationRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RevocationRequest(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_that_is_not_offered_is_refused_and_so_is_a_password() {
        let read = |text: &str| TokenRequest::read(&Form::parse(text.as_bytes()).unwrap());
        let wanted = TokenRequest::ClientCredentials { scope: Some("service".into()) };
        assert_eq!(read("grant_type=client_credentials&scope=service"), Ok(wanted));
        for grant in ["password", "implicit", "urn:ietf:params:oauth:grant-type:saml2-bearer"] {
            let refused = read(&format!("grant_type={grant}&username=a&password=b")).unwrap_err();
            assert_eq!(refused.code, ErrorCode::UnsupportedGrantType, "{grant}");
        }
        assert_eq!(read("scope=service").unwrap_err().code, ErrorCode::InvalidRequest);
    }

    #[test]
    fn an_answer_is_written_as_the_standard_has_it_and_not_into_a_log() {
        let answer = TokenResponse {
            access_token: "secret".into(),
            token_type: TokenType::Bearer,
            expires_in: Duration::from_secs(3600),
            scope: "service".into(),
        };
        let json = serde_json::to_string(&answer).unwrap();
        let expected = r#"{"access_token":"secret","token_type":"Bearer","expires_in":3600,"scope":"service"}"#;
        assert_eq!(json, expected);
        assert!(!format!("{answer:?}").contains("secret"));
    }
}
