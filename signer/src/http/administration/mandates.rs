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

use super::{ChangeRights, List, Made, May, Page, ReadRights, random_name, versioned};
use crate::{Error, administration::Snapshot, http::path::Path, problem::Problem};

/// A mandate as the interface shows it.
#[derive(Debug, Serialize)]
pub(super) struct MandateView {
    id: MandateId,
    application: ApplicationId,
    #[serde(skip_serializing_if = "Option::is_none")]
    profiles: Option<Vec<ProfileId>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum_seals: Option<u64>,
    /// How many seals it has given; counted of those with a most.
    #[serde(skip_serializing_if = "Option::is_none")]
    seals: Option<u64>,
    note: String,
    made: Moment,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked: Option<Moment>,
}

/// The body of `POST /v1/mandates`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewMandate {
    application: ApplicationId,
    profiles: Option<Vec<ProfileId>>,
    from: Option<Moment>,
    until: Option<Moment>,
    maximum_seals: Option<u64>,
    #[serde(default)]
    note: String,
}

/// The mandates, ended ones among them.
pub(super) async fn list(may: May<ReadRights>, page: Page) -> Json<List<MandateView>> {
    let mandates = may.snapshot.register().mandates().iter();
    let named = mandates.map(|(id, kept)| (id.0.as_str(), &kept.value));
    page.of(named, |mandate| view(mandate, &may.snapshot))
}

/// One mandate.
pub(super) async fn one(
    may: May<ReadRights>,
    Path(id): Path<MandateId>,
) -> Result<Response, Problem> {
    let found = may.snapshot.register().mandates().get(&id);
    let Kept { value, version } = found.ok_or(Error::from(RegistryRefusal::MandateUnknown(id)))?;
    Ok(versioned(*version, view(value, &may.snapshot)))
}

/// A right to seal for an application.
pub(super) async fn make(may: May<ChangeRights>, body: Body) -> Result<Response, Problem> {
    let (may, NewMandate { application, profiles, from, until, maximum_seals, note }) =
        may.read(body).await?;
    let id = MandateId(random_name()?);
    let location = format!("/v1/mandates/{}", id.0);
    let wanted = MakeMandate { id, application, profiles, from, until, maximum_seals, note };
    let shown = shown(may.change(Command::MakeMandate(wanted)).await?)?;
    Ok((StatusCode::CREATED, [(LOCATION, location)], shown).into_response())
}

/// A mandate that counts no more.
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
