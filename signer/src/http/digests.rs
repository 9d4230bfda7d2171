//! `POST /v1/digests`: a digest in, a detached CMS out.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use seal::{Digest, DigestAlgorithm, Format, Level, ProfileId};
use serde::Deserialize;

use super::{act::answer, json, part};
use crate::{
    authentication::Authenticated,
    problem::Problem,
    service::{DigestRequest, RequestError, Service},
};

/// The request's JSON; names as in the CSC API, so that its clients feel at home.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DigestBody {
    /// The certificate profile.
    profile: ProfileId,
    /// The digest, in base64 (RFC 4648 section 4).
    hash: String,
    /// The digest algorithm's object identifier; SHA-256 when left out.
    #[serde(rename = "hashAlgorithmOID")]
    hash_algorithm_oid: Option<String>,
    /// Where the CMS will be put: `cades` when left out.
    format: Option<Format>,
    /// The level; the profile's own when left out.
    level: Option<Level>,
}

/// Signs or seals a digest; which of them follows from the profile.
pub(super) async fn digest(
    State(service): State<Arc<Service>>,
    caller: Authenticated,
    address: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    part::without_parameters(&address)?;
    let (body, caller): (DigestBody, _) =
        json::read(&service, caller, (&address, &headers), body).await?;
    let request = DigestRequest::try_from(body)?;
    Ok(answer(service.perform_on_digest(caller, request).await?))
}

impl TryFrom<DigestBody> for DigestRequest {
    type Error = RequestError;

    fn try_from(body: DigestBody) -> Result<Self, RequestError> {
        let algorithm = match body.hash_algorithm_oid.as_deref() {
            None => DigestAlgorithm::Sha256,
            Some(oid) => DigestAlgorithm::from_oid(oid).ok_or_else(|| {
                RequestError::Malformed(
                    "hashAlgorithmOID is not SHA-256, SHA-384 or SHA-512".into(),
                )
            })?,
        };
        let bytes = STANDARD
            .decode(body.hash.as_bytes())
            .map_err(|_| RequestError::Malformed("hash is not base64".into()))?;
        let digest = Digest::from_bytes(algorithm, &bytes)
            .map_err(|error| RequestError::Malformed(error.to_string()))?;
        let format = body.format.unwrap_or(Format::Cades);
        Ok(Self { profile: body.profile, digest, format, level: body.level })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(json: &str) -> Result<DigestRequest, RequestError> {
        DigestRequest::try_from(serde_json::from_str::<DigestBody>(json).unwrap())
    }

    #[test]
    fn a_digest_is_read_with_its_algorithm() {
        let hash = STANDARD.encode([7; 48]);
        let oid = DigestAlgorithm::Sha384.oid();
        let json = format!(
            r#"{{"profile":"p","hash":"{hash}","hashAlgorithmOID":"{oid}","format":"pades"}}"#
        );
        let request = request(&json).unwrap();
        assert_eq!(request.digest.algorithm(), DigestAlgorithm::Sha384);
        assert_eq!(request.format, Format::Pades);
    }

    #[test]
    fn what_is_no_digest_is_malformed() {
        for json in [
            r#"{"profile":"p","hash":"not base64!"}"#,
            r#"{"profile":"p","hash":"AAAA"}"#,
            r#"{"profile":"p","hash":"AAAA","hashAlgorithmOID":"1.2.3"}"#,
        ] {
            assert!(matches!(request(json), Err(RequestError::Malformed(_))), "{json}");
        }
    }
}
