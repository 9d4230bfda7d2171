//! `/identities`: tokens for the demo's persons.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
};
use seal::{Clock, Digest, DigestAlgorithm};
use serde::{Deserialize, Serialize};

use super::{Management, ManagementProblem, json};

/// How many documents one token may name.
const MAXIMUM_DOCUMENTS: usize = 1000;

/// The body of a request for a token; it may be empty.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenRequest {
    /// SHA-256 of each document that the token may sign, in hexadecimal.
    #[serde(default)]
    documents: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct TokenAnswer {
    token: String,
}

/// Issues a token.
pub(super) async fn issue_token(
    State(management): State<Management>,
    Path(name): Path<String>,
    body: Bytes,
) -> Result<Json<TokenAnswer>, ManagementProblem> {
    let request: TokenRequest =
        if body.is_empty() { TokenRequest::default() } else { json(&body)? };
    if request.documents.len() > MAXIMUM_DOCUMENTS {
        return Err(ManagementProblem::TooManyDocuments);
    }
    let documents: Vec<Digest> =
        request.documents.iter().map(|digits| sha256(digits)).collect::<Result<_, _>>()?;
    let token = management
        .identities
        .issue(&name, &documents, management.clock.now())
        .map_err(|_| ManagementProblem::Failed)?
        .ok_or(ManagementProblem::PersonUnknown)?;
    Ok(Json(TokenAnswer { token: token.expose().to_owned() }))
}

/// The key set of the tokens (RFC 7517).
pub(super) async fn key_set(State(management): State<Management>) -> Json<serde_json::Value> {
    Json(management.identities.key_set_json())
}

fn sha256(digits: &str) -> Result<Digest, ManagementProblem> {
    let bytes = hex::decode(digits).map_err(|_| ManagementProblem::DocumentMalformed)?;
    Digest::from_bytes(DigestAlgorithm::Sha256, &bytes)
        .map_err(|_| ManagementProblem::DocumentMalformed)
}
