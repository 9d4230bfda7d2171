//! Large documents in process: the cost beyond one pass of SHA-256, and the memory beyond the
//! input.

use bytes::Bytes;
use seal::Level;

use crate::{
    floor::hash,
    measure::{Row, in_turns},
    pipeline::Pipeline,
};

#[path = "../../pades/src/generate.rs"]
mod generate;

pub fn rows(quick: bool) -> Vec<Row> {
    let scale = if quick { 100 } else { 1 };
    let pipeline = Pipeline::new();
    [
        ("PDF of 100 MB, body in memory", generate::pages_with_table(1000 / scale, 100_000), 1.15),
        (
            "PDF of 200,000 objects, classic xref",
            generate::pages_with_table(100_000 / scale, 50),
            1.5,
        ),
        (
            "PDF of 200,000 objects in object streams",
            generate::pages_with_object_streams(100_000 / scale, 50),
            2.5,
        ),
    ]
    .into_iter()
    .map(|(name, document, limit)| row(&pipeline, name, &document.into(), limit, quick))
    .collect()
}

fn row(pipeline: &Pipeline, name: &'static str, document: &Bytes, limit: f64, quick: bool) -> Row {
    let before = forget_peak();
    let turns = if quick { 1 } else { 9 };
    let (figure_us, floor_us) =
        in_turns(turns, 1, || drop(pipeline.seal(document.clone(), Level::BB)), || hash(document));
    let grown = resident_peak().saturating_sub(before);
    let note = format!("{} bytes; peak memory +{grown} KiB", document.len());
    Row { name, figure_us, floor_us, limit, note }
}

/// Lets the peak start anew from what is resident now (proc(5), clear_refs), and answers it.
fn forget_peak() -> u64 {
    std::fs::write("/proc/self/clear_refs", "5").expect("Linux");
    resident_peak()
}

/// The most memory that was resident so far, in KiB (proc(5), VmHWM).
fn resident_peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
