//! `/oauth2/authorize` and `/oauth2/consent`: a client asks a person, and the person decides.

use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, header::SET_COOKIE},
    response::Response,
};
use oauth::{AuthorizationRequest, OauthError, form_action};
use seal::is_plain;
use serde::Deserialize;

use super::{
    answer::{self, WebError, frame, see, see_at},
    cookie,
    login::session,
    sent::Sent,
    spoken::Spoken,
};
use crate::{
    access::{
        csc::{Asker, Unconsentable},
        oauth::{Asked, Decision, Refusal, Unasked},
        session::Session,
    },
    audit::hex,
    authentication::{Access, Authenticated, AuthenticationError},
    http::{AppState, caller::Address},
    web::{AskedDocumentRow, ConsentPage, UnaskedPage, texts},
};

/// Takes what a client has a browser bring, and has the person decide.
pub(super) async fn authorize(
    State(state): State<AppState>,
    spoken: Spoken,
    Address(address): Address,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let asked = async {
        let session = session(&state, &headers).await.map_err(Failed::Web)?;
        let before = session.as_ref().map(Session::csrf);
        let query = query.unwrap_or_default();
        state.authorization.ask(query.as_bytes(), address, before).await.map_err(Failed::Unasked)
    };
    match asked.await {
        Ok(secret) => {
            let mut response = see("/oauth2/consent", Some(cookie::authorization(&secret)));
            if spoken.chosen {
                let language = cookie::of_language(spoken.language);
                response.headers_mut().append(SET_COOKIE, language);
            }
            response
        }
        Err(Failed::Unasked(Unasked::Page(error))) => unasked(&spoken, &error),
        Err(Failed::Unasked(Unasked::Client { redirect, state: told, error })) => {
            away(&state.authorization.refused(&redirect, told.as_deref(), &error))
        }
        Err(Failed::Unasked(Unasked::Refusal(refusal))) => refused(refusal, &headers, &spoken),
        Err(Failed::Web(error)) => error.shown(&headers, &spoken),
    }
}

enum Failed {
    Unasked(Unasked),
    Web(WebError),
}

/// The page on which a person decides.
pub(super) async fn page(
    State(state): State<AppState>,
    spoken: Spoken,
    headers: HeaderMap,
) -> Response {
    let Some(shown) = cookie::authorization_of(&headers) else { return see("/me", None) };
    let session = match session(&state, &headers).await {
        Ok(session) => session,
        Err(error) => return error.shown(&headers, &spoken),
    };
    let asked = match state.authorization.asked(shown).await {
        Ok(Some(asked)) => asked,
        Ok(None) => return WebError::RequestGone.shown(&headers, &spoken),
        Err(refusal) => return refused(refusal, &headers, &spoken),
    };
    match session {
        None => see("/login", Some(cookie::next(cookie::Next::Consent))),
        Some(session) if !is_logged_in(&session, &asked) => {
            see("/login", Some(cookie::next(cookie::Next::Login)))
        }
        Some(session) if !is_of(&session, &asked) => {
            WebError::OtherOrganisation.shown(&headers, &spoken)
        }
        Some(session) => shown_to(&state, &spoken, &session, (&asked, shown)),
    }
}

fn shown_to(
    state: &AppState,
    spoken: &Spoken,
    session: &Session,
    (asked, shown): (&Asked, &str),
) -> Response {
    let spoken = &spoken.to(session);
    let t = texts(spoken.language);
    let request = &asked.transaction.request;
    let details = request.credential.as_ref();
    let subject = details.map(|details| state.csc.subject(&asker(session, asked), details));
    let (profile, problem) = match subject {
        None => (None, None),
        Some(Ok(subject)) => (Some(subject.profile_name), None),
        Some(Err(Unconsentable::Credential)) => (None, Some(t.consent_credential)),
        Some(Err(Unconsentable::NotSealed)) => (None, Some(t.consent_not_sealed)),
        Some(Err(Unconsentable::Hashes)) => (None, Some(t.consent_hashes)),
    };
    let documents = details.into_iter().flat_map(|details| &details.documents);
    let documents = documents.map(|document| AskedDocumentRow {
        label: document.label.as_deref().map(plain),
        hash: hex(&document.hash),
    });
    let organisation = session.organisation.snapshot();
    let organisation = organisation.policy().organisation();
    let person = session.caller.person().map(|claims| claims.name.clone()).unwrap_or_default();
    let AuthorizationRequest { description, .. } = request;
    let page = ConsentPage {
        frame: frame(spoken, "/oauth2/consent"),
        csrf: session.csrf().to_owned(),
        request: shown.to_owned(),
        client: asked.client_name.clone(),
        organisation: organisation.registered_name.clone(),
        number: organisation.cvr.clone(),
        person,
        is_service: details.is_none(),
        description: description.as_deref().map(plain),
        profile,
        documents: documents.collect(),
        code: asked.reference_code(),
        problem,
    };
    answer::page_to(StatusCode::OK, spoken, &page, form_action(&asked.transaction.redirect))
}

