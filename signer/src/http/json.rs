//! JSON bodies: read within limits, and refused when they say more than is asked.

use axum::{
    body::Body,
    http::{HeaderMap, Uri},
};
use serde::de::DeserializeOwned;

use super::{
    idempotency::Asked,
    upload::{self, Intake},
};
use crate::{
    authentication::Authenticated,
    service::{RequestError, Service},
};

/// The longest request, in bytes; a real one has some hundred.
const MAXIMUM_LENGTH: u64 = 64 << 10;

const JSON: &str = "application/json";

/// Reads one value, and the key that the caller gave to the request.
///
/// # Errors
/// Those of [`Authenticated::asking`] and [`upload::read`]; [`RequestError::ContentType`],
/// [`RequestError::Malformed`].
pub(super) async fn read<T: DeserializeOwned>(
    service: &Service,
    caller: Authenticated,
    (address, headers): (&Uri, &HeaderMap),
    body: Body,
) -> Result<(T, Authenticated), RequestError> {
    if !upload::essence(headers).is_some_and(|essence| essence.eq_ignore_ascii_case(JSON)) {
        return Err(RequestError::ContentType(JSON));
    }
    let json = upload::read(headers, body, MAXIMUM_LENGTH, &Intake::of(service, &caller)).await?;
    let value = serde_json::from_slice(json.bytes());
    let value = value.map_err(|error| RequestError::Malformed(error.to_string()))?;
    Ok((value, caller.asking(headers, Asked::at(address).with(Some(&json)))?))
}
