//! `/documents`: people lay documents down, read them, decide, and take away what was made of them.

mod archive;
mod choice;
mod consent;
mod evidence;
mod laying;
mod page;
mod reading;
mod result;
mod shared;
mod work;

use axum::{Router, middleware};

pub(super) use self::page::undrawn;
pub(super) use self::shared::Reader;
pub(super) use self::work::{awaiting, work_by_activation};
use super::{acts, member::member};
use crate::http::{
    AppState,
    handled::{get, post},
};

/// The routes; each asks for a session.
pub(super) fn routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .route("/acts", get(acts::page))
        .route("/acts/evidence", post(acts::evidence))
        .route("/documents", get(laying::page).merge(post(laying::lay)))
        .route("/documents/{id}", get(laying::batch))
        .route("/documents/{id}/decline", post(result::decline))
        .route("/documents/{id}/choice", get(choice::page).merge(post(choice::choose)))
        .route("/documents/{id}/consent", get(consent::page).merge(post(consent::agree)))
        .route("/documents/{id}/preview", get(page::preview))
        .route("/documents/{id}/result", get(result::page))
        .route("/documents/{id}/state", get(result::state))
        .route("/documents/{id}/cancel", post(result::cancel))
        .route("/documents/{id}/archive", get(archive::archived))
        .route("/documents/{id}/{number}", get(reading::page))
        .route("/documents/{id}/{number}/read", post(reading::read))
        .route("/documents/{id}/{number}/original", get(archive::original))
        .route("/documents/{id}/{number}/result", get(archive::result))
        .route("/documents/{id}/{number}/evidence", post(evidence::take))
        .route("/documents/{id}/{number}/page/{page}", get(page::picture))
        .route("/documents/{id}/{number}/page/{page}/text", get(page::text))
        .layer(middleware::from_fn_with_state(state.clone(), member))
}