/// A client's text with nothing in it that turns the direction of writing or ends a line: what a person
/// reads is what stands there.
fn plain(text: &str) -> String {
    let shown = |c: char| if is_plain(c) { c } else { '\u{fffd}' };
    text.chars().map(shown).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Choice {
    csrf: String,
    request: String,
    decision: Word,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    Allow,
    Deny,
}

/// Takes the decision, and sends the browser back to the client: by 303, so that what was posted here is
/// posted nowhere else (RFC 9700 section 4.12).
pub(super) async fn decide(
    State(state): State<AppState>,
    spoken: Spoken,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let decided = async {
        let Choice { csrf, request, decision } = sent.form().await?;
        let session = session(&state, &headers).await?.ok_or(WebError::NoSession)?;
        if !session.is_shown(&csrf) {
            return Err(WebError::Csrf);
        }
        let asked = state.authorization.asked(&request).await.map_err(web)?;
        let asked = asked.ok_or(WebError::RequestGone)?;
        if !is_of(&session, &asked) {
            return Err(WebError::OtherOrganisation);
        }
        if !is_logged_in(&session, &asked) {
            return Err(WebError::NoSession);
        }
        let decision = decision_of(&state, &session, &asked, decision).await?;
        let to = state.authorization.decided((&asked, &request), &session, decision).await;
        to.map_err(web)?.ok_or(WebError::RequestGone)
    };
    match decided.await {
        Ok(to) => away(&to),
        Err(error) => error.shown(&headers, &spoken),
    }
}

async fn decision_of(
    state: &AppState,
    session: &Session,
    asked: &Asked,
    decision: Word,
) -> Result<Decision, WebError> {
    let details = asked.transaction.request.credential.as_ref();
    match (decision, details) {
        (Word::Deny, _) => Ok(Decision::Refused("the person did not agree")),
        (Word::Allow, None) => Ok(Decision::Agreed(None)),
        (Word::Allow, Some(details)) => {
            let asker = asker(session, asked);
            match state.csc.subject(&asker, details) {
                Ok(subject) => {
                    let consent = state.csc.agree(&asker, subject, details).await;
                    let consent = consent.map_err(|failure| {
                        tracing::warn!(cause = %failure, "no credential for a consent");
                        WebError::CredentialAway
                    })?;
                    Ok(Decision::Agreed(Some(consent)))
                }
                Err(why) => Ok(Decision::Refused(why.told())),
            }
        }
    }
}

/// The person, as the client's token will have them ask.
fn asker(session: &Session, asked: &Asked) -> Asker {
    let access = Access::of_session(asked.client.clone(), session.who.clone(), &session.caller);
    let caller = Authenticated { access: Some(access.into()), ..session.authenticated() };
    Asker { caller, bearer: [0; 32] }
}

/// Whether the person acts for the organisation whose client asks.
fn is_of(session: &Session, asked: &Asked) -> bool {
    session.organisation.organisation() == asked.organisation.organisation()
}

fn is_logged_in(session: &Session, asked: &Asked) -> bool {
    let person = session.caller.person();
    person.is_some_and(|one| asked.transaction.admits(one.authenticated_at, session.csrf()))
}

/// Sends the browser to an address that the client registered.
fn away(to: &str) -> Response {
    see_at(to, Some(cookie::no_authorization()))
}

/// The page that says that nobody is asked; from there the browser goes nowhere.
fn unasked(spoken: &Spoken, error: &OauthError) -> Response {
    let frame = frame(spoken, "/login");
    let page = UnaskedPage { frame, cause: error.description.clone().into_owned() };
    answer::page(StatusCode::BAD_REQUEST, spoken, &page)
}

fn refused(refusal: Refusal, headers: &HeaderMap, spoken: &Spoken) -> Response {
    match refusal {
        Refusal::Oauth(error) => unasked(spoken, &error),
        other @ (Refusal::Request(_) | Refusal::TooMany | Refusal::Unavailable(_)) => {
            web(other).shown(headers, spoken)
        }
    }
}

fn web(refusal: Refusal) -> WebError {
    match refusal {
        Refusal::TooMany => WebError::TooMany,
        Refusal::Request(error) => WebError::Service(error.into()),
        Refusal::Oauth(_) => WebError::RequestGone,
        Refusal::Unavailable(why) => {
            tracing::error!(%why, "a person could not be asked");
            WebError::Service(AuthenticationError::Unread.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_s_text_turns_no_direction_and_ends_no_line() {
        assert_eq!(plain("Bilag 1 \u{e6}"), "Bilag 1 \u{e6}");
        assert_eq!(plain("a\u{202e}b\nc\u{2066}"), "a\u{fffd}b\u{fffd}c\u{fffd}");
        assert_eq!(plain("\u{61c}\u{200b}\u{2028}\u{feff}"), "\u{fffd}".repeat(4));
    }
}
