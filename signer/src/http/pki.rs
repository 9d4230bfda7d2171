//! `/pki/*`: what a verifier needs of the simulator's certification authority.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use seal::{CertificateDer, Clock};

use super::AppState;

/// The present run's root certificate.
pub(super) async fn trust_anchor(State(state): State<AppState>) -> Response {
    let anchor = state.simulator.trust_anchor();
    typed("application/pem-certificate-chain", pem(std::slice::from_ref(&anchor)))
}

/// The root certificates of every run, so that yesterday's seals still validate.
pub(super) async fn trust_anchors(State(state): State<AppState>) -> Response {
    typed("application/pem-certificate-chain", pem(state.service.trust().certificates()))
}

/// The issuing CA's certificate (RFC 2585 section 3).
pub(super) async fn issuing_ca(State(state): State<AppState>) -> Response {
    typed("application/pkix-cert", state.simulator.issuing_ca().as_bytes().to_vec())
}

/// The time-stamping unit's certificate.
pub(super) async fn tsa(State(state): State<AppState>) -> Response {
    typed("application/pkix-cert", state.simulator.tsa_certificate().as_bytes().to_vec())
}

/// The root's certificate, for issuers that are looked up by AIA.
pub(super) async fn root(State(state): State<AppState>) -> Response {
    typed("application/pkix-cert", state.simulator.trust_anchor().as_bytes().to_vec())
}

/// The root's revocation list (RFC 2585 section 3).
pub(super) async fn root_crl(State(state): State<AppState>) -> Response {
    match state.simulator.root_crl(state.simulator.clock().now()) {
        Ok(list) => typed("application/pkix-crl", list.into()),
        Err(error) => {
            tracing::error!(%error, "no revocation list could be made");
            axum::http::StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// Certificates as PEM (RFC 7468 section 5), one after the other.
pub(crate) fn pem(certificates: &[CertificateDer]) -> Vec<u8> {
    let mut text = String::new();
    for certificate in certificates {
        text.push_str("-----BEGIN CERTIFICATE-----\n");
        let base64 = STANDARD.encode(certificate.as_bytes());
        for line in base64.as_bytes().chunks(64) {
            text.extend(line.iter().map(|byte| char::from(*byte)));
            text.push('\n');
        }
        text.push_str("-----END CERTIFICATE-----\n");
    }
    text.into_bytes()
}

fn typed(media_type: &'static str, body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(media_type))], body).into_response()
}
