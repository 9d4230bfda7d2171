//! A request to the API: who asks, by what, and for what.

use std::sync::Arc;

use axum::{
    body::{Body, HttpBody},
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
};
use csc::{ApiVersion, Parameters};

use super::{super::AppState, answer::Refused};
use crate::{
    access::csc::{Asker, Csc, bearer_hash, is_sad},
    authentication::AuthenticationError,
    http::{
        caller::{Visitor, counted, peer, recognised, turned_away},
        upload::{self, Intake},
    },
    problem::Problem,
    service::RequestError,
};

/// The longest request without documents, in bytes: 100 hashes in base64 have some ten thousand.
pub(super) const MAXIMUM_LENGTH: u64 = 64 << 10;

/// Whether a method may be asked for by a token that stands for a person's consent: a layer of its route.
#[derive(Clone, Copy, Debug)]
pub(super) struct WithConsent;

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

/// A request for signatures of hashes, or, with documents in it, of those. Activation data may have come in
/// the place of a key.
pub(super) struct SigningCall<const WITH_DOCUMENTS: bool> {
    pub(super) call: Call,
    /// They, if they have.
    pub(super) sad: Option<String>,
}

/// A request of anybody.
pub(super) struct Public(pub(super) Parameters);

impl FromRequest<AppState> for Call {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Refused> {
        Self::read(request, state, MAXIMUM_LENGTH).await
    }
}

impl<const WITH_DOCUMENTS: bool> FromRequest<AppState> for SigningCall<WITH_DOCUMENTS> {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Refused> {
        let limit = match WITH_DOCUMENTS {
            true => MAXIMUM_LENGTH_WITH_DOCUMENTS,
            false => MAXIMUM_LENGTH,
        };
        let (parts, body) = request.into_parts();
        let sad = bearer(&parts.headers).filter(|one| is_sad(one)).map(str::to_owned);
        let Some(sad) = sad else {
            let shown = bearer(&parts.headers).map(str::to_owned);
            let call = Call::read(Request::from_parts(parts, body), state, limit).await?;
            // A token that stands for a consent is the SAD itself.
            let access = call.asker.caller.access.as_ref();
            let is_sad = access.is_some_and(|access| access.consent.is_some());
            return Ok(Self { sad: shown.filter(|_| is_sad), call });
        };
        let asker = asker_by(&sad, &parts, state).await?;
        let call = Call::of(asker, (parts, body), state, limit).await?;
        Ok(Self { call, sad: Some(sad) })
    }
}

/// Who shows activation data. Looking for them costs something, and so does guessing.
async fn asker_by(sad: &str, parts: &Parts, state: &AppState) -> Result<Asker, Refused> {
    if !state.service.strangers().may_fail(peer(parts)) {
        return Err(turned_away(RequestError::TooMany).into());
    }
    let known = state.csc.asker_by(sad).await;
    Ok(known.map_err(|error| counted(error, parts, &state.service))?)
}

impl Call {
    async fn read(request: Request, state: &AppState, limit: u64) -> Result<Self, Refused> {
        let (parts, body) = request.into_parts();
        let with_consent = parts.extensions.get::<WithConsent>().is_some();
        let caller = recognised(&parts, &state.service).await?.may_use_csc(with_consent);
        let caller = caller.map_err(|error| Problem::from(crate::Error::from(error)))?;
        let shown = bearer(&parts.headers);
        let shown = shown.ok_or_else(|| crate::Error::from(AuthenticationError::Missing));
        let bearer = bearer_hash(shown.map_err(Problem::from)?);
        Self::of(Asker { caller, bearer }, (parts, body), state, limit).await
    }

    async fn of(
        asker: Asker,
        (parts, body): (Parts, Body),
        state: &AppState,
        limit: u64,
    ) -> Result<Self, Refused> {
        let version = parts.extensions.get::<ApiVersion>().copied().unwrap_or(ApiVersion::V2);
        state.csc.pass(&asker)?;
        let intake = Intake::of(&state.service, &asker.caller);
        let parameters = read(&parts.headers, body, limit, &intake).await?;
        Ok(Self { version, csc: Arc::clone(&state.csc), asker, parameters })
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

/// What the caller showed.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let bearer = headers.get(AUTHORIZATION)?.to_str().ok()?;
    bearer.split_once(' ').map(|(_, bearer)| bearer.trim())
}

/// The members of a request; an empty body has none.
///
/// # Errors
/// [`Refused`].
pub(super) async fn read(
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
