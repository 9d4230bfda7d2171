//! `/v1/certificate-settings`: what the organisation allows of certificates that live for years.

use axum::{body::Body, response::Response};
use registry::{Amended, CertificateSettings, Command, Entry, Kept};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ChangeOrganisation, May, ReadOrganisation, versioned};
use crate::{
    Error,
    http::openapi::answers::{Asking, Deciding, ReadVersion},
    problem::Problem,
};

/// What the organisation allows.
#[derive(Serialize, ToSchema)]
#[schema(as = CertificateSettings)]
pub(super) struct SettingsView {
    /// Whether its people may have certificates.
    allow_user_certificates: bool,
    /// Whether an order counts only when a second user administrator approves it.
    four_eyes: bool,
    /// Whether administrators get one letter a day of what they are told of certificates, and not one for each.
    digest_for_administrators: bool,
}

/// What is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeCertificateSettings)]
pub(super) struct SettingsPatch {
    /// Whether its people may have certificates.
    #[serde(default)]
    #[schema(value_type = bool, required = false)]
    allow_user_certificates: Amended<bool>,
    /// Whether an order counts only when a second user administrator approves it.
    #[serde(default)]
    #[schema(value_type = bool, required = false)]
    four_eyes: Amended<bool>,
    /// Whether administrators get one letter a day of what they are told of certificates, and not one for each.
    #[serde(default)]
    #[schema(value_type = bool, required = false)]
    digest_for_administrators: Amended<bool>,
}

/// What the organisation allows of certificates that live for years.
#[utoipa::path(
    get, path = "/v1/certificate-settings", operation_id = "getCertificateSettings",
    security(("bearer" = [])),
    responses(
        Asking,
        (
            status = 200,
            description = "It.",
            body = SettingsView,
            headers(("ETag" = String, description = "Its version.")),
        ),
    ),
)]
pub(super) async fn one(may: May<ReadOrganisation>) -> Response {
    view(may.snapshot.register().certificate_settings().clone())
}

/// Changes what the organisation allows of certificates that live for years.
#[utoipa::path(
    patch, path = "/v1/certificate-settings", operation_id = "changeCertificateSettings",
    security(("bearer" = [])),
    params(ReadVersion),
    request_body = SettingsPatch,
    responses(
        Deciding,
        (
            status = 200,
            description = "It.",
            body = SettingsView,
            headers(("ETag" = String, description = "Its version.")),
        ),
    ),
)]
pub(super) async fn change(
    mut may: May<ChangeOrganisation>,
    body: Body,
) -> Result<Response, Problem> {
    let expected = may.expected().await?;
    let (may, patch) = may.read::<SettingsPatch>(body).await?;
    let SettingsPatch { allow_user_certificates, four_eyes, digest_for_administrators } = patch;
    let before = may.snapshot.register().certificate_settings().value;
    let allow = allow_user_certificates.unless_removed("allow_user_certificates");
    let four_eyes = four_eyes.unless_removed("four_eyes").map_err(Error::from)?;
    let digest = digest_for_administrators.unless_removed("digest_for_administrators");
    let settings = CertificateSettings {
        digest_for_administrators: digest
            .map_err(Error::from)?
            .unwrap_or(before.digest_for_administrators),
        allow_user_certificates: allow
            .map_err(Error::from)?
            .unwrap_or(before.allow_user_certificates),
        four_eyes: four_eyes.unwrap_or(before.four_eyes),
    };
    let (_, changed, _) =
        may.change(Command::SetCertificateSettings { settings, expected }).await?;
    let Entry::CertificateSettings(value) = changed.entry else {
        return Err(Error::Interrupted.into());
    };
    Ok(view(Kept { value, version: changed.version }))
}

fn view(Kept { value, version }: Kept<CertificateSettings>) -> Response {
    let CertificateSettings { allow_user_certificates, four_eyes, digest_for_administrators } =
        value;
    let view = SettingsView { allow_user_certificates, four_eyes, digest_for_administrators };
    versioned(version, view)
}
