//! `/sign`: somebody who is logged in brings documents, agrees to exactly these, and gets them signed.

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use seal::{MAXIMUM_ACTIVATION_ENTRIES, PersonalEvidence, ProfileId, ProfileKind};
use serde_json::json;

use super::{
    answer::{self, WebError, frame, scripted, see_at},
    asking::{of_form, of_script},
    login::session,
    means::known_passkeys,
    sent::Sent,
    spoken::Spoken,
};
use crate::{
    Error,
    access::{
        assertion::{AssertionAnswer, AssertionOptions},
        session::Session,
    },
    http::{AppState, act, options::ActQuery, part::Parts, path::Path, upload::Intake},
    service::{ActOptions, Document, Held, RequestError},
    web::{ActivationPage, ListedDocument, SignPage},
};

/// The longest text of the form, in bytes.
const MAXIMUM_TEXT_LENGTH: u64 = 1024;

/// The page on which documents are chosen.
pub(super) async fn page(
    State(state): State<AppState>,
    spoken: Spoken,
    headers: HeaderMap,
) -> Response {
    match session(&state, &headers).await {
        Ok(Some(session)) => {
            let snapshot = session.organisation.snapshot();
            let policy = snapshot.policy();
            let profiles = policy.profiles().iter();
            let profiles = profiles
                .filter(|one| one.active && one.kind == ProfileKind::User)
                .map(|one| (one.id.as_str().to_owned(), one.display_name.clone()));
            let page = SignPage {
                frame: frame(spoken, "/sign"),
                organisation: policy.organisation().registered_name.clone(),
                csrf: session.csrf().to_owned(),
                profiles: profiles.collect(),
            };
            answer::page(StatusCode::OK, spoken, &page)
        }
        Ok(None) => WebError::NoSession.shown(&headers, spoken),
        Err(error) => error.shown(&headers, spoken),
    }
}

/// Prepares the documents, and goes on to the page on which they are agreed to.
pub(super) async fn begin(
    State(state): State<AppState>,
    spoken: Spoken,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let begun = async {
        let session = session(&state, &headers).await?.ok_or(WebError::NoSession)?;
        let documents = chosen(&state, &session, request).await?;
        Ok::<_, WebError>(state.service.begin_activation(session.authenticated(), documents).await?)
    };
    match begun.await {
        Ok(held) => see_at(&format!("/sign/{}", held.activation().id.as_str()), None),
        Err(error) => error.shown(&headers, spoken),
    }
}

/// The parts of the form: `csrf` before any document, `profile`, and each `document`.
async fn chosen(
    state: &AppState,
    session: &Session,
    request: Request,
) -> Result<Vec<(ActOptions, Document)>, WebError> {
    let service = &state.service;
    let intake = Intake {
        budget: service.waiting_budget(),
        ..Intake::of(service, &session.authenticated())
    };
    let mut parts = Parts::open(request, &intake).await.map_err(Error::from)?;
    let (mut shown, mut profile, mut documents) = (false, None, Vec::new());
    while let Some(part) = parts.next().await.map_err(Error::from)? {
        match part.name() {
            Some("csrf") if !shown => {
                let text = part.read(MAXIMUM_TEXT_LENGTH).await.map_err(Error::from)?;
                let text = std::str::from_utf8(text.bytes()).unwrap_or_default();
                if !session.is_shown(text) {
                    return Err(WebError::Csrf);
                }
                shown = true;
            }
            Some("profile") if shown && profile.is_none() => {
                let text = part.read(MAXIMUM_TEXT_LENGTH).await.map_err(Error::from)?;
                let text = std::str::from_utf8(text.bytes()).map_err(|_| WebError::Malformed)?;
                profile = Some(ProfileId::new(text));
            }
            Some("document") if shown && documents.len() < MAXIMUM_ACTIVATION_ENTRIES => {
                let limit = service.limits().maximum_body_bytes;
                documents.push(part.read(limit).await.map_err(Error::from)?);
            }
            _ => return Err(WebError::Malformed),
        }
    }
    if !shown {
        return Err(WebError::Csrf);
    }
    let options = ActOptions::try_from(ActQuery { profile, ..ActQuery::default() });
    let options = options.map_err(|error: RequestError| Error::from(error))?;
    Ok(documents.into_iter().map(|document| (options.clone(), document)).collect())
}

