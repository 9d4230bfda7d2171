//! What everybody may ask: trust anchors, certificates, revocation data and time-stamps.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};

use seal::pem;

use super::error::silence;
use crate::{Simulator, faults::NoAnswer};

/// RFC 3161 section 3.4.
const QUERY: &str = "application/timestamp-query";
const REPLY: &str = "application/timestamp-reply";
/// The longest request for a time-stamp, in bytes; a real one has about a hundred.
const MAXIMUM_QUERY_LENGTH: usize = 16 * 1024;

impl Simulator {
    /// The routes that certificates point at, `/pki/*`, and `POST /tsa`.
    pub fn public_router(self: &Arc<Self>) -> Router {
        Router::new()
            .route("/pki/trust-anchor.pem", get(trust_anchor))
            .route("/pki/trust-anchors.pem", get(trust_anchor))
            .route("/tsa", post(time_stamp))
            .layer(DefaultBodyLimit::max(MAXIMUM_QUERY_LENGTH))
            .with_state(Arc::clone(self))
            .merge(self.pki_router())
    }
}

async fn trust_anchor(State(simulator): State<Arc<Simulator>>) -> Response {
    let anchor = std::slice::from_ref(simulator.trust_anchor());
    typed("application/pem-certificate-chain", pem(anchor).into_bytes())
}

async fn time_stamp(
    State(simulator): State<Arc<Simulator>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = media_type.and_then(|value| value.split(';').next()).map(str::trim);
    if !essence.is_some_and(|essence| essence.eq_ignore_ascii_case(QUERY)) {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    match simulator.faulty_time_stamping().respond(&body) {
        Ok(answer) => typed(REPLY, answer),
        Err(NoAnswer) => silence(),
    }
}

fn typed(media_type: &'static str, body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(media_type))], body).into_response()
}
