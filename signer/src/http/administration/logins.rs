//! How people of the organisation log in: links by which they register a passkey, and passkeys taken away.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use registry::{Command, Moment, PeopleCommand, RegisteredId};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ChangePeople, May, people};
use crate::{
    access::inviting::{Invitation, invite as invited},
    administration::NamedMeans,
    http::{
        AppState,
        openapi::{
            answers::{Deciding, Named},
            words,
        },
        path::Path,
    },
    problem::Problem,
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
    let Invitation { link, expires } = invited(&service, &state.access, &caller, &id).await?;
    Ok((StatusCode::CREATED, Json(InvitationView { link, expires })).into_response())
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
    service.forget_means(&before, (&id, NamedMeans::Passkey(&passkey))).await?;
    let wanted = PeopleCommand::TakePasskey { id: id.clone(), passkey: passkey.clone() };
    let answer = people::shown(may.change(Command::People(wanted)).await?)?;
    service.forget_means(&before, (&id, NamedMeans::Passkey(&passkey))).await?;
    Ok(answer)
}
