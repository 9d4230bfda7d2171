//! The parts of a `multipart/form-data` request (RFC 7578), each bounded. Their number needs no
//! bound: a part that is unknown or there twice ends the request.

use axum::{
    extract::{Multipart, multipart::Field},
    http::{HeaderMap, header::CONTENT_TYPE},
};

use super::upload::Upload;
use crate::{
    error::RequestError,
    service::{Budget, Document},
};

/// The longest JSON of options, in bytes.
pub(super) const MAXIMUM_OPTIONS_LENGTH: u64 = 64 * 1024;

/// Whether the body is in parts.
pub(super) fn is_multipart(headers: &HeaderMap) -> bool {
    const MULTIPART: &str = "multipart/form-data";
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.get(..MULTIPART.len()))
        .is_some_and(|start| start.eq_ignore_ascii_case(MULTIPART))
}

/// The next part, if there is one.
///
/// # Errors
/// [`RequestError::Malformed`].
pub(super) async fn next(multipart: &mut Multipart) -> Result<Option<Field<'_>>, RequestError> {
    multipart.next_field().await.map_err(|e| RequestError::Malformed(e.body_text()))
}

/// Reads one part, at most `limit` bytes.
///
/// # Errors
/// [`RequestError::TooLarge`], [`RequestError::Incomplete`].
pub(super) async fn read(
    mut field: Field<'_>,
    limit: u64,
    budget: &Budget,
) -> Result<Document, RequestError> {
    let mut upload = Upload::new(0, limit, budget)?;
    while let Some(chunk) = field.chunk().await.map_err(|_| RequestError::Incomplete)? {
        upload.push(chunk)?;
    }
    upload.finish()
}

/// A part that the address does not know.
pub(super) fn unknown(name: Option<&str>) -> RequestError {
    let name: String = name.unwrap_or("(no name)").chars().take(64).collect();
    RequestError::Malformed(format!("there is no part \"{name}\" here"))
}
