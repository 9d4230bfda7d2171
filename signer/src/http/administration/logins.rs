//! How people of the organisation log in: links by which they register a passkey, and passkeys taken away.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use registry::{AdministrativeAct, Command, Moment, PeopleCommand, RegisteredId, RegistryRefusal};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ChangePeople, May, people};
use crate::{
    Error,
    access::{
        link::{self, For},
        random_secret,
    },
    audit::{AccessBy, RecordError},
    http::{
        AppState,
        openapi::{
            answers::{Deciding, Named},
            words,
        },
        path::Path,
    },
    problem::Problem,
    store::AuditError,
};

/// A link that is shown this once.
#[derive(Serialize, ToSchema)]
#[schema(as = Invitation)]
pub(super) struct InvitationView {
    /// Where the person registers a passkey. Whoever has the link can: it goes to them alone.
    link: String,
    /// Until when it is good; a newer one of the same person ends it.
    #[schema(value_type = words::Moment)]
    expires: Moment,
}

/// Makes a link by which a person registers a passkey: the first one, or a new one when theirs are
/// lost. Of somebody who holds roles whoever gives roles alone makes one.
#[utoipa::path(
    post, path = "/v1/people/{id}/invitation", operation_id = "invitePerson",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The entry's name.")),
    responses(
        Deciding,
        Named,
        (status = 201, description = "The link, this once.", body = InvitationView),
    ),
)]
pub(super) async fn invite(
    may: May<ChangePeople>,
    State(state): State<AppState>,
    Path(id): Path<RegisteredId>,
) -> Result<Response, Problem> {
    let May { service, caller, .. } = may;
    let organisation = &caller.organisation;
    let snapshot = organisation.renewed().await.map_err(Error::from)?;
    let person = snapshot.register().people().get(&id).map(|kept| &kept.value);
    let person = person.ok_or_else(|| Error::from(RegistryRefusal::PersonUnknown(id.clone())))?;
    caller.permit::<Error>(&snapshot, AdministrativeAct::ChangePeople)?;
    if person.state.is_barred() {
        return Err(Error::from(RegistryRefusal::PersonBarred).into());
    }
    // Whoever makes the link could use it, and nobody raises themselves.
    if !person.roles.is_empty() {
        caller.permit::<Error>(&snapshot, AdministrativeAct::ChangeRoles)?;
    }
    let now = service.clock().now();
    let ends = Moment::try_from(now + link::LIFETIME);
    let ends = ends.map_err(|_| Error::from(AuditError::from(RecordError::TimeOutOfRange)))?;
    let (code, hash) =
        random_secret::new().map_err(|error| Error::from(AuditError::from(error)))?;
    let by = AccessBy::Caller(&caller.caller);
    let tenant = organisation.tenant();
    link::keep(service.store(), tenant, &For::Person(id), hash, by, now).await?;
    let link = link::address(&state.access.origin, code.expose());
    Ok((StatusCode::CREATED, Json(InvitationView { link, expires: ends })).into_response())
}

/// Takes a passkey of a person away, as when its device was lost.
#[utoipa::path(
    delete, path = "/v1/people/{id}/passkeys/{passkey}", operation_id = "takePasskey",
    security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The entry's name."),
        ("passkey" = String, Path, description = "The credential's id, in base64url."),
    ),
    responses(
        Deciding,
        Named,
        (
            status = 200,
            description = "The person.",
            body = people::PersonView,
            headers(("ETag" = String, description = "The entry's version.")),
        ),
    ),
)]
pub(super) async fn take_passkey(
    may: May<ChangePeople>,
    Path((id, passkey)): Path<(RegisteredId, String)>,
) -> Result<Response, Problem> {
    let (service, organisation) = (Arc::clone(&may.service), Arc::clone(&may.caller.organisation));
    let before = organisation.snapshot();
    // At the device first: what it does not answer may be asked again. And once more, should it have
    // been asked meanwhile to take it again.
    service.forget_means(&before, (&id, &passkey)).await?;
    let wanted = PeopleCommand::TakePasskey { id: id.clone(), passkey: passkey.clone() };
    let answer = people::shown(may.change(Command::People(wanted)).await?)?;
    service.forget_means(&before, (&id, &passkey)).await?;
    Ok(answer)
}
