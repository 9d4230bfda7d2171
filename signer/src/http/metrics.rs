//! `/metrics`: counts and durations, in Prometheus' text format. Labels come from fixed sets:
//! none from a request.

use std::{sync::OnceLock, time::Instant};

use axum::{
    body::HttpBody,
    extract::{MatchedPath, Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use tracing::Level;

use super::{AppState, shield::REQUEST_ID};
use crate::{device::DeviceCounts, service::ProblemType};

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");

/// Bounds of the histogram of durations, in seconds.
const BUCKETS: [f64; 10] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10.0];

/// The recorder is the process's own: services that share a process share the counts.
fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    let install = || {
        let handle = PrometheusBuilder::new().set_buckets(&BUCKETS).ok()?.install_recorder().ok();
        describe();
        handle
    };
    RECORDER.get_or_init(install).as_ref()
}

/// What each metric means, as `# HELP`.
fn describe() {
    for (name, meaning) in [
        ("segl_requests_total", "Requests, by route, status and problem type"),
        ("segl_authentication_refused_total", "Requests whose caller was not recognised"),
        ("segl_strangers_refused_total", "Requests without a key beyond what strangers may take"),
        ("segl_device_keys_created_total", "Keys that the device in this process made"),
        ("segl_device_keys_ended_total", "Keys of the device that ended, by how"),
        ("segl_device_rsa_keys_made_total", "RSA keys that were made ahead"),
        ("segl_device_rsa_pool_empty_total", "How often no RSA key was ready"),
    ] {
        metrics::describe_counter!(name, meaning);
    }
    for (name, meaning) in [
        ("segl_device_keys_live", "Keys that live in the device"),
        ("segl_device_rsa_keys_ready", "RSA keys that are ready"),
    ] {
        metrics::describe_gauge!(name, meaning);
    }
    let seconds = metrics::Unit::Seconds;
    metrics::describe_histogram!("segl_request_seconds", seconds, "How long requests took");
}

/// The target of the log's line on each request; nothing is written unless it is asked for.
pub const REQUEST_LOG: &str = "segl::request";

/// Counts a request by route, status and problem type, times it, and tells the log of it: by its
/// route, for an address can name somebody.
pub(super) async fn count(request: Request, next: Next) -> Response {
    recorder();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("(none)", MatchedPath::as_str).to_owned();
    #[expect(clippy::disallowed_methods, reason = "a duration is measured, no time is judged")]
    let start = Instant::now();
    let method = request.method().clone();
    let response = next.run(request).await;
    let problem = response.extensions().get::<ProblemType>().map_or("none", |kind| kind.name());
    if tracing::enabled!(target: REQUEST_LOG, Level::INFO) {
        let id = response.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok());
        let (status, bytes) = (response.status().as_u16(), response.body().size_hint().upper());
        let milliseconds = start.elapsed().as_secs_f64() * 1000.0;
        let method = known(&method);
        tracing::info!(
            target: REQUEST_LOG, id, method, route, status, problem, milliseconds, bytes
        );
    }
    let status = response.status().as_str().to_owned();
    metrics::counter!(
        "segl_requests_total", "route" => route.clone(), "status" => status, "problem" => problem
    )
    .increment(1);
    metrics::histogram!("segl_request_seconds", "route" => route)
        .record(start.elapsed().as_secs_f64());
    response
}

/// A method by its name, if it is one that is usual: others can be any word.
fn known(method: &Method) -> &str {
    const KNOWN: [Method; 6] =
        [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS];
    if KNOWN.contains(method) { method.as_str() } else { "(another)" }
}

/// The counts, and what the device holds and did.
pub(super) async fn render(State(state): State<AppState>) -> Response {
    recorder();
    let DeviceCounts { created, ended, live, rsa_keys_ready, rsa_keys_made, rsa_pool_empty } =
        state.device.counts().unwrap_or_default();
    metrics::counter!("segl_device_keys_created_total").absolute(created);
    for (end, count) in ended {
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

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, middleware, routing::get};
    use tower::ServiceExt;

    use super::*;
    use crate::{cli::LogFormat, log::captured::Lines};

    #[tokio::test]
    async fn a_request_is_one_line_of_the_log_by_its_route_and_without_its_address() {
        let (lines, log) = Lines::of(LogFormat::Json);
        let router = Router::new()
            .route("/v1/receipts/{id}", get(async || "twelve bytes"))
            .layer(middleware::from_fn_with_state(
                std::time::Duration::from_secs(60),
                super::super::shield::shield,
            ))
            .layer(middleware::from_fn(count));
        for (method, path) in
            [("GET", "/v1/receipts/karen?name=karen"), ("GET", "/karen"), ("KAREN", "/")]
        {
            let request = Request::builder().method(method).uri(path);
            let request = request.header("host", "localhost").header("x-request-id", "karen");
            let request = request.body(Body::empty()).unwrap();
            router.clone().oneshot(request).await.unwrap();
        }
        drop(log);
        let text = lines.text();
        assert!(!text.to_lowercase().contains("karen"), "{text}");
        let told: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let one = &told[0]["fields"];
        assert_eq!(
            (&one["method"], &one["route"], &one["status"], &one["bytes"]),
            (&"GET".into(), &"/v1/receipts/{id}".into(), &200.into(), &12.into())
        );
        assert!(one["id"].is_string() && one["milliseconds"].is_f64(), "{one}");
        assert_eq!(told.len(), 3);
        assert_eq!(
            (&told[1]["fields"]["route"], &told[1]["fields"]["status"]),
            (&"(none)".into(), &404.into())
        );
    }
}
