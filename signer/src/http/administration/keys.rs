//! The keys of applications: made, rotated, revoked, and shown once.

use axum::{
    body::Body,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use registry::{Command, Entry, KeyHash, KeyId, MakeKey, Moment, RotateKey};
use ring::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use seal::ApplicationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    ChangeApplications, Made, May,
    applications::{ApplicationView, KeyView, key_view, now, shown},
    random, random_name, versioned,
};
use crate::{
    Error,
    administration::Changed,
    http::{
        openapi::{
            answers::{Deciding, Named, RequestKey},
            words,
        },
        path::Path,
    },
    problem::Problem,
};

/// A new key: shown this once.
#[derive(Serialize, ToSchema)]
#[schema(as = NewKey)]
struct NewKeyView {
    /// The key itself, shown this once: 256 random bits in base64url.
    key: String,
    #[serde(flatten)]
    view: KeyView,
}

/// The body of `POST /v1/applications/{id}/keys`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MakeKey)]
struct NewKey {
    /// What people call it.
    #[serde(default)]
    #[schema(max_length = 200)]
    display_name: String,
    /// From when on it is not taken any more.
    #[schema(value_type = Option<words::Moment>)]
    expires: Option<Moment>,
}

/// The body of `POST /v1/applications/{id}/keys/{key}/rotation`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RotateKey)]
struct Rotation {
    /// How long the old key is still taken, in seconds.
    #[serde(default)]
    #[schema(maximum = 7776000, default = 0)]
    overlap_s: u64,
    /// What people call the new one.
    #[serde(default)]
    #[schema(max_length = 200)]
    display_name: String,
    /// From when on the new one is not taken any more.
    #[schema(value_type = Option<words::Moment>)]
    expires: Option<Moment>,
}

/// Makes a key of an application.
#[utoipa::path(
    post, path = "/v1/applications/{id}/keys", operation_id = "makeKey",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The application's name."), RequestKey),
    request_body = NewKey,
    responses(
        Deciding,
        Named,
        (
            status = 201,
            description = "It.",
            body = NewKeyView,
            headers(("ETag" = String, description = "Its version.")),
        ),
    ),
)]
pub(super) async fn make(
    may: May<ChangeApplications>,
    Path(application): Path<ApplicationId>,
    body: Body,
) -> Result<Response, Problem> {
    let (may, NewKey { display_name, expires }) = may.read(body).await?;
    let (key, wanted) = new_key(application, display_name, expires)?;
    let id = wanted.id.clone();
    shown_key(may.change(Command::MakeKey(wanted)).await?, &id, key)
}

/// Makes a key in the place of another, which is taken a while longer.
#[utoipa::path(
    post, path = "/v1/applications/{id}/keys/{key}/rotation", operation_id = "rotateKey",
    security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The application's name."),
        ("key" = String, Path, description = "The key's name."),
        RequestKey,
    ),
    request_body = Rotation,
    responses(
        Deciding,
        Named,
        (
            status = 201,
            description = "It.",
            body = NewKeyView,
            headers(("ETag" = String, description = "Its version.")),
        ),
    ),
)]
pub(super) async fn rotate(
    may: May<ChangeApplications>,
    Path((application, old)): Path<(ApplicationId, KeyId)>,
    body: Body,
) -> Result<Response, Problem> {
    let (may, Rotation { overlap_s, display_name, expires }) = may.read(body).await?;
    let (key, new) = new_key(application, display_name, expires)?;
    let id = new.id.clone();
    let wanted = RotateKey { old, overlap_s, new };
    shown_key(may.change(Command::RotateKey(wanted)).await?, &id, key)
}

/// Revokes a key.
#[utoipa::path(
    post, path = "/v1/applications/{id}/keys/{key}/revocation", operation_id = "revokeKey",
    security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The application's name."),
        ("key" = String, Path, description = "The key's name."),
        RequestKey,
    ),
    responses(
        Deciding,
        Named,
        (
            status = 200,
            description = "It.",
            body = ApplicationView,
            headers(("ETag" = String, description = "Its version.")),
        ),
    ),
)]
pub(super) async fn revoke(
    may: May<ChangeApplications>,
    Path((application, key)): Path<(ApplicationId, KeyId)>,
) -> Result<Response, Problem> {
    shown(may.change(Command::RevokeKey { application, key }).await?)
}

/// 256 random bits in base64url, and what is kept of them.
pub(in crate::http) fn new_key(
    application: ApplicationId,
    display_name: String,
    expires: Option<Moment>,
) -> Result<(String, MakeKey), Error> {
    let key = URL_SAFE_NO_PAD.encode(random::<32>()?);
    let mut sha256 = KeyHash([0; SHA256_OUTPUT_LEN]);
    sha256.0.copy_from_slice(digest(&SHA256, key.as_bytes()).as_ref());
    let id = KeyId(random_name()?);
    Ok((key, MakeKey { application, id, display_name, sha256, expires }))
}

fn shown_key(
    (service, changed, organisation): Made,
    id: &KeyId,
    key: String,
) -> Result<Response, Problem> {
    let Changed { entry: Entry::Application(application), version } = changed else {
        return Err(Error::Interrupted.into());
    };
    let made = application.keys.iter().find(|made| made.id == *id).ok_or(Error::Interrupted)?;
    let view = NewKeyView { key, view: key_view(made, &organisation, now(&service)?) };
    Ok((StatusCode::CREATED, versioned(version, view)).into_response())
}
