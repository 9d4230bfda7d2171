//! Small bodies of strangers: read whole before anything is done with them, counted and not too slowly.

use std::sync::Arc;

use axum::{
    body::{Body, HttpBody},
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

use super::{
    caller::{peer, turned_away},
    upload::{self, Intake},
};
use crate::{problem::Problem, service::Service};

/// The longest, in bytes. What a route takes is shorter, and it says so in its own words.
const MAXIMUM_LENGTH: u64 = 128 << 10;

/// Reads it, in one of the strangers' places, which is held until the answer.
pub(super) async fn read_first(
    State(service): State<Arc<Service>>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    if request.body().is_end_stream() {
        return Ok(next.run(request).await);
    }
    let (parts, body) = request.into_parts();
    let _place = service.strangers().place(peer(&parts)).map_err(turned_away)?;
    let intake = Intake::of_strangers(&service);
    let read = upload::read(&parts.headers, body, MAXIMUM_LENGTH, &intake).await?;
    let body = Body::from(read.bytes().clone());
    Ok(next.run(Request::from_parts(parts, body)).await)
}
