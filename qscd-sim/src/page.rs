//! The device's own page: it asks persons itself, on its own origin, and judges what they answer.

mod answer;
mod shown;
mod texts;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, Query, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
            STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
        },
    },
    response::{IntoResponse, Response},
    routing::get,
};
use seal::ActivationId;
use serde::Deserialize;

use self::{
    shown::Shown,
    texts::{Texts, texts},
};
use crate::{
    Simulator,
    activation_page::ActivationPage,
    device::{Asked as AskedFor, Device},
};

/// The longest body, in bytes.
const MAXIMUM_BODY_LENGTH: usize = 64 << 10;

#[derive(Debug)]
struct Asking {
    device: Arc<Device>,
    page: ActivationPage,
}

impl Simulator {
    /// The device's own page, where one is configured, for a listener of its own.
    pub fn page_router(&self) -> Option<Router> {
        let asking = Asking { device: self.device(), page: self.page.clone()? };
        let router = Router::new()
            .route("/activations/{id}", get(signature).post(answer::evidence))
            .route("/registrations/{id}", get(registration).post(answer::evidence))
            .route("/passkeys/{id}", get(new_passkey).post(answer::made))
            .route("/page.js", get(script))
            .route("/page.css", get(style))
            .layer(DefaultBodyLimit::max(MAXIMUM_BODY_LENGTH))
            .with_state(Arc::new(asking));
        Some(router)
    }
}

/// What stands in the address beside the question's name.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    /// Where to go back to.
    r#return: Option<String>,
    /// The language that was chosen.
    lang: Option<String>,
}

impl Asked {
    /// Where to go back to, and that address's origin.
    ///
    /// # Errors
    /// The answer to an address that nobody is sent to.
    fn back<'a>(
        &'a self,
        page: &'a ActivationPage,
        t: &'static Texts,
    ) -> Result<Option<(&'a str, &'a str)>, Box<Response>> {
        let Some(address) = self.r#return.as_deref() else { return Ok(None) };
        match page.origin_of(address) {
            Some(origin) => Ok(Some((address, origin))),
            None => Err(Box::new(told(StatusCode::BAD_REQUEST, t, t.other_return, None))),
        }
    }
}

#[derive(Debug, Template)]
#[template(path = "activation_page.html")]
struct Page {
    t: &'static Texts,
    simulator: &'static str,
    title: &'static str,
    problem: Option<String>,
    shown: Option<Shown>,
    /// The address to go back to.
    back: Option<String>,
    /// The same page in the other language.
    other: Option<String>,
}

/// What kind of question an address is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Signature,
    Registration,
    NewPasskey,
}

impl Kind {
    fn of(asked: &AskedFor) -> Self {
        match asked {
            AskedFor::Signature { .. } => Self::Signature,
            AskedFor::Registration(_) => Self::Registration,
            AskedFor::NewPasskey { .. } => Self::NewPasskey,
        }
    }
}

async fn signature(
    State(asking): State<Arc<Asking>>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    show(&asking, id, (&asked, Kind::Signature), &headers)
}

async fn registration(
    State(asking): State<Arc<Asking>>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    show(&asking, id, (&asked, Kind::Registration), &headers)
}

async fn new_passkey(
    State(asking): State<Arc<Asking>>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    show(&asking, id, (&asked, Kind::NewPasskey), &headers)
}

fn show(asking: &Asking, id: String, asked: (&Asked, Kind), headers: &HeaderMap) -> Response {
    let t = texts(asked.0.lang.as_deref(), headers);
    question(asking, &ActivationId::new(id), asked, t, None)
}

/// The question, with what stands against the answer that was given.
fn question(
    asking: &Asking,
    id: &ActivationId,
    (asked, kind): (&Asked, Kind),
    t: &'static Texts,
    problem: Option<(StatusCode, String)>,
) -> Response {
    let back = match asked.back(&asking.page, t) {
        Ok(back) => back,
        Err(refused) => return *refused,
    };
    let found = asking.device.question(id).filter(|found| Kind::of(&found.asked) == kind);
    let Some(question) = found else {
        // What was the last try has its cause told all the same.
        let (status, problem) = match problem {
            Some((status, problem)) => (status, Some(problem)),
            None => (StatusCode::NOT_FOUND, None),
        };
        return rendered(status, &Page { problem, ..Page::told(t, t.gone, back) }, None);
    };
    let (status, problem) = match problem {
        Some((status, problem)) => (status, Some(problem)),
        None => (StatusCode::OK, None),
    };
    let (title, shown) = shown::shown(&asking.page, t, question);
    let mut other = form_urlencoded::Serializer::for_suffix(String::from("?"), 1);
    other.append_pair("lang", t.other);
    if let Some((address, _)) = back {
        other.append_pair("return", address);
    }
    let page = Page {
        t,
        simulator: crate::SIMULATOR,
        title,
        problem,
        shown: Some(shown),
        back: back.map(|(address, _)| address.to_owned()),
        other: Some(other.finish()),
    };
    rendered(status, &page, back.map(|(_, origin)| origin))
}

/// A page without a question.
fn told(
    status: StatusCode,
    t: &'static Texts,
    title: &'static str,
    back: Option<(&str, &str)>,
) -> Response {
    rendered(status, &Page::told(t, title, back), None)
}

impl Page {
    fn told(t: &'static Texts, title: &'static str, back: Option<(&str, &str)>) -> Self {
        Self {
            t,
            simulator: crate::SIMULATOR,
            title,
            problem: None,
            shown: None,
            back: back.map(|(address, _)| address.to_owned()),
            other: None,
        }
    }
}

/// Nothing but the page's own script runs, and its form leads nowhere but back.
fn rendered(status: StatusCode, page: &Page, to: Option<&str>) -> Response {
    let Ok(html) = page.render() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self' {}; \
         frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; \
         trusted-types 'none'",
        to.unwrap_or_default()
    );
    let policy = HeaderValue::try_from(policy);
    let policy = policy.unwrap_or(HeaderValue::from_static("default-src 'none'"));
    let headers: [(HeaderName, HeaderValue); 9] = [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CONTENT_SECURITY_POLICY, policy),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // With `no-referrer` a browser says `Origin: null` of the form, too.
        (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        // Whoever opened the page in a window of theirs has no hold of it, nor of where it is scrolled to.
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        ),
        (HeaderName::from_static("document-policy"), HeaderValue::from_static("force-load-at-top")),
        // Browsers take it over TLS alone (RFC 6797 section 8.1).
        (STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000")),
    ];
    (status, headers, html).into_response()
}

async fn script() -> Response {
    asset("text/javascript; charset=utf-8", include_str!("page/page.js"))
}

async fn style() -> Response {
    asset("text/css; charset=utf-8", include_str!("page/page.css"))
}

fn asset(media_type: &'static str, text: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, text).into_response()
}
