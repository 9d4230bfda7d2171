//! What every request passes through: a name, a time limit, a net under panics, and headers.

use std::{
    fmt::Write,
    panic::AssertUnwindSafe,
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Version, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use ring::rand::{SecureRandom, SystemRandom};
use tracing::Instrument;

use super::upload;
use crate::{Error, problem::Problem, service::RequestError};

/// The request's name, in the answer and in the log.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const ALWAYS: [(HeaderName, HeaderValue); 2] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
];

/// Answers within `limit`, and answers a problem when a handler panics.
pub(super) async fn shield(
    State(limit): State<Duration>,
    request: Request,
    next: Next,
) -> Response {
    let id = request_id();
    // What an act says is for whoever asked for it, and changes with each request.
    let path = request.uri().path();
    let kept_nowhere = path.starts_with("/v1/") || path.starts_with("/csc/v");
    let span = tracing::error_span!("request", id = %id);
    let answer = async {
        match ambiguity(&request) {
            Some(error) => Problem::from(error).into_response(),
            None => {
                let answer = AssertUnwindSafe(next.run(request)).catch_unwind();
                match tokio::time::timeout(limit, answer).await {
                    Ok(Ok(response)) => response,
                    Ok(Err(_)) => Problem::from(Error::Interrupted).into_response(),
                    Err(_) => {
                        let limit_s = limit.as_secs();
                        Problem::from(RequestError::TooSlow { limit_s }).into_response()
                    }
                }
            }
        }
    };
    let mut response = answer.instrument(span).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(value);
    }
    if kept_nowhere {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Ok(id) = HeaderValue::try_from(id) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

/// A name that no other request has: of this process, and its number in it. What a client calls its
/// request is not taken: it could name a person.
fn request_id() -> String {
    static PROCESS: LazyLock<u64> = LazyLock::new(|| {
        let mut bytes = [0; 8];
        // Without randomness the names are only this process's.
        let _ = SystemRandom::new().fill(&mut bytes);
        u64::from_be_bytes(bytes)
    });
    static NUMBER: AtomicU64 = AtomicU64::new(1);
    let mut id = String::with_capacity(26);
    // Writing to a string does not fail.
    let _ = write!(id, "{:016x}-{:x}", *PROCESS, NUMBER.fetch_add(1, Ordering::Relaxed));
    id
}

/// What could be read in two ways, or would be signed in another form than it was meant.
fn ambiguity(request: &Request) -> Option<RequestError> {
    let headers = request.headers();
    for (name, what) in [
        (header::HOST, "Host"),
        (header::AUTHORIZATION, "Authorization"),
        (header::CONTENT_TYPE, "Content-Type"),
    ] {
        // RFC 9112 section 3.2 demands 400 for two hosts; RFC 9110 section 11.6.2 knows one
        // credential, and section 8.3 one type.
        if headers.get_all(name).iter().nth(1).is_some() {
            return Some(RequestError::Malformed(format!("{what} is there twice")));
        }
    }
    // RFC 9112 section 3.2: as well where there is none, and for what is none; it may be empty.
    let is_named = match headers.get(header::HOST).map(HeaderValue::as_bytes) {
        None => request.version() != Version::HTTP_11,
        Some(b"") => true,
        Some(host) => !host.contains(&b'@') && Authority::try_from(host).is_ok(),
    };
    if !is_named {
        return Some(RequestError::Malformed("Host is missing, or is none".into()));
    }
    // RFC 9112 section 6.1: another coding than chunked is not taken off.
    let is_coded = headers.get_all(header::TRANSFER_ENCODING).iter().any(|value| {
        value.to_str().map_or(true, |value| !value.trim().eq_ignore_ascii_case("chunked"))
    });
    (is_coded || !upload::is_identity(headers)).then_some(RequestError::ContentEncoding)
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, http::StatusCode, middleware, routing::get};
    use tower::ServiceExt;

    use super::*;

    async fn answer_to(request: Request) -> Response {
        let router = Router::new()
            .route(
                "/panics",
                get(async || {
                    if true {
                        panic!("on purpose")
                    }
                }),
            )
            .route("/sleeps", get(async || tokio::time::sleep(Duration::from_secs(60)).await))
            .route("/v1/answers", get(async || "this"))
            .layer(middleware::from_fn_with_state(Duration::from_millis(20), shield));
        router.oneshot(request).await.unwrap()
    }

    async fn answer(path: &str) -> Response {
        answer_to(Request::get(path).header("host", "a").body(Body::empty()).unwrap()).await
    }

    #[tokio::test]
    async fn a_panic_and_an_endless_handler_are_problems() {
        for (path, status) in [
            ("/panics", StatusCode::INTERNAL_SERVER_ERROR),
            ("/sleeps", StatusCode::REQUEST_TIMEOUT),
        ] {
            let response = answer(path).await;
            assert_eq!(response.status(), status);
            assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
            assert_eq!(response.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        }
    }

    #[tokio::test]
    async fn every_answer_has_a_name_of_its_own_and_those_of_the_interface_are_kept_nowhere() {
        let (one, other) = (answer("/v1/answers").await, answer("/v1/answers").await);
        assert_ne!(one.headers()[REQUEST_ID], other.headers()[REQUEST_ID]);
        assert_eq!(one.headers()[header::CACHE_CONTROL], "no-store");
        assert!(!answer("/nothing").await.headers().contains_key(header::CACHE_CONTROL));
    }

    #[tokio::test]
    async fn what_could_be_read_in_two_ways_is_refused() {
        for (name, values, status) in [
            ("host", &["a", "b"][..], StatusCode::BAD_REQUEST),
            ("authorization", &["Bearer a", "Bearer a"], StatusCode::BAD_REQUEST),
            ("content-encoding", &["gzip"], StatusCode::UNSUPPORTED_MEDIA_TYPE),
            ("content-encoding", &["identity, br"], StatusCode::UNSUPPORTED_MEDIA_TYPE),
            ("content-encoding", &["identity"], StatusCode::OK),
            ("content-type", &["application/json", "text/plain"], StatusCode::BAD_REQUEST),
            ("transfer-encoding", &["gzip, chunked"], StatusCode::UNSUPPORTED_MEDIA_TYPE),
            ("transfer-encoding", &["gzip", "chunked"], StatusCode::UNSUPPORTED_MEDIA_TYPE),
            ("transfer-encoding", &["Chunked"], StatusCode::OK),
            ("host", &["a"], StatusCode::OK),
            ("host", &["[::1]:8080"], StatusCode::OK),
            ("host", &["localhost:"], StatusCode::OK),
            ("host", &[""], StatusCode::OK),
            ("host", &[], StatusCode::BAD_REQUEST),
            ("host", &["a b"], StatusCode::BAD_REQUEST),
            ("host", &["a/b"], StatusCode::BAD_REQUEST),
            ("host", &["somebody@a"], StatusCode::BAD_REQUEST),
        ] {
            let request = Request::get("/v1/answers");
            let request = match name {
                "host" => request,
                _ => request.header("host", "localhost"),
            };
            let request =
                values.iter().fold(request, |request, value| request.header(name, *value));
            let response = answer_to(request.body(Body::empty()).unwrap()).await;
            assert_eq!(response.status(), status, "{name}: {values:?}");
        }
        // An earlier version knows no Host, and a later one has it elsewhere.
        for version in [Version::HTTP_10, Version::HTTP_2] {
            let request = Request::get("/v1/answers").version(version).body(Body::empty()).unwrap();
            assert_eq!(answer_to(request).await.status(), StatusCode::OK, "{version:?}");
        }
    }
}
