//! `/me`: who is logged in, their passkeys, and the way out.

use std::collections::BTreeSet;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use registry::Passkey;

use super::{
    answer::{self, WebError, frame, goes_on, scripted, see},
    asking::{day, fresh_entry_of_script, of_form},
    cookie::{self, Next},
    linking::{self, take_own},
    login::session,
    means,
    sent::Sent,
    spoken::Spoken,
};
use crate::{
    access::{
        registration::{self, Receiver, RegistrationAnswer},
        session::Session,
    },
    administration::NamedMeans,
    http::{AppState, caller::Address, path::Path},
    web::{MePage, MessagePage, PasskeyRow, Tone, certificate_texts, linking_texts, texts},
};

/// The page.
pub(super) async fn page(
    State(state): State<AppState>,
    spoken: Spoken,
    headers: HeaderMap,
) -> Response {
    match session(&state, &headers).await {
        Ok(Some(session)) => match cookie::next_of(&headers) {
            // Whoever logged in on the way to something goes on to that, this once.
            Some(next) => see(next.address(), Some(cookie::no_next())),
            None => shown(&state, &spoken, &session).await,
        },
        Ok(None) => WebError::NoSession.shown(&headers, &spoken),
        Err(error) => error.shown(&headers, &spoken),
    }
}

async fn shown(state: &AppState, spoken: &Spoken, session: &Session) -> Response {
    let (spoken, t) = (spoken.to(session), texts(spoken.language));
    let snapshot = session.organisation.snapshot();
    let organisation = snapshot.policy().organisation();
    let person = session.registered().and_then(|id| snapshot.register().people().get(id));
    let person = person.map(|kept| &kept.value);
    let others = means::others(session, &snapshot);
    let asked = person.into_iter().chain(others.iter().copied());
    let lowered = state.service.lowered_means(&snapshot, asked).await;
    let row = |passkey| row(state, passkey, &lowered);
    let passkeys = person.into_iter().flat_map(|person| &person.passkeys).map(row).collect();
    let providers = state.access.providers.iter();
    let name = session.caller.person().map(|claims| claims.name.clone()).unwrap_or_default();
    let page = MePage {
        frame: frame(&spoken, "/me"),
        name,
        organisation: organisation.registered_name.clone(),
        number: organisation.cvr.clone(),
        roles: snapshot.roles_of(&session.caller).iter().map(|role| t.role(role)).collect(),
        csrf: session.csrf().to_owned(),
        registered: person.is_some(),
        passkeys_here: state.access.party.is_some(),
        fresh: session.authenticated().is_fresh(state.service.clock().now()),
        passkeys,
        device_page: state.service.device_asks(),
        l: linking_texts(spoken.language),
        logins: person.map(|one| linking::rows(state, one, &lowered)).unwrap_or_default(),
        providers: providers.map(|one| (one.told.id.clone(), one.told.name.clone())).collect(),
        administers: spoken.administers,
        entry: session.registered().map(|id| id.0.clone()).unwrap_or_default(),
        waiting: means::waiting(state, &others, &lowered, spoken.language),
        own_certificates: certificate_texts(spoken.language).own,
    };
    answer::page(StatusCode::OK, &spoken, &page)
}

fn row(state: &AppState, passkey: &Passkey, lowered: &BTreeSet<String>) -> PasskeyRow {
    PasskeyRow {
        lowered: lowered.contains(&passkey.id),
        id: passkey.id.clone(),
        name: passkey.name.clone(),
        made: day(passkey.made),
        used: passkey.used.map(day),
        backed_up: passkey.backed_up,
        signs: state.service.activates(passkey),
        can_sign: state.service.could_activate(passkey),
        signing_only: passkey.signs_only(),
    }
}

/// Has whoever is logged in log in anew, and leads back.
pub(super) async fn log_in_anew() -> Response {
    see("/login", Some(cookie::next(Next::OwnAnew)))
}

/// Ends the session.
pub(super) async fn log_out(
    State(state): State<AppState>,
    spoken: Spoken,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    end(&state, &spoken, &headers, sent, false).await
}

/// Ends all sessions of whoever is logged in.
pub(super) async fn log_out_everywhere(
    State(state): State<AppState>,
    spoken: Spoken,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    end(&state, &spoken, &headers, sent, true).await
}

async fn end(
    state: &AppState,
    spoken: &Spoken,
    headers: &HeaderMap,
    sent: Sent,
    everywhere: bool,
) -> Response {
    let ended = async {
        let session = of_form(state, headers, sent).await?;
        if let Some(person) = session.caller.person() {
            let organisation = session.organisation.organisation().clone();
            state.desk.clear_all(&(organisation, person.person.clone()));
        }
        Ok::<_, WebError>(session.end(&state.service, everywhere).await?)
    };
    match ended.await {
        Ok(()) => see("/logged-out", Some(cookie::ended())),
        Err(error) => error.shown(headers, spoken),
    }
}

/// The page after it.
pub(super) async fn logged_out(spoken: Spoken) -> Response {
    let t = texts(spoken.language);
    let page = MessagePage {
        frame: frame(&spoken, "/logged-out"),
        title: t.logged_out,
        text: t.logged_out_lead,
        tone: Tone::Done,
        next: ("/login", t.log_in),
    };
    answer::page(StatusCode::OK, &spoken, &page)
}

/// What the browser is asked for a further passkey.
pub(super) async fn options(
    State(state): State<AppState>,
    spoken: Spoken,
    headers: HeaderMap,
) -> Response {
    let asked = async {
        let (session, id) = fresh_entry_of_script(&state, &headers).await?;
        let receiver = Receiver::Session(&session, &id);
        let options = registration::options(&state.service, &state.access, receiver, None);
        Ok::<_, WebError>(options.await?)
    };
    match asked.await {
        Ok(options) => scripted(StatusCode::OK, Json(options)),
        Err(error) => error.shown(&headers, &spoken),
    }
}

/// Registers a further passkey.
pub(super) async fn passkey(
    State(state): State<AppState>,
    spoken: Spoken,
    Address(from): Address,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let registered = async {
        let answer: RegistrationAnswer = sent.json()?;
        let (session, id) = fresh_entry_of_script(&state, &headers).await?;
        let receiver = Receiver::Session(&session, &id);
        let made = registration::register(&state.service, &state.access, receiver, answer).await;
        made.map_err(|error| answer::failed(&state, from, error))
    };
    match registered.await {
        Ok(_) => goes_on(None),
        Err(error) => error.shown(&headers, &spoken),
    }
}

/// Takes one of one's own passkeys away.
pub(super) async fn remove(
    State(state): State<AppState>,
    spoken: Spoken,
    Path(passkey): Path<String>,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    take_own(&state, &spoken, &headers, sent, NamedMeans::Passkey(&passkey)).await
}
