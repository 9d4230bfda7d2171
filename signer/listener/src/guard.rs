//! The guard of the management port: what stands between its controls and a web page in the browser
//! of whoever runs the program.
//!
//! A page of another site can have a browser send requests to loopback, and with a name that it lets
//! lead there (DNS rebinding) read the answers too. Four things tell such a request: its Host is not
//! the port's (RFC 9110 section 7.2), its Origin is another's (RFC 6454 section 7), Sec-Fetch-Site
//! says so (W3C Fetch Metadata), or its body is of a type that needs no leave to be sent elsewhere.

use std::{fmt, net::IpAddr, sync::Arc};

use axum::{
    Router,
    body::HttpBody,
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode, Uri,
        header::{AUTHORIZATION, CONTENT_TYPE, HOST, ORIGIN, WWW_AUTHENTICATE},
        uri::Authority,
    },
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use ring::digest::{SHA256, digest};
use serde_json::json;
use subtle::ConstantTimeEq;

/// Whom the management port answers.
#[derive(Clone, Default)]
pub struct Guard {
    /// Names beside the loopback's by which the port may be asked.
    hosts: Vec<String>,
    /// SHA-256 of the token that every request bears.
    token: Option<[u8; 32]>,
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("hosts", &self.hosts).finish_non_exhaustive()
    }
}

/// Why a request is not for the management port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Intruder {
    /// Not one Host, or one that is not the port's.
    #[error("the Host is neither loopback nor one that the configuration names")]
    Host,
    /// Asked for by a page of another site.
    #[error("a page of another site has asked for this")]
    OtherSite,
    /// A body that is not JSON.
    #[error("a body here is application/json")]
    NotJson,
    /// Without the token.
    #[error("the management port wants its token: Authorization: Bearer")]
    Token,
}

impl Guard {
    /// Answers at loopback and these names, whoever asks.
    pub fn new(hosts: Vec<String>) -> Self {
        Self { hosts, token: None }
    }

    /// Answers only those who bear `token`.
    #[must_use]
    pub fn with_token(self, token: &str) -> Self {
        Self { token: Some(sha256(token.as_bytes())), ..self }
    }

    /// Puts the guard before a router.
    pub fn before(self, router: Router) -> Router {
        router.layer(middleware::from_fn_with_state(Arc::new(self), stand))
    }

    /// Judges a request.
    ///
    /// # Errors
    /// [`Intruder`].
    pub fn judge(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        has_body: bool,
    ) -> Result<(), Intruder> {
        let host = host(uri, headers).ok_or(Intruder::Host)?;
        if !self.knows(&host) {
            return Err(Intruder::Host);
        }
        let own = |origin: &HeaderValue| {
            origin
                .to_str()
                .ok()
                .and_then(|origin| origin.strip_prefix("http://"))
                .is_some_and(|origin| origin.eq_ignore_ascii_case(host.as_str()))
        };
        if !headers.get_all(ORIGIN).iter().all(own) {
            return Err(Intruder::OtherSite);
        }
        let near = |site: &HeaderValue| matches!(site.as_bytes(), b"none" | b"same-origin");
        if !headers.get_all("sec-fetch-site").iter().all(near) {
            return Err(Intruder::OtherSite);
        }
        if has_body && *method != Method::GET && !is_json(headers) {
            return Err(Intruder::NotJson);
        }
        match &self.token {
            Some(token) if !bears(headers, token) => Err(Intruder::Token),
            _ => Ok(()),
        }
    }

    fn knows(&self, host: &Authority) -> bool {
        let name = host.host().trim_start_matches('[').trim_end_matches(']');
        name.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
            || name.eq_ignore_ascii_case("localhost")
            || self.hosts.iter().any(|known| known.eq_ignore_ascii_case(name))
    }
}

async fn stand(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    let has_body = !request.body().is_end_stream();
    match guard.judge(request.method(), request.uri(), request.headers(), has_body) {
        Ok(()) => next.run(request).await,
        Err(intruder) => intruder.into_response(),
    }
}

/// The one host that is asked: that of the address (HTTP/2), or the header's (RFC 9112 section 3.2).
fn host(uri: &Uri, headers: &HeaderMap) -> Option<Authority> {
    let mut named = headers.get_all(HOST).iter();
    let header = match (named.next(), named.next()) {
        (Some(one), None) => Some(Authority::try_from(one.as_bytes()).ok()?),
        (None, _) => None,
        (Some(_), Some(_)) => return None,
    };
    let host = match (uri.authority(), header) {
        (Some(asked), Some(header)) if *asked != header => None,
        (Some(asked), _) => Some(asked.clone()),
        (None, header) => header,
    };
    host.filter(is_host)
}

