//! `/openapi.json` and `/docs`: the interface, for machines and for people.
//!
//! The description is written by hand and held against the router by a test, in both directions.

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};

const DOCUMENT: &str = include_str!("openapi/openapi.json");
const ROOT: &str = include_str!("openapi/root.html");
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

/// Where to go from here.
pub(super) async fn root() -> Response {
    typed("text/html; charset=utf-8", ROOT)
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
        let administration = include_str!("administration.rs");
        let published = include_str!("../../../qscd-sim/src/http/pki.rs");
        let routed: BTreeSet<String> = [own, administration, published]
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

    /// Each operation, with its method and path.
    fn operations(document: &Value) -> Vec<(String, &Value)> {
        let paths = document["paths"].as_object().unwrap();
        let of = |(path, methods): (&String, &'_ Value)| {
            let methods = methods.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
            methods.into_iter().map(|method| (path.clone(), method)).collect::<Vec<_>>()
        };
        let named = paths.iter().flat_map(of).filter(|(_, method)| method != "parameters");
        named
            .map(|(path, method)| (format!("{method} {path}"), &document["paths"][&path][&method]))
            .collect()
    }

    #[test]
    fn every_operation_has_a_name_of_its_own_and_says_how_it_fails() {
        let document: Value = serde_json::from_str(DOCUMENT).unwrap();
        let mut names = BTreeSet::new();
        for (operation, described) in operations(&document) {
            let name = described["operationId"].as_str().unwrap_or_else(|| panic!("{operation}"));
            assert!(names.insert(name), "{operation}: {name}");
            let responses = described["responses"].as_object().unwrap();
            let mut expected = vec!["500", "408"];
            if described.get("requestBody").is_some() && operation.contains("/v1/") {
                expected.extend(["400", "401", "413", "415", "503"]);
            }
            if described.get("security").is_some() {
                expected.extend(["401", "429"]);
            }
            for status in expected {
                assert!(responses.contains_key(status), "{operation}: {status}");
            }
        }
    }

    #[test]
    fn no_choice_mixes_types() {
        fn look(value: &Value, at: &str) {
            match value {
                Value::Object(members) => {
                    if let Some(Value::Array(choices)) = members.get("enum") {
                        let kind = |value: &Value| std::mem::discriminant(value);
                        let first = choices.first().map(kind);
                        assert!(choices.iter().all(|each| Some(kind(each)) == first), "{at}");
                    }
                    members.iter().for_each(|(name, each)| look(each, &format!("{at}/{name}")));
                }
                Value::Array(all) => all.iter().for_each(|each| look(each, at)),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
        }
        look(&serde_json::from_str(DOCUMENT).unwrap(), "");
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
