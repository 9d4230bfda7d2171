//! `/metrics`: counts and durations, in Prometheus' text format. Labels come from fixed sets:
//! none from a request.

use std::{sync::OnceLock, time::Instant};

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::problem::ProblemType;

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");

/// Bounds of the histogram of durations, in seconds.
const BUCKETS: [f64; 10] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10.0];

/// The recorder is the process's own: services that share a process share the counts.
fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    let install = || PrometheusBuilder::new().set_buckets(&BUCKETS).ok()?.install_recorder().ok();
    RECORDER.get_or_init(install).as_ref()
}

/// Counts a request by route, status and problem type, and times it.
pub(super) async fn count(request: Request, next: Next) -> Response {
    recorder();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("(none)", MatchedPath::as_str).to_owned();
    #[expect(clippy::disallowed_methods, reason = "a duration is measured, no time is judged")]
    let start = Instant::now();
    let response = next.run(request).await;
    let problem = response.extensions().get::<ProblemType>().map_or("none", |kind| kind.name());
    let status = response.status().as_str().to_owned();
    metrics::counter!(
        "segl_requests_total", "route" => route.clone(), "status" => status, "problem" => problem
    )
    .increment(1);
    metrics::histogram!("segl_request_seconds", "route" => route)
        .record(start.elapsed().as_secs_f64());
    response
}

/// The counts.
pub(super) async fn render() -> Response {
    match recorder() {
        Some(handle) => ([(header::CONTENT_TYPE, TEXT)], handle.render()).into_response(),
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
