//! `/pki/*`: what a verifier needs of the simulator's certification authority.

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::any,
};
use seal::CertificateDer;

use super::AppState;
use crate::{
    compose::Backend, device::remote::RemoteDevice, error::RequestError, problem::Problem,
};

/// The present run's root certificate.
pub(super) async fn trust_anchor(State(state): State<AppState>) -> Response {
    let anchor = state.backend.trust_anchor();
    typed("application/pem-certificate-chain", pem(&[anchor]))
}

/// The root certificates of every run, so that yesterday's seals still validate.
pub(super) async fn trust_anchors(State(state): State<AppState>) -> Response {
    typed("application/pem-certificate-chain", pem(&state.service.trust().certificates()))
}

/// What certificates point at: the simulator's own routes, or those of a device elsewhere.
pub(super) fn published(backend: &Backend) -> Router<AppState> {
    match backend {
        Backend::Embedded(simulator) => simulator.pki_router().with_state(()),
        Backend::Remote(_) => Router::new().route("/pki/{*path}", any(moved)),
    }
}

async fn moved(State(state): State<AppState>, uri: Uri) -> Response {
    match &state.backend {
        Backend::Embedded(_) => Problem::from(RequestError::NotFound).into_response(),
        Backend::Remote(device) => elsewhere(device, uri.path()),
    }
}

/// A device elsewhere publishes for itself.
pub(super) fn elsewhere(device: &RemoteDevice, path: &str) -> Response {
    let address = format!("{}{path}", device.description().public_url);
    match HeaderValue::try_from(address) {
        Ok(address) => {
            (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, address)]).into_response()
        }
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}

/// Certificates as PEM (RFC 7468 section 5), one after the other.
pub(crate) fn pem(certificates: &[CertificateDer]) -> Vec<u8> {
    qscd_sim::pem(certificates).into_bytes()
}

fn typed(media_type: &'static str, body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(media_type))], body).into_response()
}
