//! The management port: tokens for the demo's persons, and the device's state. Whoever binds it
//! binds it to loopback only.

mod problem;

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    routing::{get, post},
};
use seal::{Clock, Digest, DigestAlgorithm};
use serde::{Deserialize, Serialize};

use self::problem::ManagementProblem;
use crate::{
    authority::Authority,
    device::{Device, DeviceCounters},
    identity::IdentityProvider,
};

/// The longest request body in bytes.
const MAXIMUM_BODY_LENGTH: usize = 128 * 1024;
/// How many documents one token may name.
const MAXIMUM_DOCUMENTS: usize = 1000;

/// What the management port shows.
#[derive(Clone, Debug)]
pub(crate) struct Management {
    pub(crate) authority: Arc<Authority>,
    pub(crate) device: Arc<Device>,
    pub(crate) identities: Arc<IdentityProvider>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Management {
    /// The routes.
    pub(crate) fn router(self) -> Router {
        Router::new()
            .route("/identities/{name}/token", post(issue_token))
            .route("/identities/jwks.json", get(key_set))
            .route("/status", get(status))
            .layer(DefaultBodyLimit::max(MAXIMUM_BODY_LENGTH))
            .with_state(self)
    }
}

/// The body of a request for a token; it may be empty.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenRequest {
    /// SHA-256 of each document that the token may sign, in hexadecimal.
    #[serde(default)]
    documents: Vec<String>,
}

#[derive(Serialize)]
struct TokenAnswer {
    token: String,
}

/// `GET /status`.
#[derive(Serialize)]
struct Status {
    simulator: &'static str,
    run_id: String,
    keys: DeviceCounters,
}

async fn issue_token(
    State(management): State<Management>,
    Path(name): Path<String>,
    body: Bytes,
) -> Result<Json<TokenAnswer>, ManagementProblem> {
    let request = if body.is_empty() {
        TokenRequest::default()
    } else {
        serde_json::from_slice(&body).map_err(|_| ManagementProblem::BodyMalformed)?
    };
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

async fn key_set(State(management): State<Management>) -> Json<serde_json::Value> {
    Json(management.identities.key_set_json())
}

async fn status(State(management): State<Management>) -> Json<Status> {
    Json(Status {
        simulator: crate::SIMULATOR,
        run_id: management.authority.run_id().to_owned(),
        keys: management.device.counters(),
    })
}

fn sha256(digits: &str) -> Result<Digest, ManagementProblem> {
    let bytes = hex::decode(digits).map_err(|_| ManagementProblem::DocumentMalformed)?;
    Digest::from_bytes(DigestAlgorithm::Sha256, &bytes)
        .map_err(|_| ManagementProblem::DocumentMalformed)
}

#[cfg(test)]
mod tests;
