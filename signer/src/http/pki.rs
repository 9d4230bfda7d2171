//! `/pki/trust-anchor*`: the roots that a verifier needs. What certificates point at is the device's to
//! publish.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use seal::pem;

use super::AppState;

/// The present run's root certificate.
pub(super) async fn trust_anchor(State(state): State<AppState>) -> Response {
    typed("application/pem-certificate-chain", pem(&[state.device.trust_anchor()]))
}

/// The root certificates of every run, so that yesterday's seals still validate.
pub(super) async fn trust_anchors(State(state): State<AppState>) -> Response {
    typed("application/pem-certificate-chain", pem(&state.service.trust().certificates()))
}

fn typed(media_type: &'static str, body: String) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(media_type))], body).into_response()
}
