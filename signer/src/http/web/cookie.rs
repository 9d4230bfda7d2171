//! The cookies: the session's, and the language's.

use axum::http::{HeaderMap, HeaderValue};

use crate::{
    http::same_origin::{SESSION, cookie},
    secret::Secret,
    web::Language,
};

/// The cookie of a login by a provider.
const STATE: &str = "__Host-segl-login";

/// The language's cookie.
const LANGUAGE: &str = "__Host-segl-language";

/// The cookie of what a client asks.
const AUTHORIZATION: &str = "__Host-segl-authorization";

/// The cookie of where a login leads.
const NEXT: &str = "__Host-segl-next";

/// Where a login leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// To what a client asks.
    Consent,
    /// There, too; and whoever is logged in logs in anew.
    Login,
    /// To the documents that somebody wanted to see.
    Documents,
    /// To what they did.
    Acts,
}

impl Next {
    /// The page of ours that it is, and never an address that a request has.
    pub(super) fn address(self) -> &'static str {
        match self {
            Self::Consent | Self::Login => "/oauth2/consent",
            Self::Documents => "/documents",
            Self::Acts => "/acts",
        }
    }

    /// Where a login leads that somebody was sent to from a page.
    pub(super) fn from(path: &str) -> Option<Self> {
        match path {
            "/acts" => Some(Self::Acts),
            path if path == "/documents" || path.starts_with("/documents/") => {
                Some(Self::Documents)
            }
            _ => None,
        }
    }
}

/// Keeps what a client asks, until it is decided.
pub(super) fn authorization(secret: &Secret) -> HeaderValue {
    let name = AUTHORIZATION;
    let secret = secret.expose();
    let text = format!("{name}={secret}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600");
    let value = HeaderValue::from_str(&text);
    let mut value = value.unwrap_or_else(|_| no_authorization());
    value.set_sensitive(true);
    value
}

/// What a client asks in this browser.
pub(super) fn authorization_of(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, AUTHORIZATION)
}

/// It is decided.
pub(super) fn no_authorization() -> HeaderValue {
    HeaderValue::from_static(
        "__Host-segl-authorization=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0",
    )
}

/// Has the next login lead to what a client asks.
pub(super) fn next(next: Next) -> HeaderValue {
    HeaderValue::from_static(match next {
        Next::Consent => {
            "__Host-segl-next=consent; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600"
        }
        Next::Login => {
            "__Host-segl-next=login; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600"
        }
        Next::Documents => {
            "__Host-segl-next=documents; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600"
        }
        Next::Acts => "__Host-segl-next=acts; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600",
    })
}

/// Where the login leads that this browser is at.
pub(super) fn next_of(headers: &HeaderMap) -> Option<Next> {
    match cookie(headers, NEXT) {
        Some("consent") => Some(Next::Consent),
        Some("login") => Some(Next::Login),
        Some("documents") => Some(Next::Documents),
        Some("acts") => Some(Next::Acts),
        Some(_) | None => None,
    }
}

/// It has led there.
pub(super) fn no_next() -> HeaderValue {
    HeaderValue::from_static("__Host-segl-next=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
}

/// The language that was chosen.
pub(super) fn language_of(headers: &HeaderMap) -> Option<Language> {
    match cookie(headers, LANGUAGE) {
        Some("da") => Some(Language::Da),
        Some("en") => Some(Language::En),
        Some(_) | None => None,
    }
}

/// Sets the session's cookie, which ends with the browser.
pub(super) fn begun(secret: &Secret) -> HeaderValue {
    let text = format!("{SESSION}={}; Path=/; Secure; HttpOnly; SameSite=Lax", secret.expose());
    let value = HeaderValue::from_str(&text);
    let mut value = value.unwrap_or_else(|_| ended());
    value.set_sensitive(true);
    value
}

/// Takes the session's cookie away.
pub(super) fn ended() -> HeaderValue {
    HeaderValue::from_static("__Host-segl=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
}

/// Keeps the state of a login by a provider, for as long as it may take.
pub(super) fn state(secret: &Secret) -> HeaderValue {
    let name = STATE;
    let secret = secret.expose();
    let text = format!("{name}={secret}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600");
    let value = HeaderValue::from_str(&text);
    let mut value = value.unwrap_or_else(|_| ended());
    value.set_sensitive(true);
    value
}

/// The state of the login that this browser began.
pub(super) fn state_of(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, STATE)
}

/// Keeps a language for a year.
pub(super) fn of_language(language: Language) -> HeaderValue {
    match language {
        Language::Da => HeaderValue::from_static(
            "__Host-segl-language=da; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000",
        ),
        Language::En => HeaderValue::from_static(
            "__Host-segl-language=en; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000",
        ),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header::COOKIE;

    use super::*;

    #[test]
    fn a_login_leads_to_pages_of_ours_alone_whatever_was_asked() {
        for (path, next) in [
            ("/documents", Some(Next::Documents)),
            ("/documents/0a/1", Some(Next::Documents)),
            ("/acts", Some(Next::Acts)),
            ("/documents.example", None),
            ("//documents/", None),
            ("/me", None),
        ] {
            assert_eq!(Next::from(path), next, "{path}");
        }
        for kept in ["//elsewhere.example", "https://elsewhere.example", "/documents", ""] {
            let cookie = HeaderValue::try_from(format!("{NEXT}={kept}")).unwrap();
            assert_eq!(next_of(&HeaderMap::from_iter([(COOKIE, cookie)])), None, "{kept}");
        }
    }

    #[test]
    fn what_is_kept_is_read_back() {
        for one in [Next::Consent, Next::Login, Next::Documents, Next::Acts] {
            let kept = next(one);
            let kept = kept.to_str().unwrap().split(';').next().unwrap().parse().unwrap();
            assert_eq!(next_of(&HeaderMap::from_iter([(COOKIE, kept)])), Some(one));
        }
    }
}