/// The page on which they are agreed to, and fetched.
pub(super) async fn activation(
    State(state): State<AppState>,
    spoken: Spoken,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let found = async {
        let session = session(&state, &headers).await?.ok_or(WebError::NoSession)?;
        let held = state.service.activation(&session.authenticated(), &id)?;
        Ok::<_, WebError>((session, held))
    };
    match found.await {
        Ok((session, held)) => shown(&state, spoken, &session, &held),
        Err(error) => error.shown(&headers, spoken),
    }
}

fn shown(state: &AppState, spoken: Spoken, session: &Session, held: &Held) -> Response {
    let snapshot = session.organisation.snapshot();
    let policy = snapshot.policy();
    let id = held.activation().id.as_str().to_owned();
    let profile = held.documents().first().map(|one| one.request().profile.clone());
    let profile = profile.and_then(|profile| policy.profile(&profile));
    let providers = state.access.providers.iter().filter(|one| one.told.signing.is_some());
    let documents = held.documents().iter().enumerate();
    let documents = documents.map(|(at, one)| ListedDocument {
        number: at + 1,
        length: one.length(),
        sha256: one.request().document.to_string(),
        waits: one.waits(),
    });
    let page = ActivationPage {
        frame: frame(spoken, &format!("/sign/{id}")),
        id,
        organisation: policy.organisation().registered_name.clone(),
        profile: profile.map(|profile| profile.display_name.clone()).unwrap_or_default(),
        reference_code: held.activation().reference_code().to_string(),
        csrf: session.csrf().to_owned(),
        given: held.given().is_some(),
        passkeys: state.access.party.is_some() && !known_passkeys(state, session).is_empty(),
        providers: providers.map(|one| (one.told.id.clone(), one.told.name.clone())).collect(),
        documents: documents.collect(),
    };
    answer::page(StatusCode::OK, spoken, &page)
}

/// What the browser is asked for a passkey, over the device's challenge.
pub(super) async fn options(
    State(state): State<AppState>,
    spoken: Spoken,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let asked = async {
        let session = of_script(&state, &headers).await?;
        let held = state.service.activation(&session.authenticated(), &id)?;
        let known = known_passkeys(&state, &session).into_iter();
        let challenge = &held.activation().challenge;
        Ok::<_, WebError>(AssertionOptions::over(&state.access, challenge, known)?)
    };
    match asked.await {
        Ok(options) => scripted(StatusCode::OK, Json(options)),
        Err(error) => error.shown(&headers, spoken),
    }
}

/// Gives the device the passkey's assertion.
pub(super) async fn passkey(
    State(state): State<AppState>,
    spoken: Spoken,
    Path(id): Path<String>,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let given = async {
        let answer: AssertionAnswer = sent.json()?;
        let session = of_script(&state, &headers).await?;
        let evidence = PersonalEvidence::Passkey(answer.assertion()?);
        let given = state.service.give_evidence(session.authenticated(), &id, evidence);
        Ok::<_, WebError>(given.await?)
    };
    match given.await {
        Ok(_) => scripted(StatusCode::OK, Json(json!({ "to": format!("/sign/{id}") }))),
        Err(error) => error.shown(&headers, spoken),
    }
}

/// Signs one of the documents, which is answered.
pub(super) async fn document(
    State(state): State<AppState>,
    spoken: Spoken,
    Path((id, number)): Path<(String, usize)>,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let signed = async {
        let session = of_form(&state, &headers, sent).await?;
        let signing = state.service.perform_activated(session.authenticated(), &id, Some(number));
        Ok::<_, WebError>(signing.await?)
    };
    match signed.await {
        Ok(completed) => act::answer(completed),
        Err(error) => error.shown(&headers, spoken),
    }
}
