//! `/v1/organisation`: what the organisation is, and what it allows itself.

use axum::{body::Body, response::Response};
use registry::{Amended, Command, Origin, Version};
use seal::CountryCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ChangeOrganisation, May, ReadOrganisation, versioned};
use crate::{
    Error,
    administration::Snapshot,
    http::openapi::{
        answers::{Asking, Deciding, ReadVersion},
        words,
    },
    problem::Problem,
};

/// The organisation as the interface shows it.
#[derive(Serialize, ToSchema)]
#[schema(as = Organisation)]
struct OrganisationView<'a> {
    /// The full registered name.
    #[schema(value_type = String)]
    registered_name: &'a str,
    /// The number in the trade register; in Denmark the CVR number.
    #[schema(value_type = String)]
    cvr: &'a str,
    /// The country of that register, two capital letters.
    #[schema(value_type = String)]
    country: CountryCode,
    /// Whether its certificates may be used for seals.
    allow_seals: bool,
    /// Where it stands: what the file says is read only here.
    #[schema(value_type = words::Origin)]
    origin: Origin,
}

/// What is left out stays. Name and number are the operator's word.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeOrganisation)]
pub(super) struct OrganisationPatch {
    /// Whether its certificates may be used for seals.
    #[serde(default)]
    #[schema(value_type = bool, required = false)]
    allow_seals: Amended<bool>,
}

/// The organisation that the bearer belongs to.
#[utoipa::path(
    get, path = "/v1/organisation", operation_id = "getOrganisation",
    security(("bearer" = [])),
    responses(
        Asking,
        (
            status = 200,
            description = "It.",
            body = OrganisationView<'_>,
            headers(("ETag" = String, description = "Its version.")),
        ),
    ),
)]
pub(super) async fn one(may: May<ReadOrganisation>) -> Response {
    view(&may.snapshot)
}

/// Changes what the organisation allows itself.
#[utoipa::path(
    patch, path = "/v1/organisation", operation_id = "changeOrganisation",
    security(("bearer" = [])),
    params(ReadVersion),
    request_body = OrganisationPatch,
    responses(
        Deciding,
        (
            status = 200,
            description = "It.",
            body = OrganisationView<'_>,
            headers(("ETag" = String, description = "Its version.")),
        ),
    ),
)]
pub(super) async fn change(
    mut may: May<ChangeOrganisation>,
    body: Body,
) -> Result<Response, Problem> {
    let expected = may.expected().await?;
    let (may, OrganisationPatch { allow_seals }) = may.read(body).await?;
    let allow_seals = allow_seals.unless_removed("allow_seals").map_err(Error::from)?;
    let (_, _, organisation) =
        may.change(Command::ChangeOrganisation { allow_seals, expected }).await?;
    Ok(view(&organisation.snapshot()))
}

/// Its ETag is the number of the change that left it so; where the file says what it is, of the
/// register's last one.
fn view(snapshot: &Snapshot) -> Response {
    let organisation = snapshot.policy().organisation();
    let origin = snapshot.declared().origin;
    versioned(
        version_of(snapshot, origin),
        OrganisationView {
            registered_name: &organisation.registered_name,
            cvr: &organisation.cvr,
            country: organisation.country,
            allow_seals: organisation.allow_seals,
            origin,
        },
    )
}

fn version_of(snapshot: &Snapshot, origin: Origin) -> Version {
    match (origin, snapshot.register().organisation()) {
        (Origin::Register, Some(kept)) => kept.version,
        (Origin::Register, None) | (Origin::File, _) => snapshot.revision(),
    }
}
