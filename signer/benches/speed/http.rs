//! Whole requests over HTTP: the server's CPU time for each seal, both audit records included.

use std::{
    io::ErrorKind,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::net::TcpStream;

use crate::{
    floor::Floor,
    measure::{Row, median, process_cpu_us, time},
    remote::{self, Elsewhere},
    tls::Files,
};

const KEY: &str = "a-key-for-benchmarks-of-at-least-256-bits-in-length";
const CONNECTIONS: usize = 32;
pub const DOCUMENT: &[u8] = include_bytes!("../../../fixtures/one-page.pdf");

/// The server and its clients keep every hardware thread busy, and a thread whose core is shared is
/// slower: so the floor is measured on all of them at once, turn by turn with the seals. The note
/// says what it is on one alone.
pub fn row(quick: bool) -> Row {
    let (turns, seals, batch) = if quick { (1, 64, 10) } else { (9, 2_222, 1_000) };
    let server = Server::start();
    server.seal(CONNECTIONS, if quick { CONNECTIONS } else { 2_000 });
    let (mut figures, mut floors, mut ones, mut elapsed) = (vec![], vec![], vec![], 0.0);
    for _ in 0..turns {
        let before = server.cpu_us();
        #[expect(clippy::disallowed_methods, reason = "a benchmark measures durations")]
        let start = std::time::Instant::now();
        server.seal(CONNECTIONS, seals);
        elapsed += start.elapsed().as_secs_f64();
        figures.push((server.cpu_us() - before) / seals as f64);
        floors.push(floor_us(std::thread::available_parallelism().map_or(1, Into::into), batch));
        ones.push(floor_us(1, batch));
    }
    let note = format!(
        "server's CPU, floor on every hardware thread; {:.0} us on one alone; {:.0} seals a second",
        median(ones),
        (seals * turns) as f64 / elapsed
    );
    let (figure_us, floor_us) = (median(figures), median(floors));
    Row { name: "HTTP B-T, 32 connections, CPU a seal", figure_us, floor_us, limit: 2.5, note }
}

/// How many seals a second so many clients get, each of which asks when it was answered, and what one
/// costs the server: medians of turns.
pub fn print_clients(quick: bool) {
    let (turns, seals) = if quick { (1, 64) } else { (5, 1_000) };
    let server = Server::start();
    server.seal(CONNECTIONS, seals);
    println!("{:<46} {:>11} {:>11}", "HTTP B-T", "seals/s", "server's us");
    for clients in [1, 2, 4, 8, 16, 32, 64] {
        let (mut rates, mut costs) = (vec![], vec![]);
        for _ in 0..turns {
            let before = server.cpu_us();
            #[expect(clippy::disallowed_methods, reason = "a benchmark measures durations")]
            let start = std::time::Instant::now();
            server.seal(clients, seals);
            rates.push(seals as f64 / start.elapsed().as_secs_f64());
            costs.push((server.cpu_us() - before) / seals as f64);
        }
        let (rate, cost) = (median(rates), median(costs));
        println!("{:<46} {rate:>11.0} {cost:>11.0}", format!("{clients} clients"));
    }
}

/// The same seals with the device in process and elsewhere, in turns: how much more processor time
/// all processes take for one.
pub fn print_remote(quick: bool, files: &Files) {
    let (turns, seals) = if quick { (1, 64) } else { (9, 1_000) };
    let elsewhere = Elsewhere::with(files, &[]);
    let (near, far) = (Server::start(), Server::remote(files, &elsewhere));
    let (mut inside, mut outside, mut there) = (vec![], vec![], vec![]);
    for server in [&near, &far] {
        server.seal(CONNECTIONS, seals);
    }
    for _ in 0..turns {
        let before = near.cpu_us();
        near.seal(CONNECTIONS, seals);
        inside.push((near.cpu_us() - before) / seals as f64);
        let before = (far.cpu_us(), process_cpu_us(elsewhere.child.id()));
        far.seal(CONNECTIONS, seals);
        let device = process_cpu_us(elsewhere.child.id()) - before.1;
        outside.push((far.cpu_us() - before.0 + device) / seals as f64);
        there.push(device / seals as f64);
    }
    let there = median(there);
    remote::print_row(
        "HTTP B-T, 32 connections, device elsewhere",
        median(outside),
        median(inside),
        there,
        quick,
    );
}

/// The floor of a seal, on so many threads at once.
fn floor_us(threads: usize, batch: usize) -> f64 {
    let all: Vec<f64> = std::thread::scope(|scope| {
        let work = || {
            let floor = Floor::new();
            time(batch, &mut || floor.seal(true))
        };
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().expect("it ends")).collect()
    });
    all.iter().sum::<f64>() / all.len() as f64
}

