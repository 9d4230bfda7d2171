//! JWTs that clients sign: what holds of all of them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header, jwk::Jwk};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::ClientKeys;

/// What clients may sign with.
const ACCEPTED: [Algorithm; 4] =
    [Algorithm::ES256, Algorithm::PS256, Algorithm::RS256, Algorithm::EdDSA];

/// The same, by their names (RFC 7518 section 3.1, RFC 8037 section 3.1).
pub const SIGNING_ALGORITHMS: [&str; 4] = ["ES256", "PS256", "RS256", "EdDSA"];

/// Why a JWT does not hold, whatever it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JwsError {
    Malformed,
    Critical,
    Algorithm,
    Key,
    Signature,
}

/// The header of a JWT that is signed in a way that is accepted, and names no extension that must be
/// understood (RFC 7515 section 4.1.11).
pub(crate) fn header(token: &str) -> Result<Header, JwsError> {
    let header = decode_header(token).map_err(|_| JwsError::Malformed)?;
    if raw_header(token).is_none_or(|raw| raw.contains_key("crit")) {
        return Err(JwsError::Critical);
    }
    if ACCEPTED.contains(&header.alg) { Ok(header) } else { Err(JwsError::Algorithm) }
}

/// The members of a header, whether or not they are known here.
pub(crate) fn raw_header(token: &str) -> Option<Map<String, Value>> {
    let part = URL_SAFE_NO_PAD.decode(token.split('.').next()?).ok()?;
    strict_json::object(&part).ok()
}

/// The members of what a JWT says, none of them twice; unverified.
pub(crate) fn raw_claims(token: &str) -> Option<Map<String, Value>> {
    let part = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    strict_json::object(&part).ok()
}

/// What a JWT with this header claims whose signature holds by one of the client's keys, and what that is called.
pub(crate) fn claims_of<T>(
    token: &str,
    header: &Header,
    keys: &ClientKeys,
) -> Result<(T, Option<String>), JwsError>
where
    T: DeserializeOwned,
{
    let mut refused = JwsError::Key;
    for key in keys.meant(header) {
        match claims(token, header.alg, key) {
            Ok(claims) => return Ok((claims, key.common.key_id.clone())),
            Err(error) => refused = error,
        }
    }
    Err(refused)
}

/// What a JWT claims whose signature holds by this key. The claims are the caller's to judge, by its own
/// clock.
pub(crate) fn claims<T>(token: &str, algorithm: Algorithm, key: &Jwk) -> Result<T, JwsError>
where
    T: DeserializeOwned,
{
    // A key that names its algorithm verifies that one only.
    let named = key.common.key_algorithm.map(|named| named.to_string());
    if named.is_some_and(|named| named.parse::<Algorithm>() != Ok(algorithm)) {
        return Err(JwsError::Algorithm);
    }
    let key = DecodingKey::from_jwk(key).map_err(|_| JwsError::Key)?;
    let mut signature_alone = Validation::new(algorithm);
    signature_alone.validate_exp = false;
    signature_alone.validate_aud = false;
    signature_alone.required_spec_claims.clear();
    let decoded = decode::<T>(token, &key, &signature_alone);
    decoded.map(|decoded| decoded.claims).map_err(|error| refusal(&error))
}

fn refusal(error: &jsonwebtoken::errors::Error) -> JwsError {
    use jsonwebtoken::errors::ErrorKind;
    #[expect(clippy::wildcard_enum_match_arm, reason = "the library's enum is non-exhaustive")]
    match error.kind() {
        ErrorKind::InvalidSignature => JwsError::Signature,
        ErrorKind::InvalidAlgorithm => JwsError::Algorithm,
        _ => JwsError::Malformed,
    }
}
