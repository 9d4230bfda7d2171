//! Persons' tokens: JSON Web Tokens of configured issuers, verified offline.
//!
//! The service uses this to know who calls, and the device's signature activation module uses it
//! again, on its own, before it activates a key.

mod claims;

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation,
    dangerous::insecure_decode_claims,
    decode, decode_header,
    jwk::{Jwk, JwkSet},
};

pub use self::claims::IdentityClaims;
use self::claims::{RawClaims, UnverifiedIssuer};
use crate::IdentityToken;

/// The clock difference that is forgiven when a token's times are judged.
///
/// Whoever remembers spent tokens must remember them at least this long after `exp`: until then
/// the token is still accepted.
pub const LEEWAY: Duration = Duration::from_secs(60);

/// How old a token may be that activates a key, by its `iat`.
const MAXIMUM_ACTIVATION_AGE: Duration = Duration::from_secs(300);

/// How old a token may be, whatever it says of its own end: who has left an hour ago is gone.
pub const MAXIMUM_AGE: Duration = Duration::from_secs(3600);

/// The longest token that is looked at, in bytes.
const MAXIMUM_TOKEN_LENGTH: usize = 16 * 1024;

/// What a token may be signed with: never `none`, never a symmetric key.
const ALGORITHMS: [Algorithm; 7] = [
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::RS256,
];

/// An issuer of persons' tokens, and what it calls us.
#[derive(Clone, Debug)]
pub struct IdentityIssuer {
    /// The `iss` of its tokens.
    pub issuer: String,
    /// The `aud` that its tokens for us carry.
    pub audience: String,
    /// Its keys (RFC 7517 section 5).
    pub keys: JwkSet,
}

/// Verifies persons' tokens of a fixed set of issuers. Clones share the issuers' keys.
#[derive(Clone, Debug, Default)]
pub struct IdentityVerifier {
    issuers: Arc<RwLock<Arc<[IdentityIssuer]>>>,
}

impl IdentityVerifier {
    /// Trusts these issuers, each for its own `iss` alone.
    pub fn new(issuers: Vec<IdentityIssuer>) -> Self {
        Self { issuers: Arc::new(RwLock::new(issuers.into())) }
    }

    /// Puts the keys of `renewed` in place of those that the same issuers had; others keep theirs.
    pub fn renew(&self, renewed: &[IdentityIssuer]) {
        let mut issuers = self.issuers.write().unwrap_or_else(PoisonError::into_inner);
        let renewed = |old: &IdentityIssuer| {
            renewed.iter().find(|new| new.issuer == old.issuer).unwrap_or(old).clone()
        };
        *issuers = issuers.iter().map(renewed).collect();
    }

    /// Verifies signature, issuer, audience and times.
    ///
    /// # Errors
    /// [`IdentityError`] says which of them failed; nothing of an unverified token gets out.
    pub fn verify(
        &self,
        token: &IdentityToken,
        now: SystemTime,
    ) -> Result<IdentityClaims, IdentityError> {
        let claims = IdentityClaims::try_from(self.decoded::<RawClaims>(token)?)?;
        if now > claims.expires_at + LEEWAY {
            return Err(IdentityError::Expired);
        }
        if now > claims.issued_at + MAXIMUM_AGE + LEEWAY {
            return Err(IdentityError::TooOld);
        }
        if now + LEEWAY < claims.issued_at || claims.not_before.is_some_and(|at| now + LEEWAY < at)
        {
            return Err(IdentityError::NotYetValid);
        }
        Ok(claims)
    }

    /// Verifies signature, issuer, audience and times of the ID token of a login (OpenID Connect Core 1.0
    /// section 3.1.3.7), whatever else it says: its nonce and what it tells of the person are the caller's
    /// to judge.
    ///
    /// # Errors
    /// [`IdentityError`] says which of them failed.
    pub fn verify_login(
        &self,
        token: &IdentityToken,
        now: SystemTime,
    ) -> Result<serde_json::Map<String, serde_json::Value>, IdentityError> {
        let claims: serde_json::Map<String, serde_json::Value> = self.decoded(token)?;
        let at = |name: &str| claims.get(name).and_then(serde_json::Value::as_u64);
        let (expires, issued) = at("exp").zip(at("iat")).ok_or(IdentityError::Malformed)?;
        let now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let leeway = LEEWAY.as_secs();
        if now > expires.saturating_add(leeway) {
            return Err(IdentityError::Expired);
        }
        // It was issued a moment ago: nothing else is a login.
        if now > issued.saturating_add(MAXIMUM_ACTIVATION_AGE.as_secs() + leeway) {
            return Err(IdentityError::TooOld);
        }
        if now + leeway < issued || at("nbf").is_some_and(|at| now + leeway < at) {
            return Err(IdentityError::NotYetValid);
        }
        Ok(claims)
    }

