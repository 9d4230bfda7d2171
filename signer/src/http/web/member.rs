//! What every request passes that needs a session: it is there, and the request is its own page's.

use axum::{
    extract::{Request, State},
    http::{Method, header::SET_COOKIE},
    middleware::Next,
    response::Response,
};

use super::{answer::WebError, cookie, login::session, spoken::Spoken};
use crate::http::{AppState, caller::peer, same_origin::is_same_origin};

/// Lets a request of somebody pass who is logged in, with their session. Others are counted, as strangers
/// are, and those who show a cookie that is nobody's as such.
pub(super) async fn member(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let spoken = Spoken::of(&parts);
    let strangers = state.service.strangers();
    let from = peer(&parts);
    if !strangers.may_fail(from) {
        return WebError::TooMany.shown(&parts.headers, &spoken);
    }
    let session = match session(&state, &parts.headers).await {
        Ok(Some(session)) => session,
        Ok(None) => {
            if strangers.pass(from).is_err() {
                return WebError::TooMany.shown(&parts.headers, &spoken);
            }
            let mut response = WebError::NoSession.shown(&parts.headers, &spoken);
            // Whatever a client asks that waits for the login goes first.
            if cookie::next_of(&parts.headers).is_none()
                && let Some(next) = cookie::Next::from(parts.uri.path())
            {
                response.headers_mut().append(SET_COOKIE, cookie::next(next));
            }
            return response;
        }
        Err(error) => return error.shown(&parts.headers, &spoken),
    };
    let reads = parts.method == Method::GET || parts.method == Method::HEAD;
    if !reads && !is_same_origin(&parts.headers) {
        return WebError::OtherOrigin.shown(&parts.headers, &spoken);
    }
    parts.extensions.insert(session);
    next.run(Request::from_parts(parts, body)).await
}
