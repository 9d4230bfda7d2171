//! What the page looks like, and what a browser may do with it.

use askama::Template;
use axum::{
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
            STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
        },
    },
    response::{IntoResponse, Response},
};

use super::{shown::Shown, texts::Texts};

/// The page: with a question, or with a sentence alone.
#[derive(Debug, Template)]
#[template(path = "activation_page.html")]
pub(super) struct Sheet<'a> {
    pub(super) t: &'static Texts,
    pub(super) simulator: &'static str,
    pub(super) title: &'static str,
    pub(super) problem: Option<String>,
    pub(super) shown: Option<Shown>,
    /// The address to go back to.
    pub(super) back: Option<&'a str>,
    /// The same page in the other language.
    pub(super) other: Option<String>,
}

impl Sheet<'_> {
    /// Nothing but the page's own script runs, and its form leads nowhere but back, to the origin `to`.
    pub(super) fn answer(&self, status: StatusCode, to: Option<&str>) -> Response {
        let Ok(html) = self.render() else {
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
            (
                HeaderName::from_static("document-policy"),
                HeaderValue::from_static("force-load-at-top"),
            ),
            // Browsers take it over TLS alone (RFC 6797 section 8.1).
            (STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000")),
        ];
        (status, headers, html).into_response()
    }
}
