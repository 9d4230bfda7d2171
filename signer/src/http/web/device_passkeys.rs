//! `/me/device-passkeys`: somebody who is logged in makes a passkey on the device's own page, and comes back.

use axum::{extract::State, http::HeaderMap, response::Response};
use registry::{RegisteredId, RegisteredPerson};
use seal::ActivationId;

use super::{
    answer::{WebError, see, see_at},
    login::session,
    spoken::Spoken,
};
use crate::{
    access::session::Session,
    audit::ChangedBy,
    http::{AppState, path::Path},
    web::texts,
};

/// Whoever is logged in and has an entry, and the entry.
async fn entry(state: &AppState, headers: &HeaderMap) -> Result<(Session, RegisteredId), WebError> {
    let session = session(state, headers).await?.ok_or(WebError::NoSession)?;
    let id = session.registered().cloned().ok_or(WebError::Malformed)?;
    Ok((session, id))
}

/// Sends the browser to the device's page. A link and no form: the policy of the pages lets no form lead to
/// another origin.
pub(super) async fn begin(
    State(state): State<AppState>,
    spoken: Spoken,
    headers: HeaderMap,
) -> Response {
    let begun = async {
        let (session, id) = entry(&state, &headers).await?;
        if !session.authenticated().is_fresh(state.service.clock().now()) {
            return Err(WebError::LoginTooOld);
        }
        let begun = state.service.begin_passkey(&session.organisation, &id).await?;
        let name = begun.as_str();
        let address = state
            .service
            .device_page(&format!("/passkeys/{name}"), &format!("/me/device-passkeys/{name}"));
        address.ok_or(WebError::NotFound)
    };
    match begun.await {
        Ok(address) => see_at(&address, None),
        Err(error) => error.shown(&headers, spoken),
    }
}

/// Keeps what was made. The device says for whom; whoever comes by another person's is refused.
pub(super) async fn made(
    State(state): State<AppState>,
    spoken: Spoken,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let kept = async {
        let (session, entry) = entry(&state, &headers).await?;
        let s = texts(spoken.to(&session).language).signing;
        let name = |person: &RegisteredPerson| {
            let others = person.passkeys.iter().filter(|one| one.signing_only).count();
            format!("{} {}", s.device_passkey, others + 1)
        };
        let (organisation, made) = (&session.organisation, ActivationId::new(id));
        let by = ChangedBy::Caller(&session.caller);
        Ok::<_, WebError>(state.service.keep_passkey(organisation, &entry, &made, name, by).await?)
    };
    match kept.await {
        Ok(()) => see("/me", None),
        Err(error) => error.shown(&headers, spoken),
    }
}
