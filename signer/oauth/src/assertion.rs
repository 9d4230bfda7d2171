//! `private_key_jwt`: a client proves who it is by a JWT that it signed (RFC 7523 section 2.2).
//!
//! The audience is the issuer, as a string and alone (draft-ietf-oauth-rfc7523bis): an assertion that
//! was made for another server, or for several, is good for nothing here.

use std::time::{Duration, SystemTime};

use jsonwebtoken::dangerous::insecure_decode_claims;
use serde::Deserialize;

use crate::{
    ClientKeys, is_identifier,
    jws::{self, JwsError},
};

/// The `client_assertion_type`.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How far in the future an assertion's end may lie.
pub const MAXIMUM_ASSERTION_AGE: Duration = Duration::from_secs(300);

/// The clock difference that is forgiven.
const LEEWAY: Duration = Duration::from_secs(30);

/// The longest assertion that is looked at, in bytes.
const MAXIMUM_LENGTH: usize = 8 * 1024;

/// The longest `jti`, in bytes.
const MAXIMUM_NAME: usize = 256;

/// An assertion that holds. It is used once: whoever takes it remembers `jti` until `ends`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedAssertion {
    /// Its name among those of its client.
    pub jti: String,
    /// From when on it is not accepted any more.
    pub ends: SystemTime,
    /// What the key is called that it is signed with, if it is called something.
    pub key: Option<String>,
}

/// Why an assertion is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssertionError {
    /// Not a JWT, too long, or a claim is missing or of the wrong type.
    #[error("the client assertion is malformed or lacks a claim")]
    Malformed,
    /// An extension that must be understood (`crit`).
    #[error("the client assertion names an extension that is not known here (crit)")]
    Critical,
    /// `none`, a symmetric algorithm, or another than the key's.
    #[error("the client assertion is signed in a way that is not accepted")]
    Algorithm,
    /// The client has no such key.
    #[error("the client has no key that the client assertion is signed with")]
    Key,
    /// The signature does not verify.
    #[error("the signature of the client assertion does not hold")]
    Signature,
    /// `iss` and `sub` are not both the client's name.
    #[error("iss and sub of the client assertion are not both the client_id")]
    Client,
    /// `aud` is not the issuer of this server, as a string.
    #[error("aud of the client assertion is not the issuer, as a string")]
    Audience,
    /// Past `exp`, before `nbf` or `iat`, or with an end more than five minutes away.
    #[error(
        "the client assertion has expired, is not valid yet, or is good for more than five minutes"
    )]
    Time,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    /// A string; a list, even of one, is none.
    aud: serde_json::Value,
    exp: u64,
    jti: String,
    iat: Option<u64>,
    nbf: Option<u64>,
}

/// Whose the assertion says it is: good for finding the keys that must prove it, and nothing else.
///
/// # Errors
/// [`AssertionError::Malformed`].
pub fn client_of(assertion: &str) -> Result<String, AssertionError> {
    #[derive(Deserialize)]
    struct Unverified {
        sub: String,
    }
    if assertion.len() > MAXIMUM_LENGTH {
        return Err(AssertionError::Malformed);
    }
    let Unverified { sub } =
        insecure_decode_claims(assertion).map_err(|_| AssertionError::Malformed)?;
    if is_identifier(&sub) { Ok(sub) } else { Err(AssertionError::Malformed) }
}

impl VerifiedAssertion {
    /// Verifies an assertion of `client` by its keys. `issuer` is this server's own.
    ///
    /// # Errors
    /// [`AssertionError`].
    pub fn of(
        assertion: &str,
        keys: &ClientKeys,
        client: &str,
        issuer: &str,
        now: SystemTime,
    ) -> Result<Self, AssertionError> {
        if assertion.len() > MAXIMUM_LENGTH {
            return Err(AssertionError::Malformed);
        }
        let header = jws::header(assertion)?;
        let (claims, key) = jws::claims_of(assertion, &header, keys)?;
        let (jti, ends) = judged(claims, client, issuer, now)?;
        Ok(Self { jti, ends, key })
    }
}

/// The assertion's name and end, if it is this client's, for this server, and good now.
fn judged(
    claims: Claims,
    client: &str,
    issuer: &str,
    now: SystemTime,
) -> Result<(String, SystemTime), AssertionError> {
    let Claims { iss, sub, aud, exp, jti, iat, nbf } = claims;
    if iss != client || sub != client {
        return Err(AssertionError::Client);
    }
    if aud.as_str() != Some(issuer) {
        return Err(AssertionError::Audience);
    }
    if !(1..=MAXIMUM_NAME).contains(&jti.len()) {
        return Err(AssertionError::Malformed);
    }
    let moment = |seconds| {
        let since = Duration::from_secs(seconds);
        SystemTime::UNIX_EPOCH.checked_add(since).ok_or(AssertionError::Time)
    };
    let expires = moment(exp)?;
    // The later bound first: what is at the end of time cannot be added to.
    if expires > now + MAXIMUM_ASSERTION_AGE + LEEWAY || now > expires + LEEWAY {
        return Err(AssertionError::Time);
    }
    for begins in [iat, nbf].into_iter().flatten() {
        if moment(begins)? > now + LEEWAY {
            return Err(AssertionError::Time);
        }
    }
    Ok((jti, expires + LEEWAY + Duration::from_secs(1)))
}

impl From<JwsError> for AssertionError {
    fn from(error: JwsError) -> Self {
        match error {
            JwsError::Malformed => Self::Malformed,
            JwsError::Critical => Self::Critical,
            JwsError::Algorithm => Self::Algorithm,
            JwsError::Key => Self::Key,
            JwsError::Signature => Self::Signature,
        }
    }
}

#[cfg(test)]
mod tests;
