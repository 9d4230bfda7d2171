//! Connections that are silent, slow or greedy: they lose their places, and take nobody else's.

mod attack;
pub mod raw;
mod refusal;
mod reload;

use std::time::{Duration, Instant};

use tokio::{io::AsyncReadExt, time::timeout};

use self::raw::{Raw, limited};
use crate::{
    fixtures,
    server::{API_KEY, Server},
    simulator::{Files, Simulator},
};

/// What a client may say before it falls silent.
const BEGINNINGS: [&[u8]; 5] = [
    b"",
    b"P",
    b"PRI * HTTP/2.0\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: loc",
];

/// A record of a ClientHello that announces more than comes (RFC 8446 section 5.1).
const HALF_A_HANDSHAKE: &[u8] = &[22, 3, 1, 2, 0, 1, 0, 1, 0xFC];

/// How long a connection that says this and no more stays open.
async fn silence(address: &str, beginning: &[u8]) -> Duration {
    let mut raw = Raw::connect(address).await;
    raw.send(beginning).await;
    let begun = Instant::now();
    timeout(Duration::from_secs(40), raw.rest()).await.expect("it ends");
    begun.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_connections_are_closed_on_both_ports_and_the_log_says_so() {
    let server = limited("maximum_header_s = 2").await;
    let addresses = [server.address.clone(), server.management.clone()];
    let all = addresses.iter().flat_map(|address| {
        BEGINNINGS.iter().map(move |beginning| async move {
            let open = silence(address, beginning).await;
            assert!(open < Duration::from_secs(6), "{beginning:?} at {address}: {open:?}");
        })
    });
    futures_util::future::join_all(all).await;
    assert!(server.log().contains("no request came in time"), "{}", server.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_connections_to_the_simulators_ports_are_closed() {
    let folder = tempfile::tempdir().expect("a folder");
    let simulator = Simulator::start(&Files::make(folder.path()));
    let addresses = [simulator.public(), simulator.management()];
    let all = addresses.iter().flat_map(|address| BEGINNINGS.map(|one| (address.clone(), one)));
    // The device's own port speaks TLS, and waits for no handshake either.
    let device = ["".as_bytes(), HALF_A_HANDSHAKE].map(|one| (simulator.device(), one));
    let all = all.chain(device).map(|(address, beginning)| async move {
        let open = silence(&address, beginning).await;
        assert!(open < Duration::from_secs(15), "{beginning:?} at {address}: {open:?}");
    });
    futures_util::future::join_all(all).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_after_the_handshake_and_half_a_handshake_are_closed() {
    let server = reload::with_tls("maximum_header_s = 2").await;
    for beginning in [&b""[..], HALF_A_HANDSHAKE] {
        let open = silence(&server.address, beginning).await;
        assert!(open < Duration::from_secs(6), "{beginning:?}: {open:?}");
    }
    let begun = Instant::now();
    let port = server.address.rsplit(':').next().expect("a port").to_owned();
    let shaken = tokio::task::spawn_blocking(move || {
        // It says nothing, and ends when the server does: its input stays open.
        let mut openssl = std::process::Command::new("openssl")
            .args(["s_client", "-connect", &format!("127.0.0.1:{port}"), "-alpn", "h2", "-quiet"])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("openssl runs");
        let input = openssl.stdin.take();
        let ended = openssl.wait();
        drop(input);
        ended
    });
    timeout(Duration::from_secs(20), shaken).await.expect("it ends").unwrap().expect("openssl");
    assert!(begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_has_no_more_connections_than_allowed_and_the_rest_are_closed_at_once() {
    let server = limited("maximum_connections_per_address = 5").await;
    // The client that awaited the start keeps a connection for a while.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut open = Vec::new();
    for _ in 0..5 {
        open.push(Raw::connect(&server.address).await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut sixth = Raw::connect(&server.address).await;
    let mut byte = [0];
    let read = timeout(Duration::from_secs(2), sixth.stream.read(&mut byte)).await;
    assert!(matches!(read, Ok(Ok(0) | Err(_))), "{read:?}");
    assert!(server.log().contains("no place for a connection"), "{}", server.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_nobody_reads_is_let_go() {
    let server = limited(
        "maximum_document_bytes = 40_000_000\nmaximum_stall_s = 2\nminimum_bytes_per_s = 1_000_000",
    )
    .await;
    let document = fixtures::with_content(32 << 20);
    let mut raw = Raw::connect(&server.address).await;
    let length = document.len();
    raw.send(
        format!(
            "POST /v1/seals?profile=decisions HTTP/1.1\r\nHost: localhost\r\n\
             Authorization: Bearer {API_KEY}\r\nContent-Length: {length}\r\n\r\n"
        )
        .as_bytes(),
    )
    .await;
    raw.send(&document).await;
    // The first bytes say that the answer is on its way; then nothing is read for long enough.
    let mut first = [0; 12];
    raw.stream.read_exact(&mut first).await.expect("an answer");
    assert_eq!(&first, b"HTTP/1.1 200");
    tokio::time::sleep(Duration::from_secs(8)).await;
    let rest = timeout(Duration::from_secs(20), raw.rest()).await.expect("it ends");
    assert!(rest < length, "{rest} of {length}");
    assert!(server.log().contains("was not read in time"), "{}", server.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_event_stream_does_not_delay_the_end() {
    let mut server = Server::embedded().await;
    let mut events = server.event_stream().await;
    let begun = Instant::now();
    assert_eq!(server.stop(), Some(0), "{}", server.log());
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    while let Ok(Some(_)) = events.chunk().await {}
}

#[tokio::test(flavor = "multi_thread")]
async fn probes_make_one_key_whoever_asks_and_hangs_up() {
    let mut server = Server::embedded().await;
    let created = async |server: &Server| server.device_counters().await["created"].clone();
    let before = created(&server).await.as_u64().expect("a number");
    for _ in 0..10 {
        let mut raw = Raw::connect(&server.address).await;
        raw.send(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    }
    let probes = (0..10).map(|_| server.get("/readyz"));
    for answer in futures_util::future::join_all(probes).await {
        assert_eq!(answer.ok().json()["status"], "ready");
    }
    let after = created(&server).await.as_u64().expect("a number");
    assert!(after <= before + 1, "{before} and then {after}");
    server.stop();
    let acts = crate::audit_log::records(&server.data_directory());
    let acts: Vec<_> = acts.iter().map(ToString::to_string).collect();
    assert!(acts.iter().all(|body| !body.contains("segl-readiness")), "{acts:#?}");
}
