//! `POST /oauth2/token`.

use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use oauth::{ErrorCode, OauthError, TokenRequest};

use super::{
    described::{OauthErrorView, Refusals, TokenRequestView, TokenResponseView},
    refused::{NOT_KEPT, Refused},
    request::ClientRequest,
};
use crate::http::{AppState, caller::proof};

/// Gives a client an access token; with a proof of possession (`DPoP`, RFC 9449) one that is bound to its key.
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
    headers: HeaderMap,
    ClientRequest { client, form, .. }: ClientRequest,
) -> Result<Response, Refused> {
    let proof = match headers.contains_key("dpop") {
        true => Some(proof(&headers).ok_or_else(several)?),
        false => None,
    };
    let answer = state.authorization.token(&client, TokenRequest::read(&form)?, proof).await?;
    Ok((NOT_KEPT, Json(answer)).into_response())
}

fn several() -> OauthError {
    OauthError::new(ErrorCode::InvalidDpopProof, "the header DPoP is not one proof")
}
