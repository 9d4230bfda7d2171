//! The claims of a token, as they are written.

use serde::Serialize;

/// RFC 7519 section 4.1, OpenID Connect Core 1.0 sections 2 and 5.1, and our own `cvr`,
/// `org_name` and `documents`.
#[derive(Serialize)]
pub(super) struct Claims<'a> {
    pub(super) iss: &'a str,
    pub(super) aud: &'a str,
    pub(super) sub: &'a str,
    pub(super) exp: i64,
    pub(super) iat: i64,
    pub(super) auth_time: i64,
    pub(super) jti: &'a str,
    pub(super) name: &'a str,
    pub(super) given_name: &'a str,
    pub(super) family_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<&'a str>,
    pub(super) cvr: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) org_name: Option<&'a str>,
    /// SHA-256 values in lower-case hexadecimal.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) documents: Vec<String>,
}
