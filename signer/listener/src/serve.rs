//! Takes connections in, and lets them end in good order.

use std::{
    convert::Infallible,
    io,
    net::{IpAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use axum::{
    body::Body,
    http::{Request, Response},
};
use tokio::{
    sync::Semaphore,
    task::{Id, JoinError, JoinSet},
    time::{sleep, sleep_until, timeout},
};
use tower::Service;

use crate::{
    Bounds, Seldom, Stop, Tls, Upload,
    connection::{self, Shared},
    held::Held,
    places::{NoPlace, Place, Places},
    progress::Progress,
};

/// How many rests of bodies that nobody wants are read at once.
const DRAINS: usize = 32;

/// How long nothing is accepted when the process can open no more files.
const PAUSE: Duration = Duration::from_millis(100);

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
    let (mut connections, mut held) = (JoinSet::new(), Held::default());
    let stopped = stop.clone();
    loop {
        tokio::select! {
            biased;
            () = stop.begun() => break,
            // Before the next one comes in: what ended is kept until it is asked for.
            Some(ended) = connections.join_next_with_id(), if !connections.is_empty() => {
                held.forget(task_of(&ended));
            }
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => match place(&places, peer.ip(), &mut held, &mut connections, &shared.bounds).await {
                    Ok(place) => {
                        let (shared, stop) = (Arc::clone(&shared), stopped.clone());
                        let progress = Arc::new(Progress::new());
                        let watched = Arc::clone(&progress);
                        let task = connections.spawn(async move {
                            let _place = place;
                            connection::run(stream, peer.ip(), watched, &shared, stop).await;
                        });
                        held.keep(task, peer.ip(), progress);
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

/// A place for a connection from `address`; when all are taken, that of another which makes room.
async fn place(
    places: &Arc<Places>,
    address: IpAddr,
    held: &mut Held,
    connections: &mut JoinSet<()>,
    bounds: &Bounds,
) -> Result<Place, NoPlace> {
    let taken = places.take(address);
    if !matches!(taken, Err(NoPlace::All)) {
        return taken;
    }
    let Some(room) = held.make_room(address, bounds) else { return taken };
    // It waits for something, so that it ends as soon as its turn comes.
    let gone = async {
        while let Some(ended) = connections.join_next_with_id().await {
            held.forget(task_of(&ended));
            if task_of(&ended) == room {
                break;
            }
        }
    };
    drop(timeout(PAUSE, gone).await);
    places.take(address)
}

fn task_of(ended: &Result<(Id, ()), JoinError>) -> Id {
    match ended {
        Ok((task, ())) => *task,
        Err(error) => error.id(),
    }
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

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use axum::Router;
    use bytes::Bytes;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpStream,
        task::JoinHandle,
        time::Instant,
    };

    use super::*;
    use crate::Stopper;

    fn serving(
        router: Router,
        bounds: Bounds,
    ) -> (SocketAddr, Stopper, JoinHandle<io::Result<()>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (stopper, stop) = Stopper::new();
        (address, stopper, tokio::spawn(serve(listener, router, None, bounds, stop)))
    }

    /// An answer in two pieces: the first is longer than every buffer on the way.
    async fn long() -> Body {
        let pieces = [Bytes::from(vec![b'a'; 16 << 20]), Bytes::from_static(b"end")];
        let length = pieces.iter().map(Bytes::len).sum::<usize>();
        let pieces = futures_util::stream::iter(pieces.map(Ok::<_, Infallible>));
        Body::new(Measured { body: Body::from_stream(pieces), left: length as u64 })
    }

    /// A body whose length is known, in pieces.
    struct Measured {
        body: Body,
        left: u64,
    }

    impl http_body::Body for Measured {
        type Data = Bytes;
        type Error = axum::Error;

        fn poll_frame(
            mut self: std::pin::Pin<&mut Self>,
            context: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
            let frame = std::task::ready!(std::pin::Pin::new(&mut self.body).poll_frame(context));
            let bytes = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref());
            self.left -= bytes.map_or(0, |bytes| bytes.len() as u64);
            std::task::Poll::Ready(frame)
        }

        fn size_hint(&self) -> http_body::SizeHint {
            http_body::SizeHint::with_exact(self.left)
        }
    }

    #[tokio::test]
    async fn an_answer_that_is_read_all_the_time_may_take_longer_than_a_reader_may_stand_still() {
        let patience = Duration::from_secs(1);
        let bounds = Bounds { patience, minimum_rate: 1 << 20, ..Bounds::default() };
        let router = Router::new().route("/", axum::routing::get(long));
        let (address, _stopper, _served) = serving(router, bounds);
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
        let (begun, mut answer) = (Instant::now(), Vec::new());
        let mut piece = vec![0; 1 << 20];
        loop {
            let length = stream.read(&mut piece).await.unwrap();
            if length == 0 {
                break;
            }
            answer.extend_from_slice(&piece[..length]);
            sleep(Duration::from_millis(length as u64 * 250 / (1 << 20))).await;
        }
        assert!(begun.elapsed() > 2 * patience);
        assert!(answer.ends_with(b"end"), "{} bytes", answer.len());
    }

    #[tokio::test]
    async fn a_body_that_is_announced_and_does_not_come_is_not_waited_for() {
        let body = Some(Duration::from_millis(300));
        let router = Router::new().route("/", axum::routing::post(async |body: Bytes| body));
        let (address, _stopper, _served) = serving(router, Bounds { body, ..Bounds::default() });
        let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\n";
        for (sent, status) in [("", "400"), ("ab", "400"), ("abc", "200")] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(format!("{head}{sent}").as_bytes()).await.unwrap();
            let mut answer = String::new();
            let read = stream.read_to_string(&mut answer);
            timeout(Duration::from_secs(10), read).await.unwrap().unwrap();
            assert_eq!(answer.split(' ').nth(1), Some(status), "{sent}: {answer}");
        }
    }

    /// Asks once, and keeps the connection.
    async fn held(address: SocketAddr, from: &str) -> TcpStream {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
        let mut stream = socket.connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        stream
    }

    async fn is_answered(stream: &mut TcpStream) -> bool {
        let mut answer = [0; 8];
        stream.read_exact(&mut answer).await.is_ok()
    }

    #[tokio::test]
    async fn those_who_hold_every_place_idly_make_room_for_whoever_has_fewer() {
        let bounds = Bounds { connections: 6, connections_per_address: 3, ..Bounds::default() };
        let router = Router::new().route("/", axum::routing::get(async || "here"));
        let (address, _stopper, _served) = serving(router, bounds);
        let mut all = Vec::new();
        for from in ["127.0.0.2", "127.0.0.3"] {
            for _ in 0..3 {
                let mut stream = held(address, from).await;
                assert!(is_answered(&mut stream).await, "{from}");
                all.push(stream);
            }
        }
        for _ in 0..2 {
            let mut other = held(address, "127.0.0.4").await;
            assert!(is_answered(&mut other).await);
            all.push(other);
        }
        let mut more = held(address, "127.0.0.4").await;
        assert!(!is_answered(&mut more).await, "all have the same");
    }

    #[tokio::test]
    async fn a_connection_that_waits_for_its_answer_makes_no_room() {
        let bounds = Bounds { connections: 2, ..Bounds::default() };
        let wait = async || sleep(Duration::from_secs(60)).await;
        let router = Router::new().route("/", axum::routing::get(wait));
        let (address, _stopper, _served) = serving(router, bounds);
        let _waiting = [held(address, "127.0.0.2").await, held(address, "127.0.0.2").await];
        sleep(Duration::from_millis(200)).await;
        assert!(!is_answered(&mut held(address, "127.0.0.3").await).await);
    }

    #[tokio::test]
    async fn connections_that_are_never_idle_make_room_after_the_longest_that_a_request_takes() {
        let request = Duration::from_millis(100);
        let bounds = Bounds { connections: 2, request, ..Bounds::default() };
        let wait = async || sleep(Duration::from_secs(60)).await;
        let here = axum::routing::get(async || "here");
        let router = Router::new().route("/waits", axum::routing::get(wait)).route("/", here);
        let (address, _stopper, _served) = serving(router, bounds);
        let mut busy = Vec::new();
        for _ in 0..2 {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(b"GET /waits HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
            busy.push(stream);
        }
        sleep(4 * request).await;
        let mut newcomer = held(address, "127.0.0.3").await;
        assert!(is_answered(&mut newcomer).await);
        let mut more = held(address, "127.0.0.4").await;
        assert!(!is_answered(&mut more).await, "all have the same");
    }
}
