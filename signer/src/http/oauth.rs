//! `/oauth2` and `/.well-known`: the authorisation server.

mod described;
mod metadata;
mod pushed;
mod refused;
mod request;
mod revocation;
mod token;

pub(super) use self::metadata::told;
use utoipa_axum::router::OpenApiRouter;

use super::{
    AppState,
    handled::{get, routes},
};

/// The routes, each with its description.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(metadata::server))
        .routes(routes!(metadata::server_at))
        .routes(routes!(metadata::resource))
        .routes(routes!(metadata::resource_at))
        // A path of several parts is nothing that a description can name.
        .route(
            "/.well-known/oauth-authorization-server/{issuer}/{*rest}",
            get(metadata::server_below),
        )
        .route(
            "/.well-known/oauth-protected-resource/{resource}/{*rest}",
            get(metadata::resource_below),
        )
        .routes(routes!(pushed::push))
        .routes(routes!(token::token))
        .routes(routes!(revocation::revoke))
        .routes(routes!(revocation::revoke_as_known))
}
