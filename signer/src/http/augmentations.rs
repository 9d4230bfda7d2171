//! `POST /v1/augmentations`: a signed document in, the same with its signatures raised out.

use std::sync::Arc;

use axum::{
    extract::{Query, Request, State, rejection::QueryRejection},
    http::{HeaderName, HeaderValue},
    response::Response,
};
use pades::Password;
use seal::Level;
use serde::Deserialize;

use super::{
    act::{document, warn},
    idempotency::Asked,
    part::{self, Parts},
    upload::{self, Intake},
};
use crate::{
    authentication::Authenticated,
    problem::Problem,
    service::{AugmentationRequest, Augmented, Document, RequestError, Service},
};

/// The lowest level that the validation states of a signature of the result.
const LEVEL: HeaderName = HeaderName::from_static("segl-level");

/// What may stand in an address. A password never does.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AugmentationQuery {
    /// The level that every signature is to have.
    level: Option<Level>,
}

/// The part `options` of a multipart request.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct AugmentationOptions {
    level: Option<Level>,
    password: Option<String>,
}

/// Raises the level of every signature: the document raw, or in the parts `document`, `content`
/// and `options`.
pub(super) async fn augment(
    State(service): State<Arc<Service>>,
    caller: Authenticated,
    query: Result<Query<AugmentationQuery>, QueryRejection>,
    request: Request,
) -> Result<Response, Problem> {
    let Query(query) = query.map_err(|e| RequestError::Malformed(e.body_text()))?;
    let intake = Intake::of(&service, &caller);
    let (asked, headers) = (Asked::at(request.uri()), request.headers().clone());
    let (request, options) = if part::is_multipart(&headers) {
        read_parts(&service, query, request, &intake).await?
    } else {
        let level = required(query.level)?;
        let limit = service.limits().maximum_body_bytes;
        let document = upload::read(&headers, request.into_body(), limit, &intake).await?;
        (AugmentationRequest { level, document, content: None, password: None }, None)
    };
    let asked = asked.with(options.as_ref()).with(request.content.as_ref());
    let caller = caller.asking(&headers, asked.with(Some(&request.document)))?;
    let Augmented { parts, file_name, receipt, warnings } =
        service.augment(caller, request).await?;
    let mut response = document(parts, file_name, &receipt.id);
    let headers = response.headers_mut();
    if let Some(Ok(level)) = receipt.reached.as_deref().map(HeaderValue::from_str) {
        headers.insert(LEVEL, level);
    }
    warn(headers, &warnings);
    Ok(response)
}

async fn read_parts(
    service: &Service,
    query: AugmentationQuery,
    request: Request,
    intake: &Intake,
) -> Result<(AugmentationRequest, Option<Document>), Problem> {
    let mut parts = Parts::open(request, intake).await?;
    let (mut document, mut content, mut options) = (None, None, None);
    while let Some(part) = parts.next().await? {
        let (slot, limit) = match part.name() {
            Some("document") => (&mut document, service.limits().maximum_body_bytes),
            Some("content") => (&mut content, service.limits().maximum_body_bytes),
            Some("options") => (&mut options, part::MAXIMUM_OPTIONS_LENGTH),
            name => return Err(part::unknown(name).into()),
        };
        part::keep(slot, part.read(limit).await?)?;
    }
    let read: AugmentationOptions = part::options(options.as_ref())?;
    let level = required(part::agreed("level", read.level, query.level)?)?;
    let document = part::document(document)?;
    let password = read.password.map(Password::new);
    Ok((AugmentationRequest { level, document, content, password }, options))
}

fn required(level: Option<Level>) -> Result<Level, RequestError> {
    level.ok_or_else(|| RequestError::Malformed("level is missing".into()))
}
