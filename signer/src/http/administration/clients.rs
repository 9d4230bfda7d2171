//! The OAuth clients of applications: made, listed, revoked; a secret is shown once.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{StatusCode, header::LOCATION},
    response::{IntoResponse, Response},
};
use registry::{Client, ClientId, Command, Entry, Kept, KeyState, Moment, RegistryRefusal, Scope};
use seal::ApplicationId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    ChangeApplications, List, Made, May, Page, ReadApplications, applications::now,
    new_client::NewClient, versioned,
};
use crate::{
    Error,
    administration::Changed,
    http::{
        openapi::{
            answers::{Asking, Deciding, Named, ReadVersion, RequestKey},
            words,
        },
        path::Path,
    },
    problem::Problem,
};

/// An OAuth client as the interface shows it: no secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Client)]
struct ClientView {
    /// Its name: the `client_id`.
    #[schema(value_type = String)]
    id: ClientId,
    /// What people call it.
    display_name: String,
    /// How it proves who it is: `secret`, `keys` for assertions that it signs, `certificate` for one that it
    /// shows in TLS or signs with, or `none` for a public client.
    proof: &'static str,
    /// The UUID in the certificates by which it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<String>,
    /// What its tokens may be good for.
    #[schema(value_type = Vec<words::Scope>)]
    scopes: BTreeSet<Scope>,
    /// Where it may have browsers sent back to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    redirect_uris: Vec<String>,
    /// Whether it may ask persons without a code challenge.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    without_pkce: bool,
    /// Whether it asks persons by requests that it signs alone (RFC 9101).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    require_signed_request_object: bool,
    /// What it is good for.
    #[schema(value_type = words::KeyState)]
    state: KeyState,
    /// When it was made.
    #[schema(value_type = words::Moment)]
    made: Moment,
    /// From when on it gets no tokens, and those that it has count no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    expires: Option<Moment>,
    /// When it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    revoked: Option<Moment>,
}

/// A new client: its secret is shown this once.
#[derive(Serialize, ToSchema)]
#[schema(as = NewClient)]
struct NewClientView {
    /// The `client_secret`, shown this once: 256 random bits in base64url. A client with keys has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    #[serde(flatten)]
    view: ClientView,
}

/// The clients of an application.
type ClientList = List<ClientView>;

/// The OAuth clients of an application; the `ETag` is the application's.
#[utoipa::path(
    get, path = "/v1/applications/{id}/clients", operation_id = "listClients",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The application's name."), Page),
    responses(
        Asking,
        Named,
        (
            status = 200,
            description = "It.",
            body = ClientList,
            headers(("ETag" = String, description = "The application's version.")),
        ),
    ),
)]
pub(super) async fn list(
    may: May<ReadApplications>,
    Path(id): Path<ApplicationId>,
    page: Page,
) -> Result<Response, Problem> {
    let register = may.snapshot.register();
    let found = register.applications().get(&id).filter(|_| !register.is_declared(&id));
    let unknown = || Error::from(RegistryRefusal::ApplicationUnknown(id.clone()));
    let Kept { value, version } = found.ok_or_else(unknown)?;
    let now = now(&may.service)?;
    let mut clients: Vec<&Client> = value.clients.iter().collect();
    clients.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    let named = clients.into_iter().map(|client| (client.id.0.as_str(), client));
    let axum::Json(list) = page.of(named, |client| view(client, now));
    Ok(versioned(*version, list))
}

/// Makes an OAuth client of an application.
#[utoipa::path(
    post, path = "/v1/applications/{id}/clients", operation_id = "makeClient",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The application's name."), RequestKey),
    request_body = NewClient,
    responses(
        Deciding,
        Named,
        (
            status = 201,
            description = "It.",
            body = NewClientView,
            headers(
                ("ETag" = String, description = "The application's version."),
                ("Location" = String, description = "Where it is."),
            ),
        ),
    ),
)]
pub(super) async fn make(
    may: May<ChangeApplications>,
    Path(application): Path<ApplicationId>,
    body: Body,
) -> Result<Response, Problem> {
    let (may, wanted) = may.read(body).await?;
    let (secret, wanted) = NewClient::read(wanted, application)?;
    let id = wanted.id.clone();
    let location = format!("/v1/applications/{}/clients/{}", wanted.application.as_str(), id.0);
    let (version, view) = shown(may.change(Command::MakeClient(wanted)).await?, &id)?;
    let shown = versioned(version, NewClientView { secret, view });
    Ok((StatusCode::CREATED, [(LOCATION, location)], shown).into_response())
}

/// Revokes an OAuth client, and with it its tokens.
#[utoipa::path(
    delete, path = "/v1/applications/{id}/clients/{client}", operation_id = "revokeClient",
    security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The application's name."),
        ("client" = String, Path, description = "The client's name."),
        ReadVersion,
    ),
    responses(
        Deciding,
        Named,
        (
            status = 200,
            description = "It, as it is now.",
            body = ClientView,
            headers(("ETag" = String, description = "The application's version.")),
        ),
    ),
)]
pub(super) async fn revoke(
    mut may: May<ChangeApplications>,
    Path((application, client)): Path<(ApplicationId, ClientId)>,
) -> Result<Response, Problem> {
    let expected = may.expected().await?;
    let id = client.clone();
    let command = Command::RevokeClient { application, client, expected };
    let (version, view) = shown(may.change(command).await?, &id)?;
    Ok(versioned(version, view))
}

fn shown(
    (service, changed, _): Made,
    id: &ClientId,
) -> Result<(registry::Version, ClientView), Error> {
    let Changed { entry: Entry::Application(application), version } = changed else {
        return Err(Error::Interrupted);
    };
    let client = application.clients.iter().find(|client| client.id == *id);
    Ok((version, view(client.ok_or(Error::Interrupted)?, now(&service)?)))
}

fn view(client: &Client, now: Moment) -> ClientView {
    ClientView {
        id: client.id.clone(),
        display_name: client.display_name.clone(),
        proof: client.proof.name(),
        certificate: client.proof.holder().map(str::to_owned),
        scopes: client.scopes.clone(),
        redirect_uris: client.redirect_uris.clone(),
        without_pkce: client.without_pkce,
        require_signed_request_object: client.require_signed_request_object,
        state: client.state(now),
        made: client.made,
        expires: client.expires,
        revoked: client.revoked,
    }
}
