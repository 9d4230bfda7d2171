//! The device's own page: it asks persons itself, on its own origin, and judges what they answer.

mod answer;
mod sheet;
mod shown;
mod texts;
mod visit;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{
        HeaderValue,
        header::{CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
    },
    response::{IntoResponse, Response},
    routing::get,
};

use self::visit::{Asking, Visit};
use crate::Simulator;

/// The longest body, in bytes.
const MAXIMUM_BODY_LENGTH: usize = 64 << 10;

impl Simulator {
    /// The device's own page, where one is configured, for a listener of its own.
    pub fn page_router(&self) -> Option<Router> {
        let asking = Asking { device: self.device(), page: self.page.clone()? };
        let router = Router::new()
            .route("/activations/{id}", get(Visit::question).post(answer::evidence))
            .route("/registrations/{id}", get(Visit::question).post(answer::evidence))
            .route("/passkeys/{id}", get(Visit::question).post(answer::made))
            .route("/page.js", get(script))
            .route("/page.css", get(style))
            .layer(DefaultBodyLimit::max(MAXIMUM_BODY_LENGTH))
            .with_state(Arc::new(asking));
        Some(router)
    }
}

async fn script() -> Response {
    asset("text/javascript; charset=utf-8", include_str!("page/page.js"))
}

async fn style() -> Response {
    asset("text/css; charset=utf-8", include_str!("page/page.css"))
}

fn asset(media_type: &'static str, text: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, text).into_response()
}
