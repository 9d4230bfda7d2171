//! `GET /v1/profiles` and `/v1/profiles/{id}`: what may be asked for. No contact person.

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    Json,
    extract::{FromRef, FromRequestParts, Path},
    http::{header::AUTHORIZATION, request::Parts},
};
use seal::{
    Act, Assurance, CertificateProfile, Certification, Format, Level, Organisation, ProfileId,
    ProfileKind, SignatureAlgorithm,
};
use serde::Serialize;

use crate::{
    Error, administration::Snapshot, authentication::Authenticated, problem::Problem,
    service::Service,
};

/// A profile as callers see it.
#[derive(Debug, Serialize)]
pub(super) struct ProfileView {
    id: ProfileId,
    kind: ProfileKind,
    display_name: String,
    organisation: String,
    cvr: String,
    act: Act,
    active: bool,
    allow_signing: bool,
    assurance: Assurance,
    lifetime_s: u64,
    algorithm: SignatureAlgorithm,
    formats: BTreeSet<Format>,
    levels: BTreeSet<Level>,
    default_level: Level,
    certify: Certification,
    signatures_per_credential: u32,
}

/// The list of profiles.
#[derive(Debug, Serialize)]
pub(super) struct ProfileList {
    profiles: Vec<ProfileView>,
}

/// What counts in the bearer's organisation; who bears nothing asks about the configuration file's.
#[derive(Debug)]
pub(super) struct Whose(Arc<Snapshot>);

impl<S> FromRequestParts<S> for Whose
where
    Arc<Service>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if parts.headers.contains_key(AUTHORIZATION) {
            let caller = Authenticated::from_request_parts(parts, state).await?;
            return Ok(Self(caller.organisation.snapshot()));
        }
        let service = Arc::<Service>::from_ref(state);
        Ok(Self(service.organisations().own().snapshot()))
    }
}

/// Every profile.
pub(super) async fn list(Whose(snapshot): Whose) -> Json<ProfileList> {
    let policy = snapshot.policy();
    let profiles = policy.profiles().iter().map(|profile| view(policy.organisation(), profile));
    Json(ProfileList { profiles: profiles.collect() })
}

/// One profile.
pub(super) async fn one(
    Whose(snapshot): Whose,
    Path(id): Path<ProfileId>,
) -> Result<Json<ProfileView>, Problem> {
    let policy = snapshot.policy();
    match policy.profile(&id) {
        Some(profile) => Ok(Json(view(policy.organisation(), profile))),
        None => Err(Error::ProfileUnknown(id).into()),
    }
}

fn view(organisation: &Organisation, profile: &CertificateProfile) -> ProfileView {
    ProfileView {
        id: profile.id.clone(),
        kind: profile.kind,
        display_name: profile.display_name.clone(),
        organisation: organisation.registered_name.clone(),
        cvr: organisation.cvr.clone(),
        act: profile.kind.act(),
        active: profile.active,
        allow_signing: profile.allow_signing,
        assurance: profile.assurance,
        lifetime_s: profile.lifetime_s,
        algorithm: profile.algorithm,
        formats: profile.formats.clone(),
        levels: profile.levels.clone(),
        default_level: profile.default_level,
        certify: profile.certify,
        signatures_per_credential: profile.signatures_per_credential,
    }
}
