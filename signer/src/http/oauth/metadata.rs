//! `/.well-known/oauth-authorization-server` (RFC 8414) and `/.well-known/oauth-protected-resource` (RFC
//! 9728). There is no OpenID provider here, and so no `openid-configuration`.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, header::WWW_AUTHENTICATE},
    response::{IntoResponse, Response},
};

use super::described::{Known, ResourceMetadataView, ServerMetadataView};
use crate::{
    access::oauth::AuthorizationServer,
    http::{AppState, path::Path},
    problem::Problem,
    service::RequestError,
};

/// What the authorisation server is.
#[utoipa::path(
    get, path = "/.well-known/oauth-authorization-server", operation_id = "getAuthorizationServer",
    responses((status = 200, description = "It.", body = ServerMetadataView)),
)]
pub(super) async fn server(State(state): State<AppState>) -> Response {
    Json(state.authorization.metadata()).into_response()
}

/// What the authorisation server is, where its issuer has a path (RFC 8414 section 3.1).
#[utoipa::path(
    get, path = "/.well-known/oauth-authorization-server/{issuer}",
    operation_id = "getAuthorizationServerAt",
    params(("issuer" = String, Path, description = "The issuer's path.")),
    responses(
        (status = 200, description = "It.", body = ServerMetadataView),
        Known,
    ),
)]
pub(super) async fn server_at(
    State(state): State<AppState>,
    Path(issuer): Path<String>,
) -> Result<Response, Problem> {
    if state.authorization.path() != format!("/{issuer}") {
        return Err(RequestError::NotFound.into());
    }
    Ok(Json(state.authorization.metadata()).into_response())
}

/// The same, where the issuer's path has more than one part.
pub(super) async fn server_below(
    state: State<AppState>,
    Path((first, rest)): Path<(String, String)>,
) -> Result<Response, Problem> {
    server_at(state, Path(format!("{first}/{rest}"))).await
}

/// What is guarded as a whole, and by which server.
#[utoipa::path(
    get, path = "/.well-known/oauth-protected-resource", operation_id = "getProtectedResources",
    responses((status = 200, description = "It.", body = ResourceMetadataView)),
)]
pub(super) async fn resource(State(state): State<AppState>) -> Response {
    Json(state.authorization.resource("")).into_response()
}

/// What is guarded, and by which server.
#[utoipa::path(
    get, path = "/.well-known/oauth-protected-resource/{resource}",
    operation_id = "getProtectedResource",
    params(("resource" = String, Path, description = "The path of what is guarded: `v1`, `csc`.")),
    responses(
        (status = 200, description = "It.", body = ResourceMetadataView),
        Known,
    ),
)]
pub(super) async fn resource_at(
    State(state): State<AppState>,
    Path(resource): Path<String>,
) -> Result<Response, Problem> {
    let metadata = state.authorization.resource(&format!("/{resource}"));
    Ok(Json(metadata.ok_or(RequestError::NotFound)?).into_response())
}

/// The same, where the path has more than one part.
pub(super) async fn resource_below(
    state: State<AppState>,
    Path((first, rest)): Path<(String, String)>,
) -> Result<Response, Problem> {
    resource_at(state, Path(format!("{first}/{rest}"))).await
}

/// Tells a bearer who is turned away where to learn who gives tokens (RFC 9728 section 5.1).
pub(in crate::http) async fn told(
    State(authorization): State<Arc<AuthorizationServer>>,
    mut response: Response,
) -> Response {
    let challenge = response.headers().get(WWW_AUTHENTICATE).and_then(|one| one.to_str().ok());
    let Some(challenge) = challenge.filter(|one| one.starts_with("Bearer ")) else {
        return response;
    };
    let told = format!("{challenge}, resource_metadata=\"{}\"", authorization.resource_metadata());
    if let Ok(told) = HeaderValue::from_str(&told) {
        response.headers_mut().insert(WWW_AUTHENTICATE, told);
    }
    response
}
