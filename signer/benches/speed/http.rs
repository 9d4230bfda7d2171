//! Whole requests over HTTP: the server's CPU time for each seal, both audit records included.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

use crate::{
    floor::Floor,
    measure::{Row, cpu_us, median, time},
};

const KEY: &str = "a-key-for-benchmarks-of-at-least-256-bits-in-length";
const CONNECTIONS: usize = 32;
const DOCUMENT: &[u8] = include_bytes!("../../../fixtures/one-page.pdf");

/// The server and its clients keep every hardware thread busy, and a thread whose core is shared is
/// slower: so the floor is measured on all of them at once, turn by turn with the seals. The note
/// says what it is on one alone.
pub fn row(quick: bool) -> Row {
    let (turns, seals, batch) = if quick { (1, 64, 10) } else { (9, 2_222, 1_000) };
    let server = Server::start();
    server.seal(if quick { CONNECTIONS } else { 2_000 });
    let (mut figures, mut floors, mut ones, mut elapsed) = (vec![], vec![], vec![], 0.0);
    for _ in 0..turns {
        let before = server.cpu_us();
        #[expect(clippy::disallowed_methods, reason = "a benchmark measures durations")]
        let start = std::time::Instant::now();
        server.seal(seals);
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

/// The release binary as a process of its own, with a data directory that goes with it.
struct Server {
    child: Child,
    address: String,
    _directory: tempfile::TempDir,
}

impl Server {
    fn start() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let mut child = Command::new(env!("CARGO_BIN_EXE_signer"))
            .args(["serve", "--listen", "127.0.0.1:0", "--management", "127.0.0.1:0"])
            .arg("--data-dir")
            .arg(directory.path())
            .env("SIGNER_DEMO_API_KEY", KEY)
            .env("RUST_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the service starts");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let address = output
            .lines()
            .map_while(Result::ok)
            .find_map(|line| {
                let (_, rest) = line.split_once("http://")?;
                Some(rest.split(['/', ' ', '"']).next()?.to_owned())
            })
            .expect("its address");
        Self { child, address, _directory: directory }
    }

    fn seal(&self, seals: usize) {
        let left = AtomicUsize::new(seals);
        std::thread::scope(|scope| {
            for _ in 0..CONNECTIONS.min(seals) {
                scope.spawn(|| {
                    let mut connection = Connection::open(&self.address);
                    while take_one(&left) {
                        connection.seal();
                    }
                });
            }
        });
    }

    /// The processor time that all threads of the service have had, in microseconds.
    fn cpu_us(&self) -> f64 {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.child.id()));
        let tasks = tasks.expect("the process lives").flatten();
        tasks.map(|task| cpu_us(task.path().join("schedstat"))).sum()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn take_one(left: &AtomicUsize) -> bool {
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
}

/// A kept connection, as plain as can be: the client's work is not what is measured.
struct Connection {
    stream: BufReader<TcpStream>,
    request: Vec<u8>,
}

impl Connection {
    fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_nodelay(true).expect("an option");
        let mut request = format!(
            "POST /v1/seals?profile=decisions HTTP/1.1\r\nHost: {address}\r\n\
             Authorization: Bearer {KEY}\r\nContent-Type: application/pdf\r\n\
             Content-Length: {}\r\n\r\n",
            DOCUMENT.len()
        )
        .into_bytes();
        request.extend_from_slice(DOCUMENT);
        Self { stream: BufReader::new(stream), request }
    }

    fn seal(&mut self) {
        self.stream.get_mut().write_all(&self.request).expect("a request");
        let mut length = 0;
        let mut line = String::new();
        let mut first = true;
        loop {
            line.clear();
            self.stream.read_line(&mut line).expect("a header");
            assert!(!first || line.contains("200"), "refused: {line}");
            first = false;
            if line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().expect("a length");
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("a body");
        assert!(body.starts_with(DOCUMENT));
    }
}
