//! `GET /v1/organisation`.

use axum::response::Response;
use registry::Origin;
use seal::CountryCode;
use serde::Serialize;

use super::{May, ReadOrganisation, versioned};

#[derive(Serialize)]
struct OrganisationView<'a> {
    registered_name: &'a str,
    cvr: &'a str,
    country: CountryCode,
    allow_seals: bool,
    /// The file, or the register if the operator made the organisation: read only in both.
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
            country: organisation.country,
            allow_seals: organisation.allow_seals,
            origin: match may.snapshot.register().organisation() {
                Some(_) if !may.is_of_file() => Origin::Register,
                Some(_) | None => Origin::File,
            },
        },
    )
}
