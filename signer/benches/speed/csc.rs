//! Hashes signed through the CSC API beside digests sealed through the interface's own, in one run: how
//! many signatures a second so many clients get.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    http::{JsonConnection, Server},
    measure::median,
};

const CLIENTS: usize = 32;
/// How many hashes go into one call of the last row.
const BATCH: usize = 100;

/// What is asked for again and again.
#[derive(Clone, Copy)]
enum Asked {
    Digest,
    /// So many hashes a call; the activation data are asked for before each.
    Hashes(usize),
}

/// Signatures a second, medians of turns that take turns; and how many times those of a digest.
pub fn print(quick: bool) {
    let (turns, signatures) = if quick { (1, 64) } else { (5, 2_000) };
    let server = Server::with_long_sessions();
    let rows = [
        ("POST /v1/digests, B-T", Asked::Digest, None),
        ("POST /csc/v2/signatures/signHash, one hash", Asked::Hashes(1), Some(0.7)),
        ("POST /csc/v2/signatures/signHash, 100 hashes", Asked::Hashes(BATCH), Some(3.0)),
    ];
    let mut rates: [Vec<f64>; 3] = Default::default();
    for (_, asked, _) in rows {
        run(&server, asked, signatures);
    }
    for _ in 0..turns {
        for ((_, asked, _), rates) in rows.into_iter().zip(&mut rates) {
            rates.push(run(&server, asked, signatures));
        }
    }
    println!("{:<46} {:>13} {:>8} {:>8}", "P-256, 32 clients", "signatures/s", "times", "least");
    let [digests, ..] = rates.clone().map(median);
    for ((name, _, least), rates) in rows.into_iter().zip(rates) {
        let rate = median(rates);
        let least = least.map(|least| least.to_string()).unwrap_or_default();
        println!("{name:<46} {rate:>13.0} {:>8.2} {least:>8}", rate / digests);
    }
}

/// Makes so many signatures, and says how many that is a second.
fn run(server: &Server, asked: Asked, signatures: usize) -> f64 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
    let calls = match asked {
        Asked::Digest => signatures,
        Asked::Hashes(batch) => signatures.div_ceil(batch).max(CLIENTS),
    };
    let left = Arc::new(AtomicUsize::new(calls));
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures durations")]
    let start = std::time::Instant::now();
    let made: usize = runtime.expect("a runtime").block_on(async {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| tokio::spawn(client(server.address.clone(), asked, Arc::clone(&left))))
            .collect();
        let mut made = 0;
        for client in clients {
            made += client.await.expect("it ends");
        }
        made
    });
    made as f64 / start.elapsed().as_secs_f64()
}

async fn client(address: String, asked: Asked, left: Arc<AtomicUsize>) -> usize {
    let mut connection = JsonConnection::open(&address).await;
    let mut made = 0;
    let mut number: u64 = 0;
    let mut hash = || {
        number += 1;
        STANDARD.encode(ring::digest::digest(&ring::digest::SHA256, &number.to_be_bytes()))
    };
    let credential = match asked {
        Asked::Digest => Value::Null,
        Asked::Hashes(_) => {
            let listed = connection.post("/csc/v2/credentials/list", &json!({})).await;
            let listed: Value = serde_json::from_slice(listed).expect("JSON");
            listed["credentialIDs"][0].clone()
        }
    };
    let is_left = |left: usize| left.checked_sub(1);
    while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, is_left).is_ok() {
        match asked {
            Asked::Digest => {
                let request = json!({ "profile": "decisions", "hash": hash() });
                connection.post("/v1/digests", &request).await;
                made += 1;
            }
            Asked::Hashes(batch) => {
                let hashes: Vec<String> = (0..batch).map(|_| hash()).collect();
                let mut request = json!({
                    "credentialID": credential, "numSignatures": batch, "hashes": hashes,
                });
                let answer = connection.post("/csc/v2/credentials/authorize", &request).await;
                let answer: Value = serde_json::from_slice(answer).expect("JSON");
                request["SAD"] = answer["SAD"].clone();
                request["signAlgo"] = "1.2.840.10045.4.3.2".into();
                connection.post("/csc/v2/signatures/signHash", &request).await;
                made += batch;
            }
        }
    }
    made
}
