//! `POST /v1/validations`: a signed document in, the report out (ETSI EN 319 102-1).

use std::sync::Arc;

use axum::{
    Json,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use cades::RevocationPolicy;
use pades::Password;
use serde::Deserialize;

use super::{
    caller::{Standing, Visitor},
    part::{self, Parts},
    upload::{self, Intake},
};
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
    /// For which certificates revocation data must be at hand.
    revocation: Option<RevocationPolicy>,
}

/// Validates a signed document: raw, or in the parts `document`, `content`, `trust` and `options`.
pub(super) async fn validate(
    State(service): State<Arc<Service>>,
    visitor: Visitor,
    request: Request,
) -> Result<Response, Problem> {
    part::without_parameters(request.uri())?;
    let intake = &visitor.intake;
    let request = if part::is_multipart(request.headers()) {
        read_parts(&service, request, intake).await?
    } else {
        let (parts, body) = request.into_parts();
        let limit = service.limits().maximum_body_bytes;
        let document = upload::read(&parts.headers, body, limit, intake).await?;
        ValidationRequest::new(document)
    };
    let report = match visitor.standing {
        Standing::Known(caller) => service.validate_for(&caller, request).await?,
        Standing::Stranger { .. } => service.validate_for_stranger(request).await?,
    };
    Ok(Json(report).into_response())
}

async fn read_parts(
    service: &Service,
    request: Request,
    intake: &Intake,
) -> Result<ValidationRequest, Problem> {
    let mut parts = Parts::open(request, intake).await?;
    let (mut document, mut content, mut trust, mut options) = (None, None, None, None);
    while let Some(part) = parts.next().await? {
        let (slot, limit) = match part.name() {
            Some("document") => (&mut document, service.limits().maximum_body_bytes),
            Some("content") => (&mut content, service.limits().maximum_body_bytes),
            Some("trust") => (&mut trust, MAXIMUM_TRUST_LENGTH),
            Some("options") => (&mut options, part::MAXIMUM_OPTIONS_LENGTH),
            name => return Err(part::unknown(name).into()),
        };
        part::keep(slot, part.read(limit).await?)?;
    }
    let document = part::document(document)?;
    let options: ValidationOptionsPart = part::options(options.as_ref())?;
    let password = options.password.map(Password::new);
    let revocation = options.revocation;
    Ok(ValidationRequest { document, content, trust, password, revocation })
}
