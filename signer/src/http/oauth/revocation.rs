//! `POST /oauth2/revoke`, and `/revoke`, where the European wallet's library looks for it.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use oauth::RevocationRequest;

use super::{
    described::{OauthErrorView, Refusals, RevocationRequestView},
    refused::{NOT_KEPT, Refused},
    request::ClientRequest,
};
use crate::http::AppState;

/// Takes a token back (RFC 7009).
#[utoipa::path(
    post, path = "/oauth2/revoke", operation_id = "revokeToken",
    request_body(content = RevocationRequestView, content_type = "application/x-www-form-urlencoded"),
    responses(
        Refusals,
        (status = 200, description = "It is good for nothing now, if it ever was."),
        (status = 400, description = "The request is refused: `error` says why.", body = OauthErrorView),
    ),
)]
pub(super) async fn revoke(
    State(state): State<AppState>,
    ClientRequest { client, form, .. }: ClientRequest,
) -> Result<Response, Refused> {
    state.authorization.revoke(&client, &RevocationRequest::read(&form)?).await?;
    Ok((StatusCode::OK, NOT_KEPT).into_response())
}

/// Takes a token back: the same under another address.
#[utoipa::path(
    post, path = "/revoke", operation_id = "revokeTokenAsKnown",
    request_body(content = RevocationRequestView, content_type = "application/x-www-form-urlencoded"),
    responses(
        Refusals,
        (status = 200, description = "It is good for nothing now, if it ever was."),
        (status = 400, description = "The request is refused: `error` says why.", body = OauthErrorView),
    ),
)]
pub(super) async fn revoke_as_known(
    state: State<AppState>,
    request: ClientRequest,
) -> Result<Response, Refused> {
    revoke(state, request).await
}
