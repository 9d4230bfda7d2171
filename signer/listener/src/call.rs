//! A request on its way to the router, and the answer back.

use std::{convert::Infallible, net::IpAddr, sync::Arc};

use axum::body::Body;
use axum::http::{Request, Response, StatusCode, Version, header::EXPECT};
use futures_util::future::BoxFuture;
use hyper::body::Incoming;
use tokio::sync::Semaphore;
use tower::{Service, ServiceExt};

use crate::{
    Bounds, ClientCertificate, TlsClient, answer::Answer, origin::network, progress::Progress,
    upload::Upload,
};

/// Who sent a request: an address, or a network of 64 bits of IPv6. An extension of each request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Peer(pub IpAddr);

/// Answers the requests of one connection.
#[derive(Debug)]
pub(crate) struct Calls<S> {
    pub(crate) service: S,
    pub(crate) peer: IpAddr,
    /// Who showed a certificate, and which.
    pub(crate) client: Option<(TlsClient, ClientCertificate)>,
    pub(crate) progress: Arc<Progress>,
    pub(crate) bounds: Arc<Bounds>,
    /// How many rests of bodies may be read at once.
    pub(crate) drains: Arc<Semaphore>,
}

impl<S> hyper::service::Service<Request<Incoming>> for Calls<S>
where
    S: Service<Request<Upload>, Response = Response<Body>, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response<Answer>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response<Answer>, Infallible>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let (mut parts, incoming) = request.into_parts();
        let version = parts.version;
        // Who waits to be told to go on (RFC 9110 section 10.1.1) has sent nothing that must be read.
        // Over HTTP/2 curl does not wait for an answer, and takes an early one for an error.
        let waits = version != Version::HTTP_2 && parts.headers.contains_key(EXPECT);
        parts.extensions.insert(Peer(network(self.peer)));
        if let Some((client, certificate)) = &self.client {
            parts.extensions.insert(client.clone());
            parts.extensions.insert(certificate.clone());
        }
        let (upload, rest) = Upload::new(incoming, self.bounds.body);
        let answer = self.service.clone().oneshot(Request::from_parts(parts, upload));
        let rest = rest.filter(|_| !waits).map(|rest| (rest, Arc::clone(&self.drains)));
        let waiting = Waiting::new(Arc::clone(&self.progress));
        let bounds = Arc::clone(&self.bounds);
        Box::pin(async move {
            let answer = answer.await?;
            // Who comes at a bad time is not read on: that would make the time worse.
            let bad_time = matches!(
                answer.status(),
                StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS
            );
            if let Some((rest, drains)) = rest.filter(|_| !bad_time)
                && let Ok(_permit) = drains.try_acquire()
            {
                rest.drain().await;
            }
            Ok(answer.map(|body| Answer::new(body, version, waiting.over(), &bounds)))
        })
    }
}

/// A request whose answer is not made yet.
struct Waiting(Option<Arc<Progress>>);

impl Waiting {
    fn new(progress: Arc<Progress>) -> Self {
        progress.asked();
        Self(Some(progress))
    }

    #[expect(clippy::expect_used, reason = "it is taken here alone, and this takes `self`")]
    fn over(mut self) -> Arc<Progress> {
        self.0.take().expect("taken once")
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(progress) = &self.0 {
            progress.given_up();
        }
    }
}
