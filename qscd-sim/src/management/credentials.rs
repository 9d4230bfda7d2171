//! `/credentials` and `/certificates`: what lives and what was issued; and the kill switch.

use axum::{
    Json,
    extract::{Path, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use seal::{CredentialId, Qscd, QscdError};
use serde::Serialize;

use super::{Management, ManagementProblem};
use crate::{device::LiveCredential, moment::rfc3339, pem::pem};

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

/// The newest certificates.
pub(super) async fn certificates(State(management): State<Management>) -> Json<Vec<Issued>> {
    let newest = management.device.issued().newest(LISTED).into_iter();
    let issued = newest.map(|one| Issued {
        serial: one.serial,
        profile: one.profile.as_str().to_owned(),
        credential: one.credential.as_str().to_owned(),
        not_after: rfc3339(one.not_after),
    });
    Json(issued.collect())
}

/// One certificate in PEM, by its serial number in hexadecimal.
pub(super) async fn certificate(
    State(management): State<Management>,
    Path(serial): Path<String>,
) -> Result<Response, ManagementProblem> {
    let found = management.device.issued().find(&serial.to_ascii_lowercase());
    let found = found.ok_or(ManagementProblem::CertificateUnknown)?;
    let media_type = [(CONTENT_TYPE, "application/pem-certificate-chain")];
    Ok((media_type, pem(std::slice::from_ref(&found.certificate))).into_response())
}
