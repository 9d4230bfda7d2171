//! `/v1/mandates`: what applications may seal.

use axum::{
    Json,
    body::Body,
    http::{StatusCode, header::LOCATION},
    response::{IntoResponse, Response},
};
use registry::{Command, Entry, Kept, MakeMandate, Mandate, MandateId, Moment, RegistryRefusal};
use seal::{ApplicationId, ProfileId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ChangeRights, List, Made, May, Page, ReadRights, random_name, versioned};
use crate::{
    Error,
    administration::Snapshot,
    http::{
        openapi::{
            answers::{Asking, Deciding, Named, RequestKey},
            words,
        },
        path::Path,
    },
    problem::Problem,
};

/// A mandate as the interface shows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Mandate)]
pub(super) struct MandateView {
    /// Its name.
    #[schema(value_type = String)]
    id: MandateId,
    /// Which application.
    #[schema(value_type = String)]
    application: ApplicationId,
    /// With which profiles; every profile when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>, max_items = 100)]
    profiles: Option<Vec<ProfileId>>,
    /// From when on it counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    from: Option<Moment>,
    /// From when on it counts no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::Moment>)]
    until: Option<Moment>,
    /// How many seals it gives at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    maximum_seals: Option<u64>,
    /// How many it has given, of one with a most.
    #[serde(skip_serializing_if = "Option::is_none")]
    seals: Option<u64>,
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

/// The body of `POST /v1/mandates`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MakeMandate)]
struct NewMandate {
    /// Which application: one of the register or of the file.
    #[schema(value_type = String)]
    application: ApplicationId,
    /// With which profiles; every profile when left out.
    #[schema(value_type = Option<Vec<String>>, max_items = 100)]
    profiles: Option<Vec<ProfileId>>,
    /// From when on it counts.
    #[schema(value_type = Option<words::Moment>)]
    from: Option<Moment>,
    /// From when on it counts no more.
    #[schema(value_type = Option<words::Moment>)]
    until: Option<Moment>,
    /// How many seals it gives at most.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    maximum_seals: Option<u64>,
    /// Why, in the giver's words.
    #[serde(default)]
    #[schema(max_length = 1000)]
    note: String,
}

/// A part of the list, as described.
type MandateList = List<MandateView>;

/// Applications' mandates, ended ones among them.
#[utoipa::path(
    get, path = "/v1/mandates", operation_id = "listMandates",
    security(("bearer" = [])),
    params(Page),
    responses(Asking, (status = 200, description = "It.", body = MandateList)),
)]
pub(super) async fn list(may: May<ReadRights>, page: Page) -> Json<List<MandateView>> {
    let mandates = may.snapshot.register().mandates().iter();
    let named = mandates.map(|(id, kept)| (id.0.as_str(), &kept.value));
    page.of(named, |mandate| view(mandate, &may.snapshot))
}

/// One mandate.
#[utoipa::path(
    get, path = "/v1/mandates/{id}", operation_id = "getMandate",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The mandate's name.")),
    responses(
        Asking,
        Named,
        (
            status = 200,
            description = "It.",
            body = MandateView,
            headers(("ETag" = String, description = "Its version.")),
        ),
    ),
)]
pub(super) async fn one(
    may: May<ReadRights>,
    Path(id): Path<MandateId>,
) -> Result<Response, Problem> {
    let found = may.snapshot.register().mandates().get(&id);
    let Kept { value, version } = found.ok_or(Error::from(RegistryRefusal::MandateUnknown(id)))?;
    Ok(versioned(*version, view(value, &may.snapshot)))
}

/// Gives an application the right to seal.
#[utoipa::path(
    post, path = "/v1/mandates", operation_id = "makeMandate",
    security(("bearer" = [])),
    params(RequestKey),
    request_body = NewMandate,
    responses(
        Deciding,
        Named,
        (
            status = 201,
            description = "It.",
            body = MandateView,
            headers(
                ("ETag" = String, description = "Its version."),
                ("Location" = String, description = "Where it is."),
            ),
        ),
    ),
)]
pub(super) async fn make(may: May<ChangeRights>, body: Body) -> Result<Response, Problem> {
    let (may, NewMandate { application, profiles, from, until, maximum_seals, note }) =
        may.read(body).await?;
    let id = MandateId(random_name()?);
    let location = format!("/v1/mandates/{}", id.0);
    let wanted = MakeMandate { id, application, profiles, from, until, maximum_seals, note };
    let shown = shown(may.change(Command::MakeMandate(wanted)).await?)?;
    Ok((StatusCode::CREATED, [(LOCATION, location)], shown).into_response())
}

/// Revokes a mandate.
#[utoipa::path(
    post, path = "/v1/mandates/{id}/revocation", operation_id = "revokeMandate",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The mandate's name."), RequestKey),
    responses(
        Deciding,
        Named,
        (
            status = 200,
            description = "It.",
            body = MandateView,
            headers(("ETag" = String, description = "Its version.")),
        ),
    ),
)]
pub(super) async fn revoke(
    may: May<ChangeRights>,
    Path(id): Path<MandateId>,
) -> Result<Response, Problem> {
    shown(may.change(Command::RevokeMandate(id)).await?)
}

fn shown((_, changed, organisation): Made) -> Result<Response, Problem> {
    let Entry::Mandate(mandate) = changed.entry else { return Err(Error::Interrupted.into()) };
    Ok(versioned(changed.version, view(&mandate, &organisation.snapshot())))
}

fn view(mandate: &Mandate, snapshot: &Snapshot) -> MandateView {
    MandateView {
        id: mandate.id.clone(),
        application: mandate.application.clone(),
        profiles: mandate.profiles.clone(),
        from: mandate.from,
        until: mandate.until,
        maximum_seals: mandate.maximum_seals,
        seals: mandate.maximum_seals.map(|_| snapshot.given(&mandate.id)),
        note: mandate.note.clone(),
        made: mandate.made,
        revoked: mandate.revoked,
    }
}
