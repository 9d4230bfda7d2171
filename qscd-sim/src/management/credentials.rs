//! `/credentials` and `/certificates`: what lives and what was issued; and the kill switch.

use axum::{
    Json,
    extract::{Path, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use seal::{CredentialId, Qscd, QscdError, pem};
use serde::Serialize;

use super::{Management, ManagementProblem};
use crate::{device::LiveCredential, moment::rfc3339};

/// How many are listed at most.
const LISTED: usize = 1000;

#[derive(Serialize)]
pub(super) struct Live {
    live: u64,
    credentials: Vec<LiveCredential>,
}

#[derive(Serialize)]
pub(super) struct Issued {
    serial: String,
    profile: String,
    credential: String,
    not_after: Option<String>,
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<String>,
}

/// What became of a certificate.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    /// Its key lives.
    Live,
    /// Its key is gone, and it with it.
    Ended,
    /// It was revoked.
    Revoked,
}

/// The live credentials that end first. A key is never shown.
pub(super) async fn list(State(management): State<Management>) -> Json<Live> {
    let credentials = management.device.live_credentials(LISTED);
    Json(Live { live: management.device.counters().live, credentials })
}

/// Destroys one key.
pub(super) async fn kill(
    State(management): State<Management>,
    Path(id): Path<String>,
) -> Result<StatusCode, ManagementProblem> {
    match management.device.destroy(&CredentialId::new(id)).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(QscdError::CredentialEnded(end)) => Err(ManagementProblem::CredentialEnded(end)),
        Err(_) => Err(ManagementProblem::Failed),
    }
}

/// The newest certificates: serial numbers, times and status.
pub(super) async fn certificates(State(management): State<Management>) -> Json<Vec<Issued>> {
    let newest = management.device.issued().newest(LISTED).into_iter();
    let issued = newest.map(|one| {
        let number = hex::decode(&one.serial).unwrap_or_default();
        let revocation = management.authority.revocation_of(&number);
        let status = match revocation {
            Some(_) => Status::Revoked,
            None if management.device.lives(&one.credential) => Status::Live,
            None => Status::Ended,
        };
        Issued {
            serial: one.serial,
            profile: one.profile.as_str().to_owned(),
            credential: one.credential.as_str().to_owned(),
            not_after: rfc3339(one.not_after),
            status,
            revoked_at: revocation.and_then(|one| rfc3339(one.at)),
        }
    });
    Json(issued.collect())
}

/// One certificate in PEM, by its serial number in hexadecimal, while its key lives or if those
/// that ended are kept.
pub(super) async fn certificate(
    State(management): State<Management>,
    Path(serial): Path<String>,
) -> Result<Response, ManagementProblem> {
    let serial = serial.to_ascii_lowercase();
    let listed = management.device.issued().find(&serial);
    listed.ok_or(ManagementProblem::CertificateUnknown)?;
    let found = management.device.certificate(&serial);
    let found = found.ok_or(ManagementProblem::CertificateEnded)?;
    let media_type = [(CONTENT_TYPE, "application/pem-certificate-chain")];
    Ok((media_type, pem(std::slice::from_ref(&found))).into_response())
}
