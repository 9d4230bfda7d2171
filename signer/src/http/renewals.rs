//! `/v1/certificates/{id}/renewal`: a person's certificate is followed by another one over a new key.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{FromRef, FromRequestParts, State},
    http::{HeaderMap, request::Parts},
    response::Response,
};
use registry::{CertificateAct, IssuingError};
use utoipa_axum::router::OpenApiRouter;

use super::{
    AppState,
    caller::recognised,
    handled::routes,
    issuances::{answer, request},
    openapi::answers::{Deciding, Named},
    part,
    path::Path,
    upload::Intake,
};
use crate::{Error, authentication::Authenticated, problem::Problem, service::Service};

/// The route, with its description.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(renew))
}

/// Whoever has logged in, or shows a token.
#[derive(Debug)]
struct Renews {
    service: Arc<Service>,
    caller: Authenticated,
}

impl FromRequestParts<AppState> for Renews {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        part::without_parameters(&parts.uri)?;
        let service = Arc::<Service>::from_ref(state);
        let caller = recognised(parts, &service).await?;
        Ok(Self { service, caller })
    }
}

/// Issues the successor of the caller's own certificate, from the day on that it is due, over the new key of a
/// certification request (PKCS#10, RFC 2986), in DER, PEM or Base64. Name and UUID stay, and the old one is as it
/// was. Answers as `POST /v1/issuances/{reference}` does.
#[utoipa::path(
    post, path = "/v1/certificates/{id}/renewal", operation_id = "renewCertificate",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "Its name here.")),
    request_body(
        content = String,
        content_type = "application/pkcs10",
        description = "The request, which shows that its sender has the new private key.",
    ),
    responses(
        Deciding,
        Named,
        (
            status = 201,
            description = "The successor.",
            content(
                (String = "application/pem-certificate-chain"),
                (String = "application/pkcs7-mime"),
                (String = "application/pkix-cert"),
            ),
        ),
    ),
)]
async fn renew(
    renews: Renews,
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let Renews { service, caller } = renews;
    // Who may not renew is told that, and nothing else.
    service.certificate(&caller, &id, CertificateAct::Read).await?;
    let request = request(&headers, body, &Intake::of(&service, &caller)).await?;
    let Some(issuing) = state.issuing else {
        let nowhere = IssuingError::Key("this node has no authority".to_owned());
        return Err(Error::from(nowhere).into());
    };
    answer(&headers, &service.renew(issuing.authority, caller, id, request).await?)
}
