//! `/people/{id}/passkeys/{passkey}/signing` and `/people/{id}/logins/{login}/signing`: a passkey or a login is
//! registered at the device, because its person or an administrator agrees.

use std::collections::BTreeSet;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use registry::{AdministrativeAct, RegisteredId, RegisteredPerson};
use seal::{ActivationId, ActivationRefusal, PendingRegistration, QscdError};
use serde::Deserialize;
use serde_json::json;

use super::{
    answer::{WebError, goes_on, scripted, see},
    asking::{day, of_script},
    linking,
    login::session,
    sent::Sent,
    spoken::Spoken,
};
use crate::{
    Error,
    access::{
        assertion::{AssertionAnswer, AssertionOptions},
        session::Session,
    },
    administration::{NamedMeans, Snapshot},
    audit::ChangedBy,
    http::{AppState, path::Path},
    service::MeansBegun,
    web::{Language, WaitingMeans, linking_texts, texts},
};

/// How many means of others are shown.
const MAXIMUM_SHOWN: usize = 100;

/// The others for whose means whoever is logged in may speak.
pub(super) fn others<'a>(session: &Session, snapshot: &'a Snapshot) -> Vec<&'a RegisteredPerson> {
    if !may_speak_for_others(session, snapshot) {
        return Vec::new();
    }
    let people = snapshot.register().people().values().map(|kept| &kept.value);
    let is_other = |person: &&RegisteredPerson| {
        !person.state.is_barred() && session.registered().is_none_or(|own| *own != person.id)
    };
    people.filter(is_other).collect()
}

/// Passkeys and linked logins of others that whoever is logged in may have registered, or made to speak for others
/// again, as `lowered` names them. A first login waits for nobody to be registered here: what its issuer says of it
/// may be enough.
pub(super) fn waiting(
    state: &AppState,
    others: &[&RegisteredPerson],
    lowered: &BTreeSet<String>,
    language: Language,
) -> Vec<WaitingMeans> {
    let waiting = others.iter().flat_map(|person| waiting_of(state, person, lowered, language));
    waiting.take(MAXIMUM_SHOWN).collect()
}

/// Those of one person.
fn waiting_of(
    state: &AppState,
    person: &RegisteredPerson,
    lowered: &BTreeSet<String>,
    language: Language,
) -> Vec<WaitingMeans> {
    let (t, l) = (texts(language), linking_texts(language));
    let at = |kind, name: &str| format!("/people/{}/{kind}/{name}/signing", person.id.0);
    let whose = format!("{} {}", person.given_name, person.family_name);
    let passkeys = person.passkeys.iter().filter(|passkey| {
        let signs = state.service.activates(passkey) && !lowered.contains(&passkey.id);
        !signs && state.service.could_activate(passkey)
    });
    let passkeys = passkeys.map(|passkey| WaitingMeans {
        at: at("passkeys", &passkey.id),
        person: whose.clone(),
        name: passkey.name.clone(),
        hint: format!("{}: {}.", t.made, day(passkey.made)),
    });
    let logins = linking::rows(state, person, lowered).into_iter();
    let logins =
        logins.filter(|login| login.lowered || (login.further && login.can_sign && !login.signs));
    let logins = logins.map(|login| WaitingMeans {
        at: at("logins", &login.name),
        person: whose.clone(),
        name: login.provider,
        hint: format!("{}: {}", l.account, login.account),
    });
    passkeys.chain(logins).collect()
}

fn may_speak_for_others(session: &Session, snapshot: &Snapshot) -> bool {
    let asked = session.authenticated();
    asked.permit::<Error>(snapshot, AdministrativeAct::ChangePeople).is_ok()
}

/// Whoever is logged in, where they may speak for this entry's means: the device judges whether they
/// do.
async fn speaker(
    state: &AppState,
    headers: &HeaderMap,
    id: &RegisteredId,
) -> Result<Session, WebError> {
    speaks_for(of_script(state, headers).await?, id)
}

fn speaks_for(session: Session, id: &RegisteredId) -> Result<Session, WebError> {
    let own = session.registered() == Some(id);
    if own || may_speak_for_others(&session, &session.organisation.snapshot()) {
        return Ok(session);
    }
    Err(Error::from(registry::RegistryRefusal::PersonUnknown(id.clone())).into())
}

/// What the browser is asked for, if anything, so that a passkey is registered.
pub(super) async fn passkey_options(
    State(state): State<AppState>,
    spoken: Spoken,
    Path((id, passkey)): Path<(RegisteredId, String)>,
    headers: HeaderMap,
) -> Response {
    options(&state, &spoken, (&id, NamedMeans::Passkey(&passkey)), &headers).await
}

/// The same for a login.
pub(super) async fn login_options(
    State(state): State<AppState>,
    spoken: Spoken,
    Path((id, login)): Path<(RegisteredId, String)>,
    headers: HeaderMap,
) -> Response {
    options(&state, &spoken, (&id, NamedMeans::Login(&login)), &headers).await
}

