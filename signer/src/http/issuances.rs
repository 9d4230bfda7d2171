//! `/v1/issuances/{reference}`: certificates that were ordered are collected, with the order's reference and
//! one-time code as user and password of HTTP Basic (RFC 7617), or by the person who was named and has
//! logged in.

use std::{collections::BTreeSet, convert::Infallible, net::IpAddr, sync::Arc};

use axum::{
    Json,
    body::Body,
    extract::{FromRef, FromRequestParts, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE},
        request::Parts,
    },
    response::{IntoResponse, Response},
};
use est::{CertificationRequest, MAXIMUM_REQUEST_LENGTH};
use listener::Place;
use registry::{
    CertificateKind, HolderKey, Issuing, IssuingError, Moment, OrderReference, OrderRefusal,
    Purpose,
};
use seal::CertificateDer;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::{
    AppState,
    accept::prefers,
    caller::{peer, recognised},
    est::{MAXIMUM_BODY_LENGTH, REQUEST, credentials},
    handled::routes,
    openapi::{
        answers::{Deciding, Named},
        words,
    },
    part,
    path::Path,
    upload::{self, Intake},
};
use crate::{
    Error,
    certificate_authority::Collected,
    problem::Problem,
    secret::Secret,
    service::{CollectedBy, RequestError, Service},
};

/// RFC 8555 section 9.1.
const CHAIN: &str = "application/pem-certificate-chain";
/// RFC 8551 section 3.2.2.
const CERTIFICATES: &str = "application/pkcs7-mime";
/// RFC 2585 section 3.
const CERTIFICATE: &str = "application/pkix-cert";

/// The routes, each with its description.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(one, issue))
}

/// Whoever would collect.
#[derive(Debug)]
struct Collects {
    service: Arc<Service>,
    by: CollectedBy,
    /// The order of which they know the code.
    known: Option<String>,
    from: IpAddr,
}

impl FromRequestParts<AppState> for Collects {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        part::without_parameters(&parts.uri)?;
        let (service, from) = (Arc::<Service>::from_ref(state), peer(parts));
        if let Some((reference, code)) = credentials(&parts.headers) {
            // Nobody knows yet who that is.
            service.strangers().pass(from)?;
            let by = CollectedBy::Code(Secret::new(code.as_str()));
            return Ok(Self { service, by, known: Some(reference), from });
        }
        let caller = recognised(parts, &service).await?;
        Ok(Self { service, by: CollectedBy::Person(Box::new(caller)), known: None, from })
    }
}

impl Collects {
    /// The order that is asked for; a code is good for its own alone.
    fn order(&self, asked: String) -> Result<OrderReference, Error> {
        match self.known.as_ref().is_none_or(|known| *known == asked) {
            true => Ok(OrderReference(asked)),
            false => Err(OrderRefusal::CodeRefused.into()),
        }
    }

    /// On whose account the request is read; whoever shows a code is a stranger, and takes a place of theirs.
    fn intake(&self) -> Result<(Intake, Option<Place>), RequestError> {
        match &self.by {
            CollectedBy::Person(caller) => Ok((Intake::of(&self.service, caller), None)),
            CollectedBy::Code(_) => {
                let place = self.service.strangers().small_place(self.from)?;
                Ok((Intake::of_small(&self.service), Some(place)))
            }
        }
    }

    /// What is told of an error. Who shows too many wrong codes waits.
    fn refused(&self, error: Error) -> Problem {
        match self.service.strangers().shown(Err::<Infallible, _>(error), self.from) {
            Err(error) => error.into(),
        }
    }
}

/// What would be issued.
#[derive(Serialize, ToSchema)]
#[schema(as = Issuance)]
struct IssuanceView {
    /// The order's reference.
    reference: String,
    /// Whom the certificate will name.
    #[schema(value_type = words::CertificateKind)]
    kind: CertificateKind,
    /// The commonName.
    name: String,
    /// The organisation's registered name.
    organisation: String,
    /// The organisation's number with its country, such as `NTRDK-12345674`.
    organisation_identifier: String,
    /// The address that it will show.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// What it may be used for.
    #[schema(value_type = Vec<words::Purpose>)]
    purposes: BTreeSet<Purpose>,
    /// The kind of key that is to be made.
    #[schema(value_type = words::HolderKey)]
    key: HolderKey,
    /// How long it will live, in days of 24 hours.
    lifetime_days: u16,
    /// How it is meant to be collected.
    #[schema(value_type = words::Issuing)]
    issuing: Issuing,
    /// Until when it can be collected.
    #[schema(value_type = words::Moment)]
    expires: Moment,
}

