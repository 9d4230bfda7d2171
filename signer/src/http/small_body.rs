//! Small bodies of strangers: read whole before anything is done with them, counted and not too slowly.

use std::sync::Arc;

use axum::{
    body::{Body, HttpBody},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use listener::Place;

use super::{
    caller::{peer, turned_away},
    upload::{self, Intake},
};
use crate::{
    problem::Problem,
    service::{SMALL_BODY, Service},
};

/// Reads it, in a place that is held until the answer.
pub(super) async fn read_first(
    State(service): State<Arc<Service>>,
    request: Request,
    next: Next,
) -> Response {
    match read(&service, request).await {
        Ok((request, _place)) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

/// The request with its body in memory, and the place that it has.
///
/// # Errors
/// [`Problem`]: what is wrong with the body, or that no place is left.
pub(super) async fn read(
    service: &Service,
    request: Request,
) -> Result<(Request, Option<Place>), Problem> {
    if request.body().is_end_stream() {
        return Ok((request, None));
    }
    let (parts, body) = request.into_parts();
    let place = service.strangers().small_place(peer(&parts)).map_err(turned_away)?;
    let intake = Intake::of_small(service);
    let read = upload::read_any(&parts.headers, body, SMALL_BODY, &intake).await?;
    let body =
        if read.is_empty() { Body::empty() } else { Body::from(read.finish()?.bytes().clone()) };
    Ok((Request::from_parts(parts, body), Some(place)))
}
