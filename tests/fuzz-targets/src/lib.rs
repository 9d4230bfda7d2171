//! What holds for any bytes: fuzz targets as plain functions, their seeds, and mutations that keep
//! the structure of what they change.
//!
//! `tests/fuzz` runs them under libFuzzer; the test beside this library runs each with its seeds
//! and a fixed number of mutations, on any toolchain. A target panics when an invariant is broken.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a target's panic is its finding")]

pub mod costly;
mod csc_requests;
pub mod der;
mod mutate;
mod passkeys;
mod seeds;
mod targets;
mod world;

pub use mutate::mutate;
pub use seeds::make_world;
pub use targets::{Bench, Outcome, Target};
pub use world::{World, noon};
