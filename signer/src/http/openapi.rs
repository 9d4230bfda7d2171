//! `/openapi.json` and `/docs`: the interface, for machines and for people.
//!
//! The description is made of the handlers and their types, where each stands beside what it describes.
//! What several operations take and answer alike is in `answers`, what follows from what they take in
//! `house`, and the domain's words in `words`.

pub(super) mod answers;
mod house;
pub(super) mod words;

use axum::{
    Extension,
    body::Bytes,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use utoipa::openapi::OpenApi;

/// What is not made of handlers yet.
const REST: &str = include_str!("openapi/rest.json");
const PAGE: &str = include_str!("openapi/page.html");
const SCRIPT: &str = include_str!("openapi/page.js");
const STYLE: &str = include_str!("openapi/page.css");

/// Nothing but what this service sends itself is run, shown or asked.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// The OpenAPI description, as it is sent.
#[derive(Clone, Debug)]
pub(super) struct Description(Bytes);

/// The description in the order in which it is read: paths as the router has them.
#[derive(Debug, Serialize)]
struct Document {
    openapi: &'static str,
    info: Value,
    paths: Ordered,
    components: Value,
}

/// Members in their order.
#[derive(Debug)]
struct Ordered(Vec<(String, Value)>);

impl Serialize for Ordered {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl Description {
    /// The description of these handlers.
    #[expect(
        clippy::expect_used,
        reason = "it depends on the source alone, and every test makes it"
    )]
    pub(super) fn of(api: &OpenApi) -> Self {
        let document = Document::of(api).expect("what the handlers say is JSON");
        Self(serde_json::to_vec(&document).expect("a value is JSON").into())
    }
}

impl Document {
    fn of(api: &OpenApi) -> Result<Self, serde_json::Error> {
        let rest: Value = serde_json::from_str(REST)?;
        let members = |value: &Value| value.as_object().cloned().unwrap_or_default();
        let mut paths: Vec<(String, Value)> = members(&rest["paths"]).into_iter().collect();
        for (path, item) in &api.paths.paths {
            let mut item = members(&serde_json::to_value(item)?);
            for (method, operation) in &mut item {
                operation.as_object_mut().into_iter().for_each(|one| house::promise(method, one));
            }
            paths.push((path.clone(), Value::Object(item)));
        }
        let mut schemas = members(&rest["components"]["schemas"]);
        for (name, schema) in api.components.iter().flat_map(|components| &components.schemas) {
            let mut schema = serde_json::to_value(schema)?;
            house::leave_out(&mut schema);
            schemas.insert(name.clone(), schema);
        }
        Ok(Self {
            openapi: "3.1.0",
            info: json!({
                "title": "Segl",
                "version": "1",
                "description": "Signs and seals documents with keys that live for one signature. \
                                SIMULATOR - NOT QUALIFIED.",
                "license": { "name": "MIT OR Apache-2.0" },
            }),
            paths: Ordered(paths),
            components: json!({
                "securitySchemes": { "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An application's API key, or a person's JWT.",
                }, "code": {
                    "type": "http",
                    "scheme": "basic",
                    "description": "An order's reference and its one-time code.",
                } },
                "schemas": schemas,
            }),
        })
    }
}

/// The OpenAPI description.
pub(super) async fn document(Extension(Description(text)): Extension<Description>) -> Response {
    typed("application/json", text)
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

fn typed(media_type: &'static str, text: impl IntoResponse) -> Response {
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    ];
    (headers, text).into_response()
}

#[cfg(test)]
mod tests;
