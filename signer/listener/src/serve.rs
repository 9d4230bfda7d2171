//! Takes connections in, and lets them end in good order.

use std::{convert::Infallible, io, net::TcpListener, sync::Arc, time::Duration};

use axum::{
    body::Body,
    http::{Request, Response},
};
use tokio::{
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{sleep, sleep_until},
};
use tower::Service;

use crate::{
    Bounds, Seldom, Tls, Upload,
    connection::{self, Shared},
    places::{NoPlace, Places},
};

/// How many rests of bodies that nobody wants are read at once.
const DRAINS: usize = 32;

/// How long nothing is accepted when the process can open no more files.
const PAUSE: Duration = Duration::from_millis(100);

/// Tells listeners to stop.
#[derive(Debug)]
pub struct Stopper(watch::Sender<bool>);

/// Knows when to stop. Clones know the same.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

impl Stopper {
    /// One that has not told anybody, and what it tells.
    pub fn new() -> (Self, Stop) {
        let (sender, receiver) = watch::channel(false);
        (Self(sender), Stop(receiver))
    }

    /// Tells it, once and for all.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// Waits until it is told. A [`Stopper`] that is gone has told it.
    pub async fn begun(&mut self) {
        drop(self.0.wait_for(|begun| *begun).await);
    }
}

/// Serves `service` on a bound socket until `stop`; then requests under way may end within
/// [`Bounds::stop`].
///
/// # Errors
/// The socket cannot be listened on.
pub async fn serve<S>(
    listener: TcpListener,
    service: S,
    tls: Option<Arc<Tls>>,
    bounds: Bounds,
    mut stop: Stop,
) -> io::Result<()>
where
    S: Service<Request<Upload>, Response = Response<Body>, Error = Infallible>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send,
{
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let places = Places::new(bounds.connections, bounds.connections_per_address);
    let patience = bounds.stop;
    let shared = Arc::new(Shared {
        service,
        tls,
        builder: connection::builder(&bounds),
        bounds: Arc::new(bounds),
        drains: Arc::new(Semaphore::new(DRAINS)),
        overdue: Seldom::new(),
    });
    let (full, failing) = (Seldom::new(), Seldom::new());
    let mut connections = JoinSet::new();
    let stopped = stop.clone();
    loop {
        tokio::select! {
            biased;
            () = stop.begun() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => match places.take(peer.ip()) {
                    Ok(place) => {
                        let (shared, stop) = (Arc::clone(&shared), stopped.clone());
                        connections.spawn(async move {
                            let _place = place;
                            connection::run(stream, peer.ip(), &shared, stop).await;
                        });
                    }
                    Err(none) => {
                        if let Some(times) = full.count() {
                            let limit = match none {
                                NoPlace::All => "connections in all",
                                NoPlace::Address => "connections of one address",
                            };
                            tracing::warn!(peer = %peer.ip(), limit, times, "no place for a connection");
                        }
                    }
                },
                Err(error) => {
                    if let Some(times) = failing.count() {
                        tracing::warn!(%error, times, "no connection can be accepted");
                    }
                    // A connection that is gone already costs nothing; files that cannot be opened
                    // can be again when another connection has ended.
                    if !is_of_the_peer(&error) {
                        sleep(PAUSE).await;
                    }
                }
            },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
    drop(listener);
    let over = tokio::time::Instant::now() + patience;
    let ended = async { while connections.join_next().await.is_some() {} };
    tokio::select! {
        () = ended => {}
        () = sleep_until(over) => {}
    }
    connections.shutdown().await;
    Ok(())
}

fn is_of_the_peer(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}
