//! `/healthz` (the process answers) and `/readyz` (a real test seal was made and verified).

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use listener::Seldom;
use serde_json::json;

use crate::service::Service;

/// The process answers.
pub(super) async fn health() -> Response {
    Json(json!({ "status": "ok" })).into_response()
}

/// A seal can be made, and it verifies. The result serves for some seconds, so that asking costs
/// nothing: no stranger's haste keeps a prober from its answer.
pub(super) async fn readiness(State(service): State<Arc<Service>>) -> Response {
    static FAILED: Seldom = Seldom::new();
    match service.is_ready().await {
        Ok(()) => Json(json!({ "status": "ready" })).into_response(),
        Err(error) => {
            if let Some(times) = FAILED.count() {
                tracing::error!(cause = %error, times, "the test seal failed");
            }
            let body = json!({ "status": "not ready" });
            (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
        }
    }
}
