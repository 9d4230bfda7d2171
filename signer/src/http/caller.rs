//! The extractors that tell who asks: a caller by `Authorization: Bearer`, or a stranger.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use axum::{
    extract::{FromRef, FromRequestParts},
    http::{header::AUTHORIZATION, request::Parts},
};
use listener::{Peer, Place, Seldom};

use super::upload::Intake;
use crate::{
    authentication::{Authenticated, AuthenticationError},
    error::RequestError,
    problem::{Problem, ProblemType},
    service::Service,
};

/// Who may ask without showing a key, and on whose account.
#[derive(Debug)]
pub(super) struct Visitor {
    /// How its body is read.
    pub(super) intake: Intake,
    /// The place of one who shows no key.
    pub(super) place: Option<Place>,
}

impl<S> FromRequestParts<S> for Authenticated
where
    Arc<Service>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let service = Arc::<Service>::from_ref(state);
        let bearer = parts
            .headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, bearer)| bearer.trim())
            .ok_or(AuthenticationError::Missing);
        let caller = bearer.and_then(|bearer| service.authenticator().authenticate(bearer));
        caller.map_err(|error| {
            note_refusal(&error, parts);
            Problem::from(crate::Error::from(error))
        })
    }
}

impl<S> FromRequestParts<S> for Visitor
where
    Arc<Service>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    /// Who shows something that is not accepted is refused, and not taken for a stranger.
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let service = Arc::<Service>::from_ref(state);
        if parts.headers.contains_key(AUTHORIZATION) {
            Authenticated::from_request_parts(parts, state).await?;
            return Ok(Self { intake: Intake::of(&service), place: None });
        }
        let strangers = service.strangers();
        let place = strangers.place(peer(parts)).inspect_err(|_| {
            metrics::counter!("segl_strangers_refused_total").increment(1);
        })?;
        let budget = strangers.budget().clone();
        let intake = Intake { budget, pace: service.limits().pace };
        Ok(Self { intake, place: Some(place) })
    }
}

/// The address of whoever asks. Without a listener there is none.
pub(super) fn peer(parts: &Parts) -> IpAddr {
    parts.extensions.get::<Peer>().map_or(Ipv4Addr::LOCALHOST.into(), |peer| peer.0)
}

/// Counts a refusal, and tells the log of it now and then: never what was shown.
fn note_refusal(error: &AuthenticationError, parts: &Parts) {
    static REFUSED: Seldom = Seldom::new();
    let cause = ProblemType::from(&crate::Error::from(*error)).name();
    metrics::counter!("segl_authentication_refused_total", "problem" => cause).increment(1);
    if let Some(times) = REFUSED.count() {
        tracing::warn!(peer = %peer(parts), cause = %error, times, "nobody was recognised");
    }
}

/// Turns an address away that sends too much without a key.
pub(super) async fn pass(
    axum::extract::State(service): axum::extract::State<Arc<Service>>,
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> Result<axum::response::Response, Problem> {
    let (parts, body) = request.into_parts();
    let known = parts.headers.contains_key(AUTHORIZATION) && parts.uri.path().starts_with("/v1/");
    if !known {
        service.strangers().pass(peer(&parts)).map_err(|error: RequestError| {
            metrics::counter!("segl_strangers_refused_total").increment(1);
            Problem::from(error)
        })?;
    }
    Ok(next.run(axum::extract::Request::from_parts(parts, body)).await)
}
