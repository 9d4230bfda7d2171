//! What the pages of documents have in common.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Extension, FromRequestParts},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION},
        request::Parts,
    },
    response::{IntoResponse, Response},
};

use crate::{
    access::session::Session,
    desk::{Batch, Outcome, Owner, Paper},
    http::{
        AppState,
        web::{
            answer::{WebError, frame},
            assets,
            spoken::Spoken,
        },
    },
    web::{Frame, PaperRow, Scripts, SigningTexts, signing_texts},
};

/// Whoever asks for a page of documents: logged in, and in which language.
#[derive(Debug)]
pub(in crate::http::web) struct Reader {
    pub(in crate::http::web) session: Session,
    pub(in crate::http::web) spoken: Spoken,
    pub(super) headers: HeaderMap,
}

impl FromRequestParts<AppState> for Reader {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let spoken = Spoken::of(parts);
        let headers = parts.headers.clone();
        match Extension::<Session>::from_request_parts(parts, state).await {
            Ok(Extension(session)) => Ok(Self { session, spoken, headers }),
            Err(_) => Err(WebError::NoSession.shown(&headers, &spoken)),
        }
    }
}

impl Reader {
    /// Whose papers are theirs.
    pub(super) fn owner(&self) -> Result<Owner, WebError> {
        let person = self.session.caller.person().ok_or(WebError::NoSession)?;
        Ok((self.session.organisation.organisation().clone(), person.person.clone()))
    }

    /// One of their batches.
    pub(super) fn batch(&self, state: &AppState, id: &str) -> Result<Arc<Batch>, WebError> {
        state.desk.find(&self.owner()?, id).ok_or(WebError::PapersGone)
    }

    /// What the pages say.
    pub(super) fn texts(&self) -> &'static SigningTexts {
        signing_texts(self.spoken.language)
    }

    /// What the page at an address has.
    pub(super) fn frame(&self, path: &str) -> Frame {
        frame(&self.spoken, path)
    }

    /// Whether a form shows what only the session's pages know.
    pub(in crate::http::web) fn shows(&self, csrf: &str) -> Result<(), WebError> {
        if self.session.is_shown(csrf) { Ok(()) } else { Err(WebError::Csrf) }
    }

    /// Why there is no page.
    pub(in crate::http::web) fn told(&self, error: &WebError) -> Response {
        error.shown(&self.headers, &self.spoken)
    }
}

/// One of a batch's papers, counted from 1.
pub(super) fn paper(batch: &Batch, number: usize) -> Result<&Paper, WebError> {
    let at = number.checked_sub(1).ok_or(WebError::NotFound)?;
    batch.papers().get(at).ok_or(WebError::NotFound)
}

/// The addresses of the scripts.
pub(super) fn scripts() -> Scripts {
    assets::scripts()
}

/// Another page of the same documents is asked next.
pub(super) fn goes_to(address: &str) -> Response {
    let location = HeaderValue::try_from(address).unwrap_or(HeaderValue::from_static("/documents"));
    let headers = [(LOCATION, location), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// Bytes of a person's own, which nobody keeps.
pub(super) fn own(media_type: &'static str, body: impl Into<Body>) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, body.into()).into_response()
}

/// A document in a list.
pub(super) fn row(s: &'static SigningTexts, at: usize, paper: &Paper) -> PaperRow {
    let (state, class) = match (paper.outcome(), &paper.facts, paper.is_read()) {
        (Outcome::Done { degraded: None, .. }, ..) => (s.state_done, "done"),
        (Outcome::Done { degraded: Some(_), .. }, ..) => (s.state_degraded, "open"),
        (Outcome::Working, ..) => (s.state_working, "open"),
        (Outcome::Failed { .. }, ..) => (s.state_failed, "bad"),
        (Outcome::Cancelled, ..) => (s.state_cancelled, "bad"),
        (Outcome::Waiting, Err(_), _) => (s.state_bad, "bad"),
        (Outcome::Waiting, Ok(_), true) => (s.state_read, "done"),
        (Outcome::Waiting, Ok(_), false) => (s.state_unread, "open"),
    };
    PaperRow {
        number: at + 1,
        name: paper.name.clone(),
        is_good: paper.is_good(),
        pages: paper.page_count(),
        size: size(paper.document.bytes().len()),
        hash: paper.document.sha256().to_string(),
        state,
        class,
        reasons: Vec::new(),
        receipt: None,
        download: None,
    }
}

/// A length in words.
fn size(bytes: usize) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{} MB", bytes.div_ceil(1_000_000)),
    }
}
