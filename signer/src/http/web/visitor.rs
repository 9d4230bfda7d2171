//! Who looks at a page that anybody may see: its top is the same as everywhere. Pages that need a session look
//! for it themselves.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

use super::login::session;
use crate::http::AppState;

/// Lets every request pass, with the session of whoever is logged in.
pub(super) async fn visitor(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    // Where the store does not answer the page is shown as to nobody; who needs the session says why not.
    if let Ok(Some(session)) = session(&state, request.headers()).await {
        request.extensions_mut().insert(session);
    }
    next.run(request).await
}
