//! The simulator as a program of its own: serves the device, or talks to a running simulator.

mod program;

use std::{io::IsTerminal, process::ExitCode};

use clap::Parser;
use mimalloc::MiMalloc;

/// A call makes some dozens of small allocations.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = program::Arguments::parse();
    // Once, before anything speaks TLS: it fails only when a provider is there already.
    drop(rustls::crypto::ring::default_provider().install_default());
    // What connections do wrong; results go to standard output.
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    arguments.run().await
}
