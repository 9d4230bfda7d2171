//! `/sign/{id}/provider/{provider}`: somebody logs in anew, at an OpenID provider, to sign exactly these
//! documents.

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::HeaderMap,
    response::Response,
};
use seal::PersonalEvidence;

use super::{
    answer::{WebError, see_at},
    cookie,
    login::session,
    signing::give,
    spoken::Spoken,
};
use crate::{
    access::provider::{Returned, sign},
    http::{AppState, path::Path},
};

/// Sends the browser to the provider. A link and no form: the policy of the pages lets no form lead to
/// another origin.
pub(super) async fn begin(
    State(state): State<AppState>,
    spoken: Spoken,
    Path((id, provider)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let begun = async {
        let session = session(&state, &headers).await?.ok_or(WebError::NoSession)?;
        let held = state.service.activation(&session.authenticated(), &id)?;
        let asked = (provider.as_str(), held.activation());
        Ok::<_, WebError>(sign::begin(&state.service, &state.access, &session, asked).await?)
    };
    match begun.await {
        Ok((address, secret)) => see_at(&address, Some(cookie::state(&secret))),
        Err(error) => error.shown(&headers, &spoken),
    }
}

/// Takes what the provider sent back, and gives the device the ID token.
pub(super) async fn came_back(
    State(state): State<AppState>,
    spoken: Spoken,
    headers: HeaderMap,
    returned: Result<Query<Returned>, QueryRejection>,
) -> Response {
    let came = async {
        let Query(returned) = returned.map_err(|_| WebError::Malformed)?;
        let session = session(&state, &headers).await?.ok_or(WebError::NoSession)?;
        let kept = cookie::state_of(&headers);
        let came = sign::came_back(&state.service, &state.access, kept, returned);
        let (id, token) = came.await?;
        let evidence = PersonalEvidence::IdToken(token);
        give(&state, &session, &id, evidence).await
    };
    match came.await {
        Ok(to) => see_at(&to, None),
        Err(error) => error.shown(&headers, &spoken),
    }
}
