//! `/pki/*`: what a verifier needs of the simulator's certification authority.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use seal::{CertificateDer, Clock};

use super::AppState;
use crate::{compose::Backend, remote::RemoteDevice};

/// The present run's root certificate.
pub(super) async fn trust_anchor(State(state): State<AppState>) -> Response {
    let anchor = state.backend.trust_anchor();
    typed("application/pem-certificate-chain", pem(&[anchor]))
}

/// The root certificates of every run, so that yesterday's seals still validate.
pub(super) async fn trust_anchors(State(state): State<AppState>) -> Response {
    typed("application/pem-certificate-chain", pem(&state.service.trust().certificates()))
}

/// The root's certificate, for issuers that are looked up by AIA.
pub(super) async fn root(State(state): State<AppState>) -> Response {
    typed("application/pkix-cert", state.backend.trust_anchor().as_bytes().to_vec())
}

/// The issuing CA's certificate (RFC 2585 section 3).
pub(super) async fn issuing_ca(State(state): State<AppState>) -> Response {
    match &state.backend {
        Backend::Embedded(simulator) => {
            typed("application/pkix-cert", simulator.issuing_ca().as_bytes().to_vec())
        }
        Backend::Remote(device) => elsewhere(device, "/pki/issuing-ca.cer"),
    }
}

/// The time-stamping unit's certificate.
pub(super) async fn tsa(State(state): State<AppState>) -> Response {
    match &state.backend {
        Backend::Embedded(simulator) => {
            typed("application/pkix-cert", simulator.tsa_certificate().as_bytes().to_vec())
        }
        Backend::Remote(device) => elsewhere(device, "/pki/tsa.cer"),
    }
}

/// The root's revocation list (RFC 2585 section 3).
pub(super) async fn root_crl(State(state): State<AppState>) -> Response {
    let simulator = match &state.backend {
        Backend::Embedded(simulator) => simulator,
        Backend::Remote(device) => return elsewhere(device, "/pki/root.crl"),
    };
    match simulator.root_crl(simulator.clock().now()) {
        Ok(list) => typed("application/pkix-crl", list.into()),
        Err(error) => {
            tracing::error!(%error, "no revocation list could be made");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
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
