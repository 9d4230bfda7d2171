//! Which call a request is: found by its path, for a router's table costs more than the few calls.

use std::{
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    BoxError,
    body::HttpBody,
    http::{HeaderValue, Method, Request, StatusCode, header::ALLOW},
    response::{IntoResponse, Response},
};
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt, Limited};
use listener::TlsClient;
use qscd_protocol::MAXIMUM_BODY_LENGTH;
use seal::{ActivationId, CredentialId};
use tower::Service;

use super::{DeviceApi, activations, calls, error::Answer};

/// Answers the calls of the device, `/qscd/v1/*`. Clones are the same device.
///
/// A router around it costs a client some microseconds a call.
#[derive(Clone, Debug)]
pub struct DeviceService(pub(super) Arc<DeviceApi>);

impl<B> Service<Request<B>> for DeviceService
where
    B: HttpBody<Error: Into<BoxError>, Data: Send> + Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let api = Arc::clone(&self.0);
        Box::pin(async move { Ok(dispatch(&api, request).await) })
    }
}

/// A call, as its path names it.
#[derive(Debug)]
enum Call {
    Describe,
    Destructions,
    Register,
    Enrol,
    Destroy(CredentialId),
    Authorise(CredentialId),
    Sign(CredentialId),
    Activate(CredentialId),
    BeginActivation,
    ActivationState(ActivationId),
    GiveEvidence(ActivationId),
    BeginRegistration,
    RegisterMeans(ActivationId),
    RemoveMeans,
    QueryMeans,
    BeginPasskey,
    MadePasskey(ActivationId),
}

impl Call {
    fn of(path: &str) -> Option<Self> {
        let path = path.strip_prefix("/qscd/v1/")?;
        match path {
            "device" => return Some(Self::Describe),
            "destructions" => return Some(Self::Destructions),
            "registrations" => return Some(Self::Register),
            "credentials" => return Some(Self::Enrol),
            "activations" => return Some(Self::BeginActivation),
            "authenticators" => return Some(Self::BeginRegistration),
            "passkeys" => return Some(Self::BeginPasskey),
            "authenticators/queries" => return Some(Self::QueryMeans),
            "authenticators/removals" => return Some(Self::RemoveMeans),
            _ => {}
        }
        if let Some(id) = path.strip_prefix("authenticators/") {
            return Some(Self::RegisterMeans(ActivationId::new(id)));
        }
        if let Some(id) = path.strip_prefix("passkeys/") {
            return Some(Self::MadePasskey(ActivationId::new(id)));
        }
        if let Some(path) = path.strip_prefix("activations/") {
            return Some(match path.strip_suffix("/evidence") {
                Some(id) => Self::GiveEvidence(ActivationId::new(id)),
                None => Self::ActivationState(ActivationId::new(path)),
            });
        }
        let path = path.strip_prefix("credentials/")?;
        let (id, act) = match path.split_once('/') {
            Some((id, act)) => (id, Some(act)),
            None => (path, None),
        };
        let id = CredentialId::new(id);
        match act {
            None => Some(Self::Destroy(id)),
            Some("authorisations") => Some(Self::Authorise(id)),
            Some("signatures") => Some(Self::Sign(id)),
            Some("activations") => Some(Self::Activate(id)),
            Some(_) => None,
        }
    }

    fn method(&self) -> (Method, &'static str) {
        match self {
            Self::Describe
            | Self::Destructions
            | Self::ActivationState(_)
            | Self::MadePasskey(_) => (Method::GET, "GET"),
            Self::Destroy(_) => (Method::DELETE, "DELETE"),
            Self::Register
            | Self::Enrol
            | Self::Authorise(_)
            | Self::Sign(_)
            | Self::Activate(_)
            | Self::BeginActivation
            | Self::GiveEvidence(_)
            | Self::BeginRegistration
            | Self::RegisterMeans(_)
            | Self::RemoveMeans
            | Self::QueryMeans
            | Self::BeginPasskey => (Method::POST, "POST"),
        }
    }
}

/// Answers any request under `/qscd/v1`.
async fn dispatch<B>(api: &DeviceApi, request: Request<B>) -> Response
where
    B: HttpBody<Error: Into<BoxError>>,
{
    let (parts, body) = request.into_parts();
    let Some(call) = Call::of(parts.uri.path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (method, name) = call.method();
    if parts.method != method {
        let allowed = [(ALLOW, HeaderValue::from_static(name))];
        return (StatusCode::METHOD_NOT_ALLOWED, allowed).into_response();
    }
    let client = parts.extensions.get::<TlsClient>();
    if let Err(refused) = api.clients.admit(client) {
        return refused.into_response();
    }
    let Ok(body) = Limited::new(body, MAXIMUM_BODY_LENGTH).collect().await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let body = body.to_bytes();
    if let Call::Destroy(id) | Call::Authorise(id) | Call::Sign(id) | Call::Activate(id) = &call
        && let Err(unknown) = calls::admit(api, client, id)
    {
        return unknown.into_response();
    }
    let answered: Result<Response, Answer> = match call {
        Call::Describe => calls::describe(api),
        Call::Destructions => calls::destructions(api, parts.uri.query()),
        Call::Register => calls::register(api, client, &body).await,
        Call::Enrol => calls::enrol(api, client, &body).await,
        Call::Destroy(id) => calls::destroy(api, id).await,
        Call::Authorise(id) => calls::authorise(api, client, id, &body).await,
        Call::Sign(id) => calls::sign(api, id, &body).await,
        Call::Activate(id) => calls::activate(api, client, id, &body).await,
        Call::BeginActivation => activations::begin(api, client, &body).await,
        Call::ActivationState(id) => activations::state(api, client, &id).await,
        Call::GiveEvidence(id) => activations::give(api, client, &id, &body).await,
        Call::BeginRegistration => activations::begin_registration(api, client, &body).await,
        Call::RegisterMeans(id) => activations::register(api, client, &id, &body).await,
        Call::RemoveMeans => activations::remove(api, client, &body).await,
        Call::QueryMeans => activations::query(api, client, &body).await,
        Call::BeginPasskey => activations::begin_passkey(api, client, &body).await,
        Call::MadePasskey(id) => activations::made_passkey(api, client, &id).await,
    };
    answered.unwrap_or_else(IntoResponse::into_response)
}
