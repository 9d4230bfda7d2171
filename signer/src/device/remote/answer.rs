//! What came back.

use axum::http::StatusCode;
use bytes::Bytes;

/// An answer, whatever its status.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) media_type: String,
    pub(super) body: Bytes,
}
