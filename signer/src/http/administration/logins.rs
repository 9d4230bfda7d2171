//! How people of the organisation log in: links by which they register a passkey, and passkeys taken away.

use axum::{
    Json,
    body::{Body, HttpBody},
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use registry::{Command, Moment, PeopleCommand, RegisteredId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ChangePeople, May, people};
use crate::{
    access::inviting::{Invitation, invite as invited, send},
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

/// How the link comes to the person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = InvitationBy)]
pub(super) enum By {
    /// It is shown to whoever asks, this once.
    #[default]
    Shown,
    /// It is made when a letter with it is sent to the person's address, and shown to nobody else.
    Letter,
}

/// What is asked for; nothing need be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Invite)]
pub(super) struct How {
    /// How the link comes to the person: `shown` to whoever asks, this once, or made when a `letter` with it is
    /// sent to the person's address, where there is a mail server.
    #[serde(default)]
    #[schema(required = false)]
    by: By,
}

/// A letter that will be sent.
#[derive(Serialize, ToSchema)]
#[schema(as = InvitationLetter)]
pub(super) struct LetterView {
    /// To which address.
    to: String,
}

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
/// lost. It is shown this once, or sent to the address of a person who holds no roles. Of somebody who
/// holds some whoever gives roles alone makes one.
#[utoipa::path(
    post, path = "/v1/people/{id}/invitation", operation_id = "invitePerson",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The entry's name.")),
    request_body(content = Option<How>, description = "How the link comes to the person; it is shown where nothing is sent."),
    responses(
        Deciding,
        Named,
        (status = 201, description = "The link, this once.", body = InvitationView),
        (status = 202, description = "A letter with a link will be sent.", body = LetterView),
    ),
)]
pub(super) async fn invite(
    may: May<ChangePeople>,
    State(state): State<AppState>,
    Path(id): Path<RegisteredId>,
    body: Body,
) -> Result<Response, Problem> {
    let (may, by) = match body.is_end_stream() {
        true => (may, By::default()),
        false => may.read(body).await.map(|(may, How { by })| (may, by))?,
    };
    let May { service, caller, .. } = may;
    if by == By::Letter {
        let to = send(&service, &caller, &id).await?;
        return Ok((StatusCode::ACCEPTED, Json(LetterView { to })).into_response());
    }
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
    let wanted = PeopleCommand::TakePasskey { id, passkey };
    people::shown(may.change(Command::People(wanted)).await?)
}
