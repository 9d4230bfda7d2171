//! `/invitation/{code}`: a passkey for whoever holds the link.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::Deserialize;

use super::{
    answer::{self, WebError, frame, goes_on, scripted},
    sent::Sent,
    spoken::Spoken,
};
use crate::{
    access::{
        link::{self, For, Link},
        registration::{self, Names, Receiver, RegistrationAnswer},
    },
    http::{AppState, caller::Address, path::Path},
    web::InvitationPage,
};

/// The page.
pub(super) async fn page(
    State(state): State<AppState>,
    spoken: Spoken,
    Path(code): Path<String>,
    Address(from): Address,
    headers: HeaderMap,
) -> Response {
    match held(&state, &code, from).await {
        Ok(link) => shown(&state, &spoken, &code, &link),
        Err(error) => error.shown(&headers, &spoken),
    }
}

fn shown(state: &AppState, spoken: &Spoken, code: &str, link: &Link) -> Response {
    let snapshot = link.organisation.snapshot();
    let person = match &link.lets_in {
        For::Administrator => None,
        For::Person(id) => snapshot.register().people().get(id).map(|kept| {
            let person = &kept.value;
            format!("{} {}", person.given_name, person.family_name)
        }),
    };
    let page = InvitationPage {
        frame: frame(spoken, &format!("/invitation/{code}")),
        organisation: snapshot.policy().organisation().registered_name.clone(),
        person,
        passkeys: state.access.party.is_some(),
    };
    answer::page(StatusCode::OK, spoken, &page)
}

/// Who a new administrator is; nobody says so of somebody who has an entry.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    names: Option<Names>,
}

/// What the browser is asked for a new passkey.
pub(super) async fn options(
    State(state): State<AppState>,
    spoken: Spoken,
    Path(code): Path<String>,
    Address(from): Address,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let asked = async {
        let Wanted { names } = sent.json()?;
        let link = held(&state, &code, from).await?;
        let receiver = Receiver::Link(&link);
        let options = registration::options(&state.service, &state.access, receiver, names);
        Ok::<_, WebError>(options.await?)
    };
    match asked.await {
        Ok(options) => scripted(StatusCode::OK, Json(options)),
        Err(error) => error.shown(&headers, &spoken),
    }
}

/// Registers the passkey, and logs in with it.
pub(super) async fn passkey(
    State(state): State<AppState>,
    spoken: Spoken,
    Path(code): Path<String>,
    Address(from): Address,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let registered = async {
        let answer: RegistrationAnswer = sent.json()?;
        let link = held(&state, &code, from).await?;
        let (service, access) = (Arc::clone(&state.service), Arc::clone(&state.access));
        // The link is spent for a passkey, whoever waits for that.
        let registering = async move {
            let receiver = Receiver::Link(&link);
            Ok(registration::register(&service, &access, receiver, answer).await)
        };
        let begun = state.service.to_its_end(registering).await?;
        begun.map_err(|error| answer::failed(&state, from, error))
    };
    match registered.await {
        Ok(begun) => goes_on(begun.as_ref()),
        Err(error) => error.shown(&headers, &spoken),
    }
}

/// The link, if it is good. Whoever guesses is slowed down.
async fn held(state: &AppState, code: &str, from: std::net::IpAddr) -> Result<Link, WebError> {
    let strangers = state.service.strangers();
    if !strangers.may_fail(from) {
        return Err(WebError::TooMany);
    }
    match link::find(&state.service, code).await? {
        Some(link) => Ok(link),
        None => Err(strangers.failed(from).map_or(WebError::TooMany, |()| WebError::LinkGone)),
    }
}
