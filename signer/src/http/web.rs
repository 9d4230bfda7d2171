//! The pages by which people log in, and what their script asks.

mod acts;
mod administration;
mod answer;
mod asking;
mod assets;
mod collecting;
mod consent;
mod contact;
mod cookie;
mod declining;
mod device_passkeys;
mod documents;
mod email_check;
mod evidence;
mod guard;
mod invitation;
mod linking;
mod login;
mod me;
mod means;
mod member;
mod own_certificates;
mod policies;
mod provider;
mod sent;
mod signing;
mod signing_provider;
mod spoken;
mod start;
mod verify;
mod visitor;
mod ways;

use axum::{Router, middleware, routing::MethodRouter};

use super::{
    AppState,
    handled::{get, post},
};
use crate::access::provider::{CALLBACK, sign::SIGNING_CALLBACK};

/// The start page.
pub(super) fn start(state: &AppState) -> MethodRouter<AppState> {
    get(start::page).layer(middleware::from_fn_with_state(state.clone(), guard::guard))
}

/// The routes.
pub(super) fn routes(state: &AppState) -> Router<AppState> {
    let asked = Router::new()
        .route("/oauth2/authorize", get(consent::authorize))
        .route("/oauth2/consent", get(consent::page).merge(post(consent::decide)))
        .route("/login", get(login::page))
        .route("/login/demo", post(login::demo))
        .route("/login/passkey/options", post(login::options))
        .route("/login/passkey", post(login::passkey))
        .route("/login/provider/{id}", get(provider::begin))
        .route(CALLBACK, get(provider::came_back))
        .route("/login/organisation", post(provider::chosen))
        .route("/logout", post(me::log_out))
        .route("/logout/everywhere", post(me::log_out_everywhere))
        .route("/me", get(me::page))
        .route("/me/login", get(me::log_in_anew))
        .route("/me/passkeys/options", post(me::options))
        .route("/me/passkeys", post(me::passkey))
        .route("/me/passkeys/{id}/removal", post(me::remove))
        .route("/me/device-passkeys/options", post(device_passkeys::options))
        .route("/me/device-passkeys/{id}", get(device_passkeys::made))
        .route("/me/logins", post(linking::confirm))
        .route("/me/logins/provider/{id}", get(linking::begin))
        .route("/me/logins/{login}/removal", post(linking::remove))
        .route("/people/{id}/passkeys/{passkey}/signing/options", post(means::passkey_options))
        .route(
            "/people/{id}/passkeys/{passkey}/signing",
            get(means::back_for_passkey).merge(post(means::give_for_passkey)),
        )
        .route("/people/{id}/logins/{login}/signing/options", post(means::login_options))
        .route(
            "/people/{id}/logins/{login}/signing",
            get(means::back_for_login).merge(post(means::give_for_login)),
        )
        .route("/sign", get(signing::page))
        .route("/sign/{id}", get(signing::activation))
        .route("/sign/{id}/provider/{provider}", get(signing_provider::begin))
        .route(SIGNING_CALLBACK, get(signing_provider::came_back))
        .route("/sign/{id}/passkey/options", post(signing::options))
        .route("/sign/{id}/passkey", post(signing::passkey))
        .route("/sign/{id}/demo", post(signing::demo))
        .route("/sign/{id}/decline", post(signing::decline))
        .route("/sign/{id}/documents/{number}", post(signing::document))
        .merge(public(state))
        .layer(middleware::from_fn_with_state(state.clone(), guard::guard));
    Router::new()
        .merge(asked)
        .merge(documents::routes(state))
        .merge(certificates(state))
        .merge(administration::routes(state))
        .route("/pages/{name}", get(assets::asset))
}

/// The pages that anybody may see, whether or not somebody is logged in.
fn public(state: &AppState) -> Router<AppState> {
    Router::new()
        .route("/logged-out", get(me::logged_out))
        .route("/invitation/{code}", get(invitation::page))
        .route("/invitation/{code}/passkey/options", post(invitation::options))
        .route("/invitation/{code}/passkey", post(invitation::passkey))
        .route("/email-checks/{code}", get(email_check::page).merge(post(email_check::confirm)))
        .route("/contact/{code}", get(contact::page))
        .route(
            "/contact/{code}/certificates/{id}/blocking",
            get(contact::blocking).merge(post(contact::block)),
        )
        .route(
            "/contact/{code}/certificates/{id}/installation",
            get(contact::installation).merge(post(contact::install)),
        )
        .route("/contact/{code}/certificates/{id}/notices", post(contact::mute))
        .route("/policies", get(policies::page))
        .route("/policies/{name}", get(policies::text))
        .route("/collect/{reference}", get(collecting::code_page).merge(post(collecting::by_code)))
        .route("/collect/{reference}/request", post(collecting::request_by_code))
        .route("/verify", get(verify::page).merge(post(verify::check)))
        .route("/verify/known", post(verify::known))
        .route("/verify/{reference}", get(verify::referred))
        .layer(middleware::from_fn_with_state(state.clone(), visitor::visitor))
}

/// The pages of one's own certificates; each asks for a session.
fn certificates(state: &AppState) -> Router<AppState> {
    const AT: &str = own_certificates::AT;
    let under = |what: &str| format!("{AT}/{what}");
    Router::new()
        .route(AT, get(own_certificates::page))
        .route(&under("collect/{reference}"), get(collecting::by_login))
        .route(&under("collect/{reference}/policy"), post(collecting::accept_by_login))
        .route(&under("collect/{reference}/request"), post(collecting::request_by_login))
        .route(&under("{id}/renewal"), get(collecting::renewal))
        .route(&under("{id}/renewal/policy"), post(collecting::accept_renewal))
        .route(&under("{id}/renewal/request"), post(collecting::request_renewal))
        .route(&under("{id}/installation"), post(own_certificates::install))
        .route(&under("{id}/notices"), post(own_certificates::mute))
        .route(
            &under("{id}/blocking"),
            get(own_certificates::blocking).merge(post(own_certificates::block)),
        )
        .layer(middleware::from_fn_with_state(state.clone(), member::member))
}
