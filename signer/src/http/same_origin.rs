//! What a browser shows of a page of this service: a cookie, where the request comes from, and what the
//! page's script knows.

use axum::http::{HeaderMap, HeaderName, header::COOKIE};

/// The session's cookie. The prefix binds it to this host, the whole of it and nothing below; browsers
/// take it from http://localhost as well (RFC 6265bis section 4.1.3.2).
pub(super) const SESSION: &str = "__Host-segl";

/// What a page's script shows beside the cookie, which alone is not enough.
pub(super) const CSRF_HEADER: HeaderName = HeaderName::from_static("x-segl-csrf");

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The longest header of cookies that is looked at, in bytes.
const MAXIMUM_LENGTH: usize = 16 << 10;

/// What the session's cookie says, if it is there once.
pub(super) fn session_of(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, SESSION)
}

/// Whether a browser says that a page of this origin asks, or that its user does (Fetch Metadata). One
/// that says nothing is no browser of these years, and has no cookie of ours.
pub(super) fn is_same_origin(headers: &HeaderMap) -> bool {
    let mut said = headers.get_all(FETCH_SITE).iter();
    match (said.next(), said.next()) {
        (Some(site), None) => site == "same-origin" || site == "none",
        (_, _) => false,
    }
}

/// A cookie's value. Two of one name are none: somebody put one there.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let texts = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let texts = texts.filter(|text| text.len() <= MAXIMUM_LENGTH);
    let pairs = texts.flat_map(|text| text.split(';')).filter_map(|pair| pair.split_once('='));
    let mut values = pairs.filter(|(key, _)| key.trim() == name).map(|(_, value)| value.trim());
    match (values.next(), values.next()) {
        (Some(value), None) => Some(value),
        (_, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_two_of_one_name_are_none() {
        let with =
            |text: &'static str| HeaderMap::from_iter([(COOKIE, HeaderValue::from_static(text))]);
        assert_eq!(session_of(&with("a=b; __Host-segl=c; d")), Some("c"));
        for none in ["", "__Host-segl", "__Host-segl=a; __Host-segl=b", "x__Host-segl=a"] {
            assert_eq!(session_of(&with(none)), None, "{none}");
        }
    }

    fn of(site: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(FETCH_SITE, HeaderValue::from_static(site))])
    }

    #[test]
    fn who_asks_from_elsewhere_or_does_not_say_is_not_let_through() {
        for (site, passes) in
            [("same-origin", true), ("none", true), ("same-site", false), ("cross-site", false)]
        {
            assert_eq!(is_same_origin(&of(site)), passes, "{site}");
        }
        assert!(!is_same_origin(&HeaderMap::new()));
        let mut twice = of("same-origin");
        twice.append(FETCH_SITE, HeaderValue::from_static("cross-site"));
        assert!(!is_same_origin(&twice));
    }
}
