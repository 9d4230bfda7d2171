//! The cookies: of the session, of a login by a provider, of what a client asks, of where a login leads, and of
//! the language.

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

/// How long somebody may take to log in and to decide, in seconds.
const WHILE_ONE_LOGS_IN: u32 = 600;

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
    /// To their certificates.
    Certificates,
    /// To the administration.
    Administration,
    /// There, too; and whoever is logged in logs in anew.
    AdministrationAnew,
    /// To whoever logs in themselves, who logs in anew.
    OwnAnew,
}

impl Next {
    const ALL: [Self; 8] = [
        Self::Consent,
        Self::Login,
        Self::Documents,
        Self::Acts,
        Self::Certificates,
        Self::Administration,
        Self::AdministrationAnew,
        Self::OwnAnew,
    ];

    /// Its word in the cookie.
    fn name(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Login => "login",
            Self::Documents => "documents",
            Self::Acts => "acts",
            Self::Certificates => "certificates",
            Self::Administration => "administration",
            Self::AdministrationAnew => "administration-anew",
            Self::OwnAnew => "own-anew",
        }
    }

    /// The page of ours that it is, and never an address that a request has.
    pub(super) fn address(self) -> &'static str {
        match self {
            Self::Consent | Self::Login => "/oauth2/consent",
            Self::Documents => "/documents",
            Self::Acts => "/acts",
            Self::Certificates => "/me/certificates",
            Self::Administration | Self::AdministrationAnew => "/administration",
            Self::OwnAnew => "/me",
        }
    }

    /// Whether whoever is logged in logs in once more.
    pub(super) fn is_anew(self) -> bool {
        match self {
            Self::Login | Self::AdministrationAnew | Self::OwnAnew => true,
            Self::Consent
            | Self::Documents
            | Self::Acts
            | Self::Certificates
            | Self::Administration => false,
        }
    }

    /// Where a login leads that somebody was sent to from a page.
    pub(super) fn from(path: &str) -> Option<Self> {
        match path {
            "/acts" => Some(Self::Acts),
            path if path == "/me/certificates" || path.starts_with("/me/certificates/") => {
                Some(Self::Certificates)
            }
            path if path == "/documents" || path.starts_with("/documents/") => {
                Some(Self::Documents)
            }
            path if path == "/administration" || path.starts_with("/administration/") => {
                Some(Self::Administration)
            }
            _ => None,
        }
    }
}

/// Keeps what a client asks, until it is decided.
pub(super) fn authorization(secret: &Secret) -> HeaderValue {
    kept(AUTHORIZATION, secret.expose(), Some(WHILE_ONE_LOGS_IN))
}

/// What a client asks in this browser.
pub(super) fn authorization_of(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, AUTHORIZATION)
}

/// It is decided.
pub(super) fn no_authorization() -> HeaderValue {
    kept(AUTHORIZATION, "", Some(0))
}

/// Has the next login lead there.
pub(super) fn next(next: Next) -> HeaderValue {
    kept(NEXT, next.name(), Some(WHILE_ONE_LOGS_IN))
}

/// Where the login leads that this browser is at.
pub(super) fn next_of(headers: &HeaderMap) -> Option<Next> {
    let kept = cookie(headers, NEXT)?;
    Next::ALL.into_iter().find(|next| next.name() == kept)
}

/// It has led there.
pub(super) fn no_next() -> HeaderValue {
    kept(NEXT, "", Some(0))
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
    kept(SESSION, secret.expose(), None)
}

/// Takes the session's cookie away.
pub(super) fn ended() -> HeaderValue {
    kept(SESSION, "", Some(0))
}

/// Keeps the state of a login by a provider, for as long as it may take.
pub(super) fn state(secret: &Secret) -> HeaderValue {
    kept(STATE, secret.expose(), Some(WHILE_ONE_LOGS_IN))
}

/// The state of the login that this browser began.
pub(super) fn state_of(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, STATE)
}

/// Keeps a language for a year.
pub(super) fn of_language(language: Language) -> HeaderValue {
    let word = match language {
        Language::Da => "da",
        Language::En => "en",
    };
    kept(LANGUAGE, word, Some(365 * 24 * 3600))
}

/// A cookie that stays for so many seconds, or as long as the browser; with 0 it goes. Each is one of ours
/// alone, out of the reach of scripts, and in no log.
fn kept(name: &'static str, value: &str, seconds: Option<u32>) -> HeaderValue {
    let age = seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let text = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{age}");
    // Words and secrets are letters, digits, `-` and `_`. Browsers keep nothing of an empty one.
    let kept = HeaderValue::try_from(text);
    let mut kept = kept.unwrap_or_else(|_| HeaderValue::from_static(""));
    kept.set_sensitive(true);
    kept
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
            ("/administration/profiles/a", Some(Next::Administration)),
            ("/administration.example", None),
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
        for one in Next::ALL {
            let kept = next(one);
            let kept = kept.to_str().unwrap().split(';').next().unwrap().parse().unwrap();
            assert_eq!(next_of(&HeaderMap::from_iter([(COOKIE, kept)])), Some(one));
        }
    }
}
