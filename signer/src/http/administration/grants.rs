//! `/v1/grants`: what persons may do.

use axum::{
    Json,
    body::Body,
    http::{StatusCode, header::LOCATION},
    response::{IntoResponse, Response},
};
use registry::{
    Command, Entry, Kept, MakeGrant, Moment, PersonGrant, PersonGrantId, RegistryRefusal,
};
use seal::{Act, PersonId, ProfileId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ChangeRights, List, May, Page, ReadRights, random_name, versioned};
use crate::{
    Error,
    administration::Changed,
    http::{
        openapi::{
            answers::{Asking, Deciding, Named, RequestKey},
            words,
        },
        path::Path,
    },
    problem::Problem,
};

/// A grant as the interface shows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Grant)]
pub(super) struct GrantView {
    /// Its name.
    #[schema(value_type = String)]
    id: PersonGrantId,
    /// Whose right it is.
    #[schema(value_type = words::PersonId)]
    person: PersonId,
    /// What the person may do.
    #[schema(value_type = Vec<words::Act>, min_items = 1, max_items = 2)]
    acts: Vec<Act>,
    /// With which profiles; every profile when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>, max_items = 100)]
    profiles: Option<Vec<ProfileId>>,
    /// From when on it counts no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    until: Option<Moment>,
    /// Why, in the giver's words.
    #[schema(max_length = 1000)]
    note: String,
    /// When it was given.
    #[schema(value_type = words::Moment)]
    made: Moment,
    /// When it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    revoked: Option<Moment>,
}

/// The body of `POST /v1/grants`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MakeGrant)]
struct NewGrant {
    /// Whose right it is.
    #[schema(value_type = words::PersonId)]
    person: PersonId,
    /// What the person may do; what is named twice is taken once.
    #[schema(value_type = Vec<words::Act>, min_items = 1)]
    acts: Vec<Act>,
    /// With which profiles; every profile when left out.
    #[schema(value_type = Option<Vec<String>>, max_items = 100)]
    profiles: Option<Vec<ProfileId>>,
    /// From when on it counts no more.
    #[schema(value_type = Option<words::Moment>)]
    until: Option<Moment>,
    /// Why, in the giver's words.
    #[serde(default)]
    #[schema(max_length = 1000)]
    note: String,
}

/// A part of the list, as described.
type GrantList = List<GrantView>;

/// Persons' grants, ended ones among them.
#[utoipa::path(
    get, path = "/v1/grants", operation_id = "listGrants",
    security(("bearer" = [])),
    params(Page),
    responses(Asking, (status = 200, description = "It.", body = GrantList)),
)]
pub(super) async fn list(may: May<ReadRights>, page: Page) -> Json<List<GrantView>> {
    let grants = may.snapshot.register().grants().iter();
    page.of(grants.map(|(id, kept)| (id.0.as_str(), &kept.value)), view)
}

/// One grant.
#[utoipa::path(
    get, path = "/v1/grants/{id}", operation_id = "getGrant",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The grant's name.")),
    responses(
        Asking,
        Named,
        (
            status = 200,
            description = "It.",
            body = GrantView,
            headers(("ETag" = String, description = "Its version.")),
        ),
    ),
)]
pub(super) async fn one(
    may: May<ReadRights>,
    Path(id): Path<PersonGrantId>,
) -> Result<Response, Problem> {
    let found = may.snapshot.register().grants().get(&id);
    let Kept { value, version } = found.ok_or(Error::from(RegistryRefusal::GrantUnknown(id)))?;
    Ok(versioned(*version, view(value)))
}

/// Gives a person a right.
#[utoipa::path(
    post, path = "/v1/grants", operation_id = "makeGrant",
    security(("bearer" = [])),
    params(RequestKey),
    request_body = NewGrant,
    responses(
        Deciding,
        Named,
        (
            status = 201,
            description = "It.",
            body = GrantView,
            headers(
                ("ETag" = String, description = "Its version."),
                ("Location" = String, description = "Where it is."),
            ),
        ),
    ),
)]
pub(super) async fn make(may: May<ChangeRights>, body: Body) -> Result<Response, Problem> {
    let (may, NewGrant { person, acts, profiles, until, note }) = may.read(body).await?;
    let id = PersonGrantId(random_name()?);
    let location = format!("/v1/grants/{}", id.0);
    let wanted = MakeGrant { id, person, acts, profiles, until, note };
    let (_, changed, _) = may.change(Command::MakeGrant(wanted)).await?;
    Ok((StatusCode::CREATED, [(LOCATION, location)], shown(changed)?).into_response())
}

/// Revokes a grant.
#[utoipa::path(
    post, path = "/v1/grants/{id}/revocation", operation_id = "revokeGrant",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The grant's name."), RequestKey),
    responses(
        Deciding,
        Named,
        (
            status = 200,
            description = "It.",
            body = GrantView,
            headers(("ETag" = String, description = "Its version.")),
        ),
    ),
)]
pub(super) async fn revoke(
    may: May<ChangeRights>,
    Path(id): Path<PersonGrantId>,
) -> Result<Response, Problem> {
    let (_, changed, _) = may.change(Command::RevokeGrant(id)).await?;
    shown(changed)
}

fn shown(changed: Changed) -> Result<Response, Problem> {
    let Entry::Grant(grant) = changed.entry else { return Err(Error::Interrupted.into()) };
    Ok(versioned(changed.version, view(&grant)))
}

fn view(grant: &PersonGrant) -> GrantView {
    GrantView {
        id: grant.id.clone(),
        person: grant.person.clone(),
        acts: grant.acts.clone(),
        profiles: grant.profiles.clone(),
        until: grant.until,
        note: grant.note.clone(),
        made: grant.made,
        revoked: grant.revoked,
    }
}
