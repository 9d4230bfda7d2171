//! `POST /v1/validations`: a signed document in, the report out (ETSI EN 319 102-1).

use std::sync::Arc;

use axum::{
    Json,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use pades::Password;
use serde::Deserialize;

use super::{part, upload};
use crate::{
    problem::Problem,
    service::{Service, ValidationRequest},
};

/// The longest list of trust anchors, in bytes.
const MAXIMUM_TRUST_LENGTH: u64 = 1 << 20;

/// The part `options`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ValidationOptionsPart {
    /// The password of an encrypted PDF.
    password: Option<String>,
}

/// Validates a signed document: raw, or in the parts `document`, `content`, `trust` and `options`.
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
    let (mut multipart, announced) = part::open(request).await?;
    let (mut document, mut content, mut trust, mut options) = (None, None, None, None);
    while let Some(field) = part::next(&mut multipart).await? {
        let (slot, announced, limit) = match field.name() {
            Some("document") => (&mut document, announced, service.limits().maximum_body_bytes),
            Some("content") => (&mut content, announced, service.limits().maximum_body_bytes),
            Some("trust") => (&mut trust, 0, MAXIMUM_TRUST_LENGTH),
            Some("options") => (&mut options, 0, part::MAXIMUM_OPTIONS_LENGTH),
            name => return Err(part::unknown(name).into()),
        };
        let read = part::read(field, announced, limit, service.budget()).await?;
        part::keep(slot, read)?;
    }
    let document = part::document(document)?;
    let options: ValidationOptionsPart = part::options(options.as_ref())?;
    let password = options.password.map(Password::new);
    Ok(ValidationRequest { document, content, trust, password })
}
