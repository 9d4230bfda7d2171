//! One connection, from its first byte to its end.

use std::{convert::Infallible, net::IpAddr, sync::Arc, time::Duration};

use axum::{
    body::Body,
    http::{Request, Response},
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::Semaphore,
    time::{Instant, MissedTickBehavior, interval_at, timeout},
};
use tokio_rustls::TlsAcceptor;
use tower::Service;

use crate::{
    Bounds, ClientCertificate, Seldom, Stop, Tls, TlsClient, Upload,
    call::Calls,
    progress::{Overdue, Progress},
    stream::Watched,
};

/// How often a connection is looked at.
const EVERY: Duration = Duration::from_secs(1);

/// How many requests one HTTP/2 connection may have under way (RFC 9113 section 5.1.2 recommends no
/// fewer than 100).
const STREAMS: u32 = 100;

/// The least that hyper can work with, in bytes.
const LEAST_BUFFER: usize = 8192;

/// What the connections of one listener share.
#[derive(Debug)]
pub(crate) struct Shared<S> {
    pub(crate) service: S,
    pub(crate) tls: Option<Arc<Tls>>,
    pub(crate) bounds: Arc<Bounds>,
    pub(crate) builder: Builder<TokioExecutor>,
    pub(crate) drains: Arc<Semaphore>,
    pub(crate) overdue: Seldom,
}

/// How HTTP is spoken.
pub(crate) fn builder(bounds: &Bounds) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.header)
        .max_buf_size(bounds.header_bytes.max(LEAST_BUFFER));
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(20))
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(u32::try_from(bounds.header_bytes).unwrap_or(u32::MAX));
    builder
}

/// Serves a connection until it ends, is overdue, or the listener has stopped.
pub(crate) async fn run<S>(
    stream: TcpStream,
    peer: IpAddr,
    progress: Arc<Progress>,
    shared: &Shared<S>,
    mut stop: Stop,
) where
    S: Service<Request<Upload>, Response = Response<Body>, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
{
    // An answer is whole when it is written: nothing follows that it could wait for.
    drop(stream.set_nodelay(true));
    let stream = Watched { stream, progress: Arc::clone(&progress) };
    let Some(tls) = &shared.tls else {
        return speak(stream, (peer, None), progress, shared, stop).await;
    };
    let handshake = TlsAcceptor::from(tls.current()).accept(stream);
    let shaken = tokio::select! {
        biased;
        () = stop.begun() => return,
        shaken = timeout(shared.bounds.handshake, handshake) => shaken,
    };
    match shaken {
        Ok(Ok(stream)) => {
            let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
            // A certificate that TLS has verified can be read; one that cannot is nobody's.
            let named =
                |shown| TlsClient::of(shown).map(|client| (client, ClientCertificate::new(shown)));
            let client = shown.map(named);
            let Some(client) = client.map_or(Some(None), |read| read.map(Some)) else { return };
            speak(stream, (peer, client), progress, shared, stop).await;
        }
        Ok(Err(error)) => tracing::debug!(%error, "no TLS came about"),
        Err(_) => tell(shared, peer, "its TLS handshake was not finished in time"),
    }
}

async fn speak<S, I>(
    stream: I,
    (peer, client): (IpAddr, Option<(TlsClient, ClientCertificate)>),
    progress: Arc<Progress>,
    shared: &Shared<S>,
    mut stop: Stop,
) where
    S: Service<Request<Upload>, Response = Response<Body>, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
    I: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let calls = Calls {
        service: shared.service.clone(),
        peer,
        client,
        progress: Arc::clone(&progress),
        bounds: Arc::clone(&shared.bounds),
        drains: Arc::clone(&shared.drains),
    };
    let connection = shared.builder.serve_connection(TokioIo::new(stream), calls);
    let mut connection = std::pin::pin!(connection);
    let mut look = interval_at(Instant::now() + EVERY, EVERY);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut stopping, mut ending) = (false, false);
    loop {
        tokio::select! {
            biased;
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended");
                }
                return;
            }
            () = stop.begun(), if !stopping => {
                stopping = true;
                progress.stop();
                connection.as_mut().graceful_shutdown();
            }
            _ = look.tick() => match progress.overdue(&shared.bounds) {
                None => {}
                // Who keeps a connection for later is told that it ends, and it does at the next look.
                Some(Overdue::Idle) if !stopping && !ending => {
                    ending = true;
                    connection.as_mut().graceful_shutdown();
                }
                Some(Overdue::Idle) => return,
                Some(Overdue::Silent) => {
                    return tell(shared, peer, "no request came in time");
                }
                Some(Overdue::Unread) => {
                    return tell(shared, peer, "an answer was not read in time");
                }
            },
        }
    }
}

fn tell<S>(shared: &Shared<S>, peer: IpAddr, cause: &'static str) {
    if let Some(times) = shared.overdue.count() {
        tracing::warn!(%peer, cause, times, "a connection was closed");
    }
}
