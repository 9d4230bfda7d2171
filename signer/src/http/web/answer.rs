//! What pages and their script are answered.

use std::net::IpAddr;

use askama::Template;
use axum::{
    Json,
    body::Body,
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, SET_COOKIE, VARY,
            X_FRAME_OPTIONS,
        },
    },
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt as _, future, stream};
use registry::RegistryRefusal;
use seal::{ActivationRefusal, QscdError};
use serde_json::json;

use super::{assets, cookie, spoken::Spoken};
use crate::{
    Error,
    access::PasskeyError,
    http::AppState,
    problem::Problem,
    secret::Secret,
    service::RequestError,
    web::{Frame, LATER, MessagePage, SigningTexts, Texts, Tone, signing_texts, texts},
};

/// Nothing but what this service sends itself is run, shown or asked, and nobody frames it.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     form-action 'self'; frame-ancestors 'none'; base-uri 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'",
);

/// Where pictures come from, and where they come from when they stand in the page itself.
const IMAGES: &str = "img-src 'self'";
const IMAGES_WITHIN: &str = "img-src data:";

/// What every page has.
pub(super) fn frame(spoken: &Spoken, path: &str) -> Frame {
    let Spoken { language, administers, ref visitor, .. } = *spoken;
    Frame::new(language, path, (administers, visitor.clone()), assets::addresses())
}

/// A page.
pub(super) fn page(status: StatusCode, spoken: &Spoken, page: &impl Template) -> Response {
    page_to(status, spoken, page, None)
}

/// A page whose form sends the browser on to another origin, which is named beside our own: browsers hold
/// the policy of a form against where its answer leads, too (CSP level 3 section 6.4.1).
pub(super) fn page_to(
    status: StatusCode,
    spoken: &Spoken,
    page: &impl Template,
    to: Option<String>,
) -> Response {
    let named = to.and_then(|to| {
        let policy = POLICY;
        let policy = policy.to_str().ok()?.replacen(
            "form-action 'self'",
            &format!("form-action 'self' {to}"),
            1,
        );
        HeaderValue::try_from(policy).ok()
    });
    let policy = named.unwrap_or(POLICY);
    match page.render() {
        Ok(html) => html_answer(status, spoken, policy, html.into()),
        Err(_) => Problem::from(Error::Interrupted).into_response(),
    }
}

/// A page of which a part takes a while: what stands before [`LATER`] is sent at once, and the rest with what was
/// waited for. Where that fails the page ends there, without what follows.
pub(super) fn page_with_later<T: Template + Send>(
    spoken: &Spoken,
    page: &impl Template,
    later: impl Future<Output = T> + Send + 'static,
) -> Response {
    later_under(POLICY, spoken, page, later)
}

/// The same, where pictures stand in the part that takes a while: what nobody is to keep cannot be asked for
/// by an address. Nothing else is let in, and a picture runs nothing.
pub(super) fn page_with_pictures_later<T: Template + Send>(
    spoken: &Spoken,
    page: &impl Template,
    later: impl Future<Output = T> + Send + 'static,
) -> Response {
    let policy = POLICY;
    let policy = policy.to_str().map(|policy| policy.replacen(IMAGES, IMAGES_WITHIN, 1));
    let policy = policy.ok().and_then(|policy| HeaderValue::try_from(policy).ok());
    later_under(policy.unwrap_or(POLICY), spoken, page, later)
}

fn later_under<T: Template + Send>(
    policy: HeaderValue,
    spoken: &Spoken,
    page: &impl Template,
    later: impl Future<Output = T> + Send + 'static,
) -> Response {
    let html = page.render().ok();
    let Some((first, last)) = html.as_ref().and_then(|html| html.split_once(LATER)) else {
        return Problem::from(Error::Interrupted).into_response();
    };
    let (first, last) = (first.to_owned(), last.to_owned());
    let first = stream::once(future::ready(Ok::<_, askama::Error>(first)));
    let rest = stream::once(async move { later.await.render().map(|part| part + &last) });
    html_answer(StatusCode::OK, spoken, policy, Body::from_stream(first.chain(rest)))
}

fn html_answer(status: StatusCode, spoken: &Spoken, policy: HeaderValue, html: Body) -> Response {
    let headers: [(HeaderName, HeaderValue); 5] = [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CONTENT_SECURITY_POLICY, policy),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (VARY, HeaderValue::from_static("Cookie, Accept-Language")),
        (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    ];
    let mut response = (status, headers, html).into_response();
    if spoken.chosen {
        response.headers_mut().append(SET_COOKIE, cookie::of_language(spoken.language));
    }
    response
}

