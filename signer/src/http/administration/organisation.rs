//! `GET /v1/organisation`.

use axum::response::Response;
use registry::Origin;
use serde::Serialize;

use super::{May, ReadOrganisation, versioned};

#[derive(Serialize)]
struct OrganisationView<'a> {
    registered_name: &'a str,
    cvr: &'a str,
    allow_seals: bool,
    /// The file alone says what the organisation is.
    origin: Origin,
}

/// The organisation that the bearer belongs to. Its ETag is the number of the register's last
/// change.
pub(super) async fn one(may: May<ReadOrganisation>) -> Response {
    let organisation = may.snapshot.policy().organisation();
    versioned(
        may.snapshot.revision(),
        OrganisationView {
            registered_name: &organisation.registered_name,
            cvr: &organisation.cvr,
            allow_seals: organisation.allow_seals,
            origin: Origin::File,
        },
    )
}
