//! Who asks by the session's cookie, and shows what its pages alone know.

use axum::http::HeaderMap;
use registry::{Moment, RegisteredId};
use serde::Deserialize;

use super::{answer::WebError, login::session, sent::Sent};
use crate::{
    access::session::Session,
    http::{AppState, same_origin::CSRF_HEADER},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shown {
    csrf: String,
}

/// Whoever is logged in, by cookie and form.
pub(super) async fn of_form(
    state: &AppState,
    headers: &HeaderMap,
    sent: Sent,
) -> Result<Session, WebError> {
    let session = session(state, headers).await?.ok_or(WebError::NoSession)?;
    let Shown { csrf } = sent.form().await?;
    if session.is_shown(&csrf) { Ok(session) } else { Err(WebError::Csrf) }
}

/// Whoever is logged in and has an entry, by cookie and script.
pub(super) async fn entry_of_script(
    state: &AppState,
    headers: &HeaderMap,
) -> Result<(Session, RegisteredId), WebError> {
    let session = of_script(state, headers).await?;
    let id = session.registered().cloned().ok_or(WebError::Malformed)?;
    Ok((session, id))
}

/// The same, if they logged in of late: a passkey is a way in that stays, and a browser that was left open is
/// to give none away.
pub(super) async fn fresh_entry_of_script(
    state: &AppState,
    headers: &HeaderMap,
) -> Result<(Session, RegisteredId), WebError> {
    let (session, id) = entry_of_script(state, headers).await?;
    match session.authenticated().is_fresh(state.service.clock().now()) {
        true => Ok((session, id)),
        false => Err(WebError::LoginTooOld),
    }
}

/// Whoever is logged in, by cookie and script.
pub(super) async fn of_script(state: &AppState, headers: &HeaderMap) -> Result<Session, WebError> {
    let session = session(state, headers).await?.ok_or(WebError::NoSession)?;
    let shown = headers.get(CSRF_HEADER).and_then(|value| value.to_str().ok());
    if !shown.is_some_and(|shown| session.is_shown(shown)) {
        return Err(WebError::Csrf);
    }
    Ok(session)
}

/// The day of a moment, as `2026-11-25`.
pub(super) fn day(moment: Moment) -> String {
    moment.to_string().chars().take(10).collect()
}
