//! A request to the API: who asks, by what, and for what.

use std::sync::Arc;

use axum::{
    body::{Body, HttpBody},
    extract::{FromRef, FromRequest, FromRequestParts, Request},
    http::{HeaderMap, header::AUTHORIZATION},
};
use csc::{ApiVersion, Parameters};
use ring::digest::{SHA256, digest};

use super::{super::AppState, answer::Refused};
use crate::{
    access::csc::{Asker, BearerHash, Csc},
    authentication::{Authenticated, AuthenticationError},
    http::{
        caller::Visitor,
        upload::{self, Intake},
    },
    problem::Problem,
    service::Service,
};

/// The longest request, in bytes: 100 hashes in base64 have some ten thousand.
const MAXIMUM_LENGTH: u64 = 64 << 10;

/// A request of somebody who showed a key.
pub(super) struct Call {
    pub(super) version: ApiVersion,
    pub(super) csc: Arc<Csc>,
    pub(super) asker: Asker,
    pub(super) parameters: Parameters,
}

/// A request of anybody.
pub(super) struct Public(pub(super) Parameters);

impl FromRequest<AppState> for Call {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Refused> {
        let (mut parts, body) = request.into_parts();
        let version = parts.extensions.get::<ApiVersion>().copied().unwrap_or(ApiVersion::V2);
        let caller = Authenticated::from_request_parts(&mut parts, state).await?;
        let service = Arc::<Service>::from_ref(state);
        let bearer = bearer_hash(&parts.headers)?;
        let intake = Intake::of(&service, &caller);
        let parameters = read(&parts.headers, body, &intake).await?;
        let (csc, asker) = (Arc::clone(&state.csc), Asker { caller, bearer });
        Ok(Self { version, csc, asker, parameters })
    }
}

impl FromRequest<AppState> for Public {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Refused> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, state).await?;
        Ok(Self(read(&parts.headers, body, &visitor.intake).await?))
    }
}

/// The SHA-256 of what the caller showed.
fn bearer_hash(headers: &HeaderMap) -> Result<BearerHash, Problem> {
    let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = bearer.and_then(|value| value.split_once(' ')).map(|(_, bearer)| bearer.trim());
    let bearer = bearer.ok_or_else(|| crate::Error::from(AuthenticationError::Missing))?;
    let mut hash = BearerHash::default();
    hash.copy_from_slice(digest(&SHA256, bearer.as_bytes()).as_ref());
    Ok(hash)
}

async fn read(headers: &HeaderMap, body: Body, intake: &Intake) -> Result<Parameters, Refused> {
    if body.is_end_stream() {
        return Ok(Parameters::default());
    }
    let body = upload::read(headers, body, MAXIMUM_LENGTH, intake).await?;
    Ok(Parameters::parse(body.bytes())?)
}
