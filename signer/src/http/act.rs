//! `POST /v1/seals` and `POST /v1/signatures`: the document in, the sealed document out.

use std::sync::Arc;

use axum::{
    body::to_bytes,
    extract::{Query, Request, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use seal::Act;

use super::{
    idempotency::Asked,
    options::{ActOptionsPart, ActQuery},
    part::{self, Parts},
    upload::{self, Intake},
};
use crate::{
    authentication::Authenticated,
    problem::Problem,
    service::{ActOptions, Completed, Document, FileName, RequestError, Service, Warning},
    store::ReceiptId,
};

/// The level that was reached, where it is lower than the one asked for.
const DEGRADED: HeaderName = HeaderName::from_static("segl-degraded");

/// What other people's readers may make of the result, where that differs.
const WARNING: HeaderName = HeaderName::from_static("segl-warning");

/// Seals a document on behalf of the organisation.
pub(super) async fn seal(
    State(service): State<Arc<Service>>,
    caller: Authenticated,
    query: Result<Query<ActQuery>, QueryRejection>,
    request: Request,
) -> Result<Response, Problem> {
    let Query(query) = query.map_err(|e| RequestError::Malformed(e.body_text()))?;
    act(Act::Seal, service, caller, without_activation(query)?, request).await
}

/// Signs a document as a person, on behalf of the organisation.
pub(super) async fn sign(
    State(service): State<Arc<Service>>,
    caller: Authenticated,
    query: Result<Query<ActQuery>, QueryRejection>,
    request: Request,
) -> Result<Response, Problem> {
    let Query(query) = query.map_err(|e| RequestError::Malformed(e.body_text()))?;
    let alone = query.activation_alone()?.map(|(id, number)| (id.to_owned(), number));
    let Some((activation, number)) = alone else {
        return act(Act::Sign, service, caller, query, request).await;
    };
    // The document came with the activation.
    let (asked, headers) = (Asked::at(request.uri()), request.headers().clone());
    let nothing = to_bytes(request.into_body(), 0).await;
    nothing.map_err(|_| RequestError::Malformed("the document came with the activation".into()))?;
    let caller = caller.asking(&headers, asked)?;
    Ok(answer(service.perform_activated(caller, &activation, number).await?))
}

/// What is asked for with a document, which no activation is.
pub(super) fn without_activation(query: ActQuery) -> Result<ActQuery, RequestError> {
    if query.activation.is_some() || query.document.is_some() {
        let cause = "activation and document: only POST /v1/signatures takes them";
        return Err(RequestError::Malformed(cause.into()));
    }
    Ok(query)
}

async fn act(
    act: Act,
    service: Arc<Service>,
    caller: Authenticated,
    query: ActQuery,
    request: Request,
) -> Result<Response, Problem> {
    let intake = Intake::of(&service, &caller);
    let (asked, headers) = (Asked::at(request.uri()), request.headers().clone());
    let (query, document, options) = if part::is_multipart(&headers) {
        read_parts(&service, query, request, &intake).await?
    } else {
        let limit = service.limits().maximum_body_bytes;
        (query, upload::read(&headers, request.into_body(), limit, &intake).await?, None)
    };
    let asked = asked.with(options.as_ref()).with(query.image.as_ref()).with(Some(&document));
    let caller = caller.asking(&headers, asked)?;
    let options = ActOptions::try_from(query)?;
    let completed = service.perform(act, caller, options, document).await?;
    Ok(answer(completed))
}

/// The parts `document`, `options` and `image`; the second also as it came.
async fn read_parts(
    service: &Service,
    mut query: ActQuery,
    request: Request,
    intake: &Intake,
) -> Result<(ActQuery, Document, Option<Document>), Problem> {
    let mut parts = Parts::open(request, intake).await?;
    let mut document = None;
    let mut options = None;
    while let Some(part) = parts.next().await? {
        let (slot, limit) = match part.name() {
            Some("document") => (&mut document, service.limits().maximum_body_bytes),
            Some("options") => (&mut options, part::MAXIMUM_OPTIONS_LENGTH),
            Some("image") => (&mut query.image, pades::Image::MAX_LENGTH as u64),
            name => return Err(part::unknown(name).into()),
        };
        part::keep(slot, part.read(limit).await?)?;
    }
    let read: ActOptionsPart = part::options(options.as_ref())?;
    Ok((read.with(query)?, part::document(document)?, options))
}

/// The answer to an act.
pub(super) fn answer(completed: Completed) -> Response {
    let Completed { parts, file_name, receipt, degraded, warnings } = completed;
    let mut response = document(parts, file_name, &receipt.id);
    let headers = response.headers_mut();
    if let Some(level) = degraded {
        headers.insert(DEGRADED, HeaderValue::from_static(level.name()));
    }
    warn(headers, &warnings);
    response
}

/// Names what different readers of PDF judge differently.
pub(super) fn warn(headers: &mut HeaderMap, warnings: &[Warning]) {
    for warning in warnings {
        headers.append(WARNING, HeaderValue::from_static(warning.name()));
    }
}

/// A document that was made. Its names are constant: none comes from the request.
pub(super) fn document(
    parts: Vec<bytes::Bytes>,
    file_name: FileName,
    receipt: &ReceiptId,
) -> Response {
    let length: usize = parts.iter().map(bytes::Bytes::len).sum();
    let body = super::body::in_parts(parts);
    let mut headers = HeaderMap::new();
    let media_type = HeaderValue::from_static(file_name.media_type());
    headers.insert(header::CONTENT_TYPE, media_type);
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(file_name.disposition()));
    if let Ok(location) = HeaderValue::try_from(format!("/v1/receipts/{receipt}")) {
        headers.insert(header::LOCATION, location);
    }
    (StatusCode::OK, headers, body).into_response()
}