/// Whether this is a host with or without a port (RFC 9110 section 7.2), and no user before it.
fn is_host(authority: &Authority) -> bool {
    let after = authority.as_str().strip_prefix(authority.host());
    after.is_some_and(|port| port.is_empty() || authority.port_u16().is_some())
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

fn bears(headers: &HeaderMap, token: &[u8; 32]) -> bool {
    let mut borne = headers.get_all(AUTHORIZATION).iter();
    let (Some(one), None) = (borne.next(), borne.next()) else { return false };
    let Some((scheme, borne)) = one.to_str().ok().and_then(|value| value.split_once(' ')) else {
        return false;
    };
    scheme.eq_ignore_ascii_case("bearer")
        && bool::from(sha256(borne.trim().as_bytes()).ct_eq(token))
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}

impl IntoResponse for Intruder {
    fn into_response(self) -> Response {
        let status = match self {
            Self::Host => StatusCode::MISDIRECTED_REQUEST,
            Self::OtherSite => StatusCode::FORBIDDEN,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Token => StatusCode::UNAUTHORIZED,
        };
        let problem = json!({
            "type": "about:blank",
            "title": status.canonical_reason(),
            "status": status.as_u16(),
            "detail": self.to_string(),
        });
        let media_type = [(CONTENT_TYPE, "application/problem+json")];
        let mut response = (status, media_type, problem.to_string()).into_response();
        if self == Self::Token {
            let bearer = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(WWW_AUTHENTICATE, bearer);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    fn judged(guard: &Guard, method: &Method, headers: &[(&str, &str)]) -> Result<(), Intruder> {
        let headers: HeaderMap = headers.iter().fold(HeaderMap::new(), |mut all, (name, value)| {
            all.append(HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
            all
        });
        guard.judge(method, &Uri::from_static("/clock"), &headers, *method == Method::POST)
    }

    fn post(headers: &[(&str, &str)]) -> Result<(), Intruder> {
        judged(&Guard::new(vec!["sim.test".into()]), &Method::POST, headers)
    }

    const JSON: (&str, &str) = ("content-type", "application/json; charset=utf-8");
    const HERE: (&str, &str) = ("host", "127.0.0.1:8081");

    #[test]
    fn the_port_is_asked_by_its_own_names_alone() {
        for own in ["127.0.0.1:8081", "localhost:8081", "[::1]:8081", "127.0.0.9", "sim.test:80"] {
            assert_eq!(post(&[("host", own), JSON]), Ok(()), "{own}");
        }
        for other in [
            "evil.example:8081",
            "127.0.0.1.evil.example",
            "10.0.0.1:8081",
            "",
            "0.0.0.0:1",
            "evil.example@127.0.0.1:8081",
            "a:b@localhost",
            "localhost:99999",
            "localhost:",
            "localhost:x",
        ] {
            assert_eq!(post(&[("host", other), JSON]), Err(Intruder::Host), "{other}");
        }
        assert_eq!(post(&[JSON]), Err(Intruder::Host), "none at all");
        assert_eq!(post(&[HERE, HERE, JSON]), Err(Intruder::Host), "two of them");
    }

    #[test]
    fn a_page_of_another_site_is_refused() {
        for origin in
            ["https://evil.example", "null", "http://127.0.0.1:8080", "http://localhost:8081"]
        {
            assert_eq!(
                post(&[HERE, JSON, ("origin", origin)]),
                Err(Intruder::OtherSite),
                "{origin}"
            );
        }
        assert_eq!(post(&[HERE, JSON, ("origin", "http://127.0.0.1:8081")]), Ok(()));
        for (site, result) in [
            ("cross-site", Err(Intruder::OtherSite)),
            ("same-site", Err(Intruder::OtherSite)),
            ("same-origin", Ok(())),
            ("none", Ok(())),
        ] {
            assert_eq!(post(&[HERE, JSON, ("sec-fetch-site", site)]), result, "{site}");
        }
    }

    #[test]
    fn a_body_is_json_or_refused() {
        for other in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
            assert_eq!(post(&[HERE, ("content-type", other)]), Err(Intruder::NotJson), "{other}");
        }
        assert_eq!(post(&[HERE]), Err(Intruder::NotJson), "no type");
        assert_eq!(judged(&Guard::default(), &Method::GET, &[HERE]), Ok(()));
    }

    #[test]
    fn with_a_token_only_its_bearer_comes_in() {
        let guard = Guard::default().with_token("secret");
        let judged = |value| judged(&guard, &Method::GET, &[HERE, ("authorization", value)]);
        assert_eq!(judged("Bearer secret"), Ok(()));
        assert_eq!(judged("bearer secret"), Ok(()));
        for other in ["Bearer other", "Bearer ", "Basic secret", "secret"] {
            assert_eq!(judged(other), Err(Intruder::Token), "{other}");
        }
    }
}
