//! `/v1/organisation`: what the organisation is, and what it allows itself.

use axum::{body::Body, response::Response};
use registry::{Command, Origin, Version};
use seal::CountryCode;
use serde::{Deserialize, Serialize};

use super::{ChangeOrganisation, May, ReadOrganisation, versioned};
use crate::{administration::Snapshot, problem::Problem};

#[derive(Serialize)]
struct OrganisationView<'a> {
    registered_name: &'a str,
    cvr: &'a str,
    country: CountryCode,
    allow_seals: bool,
    /// The file, which is read only here, or the register if the operator made the organisation.
    origin: Origin,
}

/// A change; what is left out stays. Name and number are the operator's word.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OrganisationPatch {
    allow_seals: Option<bool>,
}

/// The organisation that the bearer belongs to.
pub(super) async fn one(may: May<ReadOrganisation>) -> Response {
    view(&may.snapshot)
}

/// The organisation from then on.
pub(super) async fn change(
    mut may: May<ChangeOrganisation>,
    body: Body,
) -> Result<Response, Problem> {
    let expected = may.expected().await?;
    let (may, OrganisationPatch { allow_seals }) = may.read(body).await?;
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