/// Fetches what the service publishes.
pub async fn get(address: &str, path: &str) -> Vec<u8> {
    let url = format!("http://{address}{path}");
    let answer = reqwest::get(url).await.and_then(reqwest::Response::error_for_status);
    answer.expect("an answer").bytes().await.expect("a body").to_vec()
}

/// The release binary as a process of its own, with a data directory that goes with it.
pub struct Server {
    child: Child,
    pub address: String,
    directory: tempfile::TempDir,
}

impl Server {
    pub fn start() -> Self {
        Self::with(&[], &[])
    }

    /// One whose store is a database of PostgreSQL.
    pub fn on_database(address: &str) -> Self {
        Self::with(&[], &on_database(address).each_ref().map(|(name, value)| (*name, &**value)))
    }

    /// Its data directory.
    pub fn directory(&self) -> &std::path::Path {
        self.directory.path()
    }

    /// One whose credentials for several requests sign as often as a benchmark asks.
    pub fn with_long_sessions() -> Self {
        const SIGNATURES: u32 = 1_000_000;
        Self::configured(
            &format!("session_signatures = {SIGNATURES}"),
            &format!("maximum_signatures_per_credential = {SIGNATURES}"),
        )
    }

    /// One that takes as many requests without a bearer, from one address, as a benchmark sends.
    pub fn with_many_strangers() -> Self {
        const REQUESTS: u32 = 100_000;
        let limits = format!(
            "anonymous_requests_per_s = {REQUESTS}\nanonymous_requests_per_s_and_address = {REQUESTS}"
        );
        Self::configured("", &limits)
    }

    /// One with a configuration; `profile` and `limits` stand in it.
    fn configured(profile: &str, limits: &str) -> Self {
        let hash = ring::digest::digest(&ring::digest::SHA256, KEY.as_bytes());
        let hash: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        let settings = format!(
            r#"
            [organisation]
            registered_name = "Havnsted Kommune"
            cvr = "12345674"
            allow_seals = true

            [[profile]]
            id = "decisions"
            kind = "organisation"
            display_name = "Decisions"
            allow_signing = true
            {profile}

            [[application]]
            id = "benchmarks"
            api_key_sha256 = "{hash}"

            [[grant]]
            to = {{ application = "benchmarks" }}
            acts = ["seal"]

            [limits]
            {limits}
            "#
        );
        let folder = tempfile::tempdir().expect("a directory");
        let file = folder.path().join("signer.toml");
        std::fs::write(&file, settings).expect("a file");
        Self::with(
            &["--config", &file.display().to_string()],
            &[("SIGNER_MANAGEMENT_TOKEN", "of the benchmarks")],
        )
    }

    /// One with its device elsewhere.
    fn remote(files: &Files, elsewhere: &Elsewhere) -> Self {
        let credentials = files.client();
        let path = |file: Option<PathBuf>| file.unwrap_or_default().display().to_string();
        let hash = ring::digest::digest(&ring::digest::SHA256, KEY.as_bytes());
        let hash: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        let demo = include_str!("../../src/demo/demo.toml");
        let settings = format!(
            "{demo}\n[[application]]\nid = \"demo\"\napi_key_sha256 = \"{hash}\"\n\n[qscd]\n\
             url = \"{}\"\ntrust = \"{}\"\ncertificate = \"{}\"\nkey = \"{}\"\n",
            elsewhere.device,
            path(credentials.trust),
            path(credentials.certificate),
            path(credentials.key),
        );
        let file = files.path("signer.toml");
        std::fs::write(&file, settings).expect("a file");
        Self::with(&["--config", &file.display().to_string()], &[])
    }

