//! Writes every fixture to `fixtures/`.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    dead_code,
    unreachable_pub,
    reason = "a tool for developers that shares its modules with the tests"
)]

#[path = "../acceptance/fixtures.rs"]
mod fixtures;
#[path = "../acceptance/pdf_writer.rs"]
mod pdf_writer;

use std::{fs, path::Path};

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    for fixture in fixtures::signable().into_iter().chain(fixtures::refused()) {
        fs::write(folder.join(fixture.name), &fixture.bytes).expect("fixtures/ can be written");
        println!("{} ({} bytes)", fixture.name, fixture.bytes.len());
    }
}
