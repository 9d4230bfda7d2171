//! `POST /oauth2/pushed_authorize`.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    described::{OauthErrorView, PushedRequestView, Refusals},
    refused::{NOT_KEPT, Refused},
    request::ClientRequest,
};
use crate::{access::oauth::PUSHED_LIFETIME, http::AppState};

/// What was pushed, by a name that is good once.
#[derive(Serialize, ToSchema)]
#[schema(as = PushedRequest)]
struct Pushed {
    /// What `GET /oauth2/authorize` is given, beside `client_id`.
    request_uri: String,
    /// How long it is good for, in seconds.
    expires_in: u64,
}

/// Keeps what a person is to be asked (RFC 9126): the browser then brings its name alone.
#[utoipa::path(
    post, path = "/oauth2/pushed_authorize", operation_id = "pushAuthorizationRequest",
    request_body(content = PushedRequestView, content_type = "application/x-www-form-urlencoded"),
    responses(
        Refusals,
        (status = 201, description = "It is kept.", body = Pushed),
        (status = 400, description = "The request is refused: `error` says why.", body = OauthErrorView),
    ),
)]
pub(super) async fn push(
    State(state): State<AppState>,
    ClientRequest { client, form, from }: ClientRequest,
) -> Result<Response, Refused> {
    let request_uri = state.authorization.push(&client, from, &form).await?;
    let pushed = Pushed { request_uri, expires_in: PUSHED_LIFETIME.as_secs() };
    Ok((StatusCode::CREATED, NOT_KEPT, Json(pushed)).into_response())
}
