//! `POST /oauth2/token`.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use oauth::TokenRequest;

use super::{
    described::{OauthErrorView, Refusals, TokenRequestView, TokenResponseView},
    refused::{NOT_KEPT, Refused},
    request::ClientRequest,
};
use crate::http::AppState;

/// Gives a client an access token.
#[utoipa::path(
    post, path = "/oauth2/token", operation_id = "getToken",
    request_body(content = TokenRequestView, content_type = "application/x-www-form-urlencoded"),
    responses(
        Refusals,
        (status = 200, description = "The token.", body = TokenResponseView),
        (status = 400, description = "The request is refused: `error` says why.", body = OauthErrorView),
    ),
)]
pub(super) async fn token(
    State(state): State<AppState>,
    ClientRequest { client, form }: ClientRequest,
) -> Result<Response, Refused> {
    let answer = state.authorization.token(&client, TokenRequest::read(&form)?).await?;
    Ok((NOT_KEPT, Json(answer)).into_response())
}
