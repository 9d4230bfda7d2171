//! Proofs of possession (DPoP, RFC 9449): whoever shows a token shows, for each request, that they have
//! the key that it is bound to.

use std::time::{Duration, SystemTime};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::ThumbprintHash;
use ring::digest::{SHA256, digest};
use serde::Deserialize;

use crate::{
    client_keys::{accepted, is_private},
    jws::{self, JwsError},
};

/// How old a proof may be. Whoever takes one remembers its name that long.
pub const PROOF_LIFETIME: Duration = Duration::from_secs(60);

/// The clock difference that is forgiven.
const LEEWAY: Duration = Duration::from_secs(30);

/// The longest proof that is looked at, in bytes.
const MAXIMUM_LENGTH: usize = 8 * 1024;

/// The longest `jti`, in bytes.
const MAXIMUM_NAME: usize = 256;

/// A proof that holds. It is used once: whoever takes it remembers `jti` until `ends`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofOfPossession {
    /// The key: its thumbprint (RFC 7638) by SHA-256, in base64url.
    pub thumbprint: String,
    /// The proof's name among those of the key.
    pub jti: String,
    /// From when on it is not accepted any more.
    pub ends: SystemTime,
}

/// The request that a proof is shown with.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// `POST`.
    pub method: &'a str,
    /// The address, as the client knows it; query and fragment do not count.
    pub address: &'a str,
    /// The access token, where one is shown.
    pub token: Option<&'a str>,
}

/// Why a proof is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Not a JWT of type `dpop+jwt`, too long, or a claim is missing.
    #[error("the DPoP proof is malformed or lacks a claim")]
    Malformed,
    /// Signed in a way, or with a key, that is not accepted; or a private key in the header.
    #[error("the DPoP proof is signed with a key or in a way that is not accepted")]
    Key,
    /// The signature does not verify.
    #[error("the signature of the DPoP proof does not hold")]
    Signature,
    /// Made for another method or address.
    #[error("the DPoP proof is for another request")]
    OtherRequest,
    /// Made for another access token.
    #[error("the DPoP proof is for another access token")]
    OtherToken,
    /// Too old, or not yet.
    #[error("the DPoP proof is not of this minute")]
    Time,
}

#[derive(Deserialize)]
struct Claims {
    jti: String,
    htm: String,
    htu: String,
    iat: u64,
    ath: Option<String>,
}

impl ProofOfPossession {
    /// Verifies a proof for the request that it is shown with.
    ///
    /// # Errors
    /// [`ProofError`].
    pub fn of(proof: &str, shown: &Shown<'_>, now: SystemTime) -> Result<Self, ProofError> {
        if proof.len() > MAXIMUM_LENGTH {
            return Err(ProofError::Malformed);
        }
        let header = jws::header(proof)?;
        let raw = jws::raw_header(proof).ok_or(ProofError::Malformed)?;
        if !header.typ.is_some_and(|kind| kind.eq_ignore_ascii_case("dpop+jwt")) {
            return Err(ProofError::Malformed);
        }
        let key = header.jwk.ok_or(ProofError::Malformed)?;
        if raw.get("jwk").is_none_or(is_private) || accepted(&key).is_err() {
            return Err(ProofError::Key);
        }
        let Claims { jti, htm, htu, iat, ath } = jws::claims(proof, header.alg, &key)?;
        if htm != shown.method || without_query(&htu) != without_query(shown.address) {
            return Err(ProofError::OtherRequest);
        }
        let hash = |token: &str| URL_SAFE_NO_PAD.encode(digest(&SHA256, token.as_bytes()));
        if let Some(token) = shown.token
            && ath.as_deref() != Some(&*hash(token))
        {
            return Err(ProofError::OtherToken);
        }
        if !(1..=MAXIMUM_NAME).contains(&jti.len()) {
            return Err(ProofError::Malformed);
        }
        let made = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(iat));
        let made = made.ok_or(ProofError::Time)?;
        let ends = made.checked_add(PROOF_LIFETIME + LEEWAY).ok_or(ProofError::Time)?;
        if now > ends || made > now + LEEWAY {
            return Err(ProofError::Time);
        }
        let thumbprint = key.thumbprint(ThumbprintHash::SHA256).map_err(|_| ProofError::Key)?;
        Ok(Self { thumbprint, jti, ends: ends + Duration::from_secs(1) })
    }
}

impl From<JwsError> for ProofError {
    fn from(error: JwsError) -> Self {
        match error {
            JwsError::Malformed | JwsError::Critical => Self::Malformed,
            JwsError::Algorithm | JwsError::Key => Self::Key,
            JwsError::Signature => Self::Signature,
        }
    }
}

/// An address without query and fragment; scheme and host in lower case (RFC 9449 section 4.3, RFC 3986
/// section 6.2.2.1).
fn without_query(address: &str) -> String {
    let address = address.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let path = if path.is_empty() { "/" } else { path };
    format!("{}://{}{path}", scheme.to_ascii_lowercase(), host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests;
