//! `/administration`: what administrators and auditors do and see. Each page decides by the functions and
//! rights of the interface of administration; it adds none.

mod appearance_fields;
mod appearances;
mod applications;
mod audit_log;
mod blocking;
mod certificate_notices;
mod certificate_orders;
mod certificate_settings;
mod certificate_terms;
mod certificates;
mod changing;
mod chosen;
mod client_table;
mod clients;
mod configured;
mod filled;
mod grants;
mod history;
mod invitations;
mod keys;
mod lists;
mod logins;
mod mandates;
mod many_notices;
mod names;
mod office;
mod ordering;
mod organisation;
mod overview;
mod people;
mod policy;
mod profile_fields;
mod profiles;
mod rights;
mod roles;
mod section;
mod statistics;
mod wholeness;

use axum::{Router, middleware};

use super::member::member;
use crate::http::{
    AppState,
    handled::{get, post},
};

/// The routes; each asks for a session.
pub(super) fn routes(state: &AppState) -> Router<AppState> {
    const APPLICATION: &str = "/administration/applications/{id}";
    const PERSON: &str = "/administration/people/{id}";
    let under = |of: &str, what: &str| format!("{of}/{what}");
    Router::new()
        .route("/administration", get(overview::page))
        .route("/administration/login", get(overview::log_in_anew))
        .route("/administration/profiles", get(profiles::list).merge(post(profiles::make)))
        .route("/administration/new-profile", get(profiles::new))
        .route("/administration/profiles/{id}", get(profiles::one))
        .route(
            "/administration/profiles/{id}/version",
            get(profiles::version).merge(post(profiles::change)),
        )
        .route(
            "/administration/profiles/{id}/appearance",
            get(appearances::new).merge(post(appearances::set)),
        )
        .route("/administration/profiles/{id}/appearances/{name}", get(appearances::one))
        .route("/administration/profiles/{id}/appearances/{name}/picture", get(appearances::drawn))
        .route(
            "/administration/profiles/{id}/appearances/{name}/removal",
            get(appearances::removal).merge(post(appearances::remove)),
        )
        .route("/administration/appearance-pictures/{name}", get(appearances::thought_of))
        .route(
            "/administration/profiles/{id}/retirement",
            get(profiles::retirement).merge(post(profiles::retire)),
        )
        .route("/administration/grants", get(grants::list).merge(post(grants::make)))
        .route("/administration/new-grant", get(grants::new))
        .route("/administration/grants/{id}", get(grants::one))
        .route(
            "/administration/grants/{id}/revocation",
            get(grants::revocation).merge(post(grants::revoke)),
        )
        .route("/administration/mandates", get(mandates::list).merge(post(mandates::make)))
        .route("/administration/new-mandate", get(mandates::new))
        .route("/administration/mandates/{id}", get(mandates::one))
        .route(
            "/administration/mandates/{id}/revocation",
            get(mandates::revocation).merge(post(mandates::revoke)),
        )
        .route(
            "/administration/applications",
            get(applications::list).merge(post(applications::make)),
        )
        .route("/administration/new-application", get(applications::new))
        .route(APPLICATION, get(applications::one))
        .route(
            &under(APPLICATION, "change"),
            get(applications::edit).merge(post(applications::change)),
        )
        .route(&under(APPLICATION, "keys"), post(keys::make))
        .route(&under(APPLICATION, "new-key"), get(keys::new))
        .route(
            &under(APPLICATION, "keys/{key}/revocation"),
            get(keys::revocation).merge(post(keys::revoke)),
        )
        .route(&under(APPLICATION, "clients"), post(clients::make))
        .route(&under(APPLICATION, "new-client"), get(clients::new))
        .route(
            &under(APPLICATION, "clients/{client}/revocation"),
            get(clients::revocation).merge(post(clients::revoke)),
        )
        .route("/administration/people", get(people::list).merge(post(people::make)))
        .route("/administration/new-person", get(people::new))
        .route(PERSON, get(people::one))
        .route(&under(PERSON, "change"), get(people::edit).merge(post(people::change)))
        .route(&under(PERSON, "logins"), get(logins::page).merge(post(logins::change)))
        .route(
            &under(PERSON, "invitation"),
            get(invitations::page).merge(post(invitations::invite)),
        )
        .route(&under(PERSON, "roles"), get(roles::page).merge(post(roles::change)))
        .route(
            "/administration/organisation",
            get(organisation::page).merge(post(organisation::change)),
        )
        .route("/administration/organisation/change", get(organisation::edit))
        .merge(certificates())
        .route("/administration/audit-log", get(audit_log::page))
        .route("/administration/audit-log/export", get(audit_log::export))
        .route(
            "/administration/audit-log/verification",
            get(wholeness::page).merge(post(wholeness::verify)),
        )
        .route("/administration/statistics", get(statistics::page))
        .layer(middleware::from_fn_with_state(state.clone(), member))
}

/// Those of certificates that live for years.
fn certificates() -> Router<AppState> {
    const ORDERS: &str = "/administration/certificate-orders";
    let under = |what: &str| format!("{ORDERS}/{what}");
    Router::new()
        .route("/administration/certificates", get(certificates::list))
        .route("/administration/certificates/table.csv", get(certificates::table))
        .route(
            "/administration/certificates/blocking",
            get(blocking::page).merge(post(blocking::block)),
        )
        .route(
            "/administration/certificates/notices",
            get(many_notices::page).merge(post(many_notices::change)),
        )
        .route("/administration/certificates/{id}", get(certificates::one))
        .route(
            "/administration/certificates/{id}/installation",
            get(certificates::installation).merge(post(certificates::install)),
        )
        .route(
            "/administration/certificates/{id}/notices",
            get(certificate_notices::page).merge(post(certificate_notices::change)),
        )
        .route("/administration/certificate-policy", post(policy::accept))
        .route(ORDERS, get(certificate_orders::list))
        .route(&under("new"), get(ordering::choice))
        .route(&under("new/{profile}"), get(ordering::new).merge(post(ordering::order)))
        .route(&under("{id}"), get(certificate_orders::one))
        .route(
            &under("{id}/{act}"),
            get(certificate_orders::ask).merge(post(certificate_orders::change)),
        )
        .route(
            "/administration/profiles/{id}/certificate-terms",
            get(certificate_terms::edit).merge(post(certificate_terms::change)),
        )
        .route(
            certificate_settings::AT,
            get(certificate_settings::edit).merge(post(certificate_settings::change)),
        )
}
