//! JSON bodies: read within limits, and refused when they say more than is asked.

use axum::{body::Body, http::HeaderMap};
use serde::de::DeserializeOwned;

use super::upload::{self, Intake};
use crate::{error::RequestError, service::Service};

/// The longest request, in bytes; a real one has some hundred.
const MAXIMUM_LENGTH: u64 = 64 << 10;

const JSON: &str = "application/json";

/// Reads one value.
///
/// # Errors
/// [`RequestError::ContentType`], [`RequestError::Malformed`], and those of [`upload::read`].
pub(super) async fn read<T: DeserializeOwned>(
    service: &Service,
    headers: &HeaderMap,
    body: Body,
) -> Result<T, RequestError> {
    if !upload::essence(headers).is_some_and(|essence| essence.eq_ignore_ascii_case(JSON)) {
        return Err(RequestError::ContentType(JSON));
    }
    let json = upload::read(headers, body, MAXIMUM_LENGTH, &Intake::of(service)).await?;
    serde_json::from_slice(json.bytes()).map_err(|error| RequestError::Malformed(error.to_string()))
}
