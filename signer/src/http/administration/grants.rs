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

use super::{ChangeRights, List, May, Page, ReadRights, random_name, versioned};
use crate::{Error, administration::Changed, http::path::Path, problem::Problem};

/// A grant as the interface shows it.
#[derive(Debug, Serialize)]
pub(super) struct GrantView {
    id: PersonGrantId,
    person: PersonId,
    acts: Vec<Act>,
    #[serde(skip_serializing_if = "Option::is_none")]
    profiles: Option<Vec<ProfileId>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Moment>,
    note: String,
    made: Moment,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked: Option<Moment>,
}

/// The body of `POST /v1/grants`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewGrant {
    person: PersonId,
    acts: Vec<Act>,
    profiles: Option<Vec<ProfileId>>,
    until: Option<Moment>,
    #[serde(default)]
    note: String,
}

/// The grants, ended ones among them.
pub(super) async fn list(may: May<ReadRights>, page: Page) -> Json<List<GrantView>> {
    let grants = may.snapshot.register().grants().iter();
    page.of(grants.map(|(id, kept)| (id.0.as_str(), &kept.value)), view)
}

/// One grant.
pub(super) async fn one(
    may: May<ReadRights>,
    Path(id): Path<PersonGrantId>,
) -> Result<Response, Problem> {
    let found = may.snapshot.register().grants().get(&id);
    let Kept { value, version } = found.ok_or(Error::from(RegistryRefusal::GrantUnknown(id)))?;
    Ok(versioned(*version, view(value)))
}

/// A right for a person.
pub(super) async fn make(may: May<ChangeRights>, body: Body) -> Result<Response, Problem> {
    let (may, NewGrant { person, acts, profiles, until, note }) = may.read(body).await?;
    let id = PersonGrantId(random_name()?);
    let location = format!("/v1/grants/{}", id.0);
    let wanted = MakeGrant { id, person, acts, profiles, until, note };
    let (_, changed, _) = may.change(Command::MakeGrant(wanted)).await?;
    Ok((StatusCode::CREATED, [(LOCATION, location)], shown(changed)?).into_response())
}

/// A grant that counts no more.
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
