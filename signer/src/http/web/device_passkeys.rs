//! `/me/device-passkeys`: somebody who is logged in makes a passkey on the device's own page, and comes back.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use registry::{RegisteredId, RegisteredPerson};
use seal::ActivationId;
use serde_json::json;

use super::{
    answer::{WebError, scripted, see, see_at},
    asking::fresh_entry_of_script,
    login::session,
    means::registration_page,
    spoken::Spoken,
};
use crate::{
    access::session::Session,
    administration::NamedMeans,
    audit::ChangedBy,
    http::{AppState, path::Path},
    service::MeansBegun,
    web::texts,
};

/// Whoever is logged in and has an entry, and the entry.
async fn entry(state: &AppState, headers: &HeaderMap) -> Result<(Session, RegisteredId), WebError> {
    let session = session(state, headers).await?.ok_or(WebError::NoSession)?;
    let id = session.registered().cloned().ok_or(WebError::Malformed)?;
    Ok((session, id))
}

/// Where the device has a passkey made: the script goes there. An authenticator is a way to sign that stays, and a
/// browser that was left open is to give none away.
pub(super) async fn options(
    State(state): State<AppState>,
    spoken: Spoken,
    headers: HeaderMap,
) -> Response {
    let begun = async {
        let (session, id) = fresh_entry_of_script(&state, &headers).await?;
        let begun = state.service.begin_passkey(&session.organisation, &id).await?;
        let name = begun.as_str();
        let (page, back) = (format!("/passkeys/{name}"), format!("/me/device-passkeys/{name}"));
        state.service.device_page(&page, &back).ok_or(WebError::NotFound)
    };
    match begun.await {
        Ok(to) => scripted(StatusCode::OK, Json(json!({ "to": to }))),
        Err(error) => error.shown(&headers, &spoken),
    }
}

/// Keeps what was made, and leads on to where it is agreed to. The device says for whom it was made; whoever comes
/// by another person's is refused.
pub(super) async fn made(
    State(state): State<AppState>,
    spoken: Spoken,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let kept = async {
        let (session, entry) = entry(&state, &headers).await?;
        let s = texts(spoken.language).signing;
        let name = |person: &RegisteredPerson| {
            let others = person.passkeys.iter().filter(|one| one.signs_only()).count();
            format!("{} {}", s.device_passkey, others + 1)
        };
        let (organisation, made) = (&session.organisation, ActivationId::new(id));
        let by = ChangedBy::Caller(&session.caller);
        let kept = state.service.keep_passkey(organisation, &entry, &made, name, by).await?;
        Ok::<_, WebError>(match kept {
            Some((passkey, MeansBegun::Wanted(pending))) => {
                let means = NamedMeans::Passkey(&passkey);
                registration_page(&state, &pending, (&entry, means))
            }
            Some((_, MeansBegun::Registered | MeansBegun::LogsInOnly)) | None => None,
        })
    };
    match kept.await {
        Ok(Some(to)) => see_at(&to, None),
        Ok(None) => see("/me", None),
        Err(error) => error.shown(&headers, &spoken),
    }
}
