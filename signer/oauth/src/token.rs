//! The token endpoint (RFC 6749 sections 4.1.3, 4.4, 5.1 and 6) and revocation (RFC 7009).

use std::time::Duration;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::{CredentialDetails, ErrorCode, Form, OauthError};

/// A way to a token, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantType {
    /// A person's consent (RFC 6749 section 4.1).
    AuthorizationCode,
    /// The client for itself (RFC 6749 section 4.4).
    ClientCredentials,
    /// What came of a consent before (RFC 6749 section 6).
    RefreshToken,
}

impl GrantType {
    /// Every one that is answered.
    pub const ALL: [Self; 3] =
        [Self::AuthorizationCode, Self::ClientCredentials, Self::RefreshToken];

    /// The `grant_type`.
    pub fn name(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::ClientCredentials => "client_credentials",
            Self::RefreshToken => "refresh_token",
        }
    }
}

/// What is asked of the token endpoint.
#[derive(Clone, PartialEq, Eq)]
pub enum TokenRequest {
    /// A token for what a person agreed to.
    AuthorizationCode(CodeRequest),
    /// A token for the client itself.
    ClientCredentials {
        /// The scopes; those of the client when left out.
        scope: Option<String>,
    },
    /// A token in place of one that has ended.
    RefreshToken {
        /// The refresh token.
        token: String,
        /// The scopes; those of the consent when left out.
        scope: Option<String>,
    },
}

/// A code, and what shows that it is the client's own.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeRequest {
    /// The code.
    pub code: String,
    /// The address that it was sent to, as the request for it had it.
    pub redirect: Option<String>,
    /// What the code challenge is the hash of.
    pub verifier: Option<String>,
    /// What was asked for, said once more, as CSC has it.
    pub details: Option<CredentialDetails>,
}

impl TokenRequest {
    /// Reads a request.
    ///
    /// # Errors
    /// `invalid_request` where something is missing; `unsupported_grant_type`, and so for the password
    /// grant (RFC 9700 section 2.4).
    pub fn read(form: &Form) -> Result<Self, OauthError> {
        let scope = || form.get("scope").map(str::to_owned);
        match form.need("grant_type")? {
            "authorization_code" => Ok(Self::AuthorizationCode(CodeRequest {
                code: form.need("code")?.to_owned(),
                redirect: form.get("redirect_uri").map(str::to_owned),
                verifier: form.get("code_verifier").map(str::to_owned),
                details: form
                    .get("authorization_details")
                    .map(CredentialDetails::of_json)
                    .transpose()?,
            })),
            "client_credentials" => Ok(Self::ClientCredentials { scope: scope() }),
            "refresh_token" => {
                let token = form.need("refresh_token")?.to_owned();
                Ok(Self::RefreshToken { token, scope: scope() })
            }
            _ => {
                Err(OauthError::new(ErrorCode::UnsupportedGrantType, "there is no such grant_type"))
            }
        }
    }
}

/// No code and no token is in a log.
impl std::fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let grant = match self {
            Self::AuthorizationCode(_) => GrantType::AuthorizationCode,
            Self::ClientCredentials { .. } => GrantType::ClientCredentials,
            Self::RefreshToken { .. } => GrantType::RefreshToken,
        };
        write!(f, "TokenRequest({}, ..)", grant.name())
    }
}

impl std::fmt::Debug for CodeRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CodeRequest(..)")
    }
}

/// How a token is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum TokenType {
    /// As RFC 6750 has it.
    Bearer,
    /// What a person agreed to, in the words of CSC's first version (1.0.4.0 section 8.3.2): it is shown as the
    /// SAD, or as a bearer.
    #[serde(rename = "SAD")]
    Sad,
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
    /// By which another one is had afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// The credential that it is good for (CSC API 2.2 section 8.2.4).
    #[serde(rename = "credentialID", skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
    /// What was asked for, with the same members, and the credential (RFC 9396 section 7).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_details: Option<[Map<String, Value>; 1]>,
}

impl TokenResponse {
    /// A token, and nothing beside it.
    pub fn new(
        access_token: String,
        token_type: TokenType,
        expires_in: Duration,
        scope: String,
    ) -> Self {
        Self {
            access_token,
            token_type,
            expires_in,
            scope,
            refresh_token: None,
            credential: None,
            authorization_details: None,
        }
    }
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
    fn a_code_and_a_refresh_token_are_read_and_stand_in_no_log() {
        let read = |text: &str| TokenRequest::read(&Form::parse(text.as_bytes()).unwrap());
        let asked =
            "grant_type=authorization_code&code=the-code&redirect_uri=a%3A%2F&code_verifier=v";
        let asked = read(asked).unwrap();
        assert_eq!(format!("{asked:?}"), "TokenRequest(authorization_code, ..)");
        let TokenRequest::AuthorizationCode(asked) = asked else { panic!() };
        assert_eq!((&*asked.code, asked.redirect.as_deref()), ("the-code", Some("a:/")));
        assert_eq!((asked.verifier.as_deref(), asked.details), (Some("v"), None));
        let token = "t".to_owned();
        let wanted = TokenRequest::RefreshToken { token, scope: None };
        assert_eq!(read("grant_type=refresh_token&refresh_token=t"), Ok(wanted));
        for short in [
            "grant_type=authorization_code",
            "grant_type=refresh_token",
            "grant_type=authorization_code&code=c&authorization_details={}",
        ] {
            assert!(read(short).is_err(), "{short}");
        }
    }

    #[test]
    fn an_answer_is_written_as_the_standard_has_it_and_not_into_a_log() {
        let hour = Duration::from_secs(3600);
        let answer = TokenResponse::new("secret".into(), TokenType::Bearer, hour, "service".into());
        let json = serde_json::to_string(&answer).unwrap();
        let expected = r#"{"access_token":"secret","token_type":"Bearer","expires_in":3600,"scope":"service"}"#;
        assert_eq!(json, expected);
        assert!(!format!("{answer:?}").contains("secret"));
    }
}