async fn options(
    state: &AppState,
    spoken: &Spoken,
    (id, means): (&RegisteredId, NamedMeans<'_>),
    headers: &HeaderMap,
) -> Response {
    let asked = async {
        let session = speaker(state, headers, id).await?;
        let (service, by) = (&state.service, ChangedBy::Caller(&session.caller));
        let begun = service.begin_means(&session.organisation, (id, means), by).await?;
        let pending = match begun {
            MeansBegun::Registered => return Ok(None),
            MeansBegun::Wanted(pending) => pending,
            MeansBegun::LogsInOnly => {
                let refusal = QscdError::from(ActivationRefusal::OtherRelyingParty);
                return Err(Error::from(refusal).into());
            }
        };
        if let Some(to) = registration_page(state, &pending, (id, means)) {
            return Ok(Some(json!({ "to": to })));
        }
        let known = known_passkeys(state, &session);
        let options = AssertionOptions::over(&state.access, &pending.challenge, known.into_iter())?;
        Ok::<_, WebError>(Some(json!({
            "registration": pending.id.as_str(),
            "nonce": URL_SAFE_NO_PAD.encode(pending.nonce),
            "options": options,
        })))
    };
    match asked.await {
        Ok(None) => goes_on(None),
        Ok(Some(asked)) => scripted(StatusCode::OK, Json(asked)),
        Err(error) => error.shown(headers, spoken),
    }
}

/// Where the device asks for a registration itself, if it does.
pub(super) fn registration_page(
    state: &AppState,
    pending: &PendingRegistration,
    (RegisteredId(id), means): (&RegisteredId, NamedMeans<'_>),
) -> Option<String> {
    let (kind, name) = match means {
        NamedMeans::Passkey(name) => ("passkeys", name),
        NamedMeans::Login(name) => ("logins", name),
    };
    let page = format!("/registrations/{}", pending.id.as_str());
    state.service.device_page(&page, &format!("/people/{id}/{kind}/{name}/signing"))
}

/// Keeps that the device took a passkey, where its own page had somebody agree.
pub(super) async fn back_for_passkey(
    State(state): State<AppState>,
    spoken: Spoken,
    Path((id, passkey)): Path<(RegisteredId, String)>,
    headers: HeaderMap,
) -> Response {
    came_back(&state, &spoken, (&id, NamedMeans::Passkey(&passkey)), &headers).await
}

/// The same for a login.
pub(super) async fn back_for_login(
    State(state): State<AppState>,
    spoken: Spoken,
    Path((id, login)): Path<(RegisteredId, String)>,
    headers: HeaderMap,
) -> Response {
    came_back(&state, &spoken, (&id, NamedMeans::Login(&login)), &headers).await
}

async fn came_back(
    state: &AppState,
    spoken: &Spoken,
    whose: (&RegisteredId, NamedMeans<'_>),
    headers: &HeaderMap,
) -> Response {
    let told = async {
        let session = session(state, headers).await?.ok_or(WebError::NoSession)?;
        let session = speaks_for(session, whose.0)?;
        let by = ChangedBy::Caller(&session.caller);
        Ok::<_, WebError>(state.service.note_means(&session.organisation, whose, by).await?)
    };
    match told.await {
        Ok(()) => see("/me", None),
        Err(error) => error.shown(headers, spoken),
    }
}

/// The passkeys of whoever is logged in that the device took.
pub(super) fn known_passkeys(state: &AppState, session: &Session) -> Vec<String> {
    let snapshot = session.organisation.snapshot();
    let people = snapshot.register().people();
    let person = session.registered().and_then(|id| people.get(id)).map(|kept| &kept.value);
    let passkeys = person.into_iter().flat_map(|person| &person.passkeys);
    let known = passkeys.filter(|passkey| state.service.activates(passkey));
    known.map(|passkey| passkey.id.clone()).collect()
}

/// What is answered: of which registration, and the passkey that was shown.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    registration: String,
    nonce: String,
    shown: AssertionAnswer,
}

/// Gives the device the evidence for a passkey.
pub(super) async fn give_for_passkey(
    State(state): State<AppState>,
    spoken: Spoken,
    Path((id, passkey)): Path<(RegisteredId, String)>,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    give(&state, &spoken, (&id, NamedMeans::Passkey(&passkey)), (&headers, sent)).await
}

/// The same for a login.
pub(super) async fn give_for_login(
    State(state): State<AppState>,
    spoken: Spoken,
    Path((id, login)): Path<(RegisteredId, String)>,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    give(&state, &spoken, (&id, NamedMeans::Login(&login)), (&headers, sent)).await
}

async fn give(
    state: &AppState,
    spoken: &Spoken,
    (id, means): (&RegisteredId, NamedMeans<'_>),
    (headers, sent): (&HeaderMap, Sent),
) -> Response {
    let given = async {
        let Answer { registration, nonce, shown } = sent.json()?;
        let session = speaker(state, headers, id).await?;
        let nonce = URL_SAFE_NO_PAD.decode(nonce).ok().and_then(|nonce| nonce.try_into().ok());
        let nonce = nonce.ok_or(WebError::Malformed)?;
        let (pending, assertion) = (ActivationId::new(registration), shown.assertion()?);
        let by = ChangedBy::Caller(&session.caller);
        let organisation = &session.organisation;
        let whose = (id, means);
        let finished =
            state.service.finish_means(organisation, whose, (&pending, &nonce), assertion, by);
        Ok::<_, WebError>(finished.await?)
    };
    match given.await {
        Ok(()) => goes_on(None),
        Err(error) => error.shown(headers, spoken),
    }
}
