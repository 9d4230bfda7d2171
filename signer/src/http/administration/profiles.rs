//! `/v1/certificate-profiles`: the organisation's certificate profiles, as administrators see and make
//! them.

use std::collections::BTreeMap;

use axum::{
    Json,
    body::Body,
    http::{StatusCode, header::LOCATION},
    response::{IntoResponse, Response},
};
use registry::{Command, Entry, Kept, MadeProfile, Moment, Origin, RegistryRefusal, Version};
use seal::{CertificateProfile, ProfileId, policy::Refusal};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    ChangeProfiles, List, Made, May, Page, ReadProfiles,
    described_profile::{NewProfile, ProfileChange, ShownProfile},
    versioned,
};
use crate::{
    Error,
    administration::Snapshot,
    http::{
        json,
        openapi::answers::{Asking, Deciding, Judged, Named, ReadVersion, Registered, RequestKey},
        path::Path,
    },
    problem::Problem,
    service::{RequestError, check_logos},
};

/// A profile as the interface of administration shows it: all that it says but its contact person.
#[derive(Debug, Serialize)]
pub(super) struct ProfileView {
    #[serde(flatten)]
    profile: CertificateProfile,
    origin: Origin,
    /// The number of the change that left it so; the file's have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<Version>,
    #[serde(skip_serializing_if = "Option::is_none")]
    made: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retired: Option<Moment>,
    /// Why every act with it would be refused now.
    objections: Vec<Refusal>,
}

/// A part of the list, as described.
type ShownProfileList = List<ShownProfile>;

/// The certificate profiles as administrators see them, retired ones among them.
#[utoipa::path(
    get, path = "/v1/certificate-profiles", operation_id = "listCertificateProfiles",
    security(("bearer" = [])),
    params(Page),
    responses(Asking, (status = 200, description = "It.", body = ShownProfileList)),
)]
pub(super) async fn list(may: May<ReadProfiles>, page: Page) -> Json<List<ProfileView>> {
    let snapshot = &may.snapshot;
    let declared = snapshot.declared().profiles.iter();
    let declared = declared.map(|profile| (profile.id.as_str(), Shown::Declared(profile)));
    let made = snapshot.register().profiles().iter();
    let made = made.map(|(id, kept)| (id.as_str(), Shown::Made(kept)));
    // Of equal names the file's counts: it is what acts find first.
    let named: BTreeMap<&str, Shown<'_>> = made.chain(declared).collect();
    page.of(named.into_iter(), |shown| match shown {
        Shown::Declared(profile) => declared_view(profile, snapshot),
        Shown::Made(Kept { value, version }) => view(value, *version, snapshot),
    })
}

/// A profile, wherever it stands.
enum Shown<'a> {
    Declared(&'a CertificateProfile),
    Made(&'a Kept<MadeProfile>),
}

/// One certificate profile, as administrators see it.
#[utoipa::path(
    get, path = "/v1/certificate-profiles/{id}", operation_id = "getCertificateProfile",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The profile's name.")),
    responses(
        Asking,
        Named,
        (
            status = 200,
            description = "It.",
            body = ShownProfile,
            headers(("ETag" = String, description = "Its version.")),
        ),
    ),
)]
pub(super) async fn one(
    may: May<ReadProfiles>,
    Path(id): Path<ProfileId>,
) -> Result<Response, Problem> {
    let snapshot = &may.snapshot;
    if let Some(profile) = snapshot.declared().profiles.iter().find(|profile| profile.id == id) {
        return Ok(Json(declared_view(profile, snapshot)).into_response());
    }
    let found = snapshot.register().profiles().get(&id);
    let Kept { value, version } = found.ok_or(Error::ProfileUnknown(id))?;
    Ok(versioned(*version, view(value, *version, snapshot)))
}

/// Makes a certificate profile.
#[utoipa::path(
    post, path = "/v1/certificate-profiles", operation_id = "makeCertificateProfile",
    security(("bearer" = [])),
    params(RequestKey),
    request_body = NewProfile,
    responses(
        Deciding, Judged, Registered,
        (
            status = 201,
            description = "It.",
            body = ShownProfile,
            headers(
                ("ETag" = String, description = "Its version."),
                ("Location" = String, description = "Where it is."),
            ),
        ),
    ),
)]
pub(super) async fn make(may: May<ChangeProfiles>, body: Body) -> Result<Response, Problem> {
    let (may, profile): (_, CertificateProfile) = may.read(body).await?;
    judge(&may.snapshot, &profile)?;
    let location = format!("/v1/certificate-profiles/{}", profile.id);
    let shown = shown(may.change(Command::MakeProfile(profile.into())).await?)?;
    Ok((StatusCode::CREATED, [(LOCATION, location)], shown).into_response())
}

