//! `/oauth2` and `/.well-known`: the authorisation server.

mod described;
mod metadata;
mod refused;
mod request;
mod revocation;
mod token;

use utoipa_axum::{router::OpenApiRouter, routes};

use super::AppState;

/// The routes, each with its description.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(metadata::server))
        .routes(routes!(metadata::server_at))
        .routes(routes!(metadata::resource))
        .routes(routes!(metadata::resource_at))
        .routes(routes!(token::token))
        .routes(routes!(revocation::revoke))
        .routes(routes!(revocation::revoke_as_known))
}
