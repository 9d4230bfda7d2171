//! `/v1/applications`, and their keys.

use std::collections::BTreeMap;

use axum::{
    Json,
    body::Body,
    http::{StatusCode, header::LOCATION},
    response::{IntoResponse, Response},
};
use registry::{
    Amended, ApiKey, Application, ChangeApplication, Command, Entry, Kept, KeyId, KeyState,
    MakeApplication, Moment, Origin,
};
use seal::ApplicationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ChangeApplications, List, Made, May, Page, ReadApplications, versioned};
use crate::{
    Error,
    administration::{Administration, Changed, DeclaredKey},
    audit::RecordError,
    http::{
        openapi::{
            answers::{Asking, Deciding, Named, ReadVersion, RequestKey},
            words,
        },
        path::Path,
    },
    problem::Problem,
    service::Service,
    store::AuditError,
};

/// An application as the interface shows it. No key, and nobody's name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Application)]
pub(super) struct ApplicationView {
    /// Its name, as in mandates and in the audit log.
    #[schema(value_type = String)]
    id: ApplicationId,
    /// What people call it.
    display_name: String,
    /// Whether its keys are taken.
    active: bool,
    /// Where it stands: the file's is read only.
    #[schema(value_type = words::Origin)]
    origin: Origin,
    /// When it was made; nothing for the file's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    made: Option<Moment>,
    /// The keys of the register; the file's own is not among them.
    keys: Vec<KeyView>,
}

/// A key as the interface shows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Key)]
pub(super) struct KeyView {
    /// The key's name; not the key.
    #[schema(value_type = String)]
    id: KeyId,
    /// What people call it.
    display_name: String,
    /// What it is good for.
    #[schema(value_type = words::KeyState)]
    state: KeyState,
    /// When it was made.
    #[schema(value_type = words::Moment)]
    made: Moment,
    /// From when on it is not taken any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    expires: Option<Moment>,
    /// When it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    revoked: Option<Moment>,
    /// The hour in which it was used last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    last_used: Option<Moment>,
}

/// The body of `POST /v1/applications`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MakeApplication)]
struct NewApplication {
    /// 1 to 64 of a-z, 0-9, -, _ and ., beginning with a letter or a digit.
    #[schema(value_type = String, pattern = "^[a-z0-9][a-z0-9._-]{0,63}$")]
    id: ApplicationId,
    /// What people call it.
    #[schema(min_length = 1, max_length = 200)]
    display_name: String,
}

/// The body of `PATCH /v1/applications/{id}`. What is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeApplication)]
struct ApplicationChange {
    /// What people call it.
    #[serde(default)]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200)]
    display_name: Amended<String>,
    /// Whether its keys are taken.
    #[serde(default)]
    #[schema(value_type = bool, required = false)]
    active: Amended<bool>,
}

/// A part of the list, as described.
type ApplicationList = List<ApplicationView>;

/// Applications, those of the file among them.
#[utoipa::path(
    get, path = "/v1/applications", operation_id = "listApplications",
    security(("bearer" = [])),
    params(Page),
    responses(Asking, (status = 200, description = "It.", body = ApplicationList)),
)]
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
#[utoipa::path(
    get, path = "/v1/applications/{id}", operation_id = "getApplication",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The application's name.")),
    responses(
        Asking,
        Named,
        (
            status = 200,
            description = "It.",
            body = ApplicationView,
            headers(("ETag" = String, description = "Its version.")),
        ),
    ),
)]
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

/// Makes an application, without keys.
#[utoipa::path(
    post, path = "/v1/applications", operation_id = "makeApplication",
    security(("bearer" = [])),
    params(RequestKey),
    request_body = NewApplication,
    responses(
        Deciding,
        (
            status = 201,
            description = "It.",
            body = ApplicationView,
            headers(
                ("ETag" = String, description = "Its version."),
                ("Location" = String, description = "Where it is."),
            ),
        ),
    ),
)]
pub(super) async fn make(may: May<ChangeApplications>, body: Body) -> Result<Response, Problem> {
    let (may, NewApplication { id, display_name }) = may.read(body).await?;
    let location = format!("/v1/applications/{}", id.as_str());
    let command = Command::MakeApplication(MakeApplication { id, display_name });
    let shown = shown(may.change(command).await?)?;
    Ok((StatusCode::CREATED, [(LOCATION, location)], shown).into_response())
}

/// Changes an application's display name, or whether its keys are taken.
#[utoipa::path(
    patch, path = "/v1/applications/{id}", operation_id = "changeApplication",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The application's name."), ReadVersion),
    request_body = ApplicationChange,
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
pub(super) async fn change(
    mut may: May<ChangeApplications>,
    Path(id): Path<ApplicationId>,
    body: Body,
) -> Result<Response, Problem> {
    let expected = may.expected().await?;
    let (may, ApplicationChange { display_name, active }) = may.read(body).await?;
    let display_name = display_name.unless_removed("display_name").map_err(Error::from)?;
    let active = active.unless_removed("active").map_err(Error::from)?;
    let wanted = ChangeApplication { id, expected, display_name, active };
    shown(may.change(Command::ChangeApplication(wanted)).await?)
}

pub(super) fn shown((service, changed, organisation): Made) -> Result<Response, Problem> {
    let Changed { entry: Entry::Application(application), version } = changed else {
        return Err(Error::Interrupted.into());
    };
    Ok(versioned(version, view(&application, &organisation, now(&service)?)))
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

pub(super) fn key_view(key: &ApiKey, of: &Administration, now: Moment) -> KeyView {
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

pub(super) fn now(service: &Service) -> Result<Moment, Error> {
    let now = service.clock().now();
    Ok(Moment::try_from(now).map_err(|_| AuditError::from(RecordError::TimeOutOfRange))?)
}