/// Makes another version of a certificate profile.
#[utoipa::path(
    patch, path = "/v1/certificate-profiles/{id}", operation_id = "changeCertificateProfile",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The profile's name."), ReadVersion),
    request_body = ProfileChange,
    responses(
        Deciding, Judged, Registered,
        Named,
        (
            status = 200,
            description = "It.",
            body = ShownProfile,
            headers(("ETag" = String, description = "Its version.")),
        ),
    ),
)]
pub(super) async fn change(
    mut may: May<ChangeProfiles>,
    Path(id): Path<ProfileId>,
    body: Body,
) -> Result<Response, Problem> {
    let expected = may.expected().await?;
    let (may, patch): (_, Map<String, Value>) = may.read(body).await?;
    let register = may.snapshot.register();
    let profile = match register.profiles().get(&id) {
        // What is merged must be onto what the caller read: another node may have changed it since.
        Some(kept) if kept.version != expected => {
            let present = kept.version;
            return Err(Error::from(RegistryRefusal::VersionPassed { expected, present }).into());
        }
        Some(kept) => merged(&kept.value.profile, patch)?,
        None if may.snapshot.declared().profiles.iter().any(|profile| profile.id == id) => {
            return Err(Error::from(RegistryRefusal::ManagedByFile("the profile")).into());
        }
        None => return Err(Error::ProfileUnknown(id).into()),
    };
    judge(&may.snapshot, &profile)?;
    shown(may.change(Command::ChangeProfile { profile: profile.into(), expected }).await?)
}

/// Retires a certificate profile: nothing is done with it any more.
#[utoipa::path(
    post, path = "/v1/certificate-profiles/{id}/retirement", operation_id = "retireCertificateProfile",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The profile's name."), RequestKey),
    responses(
        Deciding, Registered,
        Named,
        (
            status = 200,
            description = "It.",
            body = ShownProfile,
            headers(("ETag" = String, description = "Its version.")),
        ),
    ),
)]
pub(super) async fn retire(
    may: May<ChangeProfiles>,
    Path(id): Path<ProfileId>,
) -> Result<Response, Problem> {
    shown(may.change(Command::RetireProfile(id)).await?)
}

/// Refuses what the seal policy would refuse at every act, by the judge of the file's profiles.
pub(in crate::http) fn judge(
    snapshot: &Snapshot,
    profile: &CertificateProfile,
) -> Result<(), Error> {
    if let Some(cause) = profile.appearances.defect() {
        return Err(RegistryRefusal::Invalid { field: "appearances", cause }.into());
    }
    check_logos(profile)?;
    match snapshot.policy().objections_to_profile(profile) {
        Some(refusals) => Err(refusals.into()),
        None => Ok(()),
    }
}

/// The profile with what a patch says (RFC 7396), but its name. Appearances are replaced one by one,
/// each as a whole.
pub(in crate::http) fn merged(
    profile: &CertificateProfile,
    patch: Map<String, Value>,
) -> Result<CertificateProfile, Error> {
    let Ok(Value::Object(mut members)) = serde_json::to_value(profile) else {
        return Err(Error::Interrupted);
    };
    for (name, value) in patch {
        if name == "id" {
            return Err(RequestError::Malformed("id: a profile keeps its name".into()).into());
        }
        if let ("appearances", Value::Object(named)) = (name.as_str(), &value) {
            let kept = members.entry(name).or_insert_with(|| Value::Object(Map::new()));
            let Value::Object(kept) = kept else { return Err(Error::Interrupted) };
            for (name, appearance) in named {
                match appearance {
                    Value::Null => drop(kept.remove(name)),
                    whole => drop(kept.insert(name.clone(), whole.clone())),
                }
            }
            continue;
        }
        match value {
            Value::Null => drop(members.remove(&name)),
            value => drop(members.insert(name, value)),
        }
    }
    Ok(json::typed(members)?)
}

fn shown((_, changed, organisation): Made) -> Result<Response, Problem> {
    let Entry::Profile(made) = changed.entry else { return Err(Error::Interrupted.into()) };
    Ok(versioned(changed.version, view(&made, changed.version, &organisation.snapshot())))
}

fn view(made: &MadeProfile, version: Version, snapshot: &Snapshot) -> ProfileView {
    ProfileView {
        version: Some(version),
        made: Some(made.made),
        retired: made.retired,
        objections: snapshot.policy().objections(&made.in_use()),
        origin: Origin::Register,
        profile: CertificateProfile { contact_person: None, ..made.profile.clone() },
    }
}

/// A profile of the file.
fn declared_view(profile: &CertificateProfile, snapshot: &Snapshot) -> ProfileView {
    ProfileView {
        version: None,
        made: None,
        retired: None,
        objections: snapshot.policy().objections(profile),
        origin: Origin::File,
        profile: CertificateProfile { contact_person: None, ..profile.clone() },
    }
}
