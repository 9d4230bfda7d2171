//! The device alone: a credential from enrolment to its signature, and a million that nobody uses.

use std::{fs, time::Duration};

use qscd_sim::Simulator;
use seal::{Digest, DigestAlgorithm, Qscd, ToSign};

use crate::{
    floor::Floor,
    measure::{Row, in_turns},
};

/// How many credentials are abandoned.
const ABANDONED: usize = 1_000_000;
/// After how many of them the clock moves past their end; the device holds at most 10,000.
const GENERATION: usize = 4_000;

/// Enrolment, authorisation and signature, against a key and two signatures in the same library.
pub fn one_shot(quick: bool) -> Row {
    let simulator = Simulator::start().expect("a simulator");
    let device = simulator.qscd();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let to_sign = [ToSign::Digest(Digest::of(DigestAlgorithm::Sha256, b"document"))];
    let floor = Floor::new();
    let (turns, batch) = if quick { (1, 20) } else { (9, 1000) };
    let act = || {
        runtime.block_on(async {
            let credential = device.enrol(simulator.enrolment()).await.expect("a credential");
            let mandate = simulator.mandate();
            let sad = device.authorise(&credential.id, &to_sign, &mandate).await.expect("a SAD");
            drop(device.sign(&credential.id, sad, &to_sign).await.expect("a value"));
        });
    };
    let (figure_us, floor_us) = in_turns(turns, batch, act, || floor.credential());
    let name = "enrol, authorise, sign: P-256 in process";
    Row { name, figure_us, floor_us, limit: 1.5, note: String::new() }
}

/// Enrols and forgets; says what is left of it. Panics when the device holds more than it may or
/// memory grows with the number of credentials.
pub fn abandoned(quick: bool) {
    let simulator = Simulator::start().expect("a simulator");
    let device = simulator.device();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let (all, warm) = if quick { (20_000, 12_000) } else { (ABANDONED, 200_000) };
    let mut before = 0;
    for generation in 0..all / GENERATION {
        for _ in 0..GENERATION {
            runtime.block_on(device.enrol(simulator.enrolment())).expect("a credential");
        }
        simulator.clock().advance(Duration::from_secs(901));
        device.tick();
        assert_eq!(device.counters().live, 0, "a key outlived its certificate");
        // Tombstones and the newest certificates fill up first; both have a bound.
        if generation * GENERATION <= warm {
            before = resident();
        }
    }
    let after = resident();
    let grown = after.saturating_sub(before) >> 20;
    let counters = device.counters();
    println!(
        "{:<46} live {}, expired {}, memory {} MiB, grown by {grown} MiB since the first {warm}",
        format!("{all} credentials abandoned"),
        counters.live,
        counters.expired,
        after >> 20,
    );
    assert!(grown <= 16, "memory grows with abandoned credentials");
}

/// Bytes of memory that this process holds (Linux).
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux tells it in /proc");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|figure| figure.parse::<u64>().ok()).unwrap_or(0) * 1024
}
