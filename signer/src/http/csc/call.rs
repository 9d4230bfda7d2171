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
    authentication::AuthenticationError,
    http::{
        caller::{Visitor, recognised},
        upload::{self, Intake},
    },
    problem::Problem,
    service::Service,
};

/// The longest request, in bytes: 100 hashes in base64 have some ten thousand.
const MAXIMUM_LENGTH: u64 = 64 << 10;

/// What a token that stands for a person's consent is good for.
const WITH_CONSENT: [&str; 3] = ["/credentials/info", "/signatures/signHash", "/auth/revoke"];

/// The longest request with documents in it: in base64 and in JSON each stands in memory more than once. Larger
/// ones go to `/v1/seals`.
const MAXIMUM_LENGTH_WITH_DOCUMENTS: u64 = 16 << 20;

/// A request of somebody who showed a key.
pub(super) struct Call {
    pub(super) version: ApiVersion,
    pub(super) csc: Arc<Csc>,
    pub(super) asker: Asker,
    pub(super) parameters: Parameters,
}

/// A request with documents in it.
pub(super) struct DocumentsCall(pub(super) Call);

/// A request of anybody.
pub(super) struct Public(pub(super) Parameters);

impl FromRequest<AppState> for Call {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Refused> {
        Self::read(request, state, MAXIMUM_LENGTH).await
    }
}

impl FromRequest<AppState> for DocumentsCall {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Refused> {
        Ok(Self(Call::read(request, state, MAXIMUM_LENGTH_WITH_DOCUMENTS).await?))
    }
}

impl Call {
    async fn read(request: Request, state: &AppState, limit: u64) -> Result<Self, Refused> {
        let (parts, body) = request.into_parts();
        let version = parts.extensions.get::<ApiVersion>().copied().unwrap_or(ApiVersion::V2);
        let service = Arc::<Service>::from_ref(state);
        let with_consent = WITH_CONSENT.iter().any(|one| parts.uri.path().ends_with(one));
        let caller = recognised(&parts, &service).await?.may_use_csc(with_consent);
        let caller = caller.map_err(|error| Problem::from(crate::Error::from(error)))?;
        let bearer = bearer_hash(&parts.headers)?;
        let intake = Intake::of(&service, &caller);
        let parameters = read(&parts.headers, body, limit, &intake).await?;
        let (csc, asker) = (Arc::clone(&state.csc), Asker { caller, bearer });
        Ok(Self { version, csc, asker, parameters })
    }
}

impl FromRequest<AppState> for Public {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Refused> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, state).await?;
        Ok(Self(read(&parts.headers, body, MAXIMUM_LENGTH, &visitor.intake).await?))
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

async fn read(
    headers: &HeaderMap,
    body: Body,
    limit: u64,
    intake: &Intake,
) -> Result<Parameters, Refused> {
    if body.is_end_stream() {
        return Ok(Parameters::default());
    }
    let body = upload::read(headers, body, limit, intake).await?;
    Ok(Parameters::parse(body.bytes())?)
}
