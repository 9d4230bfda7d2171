//! `/certificates/{serial}/revoke`, `/issuing-ca/roll-over` and `/time-stamping/roll-over`: what
//! the certification and time-stamping authorities are told to do.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
};
use seal::{CertificateDer, Clock, pem};
use serde::{Deserialize, Serialize};

use super::{Management, ManagementProblem, json};
use crate::{Error, RevocationReason, moment::rfc3339};

/// The body of a revocation; it may be empty.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RevocationOrder {
    /// Why, as RFC 5280 names it: `keyCompromise`.
    #[serde(default)]
    reason: RevocationReason,
}

#[derive(Serialize)]
pub(super) struct Revoked {
    serial: String,
    revoked_at: Option<String>,
    reason: RevocationReason,
}

/// What a rollover put in place.
#[derive(Serialize)]
pub(super) struct RolledOver {
    certificate: String,
}

/// Revokes a certificate. The first revocation stands and is answered again.
pub(super) async fn revoke(
    State(management): State<Management>,
    Path(serial): Path<String>,
    body: Bytes,
) -> Result<Json<Revoked>, ManagementProblem> {
    let order: RevocationOrder = if body.is_empty() { Default::default() } else { json(&body)? };
    let serial = serial.to_ascii_lowercase();
    let number = hex::decode(&serial).map_err(|_| ManagementProblem::NeverIssued)?;
    let not_after = management.device.issued().find(&serial).map(|one| one.not_after);
    let now = management.clock.now();
    let revocation = management.authority.revoke(&number, order.reason, not_after, now);
    let revocation = revocation.map_err(|error| match error {
        Error::TooManyRevocations => ManagementProblem::TooManyRevocations,
        _ => ManagementProblem::Failed,
    })?;
    let revocation = revocation.ok_or(ManagementProblem::NeverIssued)?;
    Ok(Json(Revoked { serial, revoked_at: rfc3339(revocation.at), reason: revocation.reason }))
}

/// Puts a new issuing CA in place of the present one.
pub(super) async fn roll_over_issuing_ca(
    State(management): State<Management>,
) -> Result<Json<RolledOver>, ManagementProblem> {
    rolled_over(management.authority.roll_over(management.clock.now()))
}

/// Lets the next time-stamping unit take over.
pub(super) async fn roll_over_time_stamping(
    State(management): State<Management>,
) -> Result<Json<RolledOver>, ManagementProblem> {
    rolled_over(management.time_stamping.roll_over())
}

fn rolled_over(
    certificate: Result<CertificateDer, Error>,
) -> Result<Json<RolledOver>, ManagementProblem> {
    let certificate = certificate.map_err(|error| match error {
        Error::RootEnded | Error::OutlivesIssuer | Error::TooManyGenerations => {
            ManagementProblem::NotIssuable(error.to_string())
        }
        _ => ManagementProblem::Failed,
    })?;
    Ok(Json(RolledOver { certificate: pem(&[certificate]) }))
}