    /// What a token says, once signature, issuer and audience are verified.
    fn decoded<T: serde::de::DeserializeOwned>(
        &self,
        token: &IdentityToken,
    ) -> Result<T, IdentityError> {
        let token = token.expose();
        if token.len() > MAXIMUM_TOKEN_LENGTH {
            return Err(IdentityError::TooLong);
        }
        let header = decode_header(token).map_err(|_| IdentityError::Malformed)?;
        // Whoever does not know what is critical refuses the token (RFC 7515 section 4.1.11).
        if is_critical(token) {
            return Err(IdentityError::Critical);
        }
        if !ALGORITHMS.contains(&header.alg) {
            return Err(IdentityError::AlgorithmRefused);
        }
        // The unverified `iss` only chooses the key; the key then has to prove it.
        let UnverifiedIssuer { iss } =
            insecure_decode_claims(token).map_err(|_| IdentityError::Malformed)?;
        let issuers = Arc::clone(&self.issuers.read().unwrap_or_else(PoisonError::into_inner));
        let (issuer, key) = issuers
            .iter()
            .find(|issuer| issuer.issuer == iss)
            .and_then(|issuer| Some((issuer, find_key(&issuer.keys, header.kid.as_deref())?)))
            .ok_or(IdentityError::KeyUnknown)?;
        if !fits(key, header.alg) {
            return Err(IdentityError::AlgorithmRefused);
        }
        let key = DecodingKey::from_jwk(key).map_err(|_| IdentityError::KeyUnknown)?;
        let decoded = decode::<T>(token, &key, &validation(issuer, header.alg));
        Ok(decoded.map_err(|error| refusal(&error))?.claims)
    }
}

/// Whether the header names extensions that must be understood. Of those none is.
fn is_critical(token: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Header {
        crit: Option<serde::de::IgnoredAny>,
    }
    let header = token.split('.').next().and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let header = header.and_then(|json| serde_json::from_slice::<Header>(&json).ok());
    header.is_none_or(|header| header.crit.is_some())
}

/// Without a `kid` only an issuer's single key can be meant.
fn find_key<'a>(keys: &'a JwkSet, kid: Option<&str>) -> Option<&'a Jwk> {
    match (kid, keys.keys.as_slice()) {
        (Some(kid), _) => keys.find(kid),
        (None, [only]) => Some(only),
        (None, _) => None,
    }
}

/// A key that names its algorithm verifies that one only.
fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    key.common
        .key_algorithm
        .is_none_or(|named| named.to_string().parse::<Algorithm>().is_ok_and(|a| a == algorithm))
}

/// Times are judged by our own clock, not by the library's.
fn validation(issuer: &IdentityIssuer, algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.set_issuer(&[&issuer.issuer]);
    validation.set_audience(&[&issuer.audience]);
    validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
    validation.validate_exp = false;
    validation
}

fn refusal(error: &jsonwebtoken::errors::Error) -> IdentityError {
    use jsonwebtoken::errors::ErrorKind;
    #[expect(clippy::wildcard_enum_match_arm, reason = "the library's enum is non-exhaustive")]
    match error.kind() {
        ErrorKind::InvalidSignature => IdentityError::SignatureInvalid,
        ErrorKind::InvalidAudience => IdentityError::OtherAudience,
        ErrorKind::InvalidIssuer => IdentityError::KeyUnknown,
        ErrorKind::InvalidAlgorithm => IdentityError::AlgorithmRefused,
        _ => IdentityError::Malformed,
    }
}

/// Why a person's token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Longer than any honest token.
    #[error("the token is too long")]
    TooLong,
    /// Not a JWT, or a claim is missing or of the wrong type.
    #[error("the token is malformed or lacks a claim")]
    Malformed,
    /// `iss` or `sub` is empty or has a NUL, or both are longer than [`PersonId::MAXIMUM_LENGTH`](crate::PersonId::MAXIMUM_LENGTH).
    #[error("the token's iss and sub are not 1 to 1,000 bytes together, without NUL")]
    Person,
    /// `name`, `given_name` or `family_name` is longer than
    /// [`MAXIMUM_ATTRIBUTE_LENGTH`](crate::MAXIMUM_ATTRIBUTE_LENGTH), shows nothing, or has control
    /// characters or some that turn the direction of writing.
    #[error(
        "name, given_name and family_name of the token are not 1 to 200 bytes each, with something to see in them and no character that controls or turns the writing"
    )]
    Name,
    /// An extension that must be understood (`crit`) is not.
    #[error("the token's header names an extension that is not known here (crit)")]
    Critical,
    /// `none`, a symmetric algorithm, or another than the key's.
    #[error("the token's algorithm is not accepted")]
    AlgorithmRefused,
    /// No configured issuer has this key.
    #[error("no configured issuer has the token's key")]
    KeyUnknown,
    /// The signature does not verify.
    #[error("the token's signature is not valid")]
    SignatureInvalid,
    /// Made for somebody else.
    #[error("the token is for another audience")]
    OtherAudience,
    /// Past `exp`.
    #[error("the token has expired")]
    Expired,
    /// Issued longer ago than [`MAXIMUM_AGE`].
    #[error("the token was issued more than an hour ago")]
    TooOld,
    /// Before `iat` or `nbf`.
    #[error("the token is not valid yet")]
    NotYetValid,
}

#[cfg(test)]
mod tests;
