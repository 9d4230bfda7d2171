//! `/v1/policies`: what is to be read and accepted before a certificate that lives for years is ordered or
//! collected.

use axum::{
    Json,
    body::Body,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use registry::Moment;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Asks, May, ReadOrganisation};
use crate::{
    Error,
    http::{
        json,
        openapi::{
            answers::{Asking, Deciding},
            words,
        },
    },
    problem::Problem,
    service::{POLICY_VERSION, PUBLIC_POLICIES, documents},
};

/// The policies in force.
#[derive(Serialize, ToSchema)]
#[schema(as = Policies)]
pub(super) struct PoliciesView {
    /// The version that is to be accepted.
    version: &'static str,
    /// Where the public policies are, which are to be read beside these.
    see_also: [&'static str; 2],
    /// The documents.
    documents: Vec<DocumentView>,
}

/// A document of the policies.
#[derive(Serialize, ToSchema)]
#[schema(as = PolicyDocument)]
struct DocumentView {
    /// Its name.
    id: &'static str,
    /// Its language, `da` or `en`.
    language: &'static str,
    /// The text, in Markdown.
    text: String,
}

/// The body of `POST /v1/policy-acceptances`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AcceptPolicies)]
pub(super) struct Acceptance {
    /// The version that was read.
    version: String,
}

/// That the policies were accepted.
#[derive(Serialize, ToSchema)]
#[schema(as = PolicyAcceptance)]
pub(super) struct AcceptanceView {
    /// The version.
    version: &'static str,
    /// When.
    #[schema(value_type = words::Moment)]
    accepted: Moment,
}

/// The policies in force: the certificate policy, and the guideline for auditors, which is made from the
/// rules by which acts are judged.
#[utoipa::path(
    get, path = "/v1/policies", operation_id = "getPolicies",
    security(("bearer" = [])),
    responses(Asking, (status = 200, description = "They.", body = PoliciesView)),
)]
pub(super) async fn list(_may: May<ReadOrganisation>) -> Json<PoliciesView> {
    let view = |one: crate::service::PolicyDocument| DocumentView {
        id: one.id,
        language: one.language,
        text: one.text,
    };
    Json(PoliciesView {
        version: POLICY_VERSION,
        see_also: PUBLIC_POLICIES,
        documents: documents().into_iter().map(view).collect(),
    })
}

/// Accepts the policies in force, for whoever asks.
#[utoipa::path(
    post, path = "/v1/policy-acceptances", operation_id = "acceptPolicies",
    security(("bearer" = [])),
    request_body = Acceptance,
    responses(Deciding, (status = 201, description = "It.", body = AcceptanceView)),
)]
pub(super) async fn accept(asks: Asks, body: Body) -> Result<Response, Problem> {
    let Asks { service, caller, address, headers } = asks;
    let (Acceptance { version }, caller) =
        json::read(&service, caller, (&address, &headers), body).await?;
    let time = service.accept_policies(&caller, &version).await?;
    let accepted = Moment::try_from(time).map_err(|_| Error::Interrupted)?;
    let view = AcceptanceView { version: POLICY_VERSION, accepted };
    Ok((StatusCode::CREATED, Json(view)).into_response())
}
