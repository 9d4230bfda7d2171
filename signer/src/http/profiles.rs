//! `GET /v1/profiles` and `/v1/profiles/{id}`: what may be asked for in the bearer's organisation. No
//! contact person.

use std::collections::BTreeSet;

use axum::Json;
use seal::{
    Act, Assurance, CertificateProfile, Certification, Format, Level, Organisation, ProfileId,
    ProfileKind, SignatureAlgorithm,
};
use serde::Serialize;

use super::path::Path;
use crate::{Error, authentication::Authenticated, problem::Problem};

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
    /// The names of its appearances.
    appearances: Vec<String>,
}

/// The list of profiles.
#[derive(Debug, Serialize)]
pub(super) struct ProfileList {
    profiles: Vec<ProfileView>,
}

/// Every profile.
pub(super) async fn list(caller: Authenticated) -> Json<ProfileList> {
    let snapshot = caller.organisation.snapshot();
    let policy = snapshot.policy();
    let profiles = policy.profiles().iter().map(|profile| view(policy.organisation(), profile));
    Json(ProfileList { profiles: profiles.collect() })
}

/// One profile.
pub(super) async fn one(
    caller: Authenticated,
    Path(id): Path<ProfileId>,
) -> Result<Json<ProfileView>, Problem> {
    let snapshot = caller.organisation.snapshot();
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
        appearances: profile.appearances.keys().cloned().collect(),
    }
}
