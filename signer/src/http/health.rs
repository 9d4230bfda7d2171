//! `/healthz` (the process answers) and `/readyz` (a real test seal was made and verified).

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::service::Service;

/// The process answers.
pub(super) async fn health() -> Response {
    Json(json!({ "status": "ok" })).into_response()
}

/// A seal can be made, and it verifies. The result serves for some seconds.
pub(super) async fn readiness(State(service): State<Arc<Service>>) -> Response {
    match service.is_ready().await {
        Ok(()) => Json(json!({ "status": "ready" })).into_response(),
        Err(error) => {
            tracing::error!(cause = %error, "the test seal failed");
            let body = json!({ "status": "not ready" });
            (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
        }
    }
}
