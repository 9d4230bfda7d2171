//! `/openapi.json` and `/docs`: the interface, for machines and for people.
//!
//! The description is written by hand and held against the router by a test, in both directions.

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};

const DOCUMENT: &str = include_str!("openapi/openapi.json");
const PAGE: &str = include_str!("openapi/page.html");
const SCRIPT: &str = include_str!("openapi/page.js");
const STYLE: &str = include_str!("openapi/page.css");

/// Nothing but what this service sends itself is run, shown or asked.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// The OpenAPI description.
pub(super) async fn document() -> Response {
    typed("application/json", DOCUMENT)
}

/// A page made from it.
pub(super) async fn page() -> Response {
    typed("text/html; charset=utf-8", PAGE)
}

/// The page's script.
pub(super) async fn script() -> Response {
    typed("text/javascript; charset=utf-8", SCRIPT)
}

/// The page's style.
pub(super) async fn style() -> Response {
    typed("text/css; charset=utf-8", STYLE)
}

fn typed(media_type: &'static str, text: &'static str) -> Response {
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    ];
    (headers, text).into_response()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    /// Files that `/pki/{file}` serves and that clients rely on by name.
    const NAMED_FILES: [&str; 5] = [
        "/pki/root.cer",
        "/pki/issuing-ca.cer",
        "/pki/tsa.cer",
        "/pki/root.crl",
        "/pki/issuing-ca.crl",
    ];

    /// Addresses that serve the page alone.
    const PARTS_OF_THE_PAGE: [&str; 2] = ["/docs/page.js", "/docs/page.css"];

    #[test]
    fn the_description_names_the_routes_of_the_router_and_no_others() {
        let own = include_str!("../http.rs");
        let published = include_str!("../../../qscd-sim/src/http/pki.rs");
        let routed: BTreeSet<String> = [own, published]
            .into_iter()
            .flat_map(|router| router.split(".route(\"").skip(1))
            .filter_map(|rest| rest.split('"').next())
            .filter(|path| !PARTS_OF_THE_PAGE.contains(path))
            .chain(NAMED_FILES)
            .map(|path| path.replace("{*", "{"))
            .collect();
        let document: Value = serde_json::from_str(DOCUMENT).unwrap();
        let paths = document["paths"].as_object().unwrap();
        let described: BTreeSet<String> = paths.keys().cloned().collect();
        assert_eq!(described, routed);
    }

    #[test]
    fn every_reference_in_the_description_leads_somewhere() {
        let document: Value = serde_json::from_str(DOCUMENT).unwrap();
        for rest in DOCUMENT.split("\"$ref\": \"#").skip(1) {
            let pointer = rest.split('"').next().unwrap();
            assert!(document.pointer(pointer).is_some(), "{pointer}");
        }
    }
}
