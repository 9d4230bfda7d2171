//! `/v1/applications`, and their keys.

use std::collections::BTreeMap;

use axum::{
    Json,
    body::Body,
    http::{StatusCode, header::LOCATION},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use registry::{
    ApiKey, Application, ChangeApplication, Command, Entry, Kept, KeyHash, KeyId, KeyState,
    MakeApplication, MakeKey, Moment, Origin, RotateKey,
};
use ring::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use seal::ApplicationId;
use serde::{Deserialize, Serialize};

use super::{
    ChangeApplications, List, Made, May, Page, ReadApplications, random, random_name, versioned,
};
use crate::{
    Error,
    administration::{Administration, Changed, DeclaredKey},
    audit::RecordError,
    http::path::Path,
    problem::Problem,
    service::Service,
    store::AuditError,
};

/// An application as the interface shows it. No key, and nobody's name.
#[derive(Debug, Serialize)]
pub(super) struct ApplicationView {
    id: ApplicationId,
    display_name: String,
    active: bool,
    origin: Origin,
    #[serde(skip_serializing_if = "Option::is_none")]
    made: Option<Moment>,
    /// The keys of the register; the file's own is not among them.
    keys: Vec<KeyView>,
}

/// A key as the interface shows it.
#[derive(Debug, Serialize)]
struct KeyView {
    id: KeyId,
    display_name: String,
    state: KeyState,
    made: Moment,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked: Option<Moment>,
    /// The hour in which it was used last.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used: Option<Moment>,
}

/// A new key: shown this once.
#[derive(Serialize)]
struct NewKeyView {
    /// The key itself.
    key: String,
    #[serde(flatten)]
    view: KeyView,
}

/// The body of `POST /v1/applications`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewApplication {
    id: ApplicationId,
    display_name: String,
}

/// The body of `PATCH /v1/applications/{id}`. What is left out stays.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ApplicationChange {
    display_name: Option<String>,
    active: Option<bool>,
}

/// The body of `POST /v1/applications/{id}/keys`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewKey {
    #[serde(default)]
    display_name: String,
    expires: Option<Moment>,
}

/// The body of `POST /v1/applications/{id}/keys/{key}/rotation`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rotation {
    /// How long the old key is still taken, in seconds.
    #[serde(default)]
    overlap_s: u64,
    #[serde(default)]
    display_name: String,
    expires: Option<Moment>,
}

/// The applications, those of the file among them.
pub(super) async fn list(
    may: May<ReadApplications>,
    page: Page,
) -> Result<Json<List<ApplicationView>>, Problem> {
    let now = now(&may.service)?;
    let register = may.snapshot.register();
    let kept = register.applications().values().map(|kept| &kept.value);
    let kept = kept.filter(|application| !register.is_declared(&application.id));
    let kept = kept.map(|application| (application.id.as_str(), Shown::Kept(application)));
    let declared = may.snapshot.declared().keys.iter();
    let declared = declared.map(|key| (key.application.as_str(), Shown::Declared(key)));
    let named: BTreeMap<&str, Shown<'_>> = kept.chain(declared).collect();
    Ok(page.of(named.into_iter(), |shown| match shown {
        Shown::Kept(application) => view(application, &may.caller.organisation, now),
        Shown::Declared(key) => declared_view(key),
    }))
}

/// An application, wherever it stands.
enum Shown<'a> {
    Kept(&'a Application),
    Declared(&'a DeclaredKey),
}

/// One application.
pub(super) async fn one(
    may: May<ReadApplications>,
    Path(id): Path<ApplicationId>,
) -> Result<Response, Problem> {
    let mut declared = may.snapshot.declared().keys.iter();
    if let Some(declared) = declared.find(|declared| declared.application == id) {
        return Ok(Json(declared_view(declared)).into_response());
    }
    let found = may.snapshot.register().applications().get(&id);
    let Kept { value, version } =
        found.ok_or(Error::from(registry::RegistryRefusal::ApplicationUnknown(id)))?;
    Ok(versioned(*version, view(value, &may.caller.organisation, now(&may.service)?)))
}

/// A new application, without keys.
pub(super) async fn make(may: May<ChangeApplications>, body: Body) -> Result<Response, Problem> {
    let (may, NewApplication { id, display_name }) = may.read(body).await?;
    let location = format!("/v1/applications/{}", id.as_str());
    let command = Command::MakeApplication(MakeApplication { id, display_name });
    let shown = shown(may.change(command).await?)?;
    Ok((StatusCode::CREATED, [(LOCATION, location)], shown).into_response())
}

/// Another name, or keys that are taken or not.
pub(super) async fn change(
    mut may: May<ChangeApplications>,
    Path(id): Path<ApplicationId>,
    body: Body,
) -> Result<Response, Problem> {
    let expected = may.expected().await?;
    let (may, ApplicationChange { display_name, active }) = may.read(body).await?;
    let wanted = ChangeApplication { id, expected, display_name, active };
    shown(may.change(Command::ChangeApplication(wanted)).await?)
}

/// A new key.
pub(super) async fn make_key(
    may: May<ChangeApplications>,
    Path(application): Path<ApplicationId>,
    body: Body,
) -> Result<Response, Problem> {
    let (may, NewKey { display_name, expires }) = may.read(body).await?;
    let (key, wanted) = new_key(application, display_name, expires)?;
    let id = wanted.id.clone();
    shown_key(may.change(Command::MakeKey(wanted)).await?, &id, key)
}

/// A new key in the place of another.
pub(super) async fn rotate_key(
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

/// A key that is not taken any more.
pub(super) async fn revoke_key(
    may: May<ChangeApplications>,
    Path((application, key)): Path<(ApplicationId, KeyId)>,
) -> Result<Response, Problem> {
    shown(may.change(Command::RevokeKey { application, key }).await?)
}

/// 256 random bits in base64url, and what is kept of them.
fn new_key(
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

fn shown((service, changed, organisation): Made) -> Result<Response, Problem> {
    let Changed { entry: Entry::Application(application), version } = changed else {
        return Err(Error::Interrupted.into());
    };
    Ok(versioned(version, view(&application, &organisation, now(&service)?)))
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

fn view(application: &Application, of: &Administration, now: Moment) -> ApplicationView {
    ApplicationView {
        id: application.id.clone(),
        display_name: application.display_name.clone(),
        active: application.active,
        origin: Origin::Register,
        made: Some(application.made),
        keys: application.keys.iter().map(|key| key_view(key, of, now)).collect(),
    }
}

fn key_view(key: &ApiKey, of: &Administration, now: Moment) -> KeyView {
    KeyView {
        id: key.id.clone(),
        display_name: key.display_name.clone(),
        state: key.state(now),
        made: key.made,
        expires: key.expires,
        revoked: key.revoked,
        last_used: of.last_use(&key.sha256),
    }
}

/// An application of the file.
fn declared_view(key: &DeclaredKey) -> ApplicationView {
    ApplicationView {
        id: key.application.clone(),
        display_name: key.application.as_str().to_owned(),
        active: true,
        origin: Origin::File,
        made: None,
        keys: Vec::new(),
    }
}

fn now(service: &Service) -> Result<Moment, Error> {
    let now = service.clock().now();
    Ok(Moment::try_from(now).map_err(|_| AuditError::from(RecordError::TimeOutOfRange))?)
}
