//! The service over HTTP. The router reads like a table of contents.

mod accept;
mod act;
mod activations;
mod administration;
mod augmentations;
mod body;
mod caller;
mod certstore;
mod csc;
mod digests;
mod est;
mod handled;
mod health;
mod idempotency;
mod issuances;
mod json;
pub(crate) mod metrics;
mod oauth;
mod openapi;
mod options;
mod part;
mod path;
mod pki;
mod profiles;
mod query;
mod receipts;
mod registry_pki;
mod renewals;
mod same_origin;
mod shield;
mod small_body;
mod tsa;
mod upload;
mod validations;
mod web;

use std::{sync::Arc, time::Duration};

use self::handled::{get, post, put};
use crate::{
    access::{AccessSettings, csc::Csc, oauth::AuthorizationServer},
    certificate_authority::Issuing,
    desk::Desk,
    device::PublishedDevice,
    problem::Problem,
    service::{RequestError, Service},
};
use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, FromRef},
    middleware,
};
use utoipa_axum::router::OpenApiRouter;

/// What the handlers share.
#[derive(Clone, Debug)]
pub struct AppState {
    /// The service.
    pub service: Arc<Service>,
    /// What gives access tokens.
    pub authorization: Arc<AuthorizationServer>,
    /// What publishes certificates, revocation lists and time-stamps.
    pub device: Arc<dyn PublishedDevice>,
    /// The API of the Cloud Signature Consortium.
    pub csc: Arc<Csc>,
    /// How people log in.
    pub access: Arc<AccessSettings>,
    /// What issues certificates that live for years, where orders are kept.
    pub issuing: Option<Issuing>,
    /// What people have laid before them.
    pub(crate) desk: Arc<Desk>,
}

impl FromRef<AppState> for Arc<Service> {
    fn from_ref(state: &AppState) -> Self {
        Self::clone(&state.service)
    }
}

/// What the management port shows of the service beside its device.
pub fn management(state: AppState) -> Router {
    Router::new().route("/metrics", get(metrics::render)).with_state(state)
}

/// The routes whose description stands beside their handlers.
fn described() -> OpenApiRouter<AppState> {
    administration::routes()
        .merge(issuances::routes())
        .merge(renewals::routes())
        .merge(certstore::routes())
        .merge(oauth::routes())
}

/// The public router. `maximum_request` bounds one request, its upload included; `metrics` says
/// whether it shows the counts, which the management port does always.
pub fn router(state: AppState, maximum_request: Duration, metrics: bool) -> Router {
    let service = || Arc::clone(&state.service);
    let costly = middleware::from_fn_with_state(service(), caller::pass);
    let small = middleware::from_fn_with_state(service(), small_body::read_first);
    let published = Arc::clone(&state.device).routes().layer(small.clone());
    let published = published.layer(costly.clone()).with_state(());
    let counts = match metrics {
        true => Router::new().route("/metrics", get(metrics::render).layer(costly.clone())),
        false => Router::new(),
    };
    let issuing = state.issuing.clone().map(|issuing| {
        let plain = middleware::from_fn_with_state(service(), est::read_first);
        let routes = registry_pki::routes(issuing.clone()).layer(small);
        let routes = routes.merge(est::routes(issuing).layer(plain));
        routes.layer(costly.clone()).with_state(())
    });
    let (described, api) = described().split_for_parts();
    Router::new()
        .merge(published)
        .merge(counts)
        .merge(issuing.unwrap_or_default())
        .merge(described)
        .merge(csc::routes(&state.csc))
        .merge(web::routes(&state))
        .route("/v1/seals", post(act::seal))
        .route("/v1/signatures", post(act::sign))
        .route("/v1/activations", post(activations::begin))
        .route("/v1/activations/{id}", get(activations::one))
        .route("/v1/activations/{id}/evidence", put(activations::give))
        .route("/v1/digests", post(digests::digest))
        .route("/v1/augmentations", post(augmentations::augment))
        .route("/v1/validations", post(validations::validate).layer(costly.clone()))
        .route("/v1/profiles", get(profiles::list))
        .route("/v1/profiles/{id}", get(profiles::one))
        .route("/v1/receipts/{id}", get(receipts::one))
        .route("/pki/trust-anchor.pem", get(pki::trust_anchor))
        .route("/pki/trust-anchors.pem", get(pki::trust_anchors))
        .route("/tsa", post(tsa::time_stamp).layer(costly))
        .route("/healthz", get(health::health))
        .route("/readyz", get(health::readiness))
        .route("/openapi.json", get(openapi::document))
        .route("/", web::start(&state))
        .route("/docs", get(openapi::page))
        .route("/docs/page.js", get(openapi::script))
        .route("/docs/page.css", get(openapi::style))
        .fallback(async || Problem::from(RequestError::NotFound))
        .method_not_allowed_fallback(async || Problem::from(RequestError::MethodNotAllowed))
        // The bodies' limits are kept by the handlers, each its own.
        .layer(DefaultBodyLimit::disable())
        .layer(Extension(openapi::Description::of(&api)))
        .layer(middleware::map_response_with_state(Arc::clone(&state.authorization), oauth::told))
        .layer(middleware::from_fn_with_state(maximum_request, shield::shield))
        .layer(middleware::from_fn(metrics::count))
        .with_state(state)
}