/// Another page is asked next (RFC 9110 section 15.4.4), with what becomes of the session's cookie.
pub(super) fn see(address: &'static str, cookie: Option<HeaderValue>) -> Response {
    let headers = [
        (LOCATION, HeaderValue::from_static(address)),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    let mut response = (StatusCode::SEE_OTHER, headers).into_response();
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// The same at an address that is not known before.
pub(super) fn see_at(address: &str, cookie: Option<HeaderValue>) -> Response {
    let mut response = see("/me", cookie);
    if let Ok(address) = HeaderValue::try_from(address) {
        response.headers_mut().insert(LOCATION, address);
    }
    response
}

/// The script goes on to `/me`, in a session if one was begun.
pub(super) fn goes_on(begun: Option<&Secret>) -> Response {
    let mut response = scripted(StatusCode::OK, Json(json!({ "to": "/me" })));
    if let Some(secret) = begun {
        response.headers_mut().append(SET_COOKIE, cookie::begun(secret));
    }
    response
}

/// What a script is answered.
pub(super) fn scripted(status: StatusCode, answer: impl IntoResponse) -> Response {
    let headers = [(CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (status, headers, answer).into_response()
}

/// Why a page or its script gets no answer.
#[derive(Debug)]
pub(super) enum WebError {
    /// Another site's page asks, or nobody says whose.
    OtherOrigin,
    /// What the page's form or script shows is not the session's.
    Csrf,
    /// Nobody is logged in.
    NoSession,
    /// Somebody is logged in, and has been for too long.
    LoginTooOld,
    /// Too many requests.
    TooMany,
    /// A body that no page of ours sends.
    Malformed,
    /// The link is not good.
    LinkGone,
    /// The documents are not there any more.
    PapersGone,
    /// The documents are worked on, or were.
    Begun,
    /// Whoever would decline has agreed.
    Agreed,
    /// Documents could not be opened for reading in time.
    NotOpened,
    /// No file was chosen.
    NoFiles,
    /// Not every page was shown yet.
    NotRead,
    /// A page cannot be drawn.
    Undrawn,
    /// There is nothing at this address.
    NotFound,
    /// What a client asked is decided, or over.
    RequestGone,
    /// A client of another organisation asks.
    OtherOrganisation,
    /// The credential that somebody agreed to cannot be made.
    CredentialAway,
    /// An OpenID provider does not answer.
    ProviderAway,
    /// The login of a provider is nobody's here.
    NotRecognised,
    /// A passkey.
    Passkey(PasskeyError),
    /// Something else.
    Service(Error),
}

impl WebError {
    /// For a page, or for a script, by what was sent.
    pub(super) fn shown(&self, headers: &HeaderMap, spoken: &Spoken) -> Response {
        let json = headers.get(CONTENT_TYPE).is_some_and(|value| value == "application/json");
        if matches!(self, Self::NoSession) && !json {
            return see("/login", Some(cookie::ended()));
        }
        let t = texts(spoken.language);
        let (status, text) = self.said(t, signing_texts(spoken.language));
        if status.is_server_error() {
            tracing::error!(error = ?self, "a page could not be shown");
        }
        if json {
            return scripted(status, Json(json!({ "message": text })));
        }
        let title = if matches!(self, Self::LinkGone) { t.link_gone } else { t.error };
        let next = match self {
            Self::PapersGone | Self::Begun | Self::Agreed | Self::NotRead | Self::Undrawn => {
                ("/documents", t.back)
            }
            Self::Service(
                Error::Refused(_)
                | Error::Document(_)
                | Error::Device(QscdError::ActivationRefused(_)),
            ) => ("/documents", t.back),
            _ => ("/me", t.back),
        };
        let frame = frame(spoken, next.0);
        page(status, spoken, &MessagePage { frame, title, text, tone: Tone::Refused, next })
    }

    fn said(&self, t: &'static Texts, s: &'static SigningTexts) -> (StatusCode, &'static str) {
        match self {
            Self::OtherOrigin => (StatusCode::FORBIDDEN, t.refused_here),
            Self::Csrf => (StatusCode::FORBIDDEN, t.refused),
            Self::NoSession => (StatusCode::UNAUTHORIZED, t.logged_out),
            Self::LoginTooOld => (StatusCode::UNAUTHORIZED, t.log_in_anew_lead),
            Self::TooMany => (StatusCode::TOO_MANY_REQUESTS, t.too_many),
            Self::NotFound => (StatusCode::NOT_FOUND, t.not_found),
            Self::RequestGone => (StatusCode::NOT_FOUND, t.request_gone),
            Self::OtherOrganisation => (StatusCode::FORBIDDEN, t.other_organisation),
            Self::CredentialAway => (StatusCode::SERVICE_UNAVAILABLE, t.credential_away),
            Self::PapersGone => (StatusCode::NOT_FOUND, s.gone),
            Self::Begun => (StatusCode::CONFLICT, s.begun),
            Self::Agreed => (StatusCode::CONFLICT, s.agreed_before),
            Self::NotOpened => (StatusCode::SERVICE_UNAVAILABLE, s.not_opened),
            Self::NoFiles => (StatusCode::BAD_REQUEST, s.no_files),
            Self::NotRead => (StatusCode::CONFLICT, s.not_read),
            Self::Undrawn => (StatusCode::UNPROCESSABLE_ENTITY, s.cannot_draw),
            Self::ProviderAway => (StatusCode::BAD_GATEWAY, t.provider_away),
            Self::NotRecognised => (StatusCode::FORBIDDEN, t.not_recognised),
            Self::Malformed => (StatusCode::BAD_REQUEST, t.malformed),
            Self::LinkGone | Self::Passkey(PasskeyError::Link) => {
                (StatusCode::NOT_FOUND, t.link_gone_lead)
            }
            Self::Passkey(PasskeyError::NoParty) => (StatusCode::NOT_FOUND, t.no_passkeys_here),
            Self::Passkey(PasskeyError::Service(error)) | Self::Service(error) => of(error, t),
            Self::Passkey(
                PasskeyError::Encoding
                | PasskeyError::ChallengeSpent
                | PasskeyError::ChallengeUnknown
                | PasskeyError::OtherPurpose
                | PasskeyError::Unknown
                | PasskeyError::OtherPerson
                | PasskeyError::NotActive
                | PasskeyError::Webauthn(_),
            ) => (StatusCode::FORBIDDEN, t.not_accepted),
        }
    }
}

/// What the visitor can mend has its own text.
fn of(error: &Error, t: &'static Texts) -> (StatusCode, &'static str) {
    if matches!(error, Error::Refused(_)) {
        return (StatusCode::FORBIDDEN, t.signing.not_permitted);
    }
    if let Error::Device(QscdError::ActivationRefused(refusal)) = error {
        return match refusal {
            ActivationRefusal::Unknown => (StatusCode::NOT_FOUND, t.signing.gone),
            ActivationRefusal::PasskeyUnknown | ActivationRefusal::PasskeyOfAnother => {
                (StatusCode::FORBIDDEN, t.signing.unknown_to_device)
            }
            _ => (StatusCode::FORBIDDEN, t.signing.refused),
        };
    }
    let status = Problem::from(error);
    let status = status.kind().status();
    let text = match error {
        Error::Registry(RegistryRefusal::LastLogin) => t.last_passkey,
        Error::Registry(RegistryRefusal::PasskeyTaken) => t.taken,
        Error::Registry(RegistryRefusal::LoginTaken) => t.login_taken,
        Error::Registry(RegistryRefusal::Invalid { .. }) => t.malformed,
        Error::Request(RequestError::TooMany) => t.too_many,
        error if Problem::from(error).kind().status().is_server_error() => t.service_failed,
        _ => t.failed,
    };
    (status, text)
}

/// Counts what an address showed and was not accepted.
pub(super) fn failed(state: &AppState, from: IpAddr, error: PasskeyError) -> WebError {
    if error.is_of_the_visitor() && state.service.strangers().failed(from).is_err() {
        return WebError::TooMany;
    }
    error.into()
}

impl From<Error> for WebError {
    fn from(error: Error) -> Self {
        Self::Service(error)
    }
}

impl From<PasskeyError> for WebError {
    fn from(error: PasskeyError) -> Self {
        Self::Passkey(error)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use http_body_util::BodyExt as _;

    use super::*;
    use crate::web::Language;

    #[derive(Template)]
    #[template(source = "first <!-- later --> last", ext = "html")]
    struct Whole;

    #[derive(Template)]
    #[template(source = "{{ told }}", ext = "html")]
    struct Part {
        told: &'static str,
    }

    fn spoken() -> Spoken {
        Spoken { language: Language::En, administers: false, chosen: false, visitor: None }
    }

    #[tokio::test]
    async fn what_stands_before_what_takes_long_is_sent_while_that_is_waited_for() {
        let (tell, told) = tokio::sync::oneshot::channel();
        let later = async { Part { told: told.await.unwrap_or_default() } };
        let mut body = page_with_later(&spoken(), &Whole, later).into_body();
        let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(first, "first ");
        assert!(body.frame().now_or_never().is_none(), "the rest waits");
        tell.send("<told>").unwrap();
        let rest = body.collect().await.unwrap().to_bytes();
        assert_eq!(rest, "&#60;told&#62; last");
    }

    #[test]
    fn pictures_within_a_page_are_all_that_its_policy_lets_in_beside() {
        let plain = page_with_later(&spoken(), &Whole, async { Part { told: "" } });
        let shown = page_with_pictures_later(&spoken(), &Whole, async { Part { told: "" } });
        let [plain, shown] = [plain, shown]
            .map(|answer| answer.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned());
        assert!(plain.contains("; img-src 'self';") && !plain.contains("data:"), "{plain}");
        assert_eq!(shown, plain.replace("img-src 'self'", "img-src data:"));
    }

    #[test]
    fn a_page_without_a_place_for_what_comes_later_is_an_error() {
        let answer = page_with_later(&spoken(), &Part { told: "all" }, async { Whole });
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
}
