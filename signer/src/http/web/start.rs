//! `/`: what one can do here.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};

use super::{
    answer::{self, frame},
    login::session,
    spoken::Spoken,
};
use crate::{
    http::AppState,
    web::{StartPage, start_texts},
};

/// The page.
pub(super) async fn page(
    State(state): State<AppState>,
    spoken: Spoken,
    headers: HeaderMap,
) -> Response {
    let session = match session(&state, &headers).await {
        Ok(session) => session,
        Err(error) => return error.shown(&headers, &spoken),
    };
    let spoken = match &session {
        Some(session) => spoken.to(session),
        None => spoken,
    };
    let name = session.and_then(|one| one.caller.person().map(|claims| claims.name.clone()));
    let page = StartPage {
        frame: frame(&spoken, "/"),
        s: start_texts(spoken.language),
        name,
        administers: spoken.administers,
    };
    answer::page(StatusCode::OK, &spoken, &page)
}
