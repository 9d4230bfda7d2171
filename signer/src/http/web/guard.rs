//! What every page's request passes: a rate, the origin that it comes from, and the host that it asks.

use std::net::IpAddr;

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, Method, StatusCode,
        header::{CACHE_CONTROL, HOST, LOCATION},
        uri::Authority,
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{answer::WebError, spoken::Spoken};
use crate::http::{AppState, caller::peer, same_origin::is_same_origin};

/// Lets a request pass that may.
pub(super) async fn guard(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let spoken = Spoken::of(&parts);
    if state.service.strangers().pass(peer(&parts)).is_err() {
        metrics::counter!("segl_strangers_refused_total").increment(1);
        return WebError::TooMany.shown(&parts.headers, &spoken);
    }
    if parts.method == Method::GET || parts.method == Method::HEAD {
        if let Some(host) = elsewhere(&parts.headers, &state.access.origin) {
            let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
            let there = format!("{host}{path}");
            let headers = [(LOCATION, there), (CACHE_CONTROL, "no-store".to_owned())];
            return (StatusCode::SEE_OTHER, headers).into_response();
        }
    } else if !is_same_origin(&parts.headers) {
        return WebError::OtherOrigin.shown(&parts.headers, &spoken);
    }
    next.run(Request::from_parts(parts, body)).await
}

/// The pages' origin, where the service was asked by the loopback's number: passkeys know names alone.
fn elsewhere<'a>(headers: &HeaderMap, origin: &'a str) -> Option<&'a str> {
    let host = headers.get(HOST)?.to_str().ok()?.parse::<Authority>().ok()?;
    let number = host.host().trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let by_number = number.is_ok_and(|number| number.is_loopback());
    let name = origin.strip_prefix("http://localhost").filter(|_| by_number)?;
    let port = name.strip_prefix(':').unwrap_or("80").parse::<u16>().ok()?;
    (host.port_u16().unwrap_or(80) == port).then_some(origin)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_loopback_by_its_number_leads_to_its_name_and_nothing_else_does() {
        let leads = |host, origin| {
            {
                let headers = HeaderMap::from_iter([(HOST, HeaderValue::from_static(host))]);
                elsewhere(&headers, origin)
            }
            .is_some()
        };
        for host in ["127.0.0.1:8080", "[::1]:8080"] {
            assert!(leads(host, "http://localhost:8080"), "{host}");
        }
        for (host, origin) in [
            ("localhost:8080", "http://localhost:8080"),
            ("127.0.0.1:9090", "http://localhost:8080"),
            ("192.0.2.1:8080", "http://localhost:8080"),
            ("127.0.0.1:8080", "https://segl.example"),
        ] {
            assert!(!leads(host, origin), "{host} {origin}");
        }
    }
}
