//! `POST /v1/validations`: a signed document in, the report out (ETSI EN 319 102-1).

use std::sync::Arc;

use axum::{
    Json,
    extract::{FromRequest, Multipart, Request, State},
    response::{IntoResponse, Response},
};

use super::{part, upload};
use crate::{
    error::RequestError,
    problem::Problem,
    service::{Service, ValidationRequest},
};

/// The longest list of trust anchors, in bytes.
const MAXIMUM_TRUST_LENGTH: u64 = 1 << 20;

/// Validates a signed document: raw, or in the parts `document`, `content` and `trust`.
pub(super) async fn validate(
    State(service): State<Arc<Service>>,
    request: Request,
) -> Result<Response, Problem> {
    let request = if part::is_multipart(request.headers()) {
        read_parts(&service, request).await?
    } else {
        let (parts, body) = request.into_parts();
        let limit = service.limits().maximum_body_bytes;
        let document = upload::read(&parts.headers, body, limit, service.budget()).await?;
        ValidationRequest::new(document)
    };
    Ok(Json(service.validate(request).await?).into_response())
}

async fn read_parts(service: &Service, request: Request) -> Result<ValidationRequest, Problem> {
    let mut multipart = Multipart::from_request(request, &())
        .await
        .map_err(|e| RequestError::Malformed(e.body_text()))?;
    let (mut document, mut content, mut trust) = (None, None, None);
    while let Some(field) = part::next(&mut multipart).await? {
        let (slot, limit) = match field.name() {
            Some("document") => (&mut document, service.limits().maximum_body_bytes),
            Some("content") => (&mut content, service.limits().maximum_body_bytes),
            Some("trust") => (&mut trust, MAXIMUM_TRUST_LENGTH),
            name => return Err(part::unknown(name).into()),
        };
        let read = part::read(field, limit, service.budget()).await?;
        if slot.replace(read).is_some() {
            return Err(RequestError::Malformed("a part is there twice".into()).into());
        }
    }
    let document =
        document.ok_or_else(|| RequestError::Malformed("the part document is missing".into()))?;
    Ok(ValidationRequest { content, trust, ..ValidationRequest::new(document) })
}
