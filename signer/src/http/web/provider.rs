//! Logins by an OpenID provider: the way there, the way back, and the choice of an organisation.

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, LOCATION, SET_COOKIE},
    },
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    answer::{self, WebError, frame, see},
    cookie, linking,
    login::leave,
    sent::Sent,
    spoken::Spoken,
};
use crate::{
    Error,
    access::provider::{self, Came, ProviderError, Returned},
    http::{AppState, caller::Address, path::Path},
    web::ChoicePage,
};

/// Sends the browser to the provider.
pub(super) async fn begin(
    State(state): State<AppState>,
    spoken: Spoken,
    Address(from): Address,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let begun = async {
        // The provider may keep whoever waits for its answer.
        let _place = state.service.strangers().provider_place(from).map_err(Error::from)?;
        Ok::<_, WebError>(provider::begin(&state.service, &state.access, (&id, from)).await?)
    };
    match begun.await {
        Ok((address, secret)) => {
            let Ok(address) = HeaderValue::try_from(address) else {
                return WebError::Malformed.shown(&headers, &spoken);
            };
            let headers = [
                (LOCATION, address),
                (CACHE_CONTROL, HeaderValue::from_static("no-store")),
                (SET_COOKIE, cookie::state(&secret)),
            ];
            (StatusCode::SEE_OTHER, headers).into_response()
        }
        Err(error) => error.shown(&headers, &spoken),
    }
}

/// Takes what the provider sent back.
pub(super) async fn came_back(
    State(state): State<AppState>,
    spoken: Spoken,
    Address(from): Address,
    headers: HeaderMap,
    returned: Result<Query<Returned>, QueryRejection>,
) -> Response {
    let came = async {
        let Query(returned) = returned.map_err(|_| WebError::Malformed)?;
        let _place = state.service.strangers().provider_place(from).map_err(Error::from)?;
        let kept = cookie::state_of(&headers);
        let came = provider::came_back(&state.service, &state.access, kept, returned).await?;
        match came {
            Came::Link(shown) => linking::asks(&state, &spoken, &headers, shown).await,
            Came::In(secret) => {
                leave(&state, &headers).await?;
                Ok::<_, WebError>(see("/me", Some(cookie::begun(&secret))))
            }
            Came::Choose(code, organisations) => {
                leave(&state, &headers).await?;
                let code = code.expose().to_owned();
                let page = ChoicePage { frame: frame(&spoken, "/login"), code, organisations };
                Ok(answer::page(StatusCode::OK, &spoken, &page))
            }
        }
    };
    came.await.unwrap_or_else(|error| error.shown(&headers, &spoken))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    code: String,
    organisation: String,
}

/// Logs in for the organisation that was chosen.
pub(super) async fn chosen(
    State(state): State<AppState>,
    spoken: Spoken,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let logged_in = async {
        let Choice { code, organisation } = sent.form().await?;
        Ok::<_, WebError>(provider::chosen(&state.service, &code, &organisation).await?)
    };
    match logged_in.await {
        Ok(secret) => see("/me", Some(cookie::begun(&secret))),
        Err(error) => error.shown(&headers, &spoken),
    }
}

impl From<ProviderError> for WebError {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::Service(error) => Self::Service(error),
            ProviderError::Unknown => Self::NotFound,
            ProviderError::Unreachable(cause) => {
                tracing::warn!(cause, "an OpenID provider cannot be asked");
                Self::ProviderAway
            }
            ProviderError::State
            | ProviderError::NoCode
            | ProviderError::OtherIssuer
            | ProviderError::Token(_)
            | ProviderError::Nonce
            | ProviderError::Party
            | ProviderError::Assurance
            | ProviderError::Organisation
            | ProviderError::Older
            | ProviderError::Nobody => Self::NotRecognised,
        }
    }
}
