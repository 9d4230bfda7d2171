//! `/login`: by a passkey, or in the demo by choice.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use seal::Grantee;
use serde::Deserialize;

use super::{
    answer::{self, WebError, frame, goes_on, scripted, see},
    cookie::{self, Next},
    sent::Sent,
    spoken::Spoken,
};
use crate::{
    access::{
        login::{self, LoginAnswer},
        session::Session,
    },
    http::{AppState, caller::Address, same_origin::session_of},
    web::{DemoChoice, LoginPage, texts},
};

/// What the page shows.
fn shown(state: &AppState, spoken: &Spoken) -> Response {
    let t = texts(spoken.language);
    let own = state.service.organisations().own().snapshot();
    let roles = |subject: &str| {
        let held =
            own.declared().roles.iter().filter(
                |(to, _)| matches!(to, Grantee::Person(person) if person.subject == subject),
            );
        held.map(|(_, role)| t.role(*role)).collect()
    };
    let demo = state.access.demo.iter().map(|person| DemoChoice {
        subject: person.subject.clone(),
        name: person.name.clone(),
        roles: roles(&person.subject),
    });
    let providers = state.access.providers.iter();
    let providers = providers.map(|one| (one.told.id.clone(), one.told.name.clone()));
    let login = LoginPage {
        frame: frame(spoken, "/login"),
        passkeys: state.access.party.is_some(),
        providers: providers.collect(),
        demo: demo.collect(),
    };
    answer::page(StatusCode::OK, spoken, &login)
}

/// `GET /login`: whoever is logged in goes on, unless a client wants them to log in anew.
pub(super) async fn page(
    State(state): State<AppState>,
    spoken: Spoken,
    headers: HeaderMap,
) -> Response {
    match session(&state, &headers).await {
        Ok(Some(_)) if !cookie::next_of(&headers).is_some_and(Next::is_anew) => see("/me", None),
        Ok(Some(_) | None) => shown(&state, &spoken),
        Err(error) => error.shown(&headers, &spoken),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Choice {
    person: String,
}

/// Logs in as a person of the demo.
pub(super) async fn demo(
    State(state): State<AppState>,
    spoken: Spoken,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let logged_in = async {
        let Choice { person } = sent.form().await?;
        leave(&state, &headers).await?;
        let begun = login::as_demo_person(&state.service, &state.access, &person).await?;
        begun.ok_or(WebError::Malformed)
    };
    match logged_in.await {
        Ok(secret) => see("/me", Some(cookie::begun(&secret))),
        Err(error) => error.shown(&headers, &spoken),
    }
}

/// What the browser is asked for a passkey.
pub(super) async fn options(
    State(state): State<AppState>,
    spoken: Spoken,
    Address(from): Address,
    headers: HeaderMap,
) -> Response {
    match login::options(&state.service, &state.access, from).await {
        Ok(options) => scripted(StatusCode::OK, Json(options)),
        Err(error) => WebError::from(error).shown(&headers, &spoken),
    }
}

/// Logs in whoever shows a passkey.
pub(super) async fn passkey(
    State(state): State<AppState>,
    spoken: Spoken,
    Address(from): Address,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let logged_in = async {
        let answer: LoginAnswer = sent.json()?;
        // A signature costs work to verify.
        if !state.service.strangers().may_fail(from) {
            return Err(WebError::TooMany);
        }
        let shown = login::by_passkey(&state.service, &state.access, &answer).await;
        let secret = shown.map_err(|error| answer::failed(&state, from, error))?;
        leave(&state, &headers).await?;
        Ok(secret)
    };
    match logged_in.await {
        Ok(secret) => goes_on(Some(&secret)),
        Err(error) => error.shown(&headers, &spoken),
    }
}

/// Whoever is logged in by the cookie.
pub(super) async fn session(
    state: &AppState,
    headers: &HeaderMap,
) -> Result<Option<Session>, WebError> {
    match session_of(headers) {
        Some(cookie) => Ok(Session::of(&state.service, cookie).await?),
        None => Ok(None),
    }
}

/// Ends the session that there was before: nobody goes on with a cookie of before the login.
pub(super) async fn leave(state: &AppState, headers: &HeaderMap) -> Result<(), WebError> {
    match session(state, headers).await? {
        Some(before) => Ok(before.end(&state.service, false).await?),
        None => Ok(()),
    }
}
