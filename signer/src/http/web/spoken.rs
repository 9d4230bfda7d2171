//! In which language a page is shown, and to whom.

use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::{HeaderMap, header::ACCEPT_LANGUAGE, request::Parts},
};

use super::cookie;
use crate::{
    access::session::Session,
    web::{Language, Visitor},
};

/// The language of whoever asks: the one chosen now (`?lang=`), the one chosen before, or the one that
/// the browser prefers; and who they are, if somebody is logged in.
#[derive(Clone, Debug)]
pub(super) struct Spoken {
    pub(super) language: Language,
    /// Whether it was chosen now.
    pub(super) chosen: bool,
    /// Whether whoever asks is known to have a part in the administration: pages lead them there.
    pub(super) administers: bool,
    /// Who is logged in, as far as is known.
    pub(super) visitor: Option<Visitor>,
}

impl Spoken {
    pub(super) fn of(parts: &Parts) -> Self {
        let query = parts.uri.query().unwrap_or_default();
        let chosen = query.split('&').find_map(|pair| match pair {
            "lang=da" => Some(Language::Da),
            "lang=en" => Some(Language::En),
            _ => None,
        });
        let before = || cookie::language_of(&parts.headers);
        let language = chosen.or_else(before).unwrap_or_else(|| preferred(&parts.headers));
        let chosen = chosen.is_some();
        let nobody = Self { language, chosen, administers: false, visitor: None };
        match parts.extensions.get::<Session>() {
            Some(session) => nobody.to(session),
            None => nobody,
        }
    }

    /// The same for somebody who is known by now.
    pub(super) fn to(&self, session: &Session) -> Self {
        let name = session.caller.person().map(|claims| claims.name.clone());
        let csrf = session.csrf().to_owned();
        let visitor = name.map(|name| Visitor { name, csrf });
        let Self { language, chosen, .. } = *self;
        Self { language, chosen, administers: session.administers(), visitor }
    }
}

impl<S: Sync> FromRequestParts<S> for Spoken {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Spoken {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(Some(Self::of(parts)))
    }
}

/// The language that a browser prefers of those that there are (RFC 9110 section 12.5.4); English where
/// it prefers neither.
fn preferred(headers: &HeaderMap) -> Language {
    let text = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let mut best = (Language::En, 0.0);
    for range in text.unwrap_or_default().split(',').take(50) {
        let mut parts = range.split(';');
        let tag = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        let language = match tag.split('-').next() {
            Some("da") => Language::Da,
            Some("en") => Language::En,
            Some(_) | None => continue,
        };
        let weight = parts.find_map(|part| part.trim().strip_prefix("q="));
        let weight = weight.map_or(1.0, |weight| weight.parse::<f32>().unwrap_or(0.0));
        if weight > best.1 {
            best = (language, weight);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_language_is_the_one_that_the_browser_prefers() {
        let with = |text: &'static str| {
            preferred(&HeaderMap::from_iter([(ACCEPT_LANGUAGE, HeaderValue::from_static(text))]))
        };
        for danish in ["da", "da-DK,en;q=0.5", "de, en;q=0.2, da;q=0.3", "DA"] {
            assert_eq!(with(danish), Language::Da, "{danish}");
        }
        for english in ["", "de", "en-GB, da;q=0.9", "da;q=0", "da;q=x", "*"] {
            assert_eq!(with(english), Language::En, "{english}");
        }
    }
}