/// What would be issued of an order, to whoever may collect it.
#[utoipa::path(
    get, path = "/v1/issuances/{reference}", operation_id = "getIssuance",
    security(("bearer" = []), ("code" = [])),
    params(("reference" = String, Path, description = "The order's reference: twelve digits.")),
    responses(
        Deciding,
        Named,
        (status = 200, description = "It.", body = IssuanceView),
    ),
)]
async fn one(collects: Collects, Path(reference): Path<String>) -> Result<Response, Problem> {
    let reference = collects.order(reference).map_err(|error| collects.refused(error))?;
    let found = collects.service.collectable(reference, collects.by.clone()).await;
    let found = found.map_err(|error| collects.refused(error))?;
    let (order, content) = (found.order.value, found.content);
    let view = IssuanceView {
        reference: order.reference.0,
        kind: content.kind,
        name: content.common_name,
        organisation: content.organisation_name,
        organisation_identifier: content.organisation_identifier,
        email: content.email,
        purposes: content.purposes,
        key: found.key,
        lifetime_days: content.lifetime_days,
        issuing: order.issuing,
        expires: order.expires,
    };
    Ok(([(CACHE_CONTROL, "no-store")], Json(view)).into_response())
}

/// Issues what was ordered over the key of a certification request (PKCS#10, RFC 2986), in DER, PEM or Base64;
/// names and extensions that it asks for are not read. Answers the certificate and its issuers in PEM, or with
/// `Accept` in a PKCS#7 without signatures, or it alone in DER.
#[utoipa::path(
    post, path = "/v1/issuances/{reference}", operation_id = "issueCertificate",
    security(("bearer" = []), ("code" = [])),
    params(("reference" = String, Path, description = "The order's reference: twelve digits.")),
    request_body(
        content = String,
        content_type = "application/pkcs10",
        description = "The request, which shows that its sender has the private key.",
    ),
    responses(
        Deciding,
        Named,
        (
            status = 201,
            description = "The certificate.",
            content(
                (String = "application/pem-certificate-chain"),
                (String = "application/pkcs7-mime"),
                (String = "application/pkix-cert"),
            ),
        ),
    ),
)]
async fn issue(
    collects: Collects,
    State(state): State<AppState>,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let reference = collects.order(reference).map_err(|error| collects.refused(error))?;
    let (intake, place) = collects.intake()?;
    let request = request(&headers, body, &intake).await;
    drop(place);
    let request = match request {
        Ok(request) => request,
        Err(wrong) => {
            // Who may not collect is told that, and nothing else.
            let judged = collects.service.collectable(reference, collects.by.clone()).await;
            judged.map_err(|error| collects.refused(error))?;
            return Err(wrong.into());
        }
    };
    let Some(issuing) = state.issuing else {
        let nowhere = IssuingError::Key("this node has no authority".to_owned());
        return Err(Error::from(nowhere).into());
    };
    let (service, by) = (&collects.service, collects.by.clone());
    let collected = service.collect(issuing.authority, reference, by, request).await;
    answer(&headers, &collected.map_err(|error| collects.refused(error))?)
}

/// The certification request of a body.
pub(super) async fn request(
    headers: &HeaderMap,
    body: Body,
    intake: &Intake,
) -> Result<CertificationRequest, RequestError> {
    if !upload::essence(headers).is_some_and(|essence| essence.eq_ignore_ascii_case(REQUEST)) {
        return Err(RequestError::ContentType(REQUEST));
    }
    let body = upload::read(headers, body, MAXIMUM_BODY_LENGTH as u64, intake).await?;
    let malformed = |told: String| RequestError::Malformed(told);
    let der = est::decoded(body.bytes(), MAXIMUM_REQUEST_LENGTH);
    let der = der.ok_or_else(|| malformed("it is no PKCS#10 in DER, PEM or Base64".to_owned()))?;
    CertificationRequest::read(&der).map_err(|refused| malformed(refused.to_string()))
}

/// What was issued, in the form that is asked for.
pub(super) fn answer(headers: &HeaderMap, collected: &Collected) -> Result<Response, Problem> {
    let Collected { certificate, chain } = collected;
    let all = || [&certificate.der].into_iter().chain(chain);
    let (media_type, body) = if prefers(headers, CERTIFICATE, CHAIN) {
        (HeaderValue::from_static(CERTIFICATE), certificate.der.clone())
    } else if prefers(headers, CERTIFICATES, CHAIN) {
        let written = est::certificates_only(all().map(Vec::as_slice));
        let media_type = "application/pkcs7-mime; smime-type=certs-only";
        (HeaderValue::from_static(media_type), written.map_err(|_| Error::Interrupted)?)
    } else {
        let all: Vec<_> = all().map(|der| CertificateDer::new(der.clone())).collect();
        (HeaderValue::from_static(CHAIN), seal::pem(&all).into_bytes())
    };
    let headers =
        [(CONTENT_TYPE, media_type), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((StatusCode::CREATED, headers, body).into_response())
}
