//! `/sign/{id}`: somebody who is logged in gives the device evidence that they agree to exactly the documents of
//! an activation, and gets them signed.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use seal::PersonalEvidence;
use serde_json::json;

use super::{
    answer::{self, WebError, frame, scripted, see, see_at},
    asking::{of_form, of_script},
    declining::{self, Decline},
    documents::{awaiting, work_by_activation},
    login::session,
    means::known_passkeys,
    sent::Sent,
    spoken::Spoken,
    ways::{Ways, demo_subject},
};
use crate::{
    access::{
        assertion::{AssertionAnswer, AssertionOptions},
        session::Session,
    },
    desk::Stage,
    http::{AppState, act, path::Path},
    service::Held,
    web::{ActivationPage, ListedDocument, signing_texts},
};

/// Where documents are laid down, read and agreed to first.
pub(super) async fn page() -> Response {
    see("/documents", None)
}

/// The page on which they are agreed to, and fetched; or what came of the documents that waited for it. Whoever
/// gave their evidence and was not answered gets there, too.
pub(super) async fn activation(
    State(state): State<AppState>,
    spoken: Spoken,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let found = async {
        let session = session(&state, &headers).await?.ok_or(WebError::NoSession)?;
        let held = state.service.answered_activation(&session.authenticated(), &id).await;
        let is_given = held.as_ref().is_ok_and(|held| held.given().is_some());
        let batch = awaiting(&state, &session, &id);
        if batch.is_some_and(|batch| is_given || batch.stage() != Stage::Open) {
            return Ok(see_at(&after(&state, &session, &id), None));
        }
        Ok::<_, WebError>(shown(&state, &spoken, &session, &*held?))
    };
    found.await.unwrap_or_else(|error| error.shown(&headers, &spoken))
}

fn shown(state: &AppState, spoken: &Spoken, session: &Session, held: &Held) -> Response {
    let spoken = &spoken.to(session);
    let snapshot = session.organisation.snapshot();
    let policy = snapshot.policy();
    let id = held.activation().id.as_str().to_owned();
    let profile = held.documents().first().map(|one| one.request().profile.clone());
    let profile = profile.and_then(|profile| policy.profile(&profile));
    let batch = awaiting(state, session, &id);
    let papers = batch.iter().flat_map(|batch| batch.papers()).filter(|paper| paper.is_good());
    let names: Vec<_> = papers.map(|paper| paper.name.clone()).collect();
    let documents = held.documents().iter().enumerate();
    let documents = documents.map(|(at, one)| ListedDocument {
        number: at + 1,
        name: names.get(at).cloned(),
        length: one.length(),
        sha256: one.request().document.to_string(),
        waits: one.waits(),
    });
    let Ways { passkeys, providers, demo } = Ways::of(state, session);
    let name = session.caller.person().map(|claims| claims.name.clone()).unwrap_or_default();
    let page = ActivationPage {
        frame: frame(spoken, &format!("/sign/{id}")),
        s: signing_texts(spoken.language),
        at: 2,
        organisation: policy.organisation().registered_name.clone(),
        profile: profile.map(|profile| profile.display_name.clone()).unwrap_or_default(),
        reference_code: held.activation().reference_code().to_string(),
        read: batch.map(|batch| (batch.id().to_owned(), batch.code())),
        csrf: session.csrf().to_owned(),
        given: held.given().is_some(),
        device_page: state
            .service
            .device_page(&format!("/activations/{id}"), &format!("/sign/{id}")),
        passkeys,
        providers,
        demo: demo.then_some(name),
        documents: documents.collect(),
        id,
    };
    answer::page(StatusCode::OK, spoken, &page)
}

/// Gives the device evidence of whoever is logged in, and says where to go on.
pub(super) async fn give(
    state: &AppState,
    session: &Session,
    id: &str,
    evidence: PersonalEvidence,
) -> Result<String, WebError> {
    state.service.give_evidence(session.authenticated(), id, evidence).await?;
    Ok(after(state, session, id))
}

/// Where to go on once the device has the evidence: to what came of the documents that wait for it, or to
/// the activation's own page.
fn after(state: &AppState, session: &Session, id: &str) -> String {
    work_by_activation(state, session, id).unwrap_or_else(|| format!("/sign/{id}"))
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
        Err(error) => error.shown(&headers, &spoken),
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
        give(&state, &session, &id, evidence).await
    };
    match given.await {
        Ok(to) => scripted(StatusCode::OK, Json(json!({ "to": to }))),
        Err(error) => error.shown(&headers, &spoken),
    }
}

/// Gives the device what the demo's own identity provider says of one of the demo's persons: that they
/// logged in anew for this activation. There is nobody who says that of anybody else.
pub(super) async fn demo(
    State(state): State<AppState>,
    spoken: Spoken,
    Path(id): Path<String>,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let given = async {
        let session = of_form(&state, &headers, sent).await?;
        let subject = demo_subject(&state, &session).ok_or(WebError::NotFound)?;
        let held = state.service.activation(&session.authenticated(), &id)?;
        let nonce = held.activation().challenge.base64url();
        let token = state.device.demo_login(subject, &nonce, state.service.clock().now());
        let evidence = PersonalEvidence::IdToken(token.ok_or(WebError::NotFound)?);
        give(&state, &session, &id, evidence).await
    };
    match given.await {
        Ok(to) => see_at(&to, None),
        Err(error) => error.shown(&headers, &spoken),
    }
}

/// The person does not sign. It is on record, with the reason and the reference code; whoever began it finds it no
/// more. Documents that were laid down here are declined where they lie.
pub(super) async fn decline(
    State(state): State<AppState>,
    spoken: Spoken,
    Path(id): Path<String>,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let declined = async {
        let session = session(&state, &headers).await?.ok_or(WebError::NoSession)?;
        let Decline { csrf, reason } = Decline::read(sent).await?;
        if !session.is_shown(&csrf) {
            return Err(WebError::Csrf);
        }
        if let Some(batch) = awaiting(&state, &session, &id) {
            return Ok(see_at(&format!("/documents/{}", batch.id()), None));
        }
        if !state.service.decline_activation(session.authenticated(), &id, reason).await? {
            return Err(WebError::Agreed);
        }
        let spoken = spoken.to(&session);
        Ok::<_, WebError>(declining::told(&spoken, frame(&spoken, "/documents")))
    };
    declined.await.unwrap_or_else(|error| error.shown(&headers, &spoken))
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
        Err(error) => error.shown(&headers, &spoken),
    }
}
