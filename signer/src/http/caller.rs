//! The extractor that turns `Authorization: Bearer` into a caller.

use std::sync::Arc;

use axum::{
    extract::{FromRef, FromRequestParts},
    http::{header::AUTHORIZATION, request::Parts},
};

use crate::{
    authentication::{Authenticated, AuthenticationError},
    problem::Problem,
    service::Service,
};

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
            .ok_or(AuthenticationError::Missing)
            .map_err(crate::Error::from)?;
        Ok(service.authenticator().authenticate(bearer).map_err(crate::Error::from)?)
    }
}
