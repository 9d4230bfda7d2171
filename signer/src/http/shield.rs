//! What every request passes through: a time limit, a net under panics, and headers.

use std::{panic::AssertUnwindSafe, time::Duration};

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;

use crate::{Error, error::RequestError, problem::Problem};

/// Answers within `limit`, and answers a problem when a handler panics.
pub(super) async fn shield(
    State(limit): State<Duration>,
    request: Request,
    next: Next,
) -> Response {
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind();
    let mut response = match tokio::time::timeout(limit, answer).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => Problem::from(Error::Interrupted).into_response(),
        Err(_) => Problem::from(RequestError::TooSlow { limit_s: limit.as_secs() }).into_response(),
    };
    const HEADERS: [(HeaderName, HeaderValue); 2] = [
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, http::StatusCode, middleware, routing::get};
    use tower::ServiceExt;

    use super::*;

    async fn answer(path: &str) -> Response {
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
            .layer(middleware::from_fn_with_state(Duration::from_millis(20), shield));
        router.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap()
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
}