    fn with(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        // A port that was free a moment ago: a service with a configuration prints no address.
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
        let address = port.expect("a free port").to_string();
        let mut child = Command::new(env!("CARGO_BIN_EXE_signer"))
            .args(["serve", "--listen", &address, "--management", "127.0.0.1:0"])
            .args(arguments)
            .arg("--data-dir")
            .arg(directory.path())
            .env("SIGNER_DEMO_API_KEY", KEY)
            .env("RUST_LOG", "error")
            .envs(environment.iter().copied())
            .stdout(Stdio::null())
            .spawn()
            .expect("the service starts");
        while std::net::TcpStream::connect(&address).is_err() {
            let ended = child.try_wait().expect("a process");
            assert!(ended.is_none(), "the service ended: {ended:?}");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        Self { child, address, directory }
    }

    /// All connections on one thread: the less their waking costs, the less of it is on the
    /// server's account.
    pub fn seal(&self, clients: usize, seals: usize) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
        let left = Arc::new(AtomicUsize::new(seals));
        runtime.expect("a runtime").block_on(async {
            let connections: Vec<_> = (0..clients.min(seals))
                .map(|_| (self.address.clone(), Arc::clone(&left)))
                .map(|(address, left)| {
                    tokio::spawn(async move {
                        let path = "/v1/seals?profile=decisions";
                        let mut connection = Connection::open(&address, path, DOCUMENT).await;
                        while take_one(&left) {
                            assert!(connection.exchange().await.starts_with(DOCUMENT));
                        }
                    })
                })
                .collect();
            for connection in connections {
                connection.await.expect("it ends");
            }
        });
    }

    /// The processor time that all threads of the service have had, in microseconds.
    pub fn cpu_us(&self) -> f64 {
        process_cpu_us(self.child.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a process has in its environment whose store is a database of PostgreSQL.
pub fn on_database(address: &str) -> [(&'static str, String); 3] {
    let secret = "07".repeat(32);
    [
        ("SIGNER_DATABASE_URL", address.to_owned()),
        ("SIGNER_AUDIT_KEY", secret.clone()),
        ("SIGNER_REGISTRY_PASSPHRASE", secret),
    ]
}

pub fn take_one(left: &AtomicUsize) -> bool {
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
}

/// A kept connection, as plain as can be: the client's work is not what is measured.
pub struct Connection {
    stream: TcpStream,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Connection {
    /// One that will post this PDF to this path, again and again.
    pub async fn open(address: &str, path: &str, document: &[u8]) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("an option");
        let mut request = format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\n\
             Authorization: Bearer {KEY}\r\nContent-Type: application/pdf\r\n\
             Content-Length: {}\r\n\r\n",
            document.len()
        )
        .into_bytes();
        request.extend_from_slice(document);
        Self { stream, request, answer: Vec::with_capacity(64 * 1024) }
    }

    /// One on which [`Connection::ask`] asks.
    pub async fn to(address: &str) -> Self {
        Self::open(address, "/", &[]).await
    }

    /// Asks for something else than before.
    pub async fn ask(&mut self, request: Vec<u8>) -> &[u8] {
        self.request = request;
        self.exchange().await
    }

    /// Asks once and gives the body of the answer.
    pub async fn exchange(&mut self) -> &[u8] {
        let mut rest = &self.request[..];
        while !rest.is_empty() {
            self.stream.writable().await.expect("room");
            match self.stream.try_write(rest) {
                Ok(written) => rest = &rest[written..],
                Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock, "{error}"),
            }
        }
        self.answer.clear();
        let mut end = None;
        while end.is_none_or(|end| self.answer.len() < end) {
            self.stream.readable().await.expect("an answer");
            match self.stream.try_read_buf(&mut self.answer) {
                Ok(read) => assert_ne!(read, 0, "the server hung up"),
                Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock, "{error}"),
            }
            end = end.or_else(|| end_of(&self.answer));
        }
        let head = end_of_head(&self.answer).expect("a head");
        &self.answer[head..]
    }
}

/// A kept connection on which JSON is posted to any path.
pub struct JsonConnection {
    address: String,
    connection: Connection,
}

impl JsonConnection {
    pub async fn open(address: &str) -> Self {
        let connection = Connection::to(address).await;
        Self { address: address.to_owned(), connection }
    }

    /// Asks once and gives the body of the answer.
    pub async fn post(&mut self, path: &str, body: &serde_json::Value) -> &[u8] {
        let (address, body) = (&self.address, body.to_string());
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {KEY}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.connection.ask(request.into_bytes()).await
    }
}

fn end_of_head(answer: &[u8]) -> Option<usize> {
    answer.windows(4).position(|window| window == b"\r\n\r\n").map(|head| head + 4)
}

/// How long the answer is, head and body, once its head is there.
fn end_of(answer: &[u8]) -> Option<usize> {
    let head = end_of_head(answer)?;
    let text = std::str::from_utf8(&answer[..head]).expect("a head in ASCII").to_lowercase();
    assert!(text.starts_with("http/1.1 200"), "refused: {text}");
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
    Some(head + length.and_then(|length| length.parse::<usize>().ok()).expect("a length"))
}
