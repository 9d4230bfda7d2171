//! `/identities`: tokens for the demo's persons. `/authenticators`: by what the device knows persons.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
};
use qscd_protocol::MeansRequest;
use seal::{Activator, AuthenticatorOrder, Clock, Digest, DigestAlgorithm};
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

/// The body of a request for an ID token.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IdTokenRequest {
    /// The challenge of an activation, in base64url.
    nonce: String,
}

/// Issues an ID token of a login at the client that is kept for signing, as if the person had just
/// logged in.
pub(super) async fn issue_id_token(
    State(management): State<Management>,
    Path(name): Path<String>,
    body: Bytes,
) -> Result<Json<TokenAnswer>, ManagementProblem> {
    let IdTokenRequest { nonce } = json(&body)?;
    let token = management
        .identities
        .issue_id_token(&name, &nonce, management.clock.now())
        .map_err(|_| ManagementProblem::Failed)?
        .ok_or(ManagementProblem::PersonUnknown)?;
    Ok(Json(TokenAnswer { token: token.expose().to_owned() }))
}

/// Registers a passkey or a linked login on the operator's word.
pub(super) async fn register_means(
    State(management): State<Management>,
    body: Bytes,
) -> Result<StatusCode, ManagementProblem> {
    let request: MeansRequest = json(&body)?;
    management
        .device
        .register_by_operator(&AuthenticatorOrder::from(request))
        .map_err(|error| ManagementProblem::NotRegistered(error.to_string()))?;
    Ok(StatusCode::CREATED)
}

/// What is registered; each as it is told to register or to remove it.
#[derive(Serialize)]
pub(super) struct MeansList {
    authenticators: Vec<MeansRequest>,
}

/// Shows every means by which the device knows somebody.
pub(super) async fn list_means(State(management): State<Management>) -> Json<MeansList> {
    let orders = management.device.authenticators();
    Json(MeansList { authenticators: orders.iter().map(MeansRequest::from).collect() })
}

/// Has the device forget a means, whoever had it registered.
pub(super) async fn remove_means(
    State(management): State<Management>,
    body: Bytes,
) -> Result<StatusCode, ManagementProblem> {
    let order = AuthenticatorOrder::from(json::<MeansRequest>(&body)?);
    let removed = management.device.remove_authenticator(order).await;
    removed.map_err(|error| ManagementProblem::NotRegistered(error.to_string()))?;
    Ok(StatusCode::NO_CONTENT)
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
