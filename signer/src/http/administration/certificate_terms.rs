//! `/v1/certificate-profiles/{id}/terms`: the terms under which certificates that live for years are
//! ordered with a profile.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{HeaderMap, StatusCode, header::IF_MATCH},
    response::{IntoResponse, Response},
};
use registry::{
    CertificateKind, CertificateTerms, Command, Entry, HolderKey, Kept, LIFETIME_DAYS,
    OVERLAP_DAYS, Purpose, RegistryRefusal, UuidOf, WantedTerms, uuid,
};
use seal::{ProfileId, ProfileKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ChangeProfiles, May, ReadProfiles, random, versioned};
use crate::{
    Error,
    audit::hex,
    http::{
        openapi::{
            answers::{Asking, Deciding, Named},
            words,
        },
        path::Path,
    },
    problem::Problem,
};

/// The terms of a profile's certificates.
#[derive(Serialize, ToSchema)]
#[schema(as = CertificateTerms)]
pub(super) struct TermsView {
    /// The profile.
    #[schema(value_type = String)]
    profile: ProfileId,
    /// Whom the certificates name, as the profile has it.
    #[schema(value_type = words::CertificateKind)]
    kind: CertificateKind,
    /// What people call them; of a system it is the commonName.
    #[schema(min_length = 1, max_length = 64)]
    name: String,
    /// The UUID in the certificates of an organisation or a system, in hexadecimal: it stays when they
    /// are renewed. A person's certificates bear the person's own.
    uuid: String,
    /// What they may be used for. Never for signing or sealing documents: that is done with certificates
    /// of minutes, and needs none of these.
    #[schema(value_type = Vec<words::Purpose>)]
    purposes: BTreeSet<Purpose>,
    /// The kind of key.
    #[schema(value_type = words::HolderKey)]
    key: HolderKey,
    /// How long they live, in days.
    #[schema(minimum = 1, maximum = 1095)]
    lifetime_days: u16,
    /// How long before the end they are due to be renewed, in days.
    #[schema(minimum = 1, maximum = 180)]
    overlap_days: u16,
    /// The address that certificates of an organisation or a system show.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// Whether a person's certificates show the person's own address.
    show_email: bool,
    /// Whether anybody who knows the address in a certificate gets it at `/certstore`.
    published: bool,
    /// The services that know these certificates, as people call them: a checklist for whoever installs the next.
    relying_services: Vec<String>,
}

/// The body of `PUT /v1/certificate-profiles/{id}/terms`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SetCertificateTerms)]
pub(super) struct NewTerms {
    /// What people call the certificates, unlike all others of the organisation; of a system it is the
    /// commonName.
    #[schema(min_length = 1, max_length = 64)]
    name: String,
    /// What they may be used for.
    #[schema(value_type = Vec<words::Purpose>, min_items = 1)]
    purposes: BTreeSet<Purpose>,
    /// The kind of key.
    #[serde(default = "rsa")]
    #[schema(value_type = words::HolderKey, required = false)]
    key: HolderKey,
    /// How long they live, in days.
    #[serde(default = "lifetime")]
    #[schema(minimum = 1, maximum = 1095, default = 1095)]
    lifetime_days: u16,
    /// How long before the end they are due to be renewed, in days.
    #[serde(default = "overlap")]
    #[schema(minimum = 1, maximum = 180, default = 60)]
    overlap_days: u16,
    /// The address that certificates of an organisation or a system show. It is confirmed before one is
    /// issued.
    #[schema(max_length = 254)]
    email: Option<String>,
    /// Whether a person's certificates show the person's own address.
    #[serde(default)]
    show_email: bool,
    /// Whether anybody who knows the address in a certificate gets it at `/certstore`; it must show one then.
    #[serde(default)]
    published: bool,
    /// The services that know these certificates, as people call them, none twice: a checklist for whoever
    /// installs the next.
    #[serde(default)]
    #[schema(max_items = 30, required = false)]
    relying_services: Vec<String>,
}

fn rsa() -> HolderKey {
    HolderKey::Rsa3072
}

fn lifetime() -> u16 {
    LIFETIME_DAYS
}

fn overlap() -> u16 {
    OVERLAP_DAYS
}

/// The terms of a profile's certificates that live for years.
#[utoipa::path(
    get, path = "/v1/certificate-profiles/{id}/terms", operation_id = "getCertificateTerms",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The profile's name.")),
    responses(
        Asking,
        Named,
        (
            status = 200,
            description = "It.",
            body = TermsView,
            headers(("ETag" = String, description = "Its version.")),
        ),
    ),
)]
pub(super) async fn one(
    may: May<ReadProfiles>,
    Path(id): Path<ProfileId>,
) -> Result<Response, Problem> {
    let found = may.snapshot.register().certificate_terms().get(&id);
    let found = found.ok_or(Error::from(RegistryRefusal::TermsUnknown(id)))?;
    Ok(versioned(found.version, view(found.value.clone())))
}

/// Makes the terms of a profile's certificates, or, with `If-Match`, changes them.
#[utoipa::path(
    put, path = "/v1/certificate-profiles/{id}/terms", operation_id = "setCertificateTerms",
    security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The profile's name."),
        ("If-Match" = Option<String>, Header, description = "The ETag of the terms that are to be changed, as they were read; left out for new ones."),
    ),
    request_body = NewTerms,
    responses(
        Deciding,
        Named,
        (
            status = 200,
            description = "They were changed.",
            body = TermsView,
            headers(("ETag" = String, description = "Its version.")),
        ),
        (
            status = 201,
            description = "They were made.",
            body = TermsView,
            headers(("ETag" = String, description = "Its version.")),
        ),
    ),
)]
pub(super) async fn set(
    mut may: May<ChangeProfiles>,
    Path(id): Path<ProfileId>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let expected = match headers.contains_key(IF_MATCH) {
        true => Some(may.expected().await?),
        false => None,
    };
    let (may, wanted): (_, NewTerms) = may.read(body).await?;
    let NewTerms {
        name,
        purposes,
        key,
        lifetime_days,
        overlap_days,
        email,
        show_email,
        published,
        relying_services,
    } = wanted;
    let profile = may.snapshot.policy().profile(&id);
    let kind = match profile.ok_or(Error::ProfileUnknown(id.clone()))?.kind {
        ProfileKind::User => CertificateKind::User,
        ProfileKind::Organisation => CertificateKind::Organisation,
        ProfileKind::System => CertificateKind::System,
    };
    let wanted = WantedTerms {
        profile: id,
        kind,
        uuid: hex(&uuid(random()?, UuidOf::Chance)),
        name,
        purposes,
        key,
        lifetime_days,
        overlap_days,
        email,
        show_email,
        published,
        relying_services,
        expected,
    };
    let (_, changed, _) = may.change(Command::SetCertificateTerms(wanted.into())).await?;
    let Entry::CertificateTerms(terms) = changed.entry else {
        return Err(Error::Interrupted.into());
    };
    let Kept { value, version } = Kept { value: *terms, version: changed.version };
    let status = if expected.is_some() { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, versioned(version, view(value))).into_response())
}

fn view(terms: CertificateTerms) -> TermsView {
    TermsView {
        profile: terms.profile,
        kind: terms.kind,
        name: terms.name,
        uuid: terms.uuid,
        purposes: terms.purposes,
        key: terms.key,
        lifetime_days: terms.lifetime_days,
        overlap_days: terms.overlap_days,
        email: terms.email,
        show_email: terms.show_email,
        published: terms.published,
        relying_services: terms.relying_services,
    }
}
