//! Validation, against the floor: the bare signature verifications, and the bare hashing of what
//! the signatures cover, measured in the same run.
//!
//! `cargo bench -p pades --bench validation` prints figure, floor and ratio.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark has no interface, and measures time"
)]

#[path = "../tests/validation/document.rs"]
mod document;
#[path = "../tests/validation/pki.rs"]
mod pki;
#[path = "../tests/validation/update.rs"]
mod update;

use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::Bytes;
use pades::validate::validate;
use rcgen::{KeyPair, SigningKey};
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use seal::{Digest, DigestAlgorithm};

use pki::{Pki, noon};

fn main() {
    // `cargo test --bench validation` runs this too; it then shows that everything works, once.
    let rounds = if std::env::args().any(|argument| argument == "--bench") { 300 } else { 1 };
    println!("{:<44}{:>12}{:>12}{:>8}", "", "figure", "floor", "ratio");
    let pki = Pki::new();
    let small = with_padding(30_000);
    // The signature and its certificate; with a time-stamp, the token and its certificate too.
    for (what, pdf, verifications) in [
        ("one B-B signature, 30 kB", pki.seal(&small), 2),
        ("one B-T signature, 30 kB", pki.seal_with_time_stamp(&small), 4),
    ] {
        let pdf = Bytes::from(pdf);
        row(what, rounds, &|| run(&pki, &pdf), &verification(verifications));
    }
    for (what, size, rounds) in [
        ("50 signatures, 30 kB and updates", 30_000, rounds.min(30)),
        ("50 signatures, 1 MB and updates", 1_000_000, rounds.min(10)),
    ] {
        let mut pdf = with_padding(size);
        let mut ends = Vec::new();
        for _ in 0..50 {
            pdf = pki.seal(&pdf);
            ends.push(pdf.len());
        }
        let pdf = Bytes::from(pdf);
        // What is left of the whole when the bare verifications are taken away is the listing.
        let verify = verification(2 * ends.len());
        let hash = || ends.iter().for_each(|end| hashed(&pdf[..*end]));
        let listing = median(rounds, &|| run(&pki, &pdf)).saturating_sub(median(rounds, &verify));
        print(what, listing, median(rounds, &hash));
    }
}

fn run(pki: &Pki, pdf: &Bytes) {
    black_box(validate(pdf, &pki.trust(), noon()).unwrap());
}

fn hashed(bytes: &[u8]) {
    black_box(Digest::of(DigestAlgorithm::Sha256, bytes));
}

/// The document of the tests with this many more bytes.
fn with_padding(length: usize) -> Vec<u8> {
    let pdf = document::document();
    let number = update::next_number(&pdf);
    update::update(&pdf, &[(number, update::stream("", &"x".repeat(length)))])
}

/// So many bare verifications.
fn verification(count: usize) -> impl Fn() {
    let key = KeyPair::generate().unwrap();
    let signature = key.sign(b"message").unwrap();
    let public_key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key.public_key_raw().to_vec());
    move || (0..count).for_each(|_| public_key.verify(b"message", black_box(&signature)).unwrap())
}

fn row(what: &str, rounds: usize, figure: &dyn Fn(), floor: &dyn Fn()) {
    print(what, median(rounds, figure), median(rounds, floor));
}

fn print(what: &str, figure: Duration, floor: Duration) {
    let ratio = figure.as_secs_f64() / floor.as_secs_f64();
    println!("{what:<44}{:>9} us{:>9} us{ratio:>8.2}", figure.as_micros(), floor.as_micros());
}

fn median(rounds: usize, work: &dyn Fn()) -> Duration {
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            let started = Instant::now();
            work();
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}
