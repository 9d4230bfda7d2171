//! Two hundred sockets without a key do their worst: seals go on, memory has an end, and so has the
//! process.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::AsyncReadExt,
    task::JoinSet,
    time::{sleep, timeout},
};

use super::raw::{Raw, limited};
use crate::{
    fixtures,
    server::{API_KEY, Server, send},
};

/// How long seals are counted, before and while.
const WINDOW: Duration = Duration::from_secs(5);

/// The memory that strangers may take, in bytes.
const THEIRS: u64 = 64 << 20;

/// What the process may take beyond that.
const ROOM: u64 = 64 << 20;

/// Seals made within the window by four callers; every one must succeed.
async fn seals(server: &Arc<Server>) -> u64 {
    let document = fixtures::named("one-page.pdf");
    let made = Arc::new(AtomicU64::new(0));
    let mut callers = JoinSet::new();
    for _ in 0..4 {
        let (server, made, document) = (Arc::clone(server), Arc::clone(&made), document.clone());
        callers.spawn(async move {
            let begun = Instant::now();
            while begun.elapsed() < WINDOW {
                server.seal("profile=decisions", &document).await.ok();
                made.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    while let Some(ended) = callers.join_next().await {
        ended.expect("every seal succeeds");
    }
    made.load(Ordering::Relaxed)
}

/// What one of the sockets does.
#[derive(Clone, Copy, Debug)]
enum Worst {
    /// It says nothing.
    Idle,
    /// It announces much, and sends a byte now and then.
    Slow,
    /// It announces much, sends half a megabyte and stops.
    Greedy,
    /// The same in a part, after much that is no content.
    Framing,
    /// It asks for validations, one after the other.
    Busy,
}

const WORST: [Worst; 5] = [Worst::Idle, Worst::Slow, Worst::Greedy, Worst::Framing, Worst::Busy];

async fn attack(address: String, worst: Worst, over: Arc<AtomicBool>, document: Arc<Vec<u8>>) {
    let head = |length: usize, kind: &str| {
        format!(
            "POST /v1/validations HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n\
             Content-Length: {length}\r\n\r\n"
        )
    };
    let announced = 9 << 20;
    while !over.load(Ordering::Relaxed) {
        let mut raw = Raw::connect(&address).await;
        let pause = Duration::from_millis(250);
        match worst {
            Worst::Idle => {}
            Worst::Slow => {
                raw.send(head(announced, "application/pdf").as_bytes()).await;
                for _ in 0..20 {
                    raw.send(b"%").await;
                    sleep(pause).await;
                }
            }
            Worst::Greedy => {
                raw.send(head(announced, "application/pdf").as_bytes()).await;
                raw.send(&vec![b'%'; 512 << 10]).await;
            }
            Worst::Framing => {
                let kind = "multipart/form-data; boundary=x";
                raw.send(head(announced, kind).as_bytes()).await;
                raw.send(&vec![b'-'; 512 << 10]).await;
            }
            Worst::Busy => {
                raw.send(head(document.len(), "application/pdf").as_bytes()).await;
                raw.send(&document).await;
                drop(timeout(pause, raw.rest()).await);
            }
        }
        // Those that stay do so until the server has enough of them.
        if !matches!(worst, Worst::Busy) {
            let patience = async {
                while !over.load(Ordering::Relaxed) {
                    sleep(pause).await;
                }
            };
            tokio::select! { _ = raw.rest() => {}, () = patience => {} }
        }
        // What tires the machine is to be the server's work, not ours.
        sleep(Duration::from_secs(1)).await;
    }
}

/// Two hundred sockets, until `over`.
fn two_hundred(
    server: &Server,
    which: &[Worst],
    over: &Arc<AtomicBool>,
    document: Vec<u8>,
) -> JoinSet<()> {
    let document = Arc::new(document);
    let mut sockets = JoinSet::new();
    for number in 0..200 {
        let worst = which[number % which.len()];
        let (over, document) = (Arc::clone(over), Arc::clone(&document));
        sockets.spawn(attack(server.address.clone(), worst, over, document));
    }
    sockets
}

async fn under_attack() -> Server {
    limited(&format!(
        "shutdown_s = 3\nmaximum_stall_s = 5\nanonymous_bytes_in_flight = {THEIRS}\n\
         maximum_document_bytes = 10_000_000"
    ))
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn seals_go_on_while_two_hundred_sockets_do_their_worst() {
    let server = Arc::new(under_attack().await);
    let sealed = server.seal("profile=decisions", &fixtures::named("one-page.pdf")).await.ok().body;
    // The machine may be at other work in one round: of three, one must show it.
    let mut rounds = Vec::new();
    for _ in 0..3 {
        let before = seals(&server).await;
        let memory = server.forget_peak_bytes();
        let over = Arc::new(AtomicBool::new(false));
        let mut sockets = two_hundred(&server, &WORST, &over, sealed.clone());
        sleep(Duration::from_secs(1)).await;
        let meanwhile = seals(&server).await;
        over.store(true, Ordering::Relaxed);
        let peak = server.peak_bytes();
        sockets.shutdown().await;
        println!(
            "{before} seals before, {meanwhile} meanwhile; {memory} bytes before, {peak} at most"
        );
        assert!(peak <= memory + THEIRS + ROOM, "{memory} bytes before, {peak} at most");
        rounds.push((before, meanwhile));
        if meanwhile * 2 >= before {
            return;
        }
    }
    panic!("seals before and meanwhile: {rounds:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_process_ends_in_time_under_each_attack() {
    for worst in WORST {
        let mut server = under_attack().await;
        let sealed =
            server.seal("profile=decisions", &fixtures::named("one-page.pdf")).await.ok().body;
        let over = Arc::new(AtomicBool::new(false));
        let mut sockets = two_hundred(&server, &[worst], &over, sealed);
        sleep(Duration::from_secs(1)).await;
        let (ended, took) = tokio::task::spawn_blocking(move || {
            let begun = Instant::now();
            let code = server.stop();
            (code, begun.elapsed())
        })
        .await
        .expect("it is waited for");
        over.store(true, Ordering::Relaxed);
        sockets.shutdown().await;
        assert_eq!(ended, Some(0), "{worst:?}");
        assert!(took < Duration::from_secs(4), "{worst:?}: {took:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_before_a_parts_content_has_an_end() {
    let server = limited("maximum_document_bytes = 40_000_000").await;
    let long = "a".repeat(20 << 20);
    let header = format!("--x\r\nContent-Disposition: form-data; name=\"document\"; x=\"{long}");
    let nameless = "--x\r\nContent-Disposition: form-data\r\n\r\n\r\n".repeat(300_000);
    for (what, body) in [("preamble", long), ("header", header), ("parts", nameless)] {
        let memory = server.forget_peak_bytes();
        let begun = Instant::now();
        let request = server.post("/v1/validations");
        let request = request.header("content-type", "multipart/form-data; boundary=x").body(body);
        let answer = send(request).await;
        assert_eq!(answer.problem()["type"], "urn:segl:problem:request-malformed", "{what}");
        assert!(begun.elapsed() < Duration::from_secs(10), "{what}: {:?}", begun.elapsed());
        let peak = server.peak_bytes();
        assert!(peak < memory + (16 << 20), "{what}: {memory} bytes before, {peak} at most");
    }
    let request = server.post("/v1/digests").bearer_auth(API_KEY);
    let json = format!("{{\"profile\": \"{}\"}}", "p".repeat(1 << 20));
    let answer = send(request.header("content-type", "application/json").body(json)).await;
    assert_eq!(answer.problem()["type"], "urn:segl:problem:body-too-large");
}

#[tokio::test(flavor = "multi_thread")]
async fn small_requests_of_strangers_that_never_end_have_so_many_places_and_an_end() {
    let server = limited("maximum_stall_s = 2").await;
    let paths = ["/pki/ocsp", "/pki/registry/ocsp", "/.well-known/est/simpleenroll"];
    let basic = "Authorization: Basic MTIzNDU2Nzg5MDEyOmFiYw==\r\n";
    let mut held = Vec::new();
    for number in 0..90 {
        let path = paths[number % paths.len()];
        let mut raw = Raw::connect(&server.address).await;
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\n{basic}Content-Type: application/ocsp-request\r\n\
             Content-Length: 60000\r\n\r\n"
        );
        raw.send(head.as_bytes()).await;
        raw.send(&[0; 30_000]).await;
        held.push(raw);
    }
    let begun = Instant::now();
    let (mut refused, mut stalled) = (0, 0);
    for mut raw in held {
        let mut status = [0; 12];
        // Who is refused goes on sending, and may find the connection closed before it reads why.
        match raw.stream.read_exact(&mut status).await.map(|_| &status) {
            Ok(b"HTTP/1.1 503") | Err(_) => refused += 1,
            Ok(b"HTTP/1.1 408") => stalled += 1,
            Ok(other) => panic!("{other:?}"),
        }
    }
    assert!(refused > 0 && stalled > 0, "{refused} had no place, {stalled} did not go on");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}
