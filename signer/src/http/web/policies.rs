//! `/policies`: what is to be read and accepted before a certificate that lives for years is ordered or collected.
//! Anybody reads it.

use axum::{
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, VARY},
    },
    response::{IntoResponse, Response},
};

use super::{
    answer::{self, WebError, frame},
    spoken::Spoken,
};
use crate::{
    http::{accept::prefers, path::Path},
    service::{POLICY_VERSION, PUBLIC_POLICIES, PolicyDocument, documents},
    web::{PoliciesPage, PolicyRow, Prose, certificate_texts, texts},
};

/// RFC 7763.
const MARKDOWN: HeaderValue = HeaderValue::from_static("text/markdown; charset=utf-8");

/// The page; with `Accept: text/markdown` the texts as they are written.
pub(super) async fn page(spoken: Spoken, headers: HeaderMap) -> Response {
    let tag = texts(spoken.language).tag;
    let spoken_here = documents().into_iter().filter(|one| one.language == tag);
    if prefers(&headers, "text/markdown", "text/html") {
        return raw(&spoken_here.map(|one| one.text).collect::<Vec<_>>().join("\n"));
    }
    let row = |one: PolicyDocument| PolicyRow { id: one.id, prose: Prose::of(&one.text) };
    let page = PoliciesPage {
        frame: frame(&spoken, "/policies"),
        c: certificate_texts(spoken.language),
        version: POLICY_VERSION,
        public: PUBLIC_POLICIES,
        documents: spoken_here.map(row).collect(),
    };
    answer::page(StatusCode::OK, &spoken, &page)
}

/// One of them as it is written: `certificate-policy.da.md`.
pub(super) async fn text(spoken: Spoken, Path(name): Path<String>, headers: HeaderMap) -> Response {
    let named = |one: &PolicyDocument| name == format!("{}.{}.md", one.id, one.language);
    match documents().into_iter().find(named) {
        Some(found) => raw(&found.text),
        None => WebError::NotFound.shown(&headers, &spoken),
    }
}

fn raw(text: &str) -> Response {
    let headers = [
        (CONTENT_TYPE, MARKDOWN),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (VARY, HeaderValue::from_static("Accept, Accept-Language, Cookie")),
    ];
    (headers, text.to_owned()).into_response()
}
