//! `/metrics`: counts and durations, in Prometheus' text format. Labels come from fixed sets:
//! none from a request.

use std::{sync::OnceLock, time::Instant};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use qscd_sim::DeviceCounters;

use super::AppState;
use crate::{compose::Backend, problem::ProblemType};

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

/// The counts, and what the device holds and did.
pub(super) async fn render(State(state): State<AppState>) -> Response {
    recorder();
    let DeviceCounters {
        created,
        consumed,
        expired,
        evicted,
        destroyed,
        shutdown,
        live,
        rsa_keys_ready,
        rsa_keys_made,
        rsa_pool_empty,
    } = match &state.backend {
        Backend::Embedded(simulator) => simulator.device().counters(),
        // A device elsewhere counts for itself.
        Backend::Remote(_) => DeviceCounters::default(),
    };
    metrics::counter!("segl_device_keys_created_total").absolute(created);
    for (end, count) in [
        ("consumed", consumed),
        ("expired", expired),
        ("evicted", evicted),
        ("destroyed", destroyed),
        ("shutdown", shutdown),
    ] {
        metrics::counter!("segl_device_keys_ended_total", "end" => end).absolute(count);
    }
    metrics::gauge!("segl_device_keys_live").set(live as f64);
    metrics::gauge!("segl_device_rsa_keys_ready").set(rsa_keys_ready as f64);
    metrics::counter!("segl_device_rsa_keys_made_total").absolute(rsa_keys_made);
    metrics::counter!("segl_device_rsa_pool_empty_total").absolute(rsa_pool_empty);
    match recorder() {
        Some(handle) => ([(header::CONTENT_TYPE, TEXT)], handle.render()).into_response(),
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
