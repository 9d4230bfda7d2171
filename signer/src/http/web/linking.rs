//! `/me/logins`: somebody who is logged in links a further login of theirs at a provider, and takes one away.

use std::collections::BTreeSet;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use registry::{RegisteredId, RegisteredPerson};
use seal::PersonId;
use serde::Deserialize;

use super::{
    answer::{self, WebError, frame, see, see_at},
    asking::of_form,
    cookie,
    login::session,
    sent::Sent,
    spoken::Spoken,
};
use crate::{
    access::{
        provider::link::{self, Shown},
        session::Session,
    },
    administration::NamedMeans,
    http::{AppState, path::Path},
    web::{LinkingPage, LoginRow, linking_texts},
};

/// The logins of a person at providers, as their page shows them; which of them are to speak for others at the
/// device, and do not yet, says `lowered`.
pub(super) fn rows(
    state: &AppState,
    person: &RegisteredPerson,
    lowered: &BTreeSet<String>,
) -> Vec<LoginRow> {
    let row = |login: &PersonId| {
        let mut providers = state.access.providers.iter();
        let provider = providers.find(|one| one.told.issuer == login.issuer);
        let name = person.name_of_login(login);
        LoginRow {
            lowered: lowered.contains(&name),
            name,
            provider: provider.map_or(&login.issuer, |one| &one.told.name).clone(),
            account: login.subject.clone(),
            signs: state.service.activates_by(person, login),
            can_sign: provider.is_some_and(|one| one.told.signing.is_some()),
            further: person.links.contains(login),
        }
    };
    person.provided_logins().map(row).collect()
}

/// Whoever is logged in, if they have an entry and logged in of late: a further login is a way in that stays.
fn fresh<'a>(state: &AppState, session: &'a Session) -> Result<&'a RegisteredId, WebError> {
    let id = session.registered().ok_or(WebError::Malformed)?;
    match session.authenticated().is_fresh(state.service.clock().now()) {
        true => Ok(id),
        false => Err(WebError::LoginTooOld),
    }
}

/// Sends the browser to the provider. A link and no form: the policy of the pages lets no form lead to
/// another origin.
pub(super) async fn begin(
    State(state): State<AppState>,
    spoken: Spoken,
    Path(provider): Path<String>,
    headers: HeaderMap,
) -> Response {
    let begun = async {
        let session = session(&state, &headers).await?.ok_or(WebError::NoSession)?;
        let whose = (&session, fresh(&state, &session)?);
        Ok::<_, WebError>(link::begin(&state.service, &state.access, whose, &provider).await?)
    };
    match begun.await {
        Ok((address, secret)) => see_at(&address, Some(cookie::state(&secret))),
        Err(error) => error.shown(&headers, &spoken),
    }
}

/// Asks whether the login that was shown is to be linked.
pub(super) async fn asks(
    state: &AppState,
    spoken: &Spoken,
    headers: &HeaderMap,
    shown: Shown,
) -> Result<Response, WebError> {
    let session = session(state, headers).await?.ok_or(WebError::NoSession)?;
    let snapshot = session.organisation.snapshot();
    let Shown { code, provider, subject, name } = shown;
    let person = session.caller.person().map(|claims| claims.name.clone()).unwrap_or_default();
    let spoken = spoken.to(&session);
    let page = LinkingPage {
        frame: frame(&spoken, "/me"),
        l: linking_texts(spoken.language),
        csrf: session.csrf().to_owned(),
        code: code.expose().to_owned(),
        provider,
        account: subject,
        name_there: name,
        person,
        organisation: snapshot.policy().organisation().registered_name.clone(),
    };
    Ok(answer::page(StatusCode::OK, &spoken, &page))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirmed {
    csrf: String,
    code: String,
}

/// Links it.
pub(super) async fn confirm(
    State(state): State<AppState>,
    spoken: Spoken,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let linked = async {
        let session = session(&state, &headers).await?.ok_or(WebError::NoSession)?;
        let Confirmed { csrf, code } = sent.form().await?;
        if !session.is_shown(&csrf) {
            return Err(WebError::Csrf);
        }
        let id = fresh(&state, &session)?;
        let (service, now) = (&state.service, state.service.clock().now());
        let login = link::confirmed(service, (&session, id), &code).await?;
        let linked = session.organisation.link_own(id, &login, &session.caller, now).await;
        Ok(linked.map_err(crate::Error::from)?)
    };
    match linked.await {
        Ok(()) => see("/me", None),
        Err(error) => error.shown(&headers, &spoken),
    }
}

/// Takes one of one's own away.
pub(super) async fn remove(
    State(state): State<AppState>,
    spoken: Spoken,
    Path(login): Path<String>,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    take_own(&state, &spoken, &headers, sent, NamedMeans::Login(&login)).await
}

/// Takes one's own means of login away.
pub(super) async fn take_own(
    state: &AppState,
    spoken: &Spoken,
    headers: &HeaderMap,
    sent: Sent,
    means: NamedMeans<'_>,
) -> Response {
    let removed = async {
        let session = of_form(state, headers, sent).await?;
        let id = session.registered().ok_or(WebError::Malformed)?;
        let (service, now) = (&state.service, state.service.clock().now());
        let organisation = &session.organisation;
        let before = organisation.snapshot();
        means.without_own(before.register(), id).map_err(crate::Error::from)?;
        // At the device first: what it does not answer may be asked again. And once more, should it
        // have been asked meanwhile to take it again.
        service.forget_means(&before, (id, means)).await?;
        let removed = organisation.remove_own((id, means), &session.caller, now).await;
        removed.map_err(crate::Error::from)?;
        Ok::<_, WebError>(service.forget_means(&before, (id, means)).await?)
    };
    match removed.await {
        Ok(()) => see("/me", None),
        Err(error) => error.shown(headers, spoken),
    }
}
