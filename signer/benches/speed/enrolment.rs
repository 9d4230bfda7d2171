//! Certificates that live for years, issued over EST: how many a second, and what one costs the service beside the
//! two operations that it cannot do without.

use std::sync::{Arc, Mutex, PoisonError};

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    floor::Floor,
    house::House,
    http::{Connection, Server},
    measure::{median, time},
};

const CLIENTS: usize = 32;
/// The least that is wanted, certificates a second.
const LEAST: f64 = 500.0;

/// What is asked for, over and over: one request for each order.
type Requests = Arc<Mutex<Vec<Vec<u8>>>>;

pub fn print(quick: bool) {
    let (turns, enrolments, batch) = if quick { (1, 32, 10) } else { (5, 1_000, 1_000) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let house = House::of(Server::with_many_strangers(), &[]);
    runtime.block_on(house.furnish());
    let (mut rates, mut figures, mut floors) = (vec![], vec![], vec![]);
    for turn in 0..=turns {
        let requests = runtime.block_on(requests(&house, enrolments));
        let before = house.server.cpu_us();
        #[expect(clippy::disallowed_methods, reason = "a benchmark measures durations")]
        let start = std::time::Instant::now();
        runtime.block_on(enrol(&house.server.address, requests));
        let (took, cost) = (start.elapsed(), house.server.cpu_us() - before);
        // The first turn makes the authority.
        if turn > 0 {
            rates.push(enrolments as f64 / took.as_secs_f64());
            figures.push(cost / enrolments as f64);
            floors.push(floor_us(batch));
        }
    }
    let (rate, figure, floor) = (median(rates), median(figures), median(floors));
    println!(
        "{:<46} {:>14} {:>11} {:>11} {:>6}",
        "EST simpleenroll, P-256, 32 connections",
        "certificates/s",
        "figure us",
        "floor us",
        "ratio"
    );
    let verdict = if rate >= LEAST { "" } else { "  UNDER 500" };
    println!(
        "{:<46} {rate:>14.0} {figure:>11.1} {floor:>11.1} {:>6.1}{verdict}",
        "",
        figure / floor
    );
}

/// One verification and one signature, on every hardware thread at once.
fn floor_us(batch: usize) -> f64 {
    let threads = std::thread::available_parallelism().map_or(1, Into::into);
    let all: Vec<f64> = std::thread::scope(|scope| {
        let work = || {
            let floor = Floor::new();
            time(batch, &mut || floor.certificate())
        };
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().expect("it ends")).collect()
    });
    all.iter().sum::<f64>() / all.len() as f64
}

/// Orders so many, and makes a key and a request for each.
async fn requests(house: &House, count: usize) -> Requests {
    let mut requests = Vec::with_capacity(count);
    for _ in 0..count {
        let (reference, code) = house.order().await;
        let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).expect("a key");
        let asked = rcgen::CertificateParams::default().serialize_request(&key).expect("a request");
        let body = STANDARD.encode(asked.der());
        let shown = STANDARD.encode(format!("{reference}:{code}"));
        let request = format!(
            "POST /.well-known/est/simpleenroll HTTP/1.1\r\nHost: {}\r\nAuthorization: Basic {shown}\r\n\
             Content-Type: application/pkcs10\r\nContent-Length: {}\r\n\r\n{body}",
            house.server.address,
            body.len()
        );
        requests.push(request.into_bytes());
    }
    Arc::new(Mutex::new(requests))
}

/// Sends them all over kept connections.
async fn enrol(address: &str, requests: Requests) {
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| (address.to_owned(), Arc::clone(&requests)))
        .map(|(address, requests)| {
            tokio::spawn(async move {
                let mut connection = Connection::to(&address).await;
                let next = || requests.lock().unwrap_or_else(PoisonError::into_inner).pop();
                while let Some(request) = next() {
                    assert!(!connection.ask(request).await.is_empty());
                }
            })
        })
        .collect();
    for client in clients {
        client.await.expect("it ends");
    }
}
